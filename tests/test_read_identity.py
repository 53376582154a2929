"""Kind, area and period are established by places that agree, or are unknown and said to be."""

from __future__ import annotations

import pytest

from flows.harmonise import harmonise
from flows.model.nouns import MediaKind
from flows.read.prose.reader import READER
from flows.read.prose.reading import DocumentReading, read_document
from tests.prose_support import catalog, held, read_text, said
from tests.tables_support import NOW, release, snapshot

GDP = "全县地区生产总值711.81亿元，比上年增长7.2%。"
MEETING = "——2024年1月16日在平阳县第十七届人民代表大会第三次会议上"


def read(text: str) -> DocumentReading:
    return read_text(text, area=None, year=None)


def found(text: str) -> tuple[str | None, str | None, str | None]:
    about = read(text).metadata
    return about.kind, about.ref_area, about.time_period


@pytest.mark.parametrize(
    ("text", "kind", "area", "period"),
    [
        (f"平阳县2023年国民经济和社会发展统计公报\n2023年，{GDP}", "communique", "330326", "2023"),
        (f"下载\n打印\n收藏\n【字号】\n大\n中\n小\n2024年平阳县政府工作报告\n{MEETING}\n来源：平阳新闻\n时间：2024-01-29\n"
         f"过去一年，{GDP}", "work_report", "330326", "2023"),
        (f"政府工作报告\n{MEETING}\n一、2023年工作回顾\n{GDP}", "work_report", "330326", "2023"),
        (f"政府工作报告\n——2023年12月29日在平阳县人民代表大会上\n{GDP}", "work_report", "330326", "2023"),
        (f"2024年平阳县政府工作报告\n一、2023年工作回顾\n去年，{GDP}", "work_report", "330326", "2023"),
        (f"平阳县2024年6月经济运行情况\n上半年，{GDP}", "month", "330326", "2024-Q2"),
        (f"平阳县2024年8月经济运行情况\n1—8月，{GDP}", "month", "330326", "2024-08"),
        (f"平陽縣2024年三季度經濟運行情況\n三季度，{GDP}", "quarter", "330326", "2024-Q3"),
        (f"关于平阳县2024年上半年国民经济和社会发展计划执行情况的审议意见\n时间：2024-09-12\n上半年{GDP}",
         "plan_report", "330326", "2024-Q2"),
        (f"平阳县2024年四季度经济运行情况\n全年，{GDP}", "quarter", "330326", "2024"),
        (f"平阳一季度实现开门红\n2024-04-25 来源：平阳新闻\n一季度，{GDP}", "news", "330326", "2024-Q1"),
        (f"平阳县政府工作报告\n（2024年1月16日）\n{GDP}", "work_report", "330326", "2023"),
        (f"平阳县统计局\n2024年5月\n2023年是不平凡的一年。2023年，全年{GDP}", None, "330326", "2023"),
    ],
)  # fmt: skip
def test_places_that_agree_say_who_and_when(
    text: str, kind: str | None, area: str, period: str
) -> None:
    assert found(text) == (kind, area, period)


@pytest.mark.parametrize(
    "text",
    [
        f"平阳县2024年6月经济运行情况\n{GDP}",  # a month, or all months up to it
        f"平阳县2024年经济运行情况\n一季度，{GDP}",
        f"平阳县2024年上半年经济运行情况\n前三季度，{GDP}",
        f"平阳县2023年国民经济和社会发展统计公报\n2021年，{GDP}2021年末常住人口87.1万人。",
        f"2024年平阳县政府工作报告\n{GDP}",
        f"政府工作报告\n{MEETING}\n一、2022年工作回顾\n{GDP}",
        f"平阳县2024年国民经济和社会发展统计公报\n发布日期：2024-03-20\n{GDP}",  # not over
        f"平阳县统计局\n{GDP}",
    ],
)
def test_what_contradicts_itself_or_is_silent_has_no_period(text: str) -> None:
    result = read(text)
    assert result.metadata.time_period is None
    assert result.metadata.why_not["period"]


def test_a_title_of_one_subject_leads_a_document_and_a_caption_does_not() -> None:
    text = "平阳县2024年8月份居民消费价格情况\n8月份，全县居民消费价格同比上涨0.6%。"
    assert found(text) == ("month", "330326", "2024-08")
    assert read(text).metadata.freq == "M"
    text = f"平阳县统计局\n2023年，{GDP}2023年全年平稳。\n2021年地区生产总值及其增长速度\n"
    assert found(text) == (None, "330326", "2023")


@pytest.mark.parametrize(
    "body",
    [
        "2023年，全县学习贯彻习近平总书记关于浙江工作的重要讲话精神，坚持新时代中国特色社会主义思想。",
        "本报讯（通讯员 李平阳）2023年，全县经济平稳。",
        "2023年，全县稳增长、惠民生，扎实办好惠民实事。",
        "2023年，全县对标温州市，经济平稳。",  # a city, where the text speaks of a county
        "2023年，全县平稳。苍南县、平阳县各有增长。",
    ],
)
def test_no_area_is_read_out_of_other_words(body: str) -> None:
    result = read(f"2023年经济运行情况\n{body}\n{GDP}")
    assert result.metadata.ref_area is None
    assert result.metadata.why_not["area"]


