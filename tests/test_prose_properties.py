"""Whatever the bytes: no crash, every locator leads home, no number is lost."""

from __future__ import annotations

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.model.nouns import MediaKind
from flows.read.document.home import read_span
from flows.read.prose.reading import read_document
from tests.prose_support import assert_the_way_home, catalog

WORDS = st.sampled_from(
    [
        "地区生产总值", "第一产业增加值", "三次产业结构", "其中，", "增长", "下降", "持平", "分别为", "全年", "全县",
        "2023年", "7.2%", "711.81亿元", "1,234.5万元", "3.3:47.2:49.5", "、", "，", "。", "；", "(", ")", "[2]",
        "①", "—12—", " ", "\n", "\u3000", "。5", "·8", "65438+0", "０１２", "亿元", "‰", "-2.26‰", "<p>", "</p>",
        "<br>", "<table><tr><td>", "</td></tr></table>", "<sup>2</sup>", "<a href='x'>", "&nbsp;", "&#49;", "&lt;",
        "<!--", "-->", "<script>", "</script>", "<", ">", "\"", "由", "调整为", "(nian)", "元", "比上年", "平阳县",
    ]
)  # fmt: skip
PAGE = st.lists(st.one_of(WORDS, st.text(max_size=6)), max_size=60).map("".join)
RELAXED = settings(max_examples=250, suppress_health_check=list(HealthCheck))
WIDE = str.maketrans("０１２３４５６７８９", "0123456789")


def digits(text: str) -> str:
    return "".join(re.findall("[0-9]", text.translate(WIDE)))


@RELAXED
@given(PAGE)
def test_locators_of_any_page_lead_to_the_printed_text(page: str) -> None:
    assert_the_way_home(page.encode("utf-8", "replace"), MediaKind.HTML, "utf-8")


@RELAXED
@given(PAGE)
def test_no_digit_of_a_text_is_lost_or_read_twice(text: str) -> None:
    data = text.encode("utf-8", "replace")
    result = assert_the_way_home(data, MediaKind.TEXT, None)
    assert result.document.source is not None
    assert digits("".join(row.value_text for row in result.rows)) == digits(result.document.source)


@RELAXED
@given(st.binary(max_size=400), st.sampled_from(["utf-8", "gb18030", "big5", "gb2312", "x", None]))
def test_any_bytes_are_read_without_a_crash(data: bytes, charset: str | None) -> None:
    for kind in (MediaKind.HTML, MediaKind.TEXT):
        assert_the_way_home(data, kind, charset)


@RELAXED
@given(PAGE)
def test_reading_is_deterministic(page: str) -> None:
    data = page.encode("utf-8", "replace")
    first = read_document(data, MediaKind.HTML, None, catalog=catalog()).figures("x")
    assert first.equals(read_document(data, MediaKind.HTML, None, catalog=catalog()).figures("x"))


@RELAXED
@given(PAGE, st.sampled_from(["gb18030", "utf-16", "utf-8-sig", "big5"]))
def test_the_charset_is_found_and_kept_for_the_way_home(page: str, charset: str) -> None:
    text = "<p>全年全市地区生产总值为711.81亿元，比上年增长7.2%。</p>" + page
    data = text.encode(charset, "ignore")
    result = read_document(data, MediaKind.HTML, None, catalog=catalog())
    for row in result.rows:
        assert read_span(row.locator, data, MediaKind.HTML, None) == row.value_text
