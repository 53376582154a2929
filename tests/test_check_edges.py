"""Every factor, tolerance and threshold of the checker, just inside and just outside its edge.

The numbers here are written down a second time, on purpose: a bound that is changed in the code
alone fails a test. Values of units come from the Chinese numerals, not from our tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from flows.ask.check.claims import find_claims
from flows.ask.check.claims.numbers import Units
from flows.ask.check.claims.vocabulary import load_vocabulary
from flows.ask.check.nouns import ArticleClaim, ClaimKind, Comparator, JudgedClaim, Proof
from flows.ask.check.verdicts import KnownFigures, judge_claims
from flows.ask.check.verdicts.agreement import agrees, find_rounding
from flows.ask.check.verdicts.known import KnownFigure, LeaguePlace
from flows.ask.check.verdicts.likelihood import list_evidence
from flows.catalog import load_catalog
from flows.model.measure import Measure

CATALOG = load_catalog()
DAY = date(2024, 2, 8)
PINGYANG, YONGJIA = "330326", "330324"
CLAIM = ArticleClaim(
    kind=ClaimKind.VALUE,
    text="",
    locator="char:0-1",
    printed="100亿元",
    value=100.0,
    decimals=0,
    unit_measure="亿元",
    indicator="gdp",
    measure=Measure.LEVEL,
    ref_area=PINGYANG,
    area_text="平阳县",
    time_period="2023",
)


def figure(
    value: float,
    indicator: str = "gdp",
    year: str = "2023",
    *,
    area: str = PINGYANG,
    measure: str = "level",
    unit: str = "亿元",
    decimals: int = 2,
    latest: bool = True,
) -> KnownFigure:
    proof = Proof(
        area, indicator, measure, year, value, unit, "release", "公报", "https://example.org", None,
        "char:0-1", f"{value}", None,
    )  # fmt: skip
    return KnownFigure(proof, decimals, latest)


class Known(KnownFigures):
    """Figures that a test makes up, in place of a publication."""

    def __init__(
        self,
        figures: Iterable[KnownFigure] = (),
        place: LeaguePlace | None = None,
        peers: tuple[int, float, float] = (0, 0.0, 0.0),
    ) -> None:
        self.catalog, self.place, self.peers = CATALOG, place, peers
        self._figures: dict[tuple[str, str, str, str], list[KnownFigure]] = {}
        for each in figures:
            proof = each.proof
            key = proof.ref_area, proof.indicator, proof.measure, proof.time_period
            self._figures.setdefault(key, []).append(each)

    def find_place(self, *_: str | None) -> LeaguePlace | None:
        return self.place

    def measure_peers(self, *_: object) -> tuple[int, float, float]:
        return self.peers


def judged(known: KnownFigures, **changes: object) -> JudgedClaim:
    (one,) = judge_claims([replace(CLAIM, **changes)], known)  # type: ignore[arg-type]
    return one


def verdict(known: KnownFigures, **changes: object) -> str:
    return str(judged(known, **changes).verdicts[0])


# --- units ---------------------------------------------------------------------------------------

WAN, YI = Decimal(10) ** 4, Decimal(10) ** 8
#: What a printed unit of money is worth in 元, by the numerals in it.
MONEY = {"万亿元": WAN * YI, "万亿": WAN * YI, "亿元": YI, "亿": YI, "万元": WAN}


@pytest.mark.parametrize("unit", MONEY)
@pytest.mark.parametrize("printed", ["711.81", "3", "12.5"])
def test_an_amount_is_worth_what_its_numerals_say(unit: str, printed: str) -> None:
    (claim,) = find_claims(f"2023年平阳县GDP{printed}{unit}。", CATALOG, published_on=DAY)
    exact = Decimal(printed) * MONEY[unit] / YI
    assert claim.value == pytest.approx(float(exact), rel=1e-12)
    step = Decimal(10) ** -claim.decimals  # one in the last printed digit
    assert step == Decimal(1).scaleb(-len(printed.partition(".")[2])) * MONEY[unit] / YI


@pytest.mark.parametrize("unit", MONEY)
def test_an_amount_that_lost_its_point_is_mended_in_its_unit(unit: str) -> None:
    (claim,) = find_claims(f"2023年平阳县GDP71181{unit}。", CATALOG, published_on=DAY)
    exact = float(Decimal("711.81") * MONEY[unit] / YI)
    assert any(value == pytest.approx(exact, rel=1e-12) for value, _ in claim.candidates)


@pytest.mark.parametrize("unit", MONEY)
@pytest.mark.parametrize(("kept", "worth"), [("亿元", YI), ("万元", WAN), ("元", Decimal(1))])
def test_powers_between_units_of_money_are_those_of_the_numerals(
    unit: str, kept: str, worth: Decimal
) -> None:
    assert Decimal(10) ** Units.from_catalog(CATALOG).power(unit, kept) == MONEY[unit] / worth


@pytest.mark.parametrize("unit", ["元", "人", "万人", "万吨", "%", "‰", "美元", "亿美元", None])
def test_what_is_no_amount_in_yuan_has_no_power(unit: str | None) -> None:
    assert Units.from_catalog(CATALOG).power(unit) == 0


def test_income_in_wan_yuan_is_ten_thousand_times_as_much() -> None:
    text = "去年平阳县城镇、农村居民人均可支配收入分别为6.9万元和3.5万元。"
    found = find_claims(text, CATALOG, published_on=DAY)
    assert [(one.value, one.decimals, one.unit_measure) for one in found] == [
        (69000.0, -3, "元"), (35000.0, -3, "元"),
    ]  # fmt: skip


# --- how far a print reaches ---------------------------------------------------------------------

EPS = 1e-6


@pytest.mark.parametrize(
    ("changes", "half", "edge", "upwards"),
    [
        # Exact: half a unit of the last printed digit, or of the known figure's, if that is coarser.
        ({"value": 711.8, "decimals": 1}, 0.005, 711.85, True),
        ({"value": 711.8, "decimals": 1}, 0.005, 711.75, False),
        ({"value": 711.8, "decimals": 1}, 0.5, 712.3, True),
        ({"value": 700.0, "decimals": 0}, 0.005, 700.5, True),
        ({"value": 700.0, "decimals": -2}, 0.005, 750.0, True),
        # At most: the known figure's own half unit beside.
        ({"value": 700.0, "comparator": Comparator.AT_MOST}, 0.5, 700.5, True),
        # At least: the known figure may be half a unit below.
        ({"value": 700.0, "comparator": Comparator.AT_LEAST}, 0.5, 699.5, False),
        # About: a twentieth of an amount …
        ({"value": 100.0, "comparator": Comparator.ABOUT}, 0.005, 105.005, True),
        ({"value": 100.0, "comparator": Comparator.ABOUT}, 0.005, 94.995, False),
        ({"value": 2.0, "decimals": 0, "comparator": Comparator.ABOUT}, 0.005, 2.505, True),
        # … of a rate half a point, or a hundredth of it.
        ({"value": 8.0, "decimals": 1, "unit_measure": "%", "comparator": Comparator.ABOUT},
         0.05, 8.55, True),
        ({"value": 80.0, "decimals": 1, "unit_measure": "%", "comparator": Comparator.ABOUT},
         0.05, 80.85, True),
        ({"value": 8.0, "decimals": 1, "unit_measure": "‰", "comparator": Comparator.ABOUT},
         0.005, 8.505, True),
    ],
)  # fmt: skip
def test_a_print_reaches_as_far_as_its_words_say(
    changes: dict[str, object], half: float, edge: float, upwards: bool
) -> None:
    claim = replace(CLAIM, **changes)  # type: ignore[arg-type]
    outside = EPS if upwards else -EPS
    assert agrees(claim, edge - outside, half)
    assert not agrees(claim, edge + outside, half)


@pytest.mark.parametrize(
    ("printed", "value", "below"),
    [
        ("500多亿元", 500.0, 600.0), ("20余亿元", 20.0, 30.0), ("1000几亿元", 1000.0, 2000.0),
        ("7多亿元", 7.0, 8.0), ("640多亿元", 640.0, 740.0),
    ],
)  # fmt: skip
def test_many_more_than_is_less_than_one_more_of_the_first_digit(
    printed: str, value: float, below: float
) -> None:
    claim = replace(CLAIM, printed=printed, value=value, comparator=Comparator.AT_LEAST)
    half = 0.005
    assert agrees(claim, value - half, half)
    assert not agrees(claim, value - half - EPS, half)
    assert agrees(claim, below + half - EPS, half)
    assert not agrees(claim, below + half, half)
    plain = replace(claim, printed=printed[:-3] + "亿元以上")
    assert agrees(plain, 10 * below, half)


@pytest.mark.parametrize(
    ("printed", "value", "known", "place"),
    [
        # Two zeros at least.
        ("89000", 89000.0, 88954.0, 1000.0), ("88900", 88900.0, 88949.9, 100.0),
        ("88900", 88900.0, 88950.1, None), ("88950", 88950.0, 88954.0, None),
        # Half of the place, and no further.
        ("88000", 88000.0, 88499.9, 1000.0), ("88000", 88000.0, 88500.1, None),
        ("88000", 88000.0, 87500.1, 1000.0), ("88000", 88000.0, 87499.9, None),
        # One per cent, where that is less: half of 1000 is more than 1 % of 12,000.
        ("12000", 12000.0, 12119.9, 1000.0), ("12000", 12000.0, 12120.1, None),
        # Two digits are kept, of a mark three.
        ("8900000", 8900000.0, 8949999.0, 100000.0), ("900000", 900000.0, 900499.9, 1000.0),
        ("900000", 900000.0, 900500.1, None), ("90000", 90000.0, 90049.9, 100.0),
        ("90000", 90000.0, 90050.1, None), ("9000", 9000.0, 9001.0, None),
    ],
)  # fmt: skip
def test_a_rounding_ends_where_it_is_said_to(
    printed: str, value: float, known: float, place: float | None
) -> None:
    claim = replace(CLAIM, printed=f"{printed}元", value=value, unit_measure="元")
    assert find_rounding(claim, known) == place


# --- figures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "value", "expected"),
    [
        ("47亿元", 47.0, "contradicted"),  # two digits fit by chance
        ("470亿元", 470.0, "contradicted"),
        ("0.47亿元", 0.47, "contradicted"),
        ("47.2亿元", 47.2, "mislabelled"),
        ("4720亿元", 4720.0, "mislabelled"),
        ("407亿元", 407.0, "mislabelled"),
    ],
)
def test_a_label_is_called_wrong_from_three_digits_on(
    printed: str, value: float, expected: str
) -> None:
    known = Known([figure(711.81), figure(value, "industrial_va")])
    decimals = len(printed.removesuffix("亿元").partition(".")[2])
    assert verdict(known, printed=printed, value=value, decimals=decimals) == expected


def test_a_label_is_not_called_wrong_where_two_others_fit() -> None:
    known = Known([figure(9.0), figure(47.2, "industrial_va"), figure(47.2, "budget_revenue")])
    assert verdict(known, printed="47.2亿元", value=47.2, decimals=1) == "contradicted"


@pytest.mark.parametrize(
    ("asked", "sure", "expected"),
    [
        # 47.2 of 100: a tenth is printed, so 0.05 is hidden by it, or by the rounding of both values.
        (47.25, True, "supported"), (47.26, True, "unverifiable"),
        (48.2, True, "unverifiable"), (46.2, True, "unverifiable"),
        (48.21, True, "contradicted"), (46.19, True, "contradicted"), (48.21, False, "unverifiable"),
    ],
)  # fmt: skip
def test_a_computed_share_is_near_within_one_point(asked: float, sure: bool, expected: str) -> None:
    known = Known([figure(47.2, "gdp_secondary"), figure(100.0)])
    found = verdict(
        known, kind=ClaimKind.SHARE, indicator="gdp_secondary_share", unit_measure="%", value=asked,
        decimals=2, printed=f"{asked}%", sure=sure,
    )  # fmt: skip
    assert found == expected


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        ([("2022", 699.99)], "supported"),
        ([("2022", 700.0)], "contradicted"),  # reached exactly is passed
        ([("2021", 700.0), ("2022", 650.0)], "contradicted"),
        ([("2021", 650.0)], "unverifiable"),  # of 2022 nothing is known
        ([], "unverifiable"),
    ],
)
def test_a_mark_is_passed_for_the_first_time_only_once(
    earlier: list[tuple[str, float]], expected: str
) -> None:
    known = Known([figure(711.81), *(figure(value, year=year) for year, value in earlier)])
    found = verdict(
        known, kind=ClaimKind.THRESHOLD, comparator=Comparator.AT_LEAST, value=700.0,
        first_time=True, printed="700亿元",
    )  # fmt: skip
    assert found == expected


# --- likelihood ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "misprinted"),
    [
        # 2022 had 900: three times as much is 2700, and the print hides 0.5.
        (2700.5, False), (2700.6, True), (299.5, False), (299.4, True),
    ],
)  # fmt: skip
def test_a_level_is_out_of_scale_at_three_times_its_neighbour(
    value: float, misprinted: bool
) -> None:
    known = Known([figure(900.0, year="2022", decimals=0)])
    found = verdict(known, printed=f"{value}亿元", value=value, candidates=((900.0, 0),))
    assert (found == "misprinted") is misprinted


@pytest.mark.parametrize(
    ("mended", "misprinted"),
    [(1170.0, True), (1171.0, False), (693.0, True), (691.0, False)],
)
def test_a_mended_level_is_within_thirteen_tenths_of_its_neighbour(
    mended: float, misprinted: bool
) -> None:
    known = Known([figure(900.0, year="2022", decimals=0)])
    found = verdict(known, printed="70000亿元", value=70000.0, candidates=((mended, 0),))
    assert (found == "misprinted") is misprinted


@pytest.mark.parametrize(
    ("year", "misprinted"), [("2020", True), ("2019", False), ("2026", True), ("2027", False)]
)
def test_neighbours_are_three_years_away_at_most(year: str, misprinted: bool) -> None:
    known = Known([figure(700.0, year=year)])
    found = verdict(known, printed="7118亿元", value=7118.0, candidates=((711.8, 1),))
    assert (found == "misprinted") is misprinted


@pytest.mark.parametrize(
    ("peers", "value", "misprinted"),
    [
        ((5, 100.0, 700.0), 7118.0, True), ((4, 100.0, 700.0), 7118.0, False),
        ((5, 0.0, 700.0), 7118.0, False),
        # Out of their range is three times the highest, and a third of the lowest.
        ((5, 100.0, 700.0), 2100.0, False), ((5, 100.0, 700.0), 2101.0, True),
        ((5, 300.0, 900.0), 100.0, False), ((5, 300.0, 900.0), 99.0, True),
    ],
)  # fmt: skip
def test_five_peers_say_what_is_usual(
    peers: tuple[int, float, float], value: float, misprinted: bool
) -> None:
    found = verdict(
        Known(peers=peers), printed=f"{value:g}亿元", value=value, candidates=((711.8, 1),)
    )
    assert (found == "misprinted") is misprinted


RATE = sorted(load_vocabulary().rates)[0]


@pytest.mark.parametrize(
    ("measure", "phrase", "low", "high"),
    [
        (Measure.LEVEL, None, 0.0, 100.0), (Measure.SHARE, None, 0.0, 100.0),
        (Measure.TARGET_LEVEL, None, 0.0, 100.0), (Measure.GROWTH, None, -60.0, 100.0),
        (Measure.TARGET_GROWTH, None, -60.0, 100.0), (Measure.LEVEL, RATE, 50.0, 100.0),
    ],
)  # fmt: skip
def test_a_percentage_lies_between_bounds(
    measure: Measure, phrase: str | None, low: float, high: float
) -> None:
    claim = replace(CLAIM, measure=measure, unit_measure="%", phrase=phrase)
    evidence = list_evidence(claim, Known())[-1]
    for half in (0.0, 0.05):  # what rounding hides is allowed beside
        assert evidence.allows(high + half, half)
        assert not evidence.allows(high + half + EPS, half)
        assert evidence.allows(low - half, half)
        assert not evidence.allows(low - half - EPS, half)


def test_a_rate_without_its_point_is_mended_where_one_value_is_usual() -> None:
    rate = {
        "kind": ClaimKind.SHARE, "indicator": None, "unit_measure": "%", "printed": "985%",
        "value": 985.0,
    }  # fmt: skip
    found = judged(Known(), **rate, phrase=RATE)
    assert ([str(each) for each in found.verdicts], found.likely_value) == (["misprinted"], 98.5)
    assert verdict(Known(), **rate, phrase=None) == "unverifiable"  # 98.5 or 9.85


# --- ranks, gains, comparisons -------------------------------------------------------------------


@pytest.mark.parametrize("best", range(1, 5))
@pytest.mark.parametrize("spread", range(3))
@pytest.mark.parametrize("asked", range(1, 7))
@pytest.mark.parametrize("within", [False, True])
def test_a_rank_is_judged_by_each_place_that_is_possible(
    best: int, spread: int, asked: int, within: bool
) -> None:
    possible = set(range(best, best + spread + 1))
    said = set(range(1, asked + 1)) if within else {asked}
    place = LeaguePlace(best, best, best + spread, 24, 26)
    found = judged(
        Known(place=place), kind=ClaimKind.RANK, measure=Measure.RANK, value=float(asked),
        group_id="g", comparator=Comparator.AT_MOST if within else Comparator.EXACT,
    )  # fmt: skip
    if possible <= said:
        expected = "supported"
    elif not possible & said:
        expected = "contradicted"
    else:
        expected = "supported" if best in said else "unverifiable"
    so_far = expected == "supported" and not possible <= said
    assert found.verdicts[0] == expected
    assert found.reason.startswith("as far as figures are held") is so_far


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # 711.81 - 600.51 = 111.30, each known to 0.005; the print hides 0.05: 0.06 in all.
        (111.36, "supported"), (111.37, "contradicted"),
        (111.24, "supported"), (111.23, "contradicted"),
    ],
)  # fmt: skip
def test_a_gain_is_off_by_what_three_roundings_hide(value: float, expected: str) -> None:
    known = Known([figure(711.81), figure(600.51, year="2021")])
    found = verdict(known, kind=ClaimKind.GAIN, span_years=2, value=value, decimals=1, printed="")
    assert found == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(147.42, "supported"), (147.43, "contradicted"), (-147.36, "contradicted")],
)
def test_a_gap_is_off_by_what_three_roundings_hide(value: float, expected: str) -> None:
    known = Known([figure(711.81), figure(564.45, area=YONGJIA)])
    found = verdict(
        known, kind=ClaimKind.COMPARISON, other_area=YONGJIA, value=value, decimals=1,
        printed="高147.4亿元",
    )  # fmt: skip
    assert found == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [(711.80, "unverifiable"), (711.82, "unverifiable"), (711.79, "supported"),
     (711.83, "contradicted")],
)  # fmt: skip
def test_who_is_ahead_by_less_than_the_roundings_is_not_known(other: float, expected: str) -> None:
    known = Known([figure(711.81), figure(other, area=YONGJIA)])
    found = verdict(
        known, kind=ClaimKind.COMPARISON, other_area=YONGJIA, value=None, printed="超过永嘉县",
        comparator=Comparator.AT_LEAST,
    )  # fmt: skip
    assert found == expected


# --- how far words reach -------------------------------------------------------------------------


def last_claim(text: str) -> ArticleClaim | None:
    found = find_claims(text, CATALOG, published_on=DAY)
    return found[-1] if found else None


_GDP = "2023年平阳县GDP711.81亿元"


@pytest.mark.parametrize(
    ("before", "after", "most", "what", "inside"),
    [
        # A name is that of a number 24 characters on, and of a place 40 characters on.
        ("2023年平阳县GDP", "711亿元。", 24, "printed", "711亿元"),
        ("2023年平阳县GDP", "首位，居第3位。", 36, "indicator", "gdp"),
        # What a plan aims at stands within 60 characters: 55 and the name and 2 of the verb.
        ("2024年平阳县力争", "GDP800亿元。", 55, "kind", ClaimKind.TARGET),
        # What is counted stands within 14 characters after a number, within 6 before it.
        ("2023年平阳县引进4个", "项目。", 12, "printed", "4个"),
        ("2023年平阳县引进项目", "4个。", 4, "printed", "4个"),
        # A group (26县) is named within 20 characters before the rank in it.
        (f"{_GDP}，山区26县", "居第3位。", 17, "group_id", "zhejiang-mountain-26"),
        # A sentence's subject may be the city that the first 8 characters name.
        (f"{_GDP}。", "温州市，常住人口87万人。", 8, "ref_area", "330300"),
        # 全省 is the subject where an indicator's name ends within 16 characters.
        (f"{_GDP}，全省", "GDP82553亿元。", 13, "ref_area", "330000"),
    ],
)  # fmt: skip
def test_words_reach_so_far_and_no_further(
    before: str, after: str, most: int, what: str, inside: str
) -> None:
    for length, reached in ((most, True), (most + 1, False)):
        claim = last_claim(before + "甲" * length + after)
        assert (claim is not None and getattr(claim, what) == inside) is reached, length


@pytest.mark.parametrize(("years", "gained"), [(29, True), (30, True), (31, False)])
def test_a_gain_is_over_thirty_years_at_most(years: int, gained: bool) -> None:
    claim = last_claim(f"{_GDP}，{years}年内实现了100亿元的增长。")
    assert claim is not None
    assert (claim.kind is ClaimKind.GAIN and claim.span_years == years) is gained