def test_a_site_s_office_tells_the_area_only_on_the_level_of_the_text() -> None:
    page = (
        "<html><head><title>2023年经济运行情况 - {}人民政府</title></head><body>"
        "<p>2023年，全{}经济平稳运行，各项事业取得新的进展，人民生活继续改善，社会大局稳定。</p>"
        "<p>2023年，地区生产总值711.81亿元，比上年增长7.2%。</p></body></html>"
    )
    for office, level, area in (("温州市", "市", "330300"), ("温州市", "县", None)):
        text = page.format(office, level)
        assert read_text(text, MediaKind.HTML, area=None, year=None).metadata.ref_area == area


def test_areas_of_one_name_are_told_apart_by_who_publishes() -> None:
    title = "2023年鼓楼区国民经济和社会发展统计公报\n"
    assert read(f"{title}全区平稳。").metadata.ref_area is None
    assert read(f"{title}来源：南京市统计局\n全区平稳。").metadata.ref_area == "320106"


def test_each_witness_is_told_with_its_place() -> None:
    text = f"平阳县2023年国民经济和社会发展统计公报\n2023年，{GDP}"
    about = read(text).metadata
    told = {(each.about, each.value, each.source, each.text) for each in about.witnesses}
    assert ("area", "330326", "title", "平阳县") in told
    assert ("period", "2023", "title", "2023年") in told
    assert {each.locator for each in about.witnesses if each.source == "title"} == {"char:0-21"}


def test_a_title_that_names_another_area_or_period_holds_the_document_whole() -> None:
    text = f"苍南县2022年国民经济和社会发展统计公报\n2022年，{GDP}"

    def as_declared(area: str, period: str, *, declared: bool = True) -> DocumentReading:
        return read_document(
            text.encode(),
            MediaKind.TEXT,
            "utf-8",
            catalog=catalog(),
            ref_area=area,
            time_period=period,
            declared=declared,
        )

    for area, period in (("330326", "2022"), ("330327", "2023")):
        result = as_declared(area, period)
        assert said(result) == {}
        assert set(held(result).values()) == {"wrong-document"}
    assert said(as_declared("330327", "2022")) == {"gdp": 711.81, "gdp+": 7.2}
    assert said(as_declared("330326", "2022", declared=False)) == {"gdp": 711.81, "gdp+": 7.2}


def test_a_release_with_another_document_s_bytes_is_held_and_a_settled_one_is_not() -> None:
    data = f"苍南县2022年国民经济和社会发展统计公报\n2022年，{GDP}".encode()
    shot = snapshot(data, MediaKind.TEXT)
    for settled, rules in ((False, {"wrong-document"}), (True, set())):
        meant = release(ref_area="330326", time_period="2022", reader="communique", settled=settled)
        reading = READER.read(data, snapshot=shot, release=meant, catalog=catalog())
        parts = harmonise(
            reading,
            release=meant,
            snapshot=shot,
            catalog=catalog(),
            run_id="r",
            recorded_at=NOW,
        )
        assert set(parts.quarantine["rule"]) == rules
        assert parts.observations.height == (2 if settled else 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "平阳县2024年8月份经济运行情况\n1—8月，全县固定资产投资增长4.1%。进出口总额增长3.2%。"
            "8月份，一般公共预算收入增长9.1%。规上工业增加值增长7.2%。",
            {"fixed_investment+": 4.1, "trade_total+": 3.2},
        ),
        (
            "平阳县2024年8月份居民消费价格情况\n8月份，全县居民消费价格上涨0.6%。1—8月，居民消费价格上涨0.2%。",
            {"cpi": 0.6},
        ),
        (
            "平阳县2024年一季度经济运行情况\n一季度，全县固定资产投资增长4.1%。3月份，规上工业增加值增长7.2%。"
            "进出口总额增长3.2%。\n社会消费品零售总额增长5.2%。",
            {"fixed_investment+": 4.1, "retail_sales+": 5.2},
        ),
    ],
)
def test_another_part_of_the_year_holds_until_the_paragraph_ends(
    text: str, expected: dict[str, float]
) -> None:
    assert said(read(text)) == expected


def test_a_sheet_headed_by_the_third_quarter_has_what_came_since_january() -> None:
    text = "平阳县2024年{}经济运行情况\n{}，全县固定资产投资增长4.1%。"
    assert said(read(text.format("三季度", "三季度"))) == {"fixed_investment+": 4.1}
    assert said(read(text.format("前三季度", "三季度"))) == {}
    assert said(read(text.format("第三季度", "第三季度"))) == {}


def test_what_was_budgeted_is_no_result() -> None:
    text = (
        "关于平阳县2023年预算执行情况和2024年预算草案的报告\n"
        "2024年1月20日在平阳县第十七届人民代表大会第三次会议上\n一、2023年预算执行情况\n"
        "全县一般公共预算收入预算52.3亿元，实际完成55.1亿元，为预算的105.4%，增长6.2%。\n"
        "二、2024年预算草案\n一般公共预算收入58.1亿元，增长5.4%。"
    )
    result = read(text)
    assert result.metadata.time_period == "2023"
    assert said(result)["budget_revenue"] == 55.1
    assert said(result)["budget_revenue+"] == 6.2
