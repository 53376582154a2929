"""The three sentences in Chinese, as a paper prints them."""

from __future__ import annotations

from collections.abc import Mapping

from flows.ask.brief import choose
from flows.ask.brief.facts import BriefFact, BriefFacts
from flows.ask.brief.sentence import (
    BriefSentence,
    SaidFigure,
    format_plain,
    format_rate,
    join_clauses,
)

_DIGITS = "零一两三四五六七八九十"
_SHORT = {"gdp_primary": "第一产业", "gdp_secondary": "第二产业", "gdp_tertiary": "第三产业"}
_MEANT = {"at_least": "以上", "at_most": "以内", "about": "左右"}
_LEADS = {
    "in_step": "与经济增长同步",
    "above_city": "高于全市",
    "above_province": "高于全省",
    "above_country": "高于全国",
}


def write_sentences(
    facts: BriefFacts, indicators: Mapping[str, str], group: str | None
) -> list[BriefSentence]:
    """Those of the three that something is known for."""
    said = [
        _write_standing(facts, group),
        _write_strengths(facts, indicators),
        _write_prospects(facts, indicators),
    ]
    return [sentence for sentence in said if sentence]


def _write_standing(facts: BriefFacts, group: str | None) -> BriefSentence:
    sentence = BriefSentence("stands")
    level, growth = facts.get("level"), facts.get("growth")
    name = facts.names[facts.ref_area].zh
    if level is None and growth is None:
        return sentence
    sentence.say(f"{facts.time_period}年，{name}地区生产总值")
    if level is not None:
        sentence.say(SaidFigure(_format_amount(level), level))
    if growth is not None:
        if level is not None:
            sentence.say("，比上年")
        sentence.say(SaidFigure(_format_change(growth), growth))
    elif (gain := facts.get("gain")) is not None:
        word = "增加" if gain.obs_value >= 0 else "减少"
        sentence.say(
            f"，按现价计算比上年{word}", SaidFigure(_format_amount(gain, absolute=True), gain)
        )
    if (passed := facts.get("passed")) is not None:
        sentence.say("，首次突破", SaidFigure(_format_amount(passed), passed))
    _say_rank(sentence, facts, group)
    sentence.say("。")
    return sentence


def _say_rank(sentence: BriefSentence, facts: BriefFacts, group: str | None) -> None:
    found = choose.choose_rank(facts)
    if found is None or group is None:
        return
    rank, members = found
    known, whole = int(members.obs_value), int(members.upper or 0)
    sentence.say("；在")
    if known == whole:
        sentence.say(f"{group}中")
    else:
        sentence.say(f"{group}有数据的", SaidFigure(f"{known}个", members), "中")
    place = "居首位" if rank.obs_value == 1 else f"列第{int(rank.obs_value)}位"
    sentence.say(SaidFigure(place, rank))
    behind, ahead = facts.get("behind"), facts.get("ahead")
    if behind is not None and behind.other_area:
        other = facts.names[behind.other_area].zh
        sentence.say(f"，与前一位的{other}相差", SaidFigure(_format_amount(behind), behind))
    elif ahead is not None and ahead.other_area:
        other = facts.names[ahead.other_area].zh
        sentence.say(f"，领先第二位的{other}", SaidFigure(_format_amount(ahead), ahead))


def _write_strengths(facts: BriefFacts, indicators: Mapping[str, str]) -> BriefSentence:
    sentence = BriefSentence("carries")
    clauses: list[list[str | SaidFigure]] = []
    for number, (code, value, share, growth) in enumerate(choose.choose_sectors(facts)):
        top = "三次产业中，" if number == 0 else ""
        clause: list[str | SaidFigure] = [
            top + _SHORT[code] + ("占比最高，" if number == 0 else "")
        ]
        if value is not None:
            clause += ["增加值", SaidFigure(_format_amount(value), value)]
        if growth is not None:
            clause += ["，" if value else "", SaidFigure(_format_change(growth), growth)]
        if share is not None:
            percent = SaidFigure(format_rate(choose.compute_percent_of_gdp(share, facts), 1), share)
            clause += ["，" if len(clause) > 1 else "", "占", percent]
        clauses.append(clause)
    for code, value, growth in choose.choose_others(facts):
        clause = [indicators[code]]
        if value is not None:
            clause.append(SaidFigure(_format_amount(value), value))
        if growth is not None:
            clause += ["，" if value else "", SaidFigure(_format_change(growth), growth)]
        clauses.append(clause)
    if clauses:
        sentence.say(*join_clauses(clauses, "；"), "。")
    return sentence


