"""The model disagreement: what each release says of one thing, and why one of them counts."""

from __future__ import annotations

from datetime import date

import pytest

from flows.model.nouns import Authority
from flows.model.settings import Settings
from tests.store_support import doc
from tests.test_sql_models import CANGNAN, PINGYANG, ask, gdp

SPRING, AUTUMN = date(2024, 3, 1), date(2024, 11, 1)
SAID = """SELECT release_id, obs_value, round(difference, 6), counts, why, value_text, locator
    FROM disagreement ORDER BY counts DESC, release_id"""


def test_each_value_is_there_with_its_place_and_the_reason(settings: Settings) -> None:
    assert ask(
        settings,
        doc("communique", gdp(PINGYANG, 711.8), published_on=SPRING),
        doc("yearbook", gdp(PINGYANG, 705.2), published_on=AUTUMN),
        doc("service", gdp(PINGYANG, 705.2)),
        sql=SAID,
    ) == [
        ("yearbook", 705.2, 0.0, True, "published later", "705.2", "char:0-5"),
        ("communique", 711.8, 6.6, False, "published earlier", "711.8", "char:0-5"),
        ("service", 705.2, 0.0, False, "its day is unknown", "705.2", "char:0-5"),
    ]


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [(711.8, 711.9, False), (711.8, 712.0, True), (711.9, 711.8, False), (711.9, 711.7, True)],
)
def test_what_rounding_explains_is_no_disagreement(
    settings: Settings, one: float, other: float, differs: bool
) -> None:
    """711.8 may be 711.85 and 711.9 too; 712.0 is beyond both."""
    found = ask(
        settings,
        doc("a", gdp(PINGYANG, one), published_on=SPRING),
        doc("b", gdp(PINGYANG, other), published_on=AUTUMN),
        doc("c", gdp(CANGNAN, 488.2), published_on=AUTUMN),
        sql="SELECT DISTINCT ref_area FROM disagreement",
    )
    assert found == ([(PINGYANG,)] if differs else [])


def test_the_reason_is_the_one_by_which_the_value_counts(settings: Settings) -> None:
    found = ask(
        settings,
        doc("official", gdp(PINGYANG, 700.0), published_on=SPRING),
        doc("press", gdp(PINGYANG, 800.0), published_on=SPRING, authority=Authority.PRESS),
        doc("long", gdp(CANGNAN, 488.25, decimals=2), published_on=SPRING),
        doc("short", gdp(CANGNAN, 480.1), published_on=SPRING),
        sql="""SELECT d.ref_area, d.release_id, d.why, d.counts, d.release_id = o.release_id
            FROM disagreement AS d JOIN latest_observation AS o
                USING (ref_area, indicator, measure, time_period, freq) ORDER BY 1, 4 DESC""",
    )
    assert found == [
        (PINGYANG, "official", "higher authority", True, True),
        (PINGYANG, "press", "lower authority", False, False),
        (CANGNAN, "long", "more digits", True, True),
        (CANGNAN, "short", "fewer digits", False, False),
    ]


def test_one_release_does_not_disagree_with_itself(settings: Settings) -> None:
    one = doc("a", gdp(PINGYANG, 711.8), gdp(PINGYANG, 690.0, "2022"), published_on=SPRING)
    assert ask(settings, one, sql="SELECT count(*) FROM disagreement") == [(0,)]
