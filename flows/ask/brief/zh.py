"""The three sentences in Chinese, as a paper prints them."""

from __future__ import annotations

from collections.abc import Mapping

from flows.ask.brief import choose
from flows.ask.brief.facts import Fact, Facts
from flows.ask.brief.sentence import Figure, Sentence, joined, plain, rate

_DIGITS = "零一两三四五六七八九十"
_SHORT = {"gdp_primary": "第一产业", "gdp_secondary": "第二产业", "gdp_tertiary": "第三产业"}
_MEANT = {"at_least": "以上", "at_most": "以内", "about": "左右"}
_LEADS = {
    "in_step": "与经济增长同步",
    "above_city": "高于全市",
    "above_province": "高于全省",
    "above_country": "高于全国",
}


def sentences(facts: Facts, indicators: Mapping[str, str], group: str | None) -> list[Sentence]:
    """Those of the three that something is known for."""
    said = [
        _stands(facts, group),
        _carries(facts, indicators),
        _next(facts, indicators),
    ]
    return [sentence for sentence in said if sentence]


def _stands(facts: Facts, group: str | None) -> Sentence:
    sentence = Sentence("stands")
    level, growth = facts.get("level"), facts.get("growth")
    name = facts.names[facts.ref_area].zh
    if level is None and growth is None:
        return sentence
    sentence.say(f"{facts.time_period}年，{name}地区生产总值")
    if level is not None:
        sentence.say(Figure(_amount(level), level))
    if growth is not None:
        if level is not None:
            sentence.say("，比上年")
        sentence.say(Figure(_change(growth), growth))
    elif (gain := facts.get("gain")) is not None:
        word = "增加" if gain.obs_value >= 0 else "减少"
        sentence.say(f"，按现价计算比上年{word}", Figure(_amount(gain, absolute=True), gain))
    if (passed := facts.get("passed")) is not None:
        sentence.say("，首次突破", Figure(_amount(passed), passed))
    _rank(sentence, facts, group)
    sentence.say("。")
    return sentence


def _rank(sentence: Sentence, facts: Facts, group: str | None) -> None:
    found = choose.rank(facts)
    if found is None or group is None:
        return
    rank, members = found
    known, whole = int(members.obs_value), int(members.upper or 0)
    sentence.say("；在")
    if known == whole:
        sentence.say(f"{group}中")
    else:
        sentence.say(f"{group}有数据的", Figure(f"{known}个", members), "中")
    place = "居首位" if rank.obs_value == 1 else f"列第{int(rank.obs_value)}位"
    sentence.say(Figure(place, rank))
    behind, ahead = facts.get("behind"), facts.get("ahead")
    if behind is not None and behind.other_area:
        other = facts.names[behind.other_area].zh
        sentence.say(f"，与前一位的{other}相差", Figure(_amount(behind), behind))
    elif ahead is not None and ahead.other_area:
        other = facts.names[ahead.other_area].zh
        sentence.say(f"，领先第二位的{other}", Figure(_amount(ahead), ahead))


def _carries(facts: Facts, indicators: Mapping[str, str]) -> Sentence:
    sentence = Sentence("carries")
    clauses: list[list[str | Figure]] = []
    for number, (code, value, share, growth) in enumerate(choose.sectors(facts)):
        top = "三次产业中，" if number == 0 else ""
        clause: list[str | Figure] = [top + _SHORT[code] + ("占比最高，" if number == 0 else "")]
        if value is not None:
            clause += ["增加值", Figure(_amount(value), value)]
        if growth is not None:
            clause += ["，" if value else "", Figure(_change(growth), growth)]
        if share is not None:
            percent = Figure(rate(choose.percent_of_gdp(share, facts), 1), share)
            clause += ["，" if len(clause) > 1 else "", "占", percent]
        clauses.append(clause)
    for code, value, growth in choose.others(facts):
        clause = [indicators[code]]
        if value is not None:
            clause.append(Figure(_amount(value), value))
        if growth is not None:
            clause += ["，" if value else "", Figure(_change(growth), growth)]
        clauses.append(clause)
    if clauses:
        sentence.say(*joined(clauses, "；"), "。")
    return sentence


def _next(facts: Facts, indicators: Mapping[str, str]) -> Sentence:
    sentence = Sentence("next")
    clauses: list[list[str | Figure]] = []
    if (found := choose.mark(facts)) is not None:
        mark, pace = found
        clause: list[str | Figure] = ["下一个整数关口是", Figure(_amount(mark), mark)]
        if pace is not None and mark.upper is not None:
            speed, year = Figure(rate(pace.value, 1), pace), choose.year_of(mark, facts)
            clause += [
                "，按近三年现价年均",
                speed,
                "的增速，",
                Figure(f"{year}年", mark),
                "可以越过",
            ]
        clauses.append(clause)
    if (chase := choose.catch_up(facts)) is not None and chase.other_area:
        other = facts.names[chase.other_area].zh
        years = int(chase.upper or 0)
        need = Figure(rate(chase.value, 1), chase)
        still = chase.qualifier == "standing still"
        pace_of = "即使对方原地不动，" if still else "若对方保持上年增速，"
        yearly = ("现价" if years == 1 else "现价年均") + ("也" if still else "") + "须增长"
        span = Figure(f"{_number(years)}年", chase)
        clauses.append(["要在", span, f"内追上{other}，{pace_of}{yearly}", need])
    aims = [_target(fact, indicators) for fact in choose.targets(facts)]
    if aims:
        year = int(facts.time_period) + 1
        clauses.append([f"{year}年的目标是", *joined(aims, "，")])
    if clauses:
        sentence.say(*joined(clauses, "；"), "。")
    return sentence


def _target(fact: Fact, indicators: Mapping[str, str]) -> list[str | Figure]:
    name, meant = indicators[fact.indicator], _MEANT.get(fact.qualifier or "", "")
    if fact.fact == "target_lead":
        return [f"{name}增长", Figure(_LEADS[fact.qualifier or "in_step"], fact)]
    if fact.fact == "target_growth":
        word = "增长" if fact.obs_value >= 0 else "下降"
        return [f"{name}{word}", Figure(f"{plain(abs(fact.value), 2)}%{meant}", fact)]
    return [f"{name}达到" if fact.qualifier != "at_most" else f"{name}控制在",
            Figure(_amount(fact) + meant, fact)]  # fmt: skip


def _amount(fact: Fact, absolute: bool = False) -> str:
    value = abs(fact.value) if absolute else fact.value
    unit = fact.unit_measure or ""
    if unit == "亿元" and abs(value) >= 10_000:
        return f"{plain(value / 10_000, 2).replace(',', '')}万亿元"
    if unit == "万人" and abs(value) < 1:
        return f"{plain(value * 10_000, 0).replace(',', '')}人"
    return plain(value, 2 if unit in ("亿元", "%", "‰", "万人") else 0).replace(",", "") + unit


def _change(fact: Fact) -> str:
    if fact.obs_value == 0:
        return "持平"
    return f"{'增长' if fact.obs_value > 0 else '下降'}{rate(abs(fact.value))}"


def _number(number: int) -> str:
    return _DIGITS[number] if number <= 10 else str(number)