def _write_prospects(facts: BriefFacts, indicators: Mapping[str, str]) -> BriefSentence:
    sentence = BriefSentence("next")
    clauses: list[list[str | SaidFigure]] = []
    if (found := choose.choose_mark(facts)) is not None:
        mark, pace = found
        clause: list[str | SaidFigure] = [
            "下一个整数关口是",
            SaidFigure(_format_amount(mark), mark),
        ]
        if pace is not None and mark.upper is not None:
            speed, year = (
                SaidFigure(format_rate(pace.value, 1), pace),
                choose.find_year_of_mark(mark, facts),
            )
            clause += [
                "，按近三年现价年均",
                speed,
                "的增速，",
                SaidFigure(f"{year}年", mark),
                "可以越过",
            ]
        clauses.append(clause)
    if (chase := choose.choose_catch_up(facts)) is not None and chase.other_area:
        other = facts.names[chase.other_area].zh
        years = int(chase.upper or 0)
        need = SaidFigure(format_rate(chase.value, 1), chase)
        still = chase.qualifier == "standing still"
        pace_of = "即使对方原地不动，" if still else "若对方保持上年增速，"
        yearly = ("现价" if years == 1 else "现价年均") + ("也" if still else "") + "须增长"
        span = SaidFigure(f"{_format_number(years)}年", chase)
        clauses.append(["要在", span, f"内追上{other}，{pace_of}{yearly}", need])
    aims = [_say_target(fact, indicators) for fact in choose.choose_targets(facts)]
    if aims:
        year = int(facts.time_period) + 1
        clauses.append([f"{year}年的目标是", *join_clauses(aims, "，")])
    if clauses:
        sentence.say(*join_clauses(clauses, "；"), "。")
    return sentence


def _say_target(fact: BriefFact, indicators: Mapping[str, str]) -> list[str | SaidFigure]:
    name, meant = indicators[fact.indicator], _MEANT.get(fact.qualifier or "", "")
    if fact.fact == "target_lead":
        return [f"{name}增长", SaidFigure(_LEADS[fact.qualifier or "in_step"], fact)]
    if fact.fact == "target_growth":
        word = "增长" if fact.obs_value >= 0 else "下降"
        return [f"{name}{word}", SaidFigure(f"{format_plain(abs(fact.value), 2)}%{meant}", fact)]
    return [f"{name}达到" if fact.qualifier != "at_most" else f"{name}控制在",
            SaidFigure(_format_amount(fact) + meant, fact)]  # fmt: skip


def _format_amount(fact: BriefFact, absolute: bool = False) -> str:
    value = abs(fact.value) if absolute else fact.value
    unit = fact.unit_measure or ""
    if unit == "亿元" and abs(value) >= 10_000:
        return f"{format_plain(value / 10_000, 2).replace(',', '')}万亿元"
    if unit == "万人" and abs(value) < 1:
        return f"{format_plain(value * 10_000, 0).replace(',', '')}人"
    return (
        format_plain(value, 2 if unit in ("亿元", "%", "‰", "万人") else 0).replace(",", "") + unit
    )


def _format_change(fact: BriefFact) -> str:
    if fact.obs_value == 0:
        return "持平"
    return f"{'增长' if fact.obs_value > 0 else '下降'}{format_rate(abs(fact.value))}"


def _format_number(number: int) -> str:
    return _DIGITS[number] if number <= 10 else str(number)
