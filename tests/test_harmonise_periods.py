"""Periods: SDMX, cumulated quarters, nothing guessed."""

from __future__ import annotations

import pytest

from flows.harmonise.periods import Period, parse_period
from flows.model.nouns import Metadata
from tests.harmonise_support import figure, harmonised, rule_of


@pytest.mark.parametrize(
    ("text", "time_period", "freq"),
    [
        ("2023", "2023", "A"),
        ("2023年", "2023", "A"),
        ("2023年末", "2023", "A"),
        ("２０２３ 年", "2023", "A"),
        ("2023年全年", "2023", "A"),
        ("2023年1-12月", "2023", "A"),
        ("2025年一季度", "2025-Q1", "Q-C"),
        ("2025年第一季度", "2025-Q1", "Q-C"),
        ("2025年1-3月", "2025-Q1", "Q-C"),
        ("2025年上半年", "2025-Q2", "Q-C"),
        ("2025年1—6月", "2025-Q2", "Q-C"),
        ("2025年1至9月份", "2025-Q3", "Q-C"),
        ("2025年前三季度", "2025-Q3", "Q-C"),
        ("2025年1-2月", "2025-02", "M-C"),
        ("2025年1—11月", "2025-11", "M-C"),
        ("2025-Q3", "2025-Q3", "Q-C"),
        ("2025Q3", "2025-Q3", "Q-C"),
        ("2023-03", "2023-03", "M"),
        ("2023年3月", "2023-03", "M"),
        ("2023年12月末", "2023-12", "M"),
    ],
)
def test_a_printed_period_is_an_sdmx_one(text: str, time_period: str, freq: str) -> None:
    assert parse_period(text, None) == Period(time_period, freq)


@pytest.mark.parametrize(
    ("text", "own", "time_period"),
    [
        ("上半年", "2025-Q2", "2025-Q2"),
        ("1-6月", "2025", "2025-Q2"),
        ("年末", "2024", "2024"),
        ("全年", "2024", "2024"),
        ("上年", "2024", "2023"),
        ("去年末", "2025-Q1", "2024"),
        ("上年同期", "2025-Q1", "2024-Q1"),
    ],
)
def test_a_text_without_year_takes_it_from_the_release(
    text: str, own: str, time_period: str
) -> None:
    found = parse_period(text, own)
    assert isinstance(found, Period)
    assert found.time_period == time_period


@pytest.mark.parametrize(
    "text",
    ["", "20232", "202", "2023-13", "2023年13月", "第二季度", "2025年二季度", "2025年下半年",
     "2025年1-13月", "2025年1-1月", "十四五", "2021-2023", "23年", "2023.0", "2023年平均", "1823"],
)  # fmt: skip
def test_what_is_no_period_is_a_reason(text: str) -> None:
    found = parse_period(text, "2025")
    assert isinstance(found, str)
    assert text in found


def test_half_a_year_of_no_known_year_is_a_reason() -> None:
    found = parse_period("上半年", None)
    assert isinstance(found, str)
    assert "names no year" in found


def test_the_releases_period_stands_in_where_the_figure_prints_none() -> None:
    result = harmonised([figure(period_text=None)], time_period="2025-Q1")
    assert result.observations.select("time_period", "freq").rows() == [("2025-Q1", "Q-C")]


def test_the_documents_period_stands_in_where_the_catalogue_knows_none() -> None:
    result = harmonised([figure(period_text=None)], metadata=Metadata(time_period="2024"))
    assert result.observations["time_period"].to_list() == ["2024"]


def test_a_period_that_nobody_names_is_held() -> None:
    assert rule_of(period_text=None) == (
        "unknown-period",
        "neither the figure nor its release names a period",
    )


def test_a_period_that_is_not_understood_is_held_with_its_text() -> None:
    rule, reason = rule_of(period_text="2025年下半年")
    assert rule == "unknown-period"
    assert "2025年下半年" in reason


def test_what_a_document_may_be_about_is_told_with_its_held_figures() -> None:
    open_period = Metadata(why_not={"period": "it may be 2023 or 2024"})
    held = harmonised([figure(period_text=None)], metadata=open_period).quarantine
    assert held["rule"].to_list() == ["unknown-period"]
    assert held["reason"][0].endswith(": it may be 2023 or 2024")


def test_months_of_a_release_that_are_cumulated_are_no_single_month() -> None:
    about = Metadata(time_period="2025-08", freq="M-C")
    result = harmonised([figure(period_text=None)], metadata=about)
    assert result.observations.select("time_period", "freq").rows() == [("2025-08", "M-C")]
