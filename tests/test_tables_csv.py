"""CSV files: any charset, records as a spreadsheet counts them, the long form."""

from __future__ import annotations

import polars as pl
import pytest

from flows.model.errors import ReadCause, ReadError
from flows.model.nouns import MediaKind
from flows.read import printed_text
from tests.tables_support import HEAD, csv_text, layout, read_as

LONG = layout(
    name="long",
    period=None,
    columns=[
        {"heads": ["area_code", "地区"], "role": "area"},
        {"heads": ["year", "年份"], "role": "period"},
        {"heads": ["indicator", "指标"], "role": "indicator"},
        {"heads": ["measure"], "role": "measure", "required": False},
        {"heads": ["value", "数值"]},
        {"heads": ["unit", "单位"], "role": "unit"},
    ],
)
ROWS = [HEAD, ["平阳县", "711.81", "7.9"]]


@pytest.mark.parametrize("served", [None, "utf-8", "gb2312", "nonsense"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_every_charset_is_read_whatever_the_server_says(charset: str, served: str | None) -> None:
    data = csv_text(ROWS).decode().encode(charset)
    figures = read_as(data, MediaKind.CSV, layout(), charset=served).figures
    assert figures["area_text"].to_list() == ["平阳县", "平阳县"]
    assert figures["value_text"].to_list() == ["711.81", "7.9"]


def test_big5_is_read_where_it_is_served_as_such() -> None:
    data = csv_text([["地區", "數值"], ["臺東縣", "1.5"]]).decode().encode("big5")
    columns = [{"heads": ["地區"], "role": "area"}, {"heads": ["數值"]}]
    figures = read_as(data, MediaKind.CSV, layout(columns=columns), charset="big5").figures
    assert figures["area_text"].to_list() == ["臺東縣"]


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    text = '地区,地区生产总值,增长\r\n\r\n"景宁\n畲族自治县","1,028.2",\r\n平阳县,711.81, 7.9 \r\n'
    figures = read_as(text.encode(), MediaKind.CSV, layout()).figures
    assert figures.select("locator", "value_text", "value", "decimals").rows() == [
        ("cell:B3", "1,028.2", 1028.2, 1),
        ("cell:B4", "711.81", 711.81, 2),
        ("cell:C4", "7.9", 7.9, 1),
    ]
    for locator, value_text in figures.select("locator", "value_text").iter_rows():
        assert printed_text(locator, text.encode(), MediaKind.CSV, None) == value_text


def test_a_title_narrower_than_the_table_is_a_title() -> None:
    titled = layout(titles=[r"(?P<period>\d{4})年.*单位[:：](?P<unit>\S+)$"], period=None, columns=[
        {"heads": ["地区"], "role": "area"}, {"heads": ["地区生产总值"], "indicator": "gdp"},
    ])  # fmt: skip
    data = "2022年 单位：万元\n地区,地区生产总值\n平阳县,6530500\n".encode()
    figures = read_as(data, MediaKind.CSV, titled).figures
    assert figures.select("period_text", "unit_text", "locator").rows() == [
        ("2022", "万元", "cell:B3")
    ]


def test_the_long_form_has_one_figure_a_row() -> None:
    data = csv_text(
        [
            ["area_code", "year", "indicator", "measure", "value", "unit"],
            ["330326", "2023", "gdp", "level", "711.81", "亿元"],
            ["330326", "2023", "地区生产总值", "growth", "7.9", "%"],
            ["330326", "2023", "汽车产量", "", "12", "万辆"],
            ["330326", "2023", "gdp", "speed", "3", "%"],
            ["330326", "2023", "gdp", "level", "", "亿元"],
        ]
    )
    figures = read_as(data, MediaKind.CSV, LONG).figures
    assert figures.select("locator", "indicator", "measure", "unit_text").rows() == [
        ("cell:E2", "gdp", "level", "亿元"),
        ("cell:E3", "gdp", "growth", "%"),
        ("cell:E4", None, None, "万辆"),
        ("cell:E5", "gdp", None, "%"),
    ]
    assert figures["doubt"].to_list() == [None, None, None, "unknown-measure: the row prints speed"]
    assert figures["label_text"].to_list() == ["gdp", "地区生产总值", "汽车产量", "gdp"]


def test_only_the_declared_rows_are_kept_and_the_others_are_counted() -> None:
    only = LONG.model_copy(update={"only": {"year": ("2023",)}})
    rows = [["area_code", "year", "indicator", "value", "unit"]]
    rows += [["330326", str(year), "gdp", "1", "亿元"] for year in range(2000, 2024)]
    reading = read_as(csv_text(rows), MediaKind.CSV, only)
    assert reading.figures["period_text"].to_list() == ["2023"]
    assert reading.notes == ("cell: 23 rows left out: year is not 2023",)


def test_a_final_point_zero_is_no_printed_digit_where_the_layout_says_a_program_left_it() -> None:
    data = csv_text([HEAD, ["平阳县", "711.0", "7.9"], ["苍南县", "453.05", "7.0"]])
    plain = read_as(data, MediaKind.CSV, layout()).figures
    tailed = read_as(data, MediaKind.CSV, layout(float_tail=True)).figures
    assert plain["decimals"].to_list() == [1, 1, 2, 1]
    assert tailed["decimals"].to_list() == [0, 1, 2, 0]
    assert tailed["value_text"].equals(plain["value_text"])


@pytest.mark.parametrize("mark", ["-", "—", "…", "...", "  ", "　"])
def test_a_mark_for_no_figure_is_no_figure(mark: str) -> None:
    data = csv_text([HEAD, ["平阳县", mark, "7.9"]])
    assert read_as(data, MediaKind.CSV, layout()).figures["value_text"].to_list() == ["7.9"]


@pytest.mark.parametrize("text", ["nan", "inf", "1e5", "0x10", "1,23", "1.2.3", "--1", "+-1", "."])
def test_what_only_a_program_calls_a_number_is_in_doubt(text: str) -> None:
    quoted = f'"{text}"'
    figures = read_as(csv_text([HEAD, ["平阳县", quoted, "7.9"]]), MediaKind.CSV, layout()).figures
    assert figures["value"].to_list() == [None, 7.9]
    assert figures["doubt"][0].startswith(("not-a-number", "unit-in-cell"))


ROW_BY = "地区{0}年份{0}指标{0}数值{0}单位\n云和县{0}2022{0}地区生产总值{0}{1}{0}亿元\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_cells_are_parted_by_any_sign_in_any_charset(separator: str, charset: str) -> None:
    data = ROW_BY.format(separator, "103.52").encode(charset)
    figures = read_as(data, MediaKind.CSV, LONG).figures
    assert figures.select("locator", "value_text", "value").rows() == [
        ("cell:D2", "103.52", 103.52)
    ]


def test_a_comma_is_the_decimal_sign_where_the_file_shows_it() -> None:
    rows = [("云和县", "103,52"), ("景宁县", "1.003,5"), ("庆元县", "1.204")]
    lines = "".join(f"{area};{value};4,1\n" for area, value in rows)
    data = f"地区;地区生产总值;增长\n{lines}".encode()
    figures = read_as(data, MediaKind.CSV, layout()).figures
    assert figures["value"].to_list() == [103.52, 4.1, 1003.5, 4.1, 1204.0, 4.1]
    assert figures["value_text"].to_list()[:3] == ["103,52", "4,1", "1.003,5"]


def test_a_point_that_may_part_thousands_or_decimals_is_held() -> None:
    data = "地区;地区生产总值;增长\n云和县;103,52;4,1\n庆元县;1.204;4,1\n".encode()
    figures = read_as(data, MediaKind.CSV, layout()).figures
    doubts = dict(figures.select("value_text", "doubt").rows())
    assert (doubts["1.204"] or "").startswith("ambiguous-number")
    assert doubts["103,52"] is None


def test_a_comma_beside_points_parts_thousands() -> None:
    data = "地区;地区生产总值;增长\n云和县;1,103.52;4.1\n庆元县;1,204;4.1\n".encode()
    assert read_as(data, MediaKind.CSV, layout()).figures["value"].to_list() == [
        *(1103.52, 4.1),
        *(1204.0, 4.1),
    ]


def test_a_table_with_its_head_alone_is_no_table_without_figures() -> None:
    with pytest.raises(ReadError) as caught:
        read_as("地区,地区生产总值,增长\n".encode(), MediaKind.CSV, layout())
    assert caught.value.cause is ReadCause.NO_FIGURES


def test_a_row_with_all_its_keys_and_no_figure_is_a_row_and_not_a_remark() -> None:
    dated = layout(
        period=None,
        columns=[
            {"heads": ["地区"], "role": "area"},
            {"heads": ["年份"], "role": "period"},
            {"heads": ["地区生产总值"], "indicator": "gdp", "unit": "亿元"},
        ],
    )
    data = csv_text([["地区", "年份", "地区生产总值"], ["平阳县", "2022", ""]])
    assert read_as(data, MediaKind.CSV, dated).figures.is_empty()


def test_a_parent_area_goes_before_the_area_in_a_path() -> None:
    columns = [
        {"heads": ["省"], "role": "area_parent"},
        {"heads": ["县"], "role": "area"},
        {"heads": ["地区生产总值"], "indicator": "gdp", "unit": "亿元"},
    ]
    data = csv_text([["省", "县", "地区生产总值"], ["浙江省", "平阳县", "1"], ["", "龙港市", "2"]])
    figures = read_as(data, MediaKind.CSV, layout(columns=columns)).figures
    assert figures["area_text"].to_list() == ["浙江省/平阳县", "龙港市"]
    assert figures["context_text"].to_list() == [
        "浙江省/平阳县 2023 地区生产总值",
        "龙港市 2023 地区生产总值",
    ]


def test_figures_stand_in_the_order_of_the_document() -> None:
    rows = [HEAD, *([name, "1", "2"] for name in ("平阳县", "苍南县", "文成县"))]
    figures = read_as(csv_text(rows), MediaKind.CSV, layout()).figures
    assert figures["locator"].to_list() == [
        f"cell:{letter}{row}" for row in (2, 3, 4) for letter in "BC"
    ]
    assert figures["figure_no"].to_list() == list(range(6))
    assert figures["figure_no"].dtype == pl.UInt32
