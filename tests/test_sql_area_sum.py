"""The model area_sum: an area beside the sum of the areas right below it."""

from __future__ import annotations

import pytest

from flows.model.settings import Settings
from tests.store_support import Fig, doc
from tests.test_sql_models import CANGNAN, LONGGANG, PINGYANG, ask, gdp

WHOLE = "330000"  # of which the small catalogue has three counties
PARTS = (PINGYANG, CANGNAN, LONGGANG)
SQL = """SELECT ref_area, obs_value, parts, parts_with_figure, sum_of_parts, verdict
    FROM area_sum ORDER BY ref_area"""


@pytest.mark.parametrize(
    ("whole", "parts", "verdict"),
    [
        (1000.0, (500.0, 300.0, 200.0), "agrees"),
        (1000.0, (510.0, 300.0, 200.0), "agrees"),  # one percent
        (1000.0, (510.1, 300.0, 200.0), "exceeds"),
        (1000.0, (490.0, 300.0, 200.0), "agrees"),
        (1000.0, (489.9, 300.0, 200.0), "falls short"),
        (1000.0, (500.0, 300.0), "incomplete"),
        (1000.0, (1010.0,), "incomplete"),
        (1000.0, (1010.1,), "exceeds"),
    ],
)
def test_a_sum_beside_the_whole(
    settings: Settings, whole: float, parts: tuple[float, ...], verdict: str
) -> None:
    figures = [gdp(area, value) for area, value in zip(PARTS, parts, strict=False)]
    found = ask(settings, doc("a", gdp(WHOLE, whole)), doc("b", *figures), sql=SQL)
    assert found == [(WHOLE, whole, 3, len(parts), pytest.approx(sum(parts)), verdict)]


def test_what_does_not_add_up_is_not_summed(settings: Settings) -> None:
    def income(area: str, value: float) -> Fig:
        return Fig(area, "income_all", value=value, unit="元")

    assert (
        ask(
            settings,
            doc("a", income(WHOLE, 70000.0), income(PINGYANG, 60000.0), gdp(WHOLE, 9000.0)),
            doc(
                "b",
                Fig(PINGYANG, measure="growth", value=5.0, unit="%"),
                gdp(PINGYANG, 1.0, "2022"),
            ),
            sql=SQL,
        )
        == []
    )


def test_only_the_parts_of_that_year_count(settings: Settings) -> None:
    """龙港 was cut out of 苍南 in 2019: before that there are two parts here, not three."""
    found = ask(
        settings,
        doc("a", gdp(WHOLE, 800.0, "2018"), gdp(PINGYANG, 500.0, "2018")),
        doc("b", gdp(CANGNAN, 300.0, "2018")),
        sql=SQL,
    )
    assert found == [(WHOLE, 800.0, 2, 2, 800.0, "agrees")]
