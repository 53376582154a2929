"""Accounting identities: both ways, at the edge of rounding, and the file they are declared in."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.evidence.identities import Form, Identity, load_identities
from flows.evidence.weigh import half_unit
from flows.gate.measure.gaps import measure_gaps
from flows.model import paths
from flows.model.errors import GateError
from tests.gate_support import PEOPLE, SECTORS, SHARES, Fig, but, measure, measured

EVERY = {each.column: each for each in load_identities(paths.EXPECTATIONS)}
IDENTITIES = {column: each for column, each in EVERY.items() if "gate" in each.asked}
TRADE = (Fig("trade_total", "59.97"), Fig("exports", "57.30"), Fig("imports", "2.67"))


def gap(column: str, *figures: Fig) -> float:
    (found,) = measured(figures)[column].drop_nulls()
    return float(found)


#: An identity, figures for which it holds, and one figure that breaks it.
CASES = [
    ("sectors_sum_gap", SECTORS, Fig("gdp_secondary", "335.47")),
    ("shares_sum_gap", SHARES, Fig("gdp_tertiary_share", "45.9")),
    ("primary_share_gap", (*SECTORS, SHARES[0]), Fig("gdp_primary_share", "3.8")),
    ("secondary_share_gap", (*SECTORS, SHARES[1]), Fig("gdp_secondary_share", "42.7")),
    ("tertiary_share_gap", (*SECTORS, SHARES[2]), Fig("gdp_tertiary_share", "45.9")),
    ("natural_growth_gap", PEOPLE, Fig("natural_growth_rate", "1.53")),
    ("trade_sum_gap", TRADE, Fig("imports", "26.7")),
    ("exports_part_gap", TRADE, Fig("exports", "573.0")),
    ("imports_part_gap", TRADE, Fig("imports", "267.0")),
    ("primary_part_gap", SECTORS, Fig("gdp_primary", "2330")),
    ("secondary_part_gap", SECTORS, Fig("gdp_secondary", "33574")),
    ("tertiary_part_gap", SECTORS, Fig("gdp_tertiary", "35277")),
    (
        "industry_part_gap",
        (Fig("gdp_secondary", "335.74"), Fig("industrial_va", "290.1")),
        Fig("industrial_va", "390.1"),
    ),
    (
        "tax_part_gap",
        (Fig("budget_revenue", "49.31"), Fig("tax_revenue", "40.02")),
        Fig("tax_revenue", "50.02"),
    ),
    (
        "per_head_gap",
        (
            Fig("gdp", "711.81"),
            Fig("resident_population", "87.1"),
            Fig("gdp_per_capita", "81959"),
        ),
        Fig("gdp_per_capita", "91959"),
    ),
    (
        "per_head_scale_gap",
        (
            Fig("gdp", "711.81"),
            Fig("resident_population", "87.1"),
            Fig("gdp_per_capita", "81959"),
        ),
        Fig("resident_population", "871"),
    ),
    (
        "income_order_gap",
        (Fig("income_urban", "65432"), Fig("income_rural", "38765")),
        Fig("income_rural", "83765"),
    ),
    (
        "rural_income_gap",
        (Fig("income_all", "54321"), Fig("income_rural", "38765")),
        Fig("income_rural", "58765"),
    ),
    (
        "urban_income_gap",
        (Fig("income_all", "54321"), Fig("income_urban", "65432")),
        Fig("income_all", "74321"),
    ),
]


@pytest.mark.parametrize(("column", "figures", "broken"), CASES)
def test_an_identity_holds_for_sound_figures_and_fails_for_a_wrong_one(
    column: str, figures: tuple[Fig, ...], broken: Fig
) -> None:
    assert abs(gap(column, *figures)) <= 1
    assert abs(gap(column, *but(figures, broken))) > 1


def test_every_identity_of_the_file_is_tested_both_ways() -> None:
    assert {column for column, _, _ in CASES} == set(IDENTITIES)


@pytest.mark.parametrize(
    ("shares", "holds"),
    [
        (("3.3", "47.2", "49.5"), True),
        (("3.3", "47.2", "49.6"), True),  # 100.1 is what rounding of three makes
        (("3.3", "47.2", "49.4"), True),
        (("3.3", "47.2", "49.7"), False),  # 100.2 it cannot make
        (("7", "38.1", "54.9"), True),  # a share without a point hides half a unit
        (("7", "38.1", "55.5"), True),  # 100.6: 0.5 + 0.05 + 0.05, just
        (("7", "38.1", "55.6"), False),
    ],
)
def test_shares_may_miss_100_by_what_rounding_explains(
    shares: tuple[str, str, str], holds: bool
) -> None:
    names = ("gdp_primary_share", "gdp_secondary_share", "gdp_tertiary_share")
    found = gap("shares_sum_gap", *map(Fig, names, shares))
    assert (abs(found) <= 1) == holds


@pytest.mark.parametrize(
    ("gdp", "holds"), [("711.83", True), ("711.84", False), ("711.79", True), ("711.78", False)]
)
def test_sectors_may_miss_gdp_by_half_a_unit_of_each(gdp: str, holds: bool) -> None:
    assert (abs(gap("sectors_sum_gap", *but(SECTORS, Fig("gdp", gdp)))) <= 1) == holds


def test_whole_ten_thousands_may_miss_by_two_of_them() -> None:
    def printed(gdp: str) -> list[Fig]:
        texts = {"gdp": gdp, "gdp_primary": "57116", "gdp_secondary": "445964"}
        texts["gdp_tertiary"] = "448355"
        return [Fig(name, text, factor=1e-4, shift=4) for name, text in texts.items()]

    assert abs(gap("sectors_sum_gap", *printed("951435"))) <= 1
    assert abs(gap("sectors_sum_gap", *printed("951437"))) <= 1
    assert abs(gap("sectors_sum_gap", *printed("951438"))) > 1


def test_members_of_two_releases_areas_or_periods_make_no_identity() -> None:
    first, *rest = SECTORS
    for other in (
        Fig(first.name, first.text, release="other"),
        Fig(first.name, first.text, area="330327"),
        Fig(first.name, first.text, period="2022"),
    ):
        assert measured([other, *rest])["sectors_sum_gap"].count() == 0


def test_a_figure_without_a_value_makes_no_identity() -> None:
    figures = but(SECTORS, Fig("gdp_primary", "", valued=False))
    found = measure(figures)
    assert found.table["sectors_sum_gap"].count() == 0
    assert found.applicable["sectors_sum_gap"] == 0


def test_the_cells_that_have_all_members_are_counted_apart() -> None:
    other = [Fig(each.name, each.text, period="2022") for each in SECTORS[1:]]
    found = measure([*SECTORS, *other])
    assert found.applicable["sectors_sum_gap"] == 1
    assert found.table["sectors_sum_gap"].count() == 1


def test_a_zero_below_the_line_is_a_gap_and_no_error() -> None:
    figures = (Fig("gdp", "0"), Fig("gdp_primary", "23.30"), Fig("gdp_primary_share", "3.3"))
    assert abs(gap("primary_share_gap", *figures)) > 1


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(EVERY)),
    st.lists(st.integers(1, 99_999), min_size=7, max_size=7),
    st.lists(st.integers(0, 3), min_size=7, max_size=7),
)
def test_one_cell_is_judged_as_a_million_are(
    column: str, digits: list[int], decimals: list[int]
) -> None:
    identity = EVERY[column]
    values = {
        name: (digits[at] / 10 ** decimals[at], half_unit(decimals[at]))
        for at, name in enumerate(identity.members)
    }
    members = {
        name: pl.DataFrame({"cell": [0], "row": [0], "value": [value], "half": [half]})
        for name, (value, half) in values.items()
    }
    assert measure_gaps(identity, members)[identity.column][0] == pytest.approx(
        identity.gap(values)
    )


@given(st.sampled_from(sorted(EVERY)), st.integers(0, 3))
def test_the_value_that_the_others_ask_for_makes_it_hold(column: str, at: int) -> None:
    identity = EVERY[column]
    values = {name: (10.0 + place, 0.005) for place, name in enumerate(identity.members)}
    name = identity.members[min(at, len(identity.members) - 1)]
    asked = identity.solve(name, values)
    if identity.form in (Form.GROWTH, Form.BETWEEN) and name != identity.left:
        assert asked is None
        return
    if identity.form is Form.BETWEEN:
        return
    assert asked is not None
    assert identity.holds(values | {name: (asked, 0.005)})


def write(folder: Path, line: str) -> Path:
    head = "name,formula,slack,digits,points,asked,says"
    (folder / "identities.csv").write_text(f"{head}\n{line}\n")
    return folder


def test_a_formula_of_ones_own_is_read(tmp_path: Path) -> None:
    line = "x-y,loans <= 0.5 * deposits - exports,0.1,0,2,gate,why"
    (own,) = load_identities(write(tmp_path, line))
    assert own == Identity(
        name="x-y",
        formula="loans <= 0.5 * deposits - exports",
        left="loans",
        form=Form.AT_MOST,
        terms=((0.5, "deposits"), (-1.0, "exports")),
        divisor=None,
        slack=0.1,
        digits=0.0,
        points=2.0,
        asked=frozenset({"gate"}),
        says="why",
    )
    assert own.column == "x_y_gap"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("x,loans deposits,0,0,0,gate,", "has no =, <= or between"),
        ("x,loans = deposits exports,0,0,0,gate,", "cannot be read from 'exports' on"),
        ("x,loans = deposits /,0,0,0,gate,", "has no whole right side"),
        ("x,loans = loans + deposits,0,0,0,gate,", "names a member twice"),
        ("x,loans = deposits,much,0,0,gate,", "not a number"),
        ("x,1.2.3 = deposits,0,0,0,gate,", "not a number"),
        ("x,loans = deposits,-1,0,0,gate,", "must not be below zero"),
        ("x,loans = deposits,0,0,0,gates,", "must name gate, reader or both"),
        ("X,loans = deposits,0,0,0,gate,", "must be in kebab case"),
        ("x,loans between deposits,0,0,0,gate,", "has no two ends"),
        ("x,loans:growth = growth of 2 * deposits,0,0,0,gate,", "a plain sum of levels"),
    ],
)
def test_a_formula_that_cannot_be_read_is_named_with_file_and_line(
    tmp_path: Path, line: str, says: str
) -> None:
    with pytest.raises(GateError, match=r"identities\.csv:2") as raised:
        load_identities(write(tmp_path, line))
    assert says in str(raised.value)


def test_identities_with_other_columns_are_refused(tmp_path: Path) -> None:
    (tmp_path / "identities.csv").write_text("name,formula\nx,a = b\n")
    with pytest.raises(GateError, match="columns must be"):
        load_identities(tmp_path)
    (tmp_path / "identities.csv").unlink()
    with pytest.raises(GateError, match="cannot be read"):
        load_identities(tmp_path)
