"""The sample query milestones: a place is a range where others may have passed the mark before."""

from __future__ import annotations

import pytest

from flows.ask.query import query
from flows.model.paths import SQL
from flows.model.settings import Settings
from tests.store_support import Fig, doc
from tests.test_sql_models import CANGNAN, LONGGANG, PINGYANG, ask, gdp

PASSED = (gdp(PINGYANG, 534.5, "2020"), gdp(PINGYANG, 600.51, "2021"))


def milestones(settings: Settings, *figures: Fig) -> list[dict[str, object]]:
    ask(settings, doc("a", *figures), sql="SELECT 1")
    text = (SQL / "queries" / "milestones.sql").read_text(encoding="utf-8")
    return query(settings, text.replace("zhejiang-mountain-26", "three")).to_dicts()


def places(rows: list[dict[str, object]], mark: float) -> list[tuple[object, ...]]:
    names = ("county", "passed_by", "year_certain", "place_best", "place_worst")
    return [tuple(row[name] for name in names) for row in rows if row["mark"] == mark]


@pytest.mark.parametrize(
    ("others", "worst"),
    [
        ((), 3),  # nothing is known of two others
        ((gdp(CANGNAN, 471.9, "2023"),), 2),  # one had not passed it two years later
        ((gdp(CANGNAN, 471.9, "2023"), gdp(LONGGANG, 380.0, "2021")), 1),
        ((gdp(CANGNAN, 640.0, "2023"), gdp(LONGGANG, 380.0, "2021")), 2),  # it may have, in 2020
        ((gdp(CANGNAN, 590.0, "2020"), gdp(CANGNAN, 640.0, "2023"), gdp(LONGGANG, 380.0, "2021")),
         1),  # it may have passed it in the same year, not before
    ],
)  # fmt: skip
def test_who_passed_a_mark_first_is_certain_only_where_nobody_else_can_have(
    settings: Settings, others: tuple[Fig, ...], worst: int
) -> None:
    rows = milestones(settings, *PASSED, *others)
    assert places(rows, 600.0)[0] == ("平阳县", "2021", True, 1, worst)


def test_a_place_behind_others_is_certain_where_the_years_are(settings: Settings) -> None:
    years = {"2020": (534.5, 480.0, 100.0), "2021": (600.5, 590.0, 100.0), "2022": (700, 610, 100)}
    figures = [
        gdp(area, value, year)
        for year, values in years.items()
        for area, value in zip((PINGYANG, CANGNAN, LONGGANG), values, strict=True)
    ]
    rows = milestones(settings, *figures)
    assert places(rows, 600.0) == [("平阳县", "2021", True, 1, 1), ("苍南县", "2022", True, 2, 2)]
    # Of 500 it is not known when 平阳县 passed it, but it was before 苍南县 did.
    assert places(rows, 500.0) == [("平阳县", "2020", False, 1, 1), ("苍南县", "2021", True, 2, 2)]


def test_those_of_one_year_share_a_place(settings: Settings) -> None:
    figures = [
        gdp(area, value, year)
        for area in (PINGYANG, CANGNAN, LONGGANG)
        for year, value in (("2020", 590.0), ("2021", 610.0))
    ]
    assert {place[3:] for place in places(milestones(settings, *figures), 600.0)} == {(1, 1)}


def test_a_first_known_year_may_be_late(settings: Settings) -> None:
    rows = milestones(settings, *PASSED, gdp(CANGNAN, 650.0, "2019"), gdp(LONGGANG, 700.0, "2023"))
    assert places(rows, 600.0) == [
        ("苍南县", "2019", False, 1, 2),  # 龙港市 may have been before it, 平阳县 was not
        ("龙港市", "2023", False, 1, 3),
        ("平阳县", "2021", True, 2, 3),
    ]


def test_beside_a_place_stands_how_many_have_a_figure_of_that_year(settings: Settings) -> None:
    rows = milestones(settings, *PASSED, gdp(CANGNAN, 471.9, "2021"), gdp(LONGGANG, 390.0, "2023"))
    found = [row for row in rows if row["mark"] == 600.0]
    assert [(row["members_with_figure"], row["members"]) for row in found] == [(2, 3)]
    assert "place" not in rows[0]
