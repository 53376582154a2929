"""Every factor, year and day of the catalogue at its edge, by another way than the catalogue's."""

from __future__ import annotations

import calendar
import csv
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

import duckdb
import polars as pl
import pytest

from flows.catalog import load_catalog
from flows.catalog.units import Units, power_of_ten, scale
from flows.harmonise.units import resolve_units
from flows.model import paths
from tests.harmonise_support import figure, harmonised

CATALOG = load_catalog()
PLACES = CATALOG.gazetteer

#: What the words before a unit multiply it by.
POWERS = {
    "百": 2, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "百亿": 10, "千亿": 11, "万亿": 12,
}  # fmt: skip
#: Units that are neither their own base nor such a word before another unit.
PINNED: dict[str, tuple[str, int | Fraction]] = {
    "元人民币": ("元", 1), "人民币元": ("元", 1), "名": ("人", 1),
    "公斤": ("吨", Fraction(1, 1000)), "斤": ("吨", Fraction(1, 2000)),
    "克": ("吨", Fraction(1, 10**6)), "毫克": ("吨", Fraction(1, 10**9)), "担": ("吨", Fraction(1, 20)),
    "吨标煤": ("吨标准煤", 1), "吨标煤/万元": ("吨标准煤/万元", 1),
    "千克/亩": ("公斤/亩", 1), "千克/公顷": ("公斤/公顷", 1),
    "‰": ("%", Fraction(1, 10)), "‱": ("%", Fraction(1, 100)), "％": ("%", 1), "﹪": ("%", 1),
    "个百分点": ("百分点", 1), "个千分点": ("千分点", 1), "基点": ("个基点", 1), "个位次": ("位次", 1),
    "亩": ("平方米", Fraction(2000, 3)), "公顷": ("平方米", 10**4),
    "平方公里": ("平方米", 10**6), "平方千米": ("平方米", 10**6), "㎡": ("平方米", 1), "m²": ("平方米", 1),
    "㎢": ("平方米", 10**6), "km²": ("平方米", 10**6),
    "方": ("立方米", 1), "立方": ("立方米", 1), "m³": ("立方米", 1),
    "升": ("立方米", Fraction(1, 1000)), "毫升": ("立方米", Fraction(1, 10**6)), "吨/天": ("吨/日", 1),
    "公里": ("米", 1000), "里": ("米", 500), "海里": ("米", 1852),
    "厘米": ("米", Fraction(1, 100)), "毫米": ("米", Fraction(1, 1000)),
    "度": ("千瓦时", 1), "兆瓦时": ("千瓦时", 1000), "kWh": ("千瓦时", 1),
    "兆瓦": ("千瓦", 1000), "瓦": ("千瓦", Fraction(1, 1000)), "兆伏安": ("千伏安", 1000),
    "TEU": ("标准箱", 1), "标箱": ("标准箱", 1), "分钟": ("小时", Fraction(1, 60)),
    "℃": ("摄氏度", 1), "°C": ("摄氏度", 1),
    "微克/立方米": ("毫克/立方米", Fraction(1, 1000)), "μg/m³": ("毫克/立方米", Fraction(1, 1000)),
    "ug/m3": ("毫克/立方米", Fraction(1, 1000)), "mg/m³": ("毫克/立方米", 1),
    "微克每立方米": ("毫克/立方米", Fraction(1, 1000)), "人/平方千米": ("人/平方公里", 1),
    "TB": ("GB", 2**10), "PB": ("GB", 2**20), "MB": ("GB", Fraction(1, 2**10)), "Gbps": ("Mbps", 1000),
    "周岁": ("岁", 1), "标准台": ("标台", 1),
}  # fmt: skip


def worth(unit: str, base: str) -> Fraction:
    """What a unit is worth in its base by the words that it is made of."""
    if unit == base:
        return Fraction(1)
    if unit in PINNED:
        pinned, factor = PINNED[unit]
        assert pinned == base, unit
        return Fraction(factor)
    power = next(word for word in sorted(POWERS, key=len, reverse=True) if unit.startswith(word))
    return Fraction(10) ** POWERS[power] * worth(unit.removeprefix(power), base)


def rows_of(file: str) -> list[dict[str, str]]:
    with (paths.CATALOG / file).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_every_unit_is_worth_what_its_words_say() -> None:
    units = Units(CATALOG.units)
    rows = rows_of("units.csv")
    assert len(rows) > 500
    for row in rows:
        unit, base = row["unit_text"], row["base"]
        factor = units.factor(unit, base)
        assert factor is not None
        # 亩 and 分钟 are no finite decimals; all others are exact.
        exact = worth(unit, base)
        assert abs(factor / exact - 1) < Fraction(1, 10**15), f"{unit} is {exact} {base}"
        if exact.denominator % 3:
            assert factor == exact, unit


@pytest.mark.parametrize(
    ("unit", "into", "factor"),
    [
        ("万亿元", "亿元", 10_000), ("千亿元", "亿元", 1_000), ("百亿元", "亿元", 100),
        ("亿元", "亿元", 1), ("千万元", "亿元", 0.1), ("百万元", "亿元", 0.01), ("万元", "亿元", 0.0001),
        ("千元", "亿元", 0.00001), ("元", "亿元", 0.00000001), ("亿", "亿元", 1), ("万亿", "亿元", 10_000),
        ("万元", "元", 10_000), ("千元", "元", 1_000), ("亿人", "万人", 10_000), ("人", "万人", 0.0001),
        ("百万人", "万人", 100), ("亿斤", "万吨", 5), ("亿公斤", "万吨", 10), ("‰", "%", 0.1),
    ],
)  # fmt: skip
def test_a_unit_is_scaled_into_another_one(unit: str, into: str, factor: float) -> None:
    assert scale(unit, into) == factor


@pytest.mark.parametrize(
    ("unit", "into"), [("亿美元", "亿元"), ("百分点", "%"), ("亿", "万人"), ("贯", "元")]
)
def test_what_differs_in_meaning_is_not_scaled(unit: str, into: str) -> None:
    with pytest.raises(KeyError):
        scale(unit, into)


@pytest.mark.parametrize("power", [-20, -9, -1, 0, 1, 8, 12, 20])
def test_powers_of_ten_are_known_as_such(power: int) -> None:
    assert power_of_ten(Fraction(10) ** power) == power
    assert power_of_ten(Fraction(10) ** power * 2) is None
    assert power_of_ten(Fraction(10) ** power * Fraction(2000, 3)) is None


@pytest.mark.parametrize(
    ("text", "unit", "indicator", "value", "decimals"),
    [
        ("1.2", "万亿元", "gdp", 12_000.0, -3),
        ("711.81", "亿元", "gdp", 711.81, 2),
        # Up to 2**53 the digits are a whole number that a float holds; above it 15 are kept.
        ("45035996273704.97", "亿元", "gdp", 45035996273704.97, 2),
        ("90071992547409.97", "亿元", "gdp", 90071992547410.0, 2),
        ("7118145", "万元", "gdp", 711.8145, 4),
        ("8.1959", "万元", "gdp_per_capita", 81_959.0, 0),
        ("86.4", "万人", "resident_population", 86.4, 1),
        ("864035", "人", "resident_population", 86.4035, 4),
        ("3.5", "亿斤", "grain_output", 17.5, 0),
    ],
)
def test_an_observation_has_the_unit_of_its_indicator_and_its_known_digits(
    text: str, unit: str, indicator: str, value: float, decimals: int
) -> None:
    result = harmonised([figure(value_text=text, unit_text=unit, indicator=indicator)])
    row = result.observations.row(0, named=True)
    assert (row["obs_value"], row["decimals"]) == (value, decimals)
    assert row["unit_measure"] == CATALOG.indicators[indicator].unit_measure


def test_every_unit_converts_into_every_indicator_of_its_base_and_into_no_other() -> None:
    bases = {row["unit_text"]: row["base"] for row in rows_of("units.csv")}
    asked = [(code, "level", unit) for code in CATALOG.indicators for unit in bases]
    schema = {"indicator": pl.String, "measure": pl.String, "unit_text": pl.String}
    found = resolve_units(pl.DataFrame(asked, schema=schema, orient="row"), CATALOG)
    for code, _, unit, kept, factor, shift, rule, _ in found.iter_rows():
        indicator_unit = CATALOG.indicators[code].unit_measure
        assert kept == indicator_unit
        if bases[unit] != bases[indicator_unit]:
            assert (factor, rule) == (None, "wrong-unit")
            continue
        expected = worth(unit, bases[unit]) / worth(indicator_unit, bases[unit])
        assert factor == pytest.approx(float(expected), rel=1e-15)
        assert rule is None
        assert (shift is not None) == (expected in {Fraction(10) ** n for n in range(-20, 21)})


#: Code -> name, parent, first year and the first in which it is no longer so.
REGISTER: dict[str, list[tuple[str, str | None, int, int]]] = {}
for _row in rows_of("areas.csv"):
    REGISTER.setdefault(_row["ref_area"], []).append(
        (
            _row["name_zh"],
            _row["parent"] or None,
            int(_row["valid_from"]),
            int(_row["valid_to"] or 9999),
        )
    )


def entry(code: str, year: int) -> tuple[str, str | None] | None:
    """Name and parent of a code in a year, by the register."""
    rows = [(name, parent) for name, parent, start, end in REGISTER[code] if start <= year < end]
    assert len(rows) <= 1
    return rows[0] if rows else None


def edges() -> Iterator[tuple[str, int]]:
    """Each code in the years before, in and after each of its turns."""
    for code, rows in REGISTER.items():
        for _, _, start, end in rows:
            yield from ((code, year) for year in (start - 1, start, end - 1, end) if year < 9998)


def test_every_area_has_its_name_and_parent_from_its_first_year_to_its_last() -> None:
    walked = sorted(set(edges()))
    assert len(walked) > 8_000
    for code, year in walked:
        life = PLACES.life(code, year)
        known = entry(code, year)
        assert (life and (life.name, life.parent)) == known, (code, year)
        assert (PLACES.resolve(code, year, None) == code) == (known is not None), (code, year)


def test_an_official_name_within_its_parent_is_the_areas_in_its_years_alone() -> None:
    holders: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
    for code, rows in REGISTER.items():
        for name, parent, start, end in rows:
            if parent is not None:
                holders.setdefault((name, parent), []).append((code, start, end))
    for (name, parent), spans in holders.items():
        for _, start, end in spans:
            for year in (start - 1, start, end - 1, end):
                codes = {code for code, first, until in spans if first <= year < until}
                if year >= 9998 or (not codes and entry(parent, year) is None):
                    continue
                found = PLACES.resolve(name, year, parent)
                if codes:
                    assert {found} == codes, (name, parent, year)
                else:
                    assert found not in {code for code, *_ in spans if entry(code, year) is None}


#: Group, first day on which it holds, first on which it no longer does.
DAYS = (
    ("zhejiang-mountain-26", date(2021, 1, 1), date(2024, 8, 1), 26),
    ("longpingcang", date(2019, 1, 1), None, 3),
)


@pytest.mark.parametrize(("group", "since", "until", "members"), DAYS)
def test_a_group_holds_from_its_first_day_until_the_day_before_its_last(
    group: str, since: date, until: date | None, members: int
) -> None:
    """By the model that asks: the members at the end of each month around the two days."""
    months = [month_of(since, -1), month_of(since, 0)]
    if until is not None:
        months += [month_of(until, -1), month_of(until, 0)]
    counted = count_members(group, months)
    for month in months:
        year, number = (int(part) for part in month.split("-"))
        day = date(year, number, calendar.monthrange(year, number)[1])
        holds = since <= day and (until is None or day < until)
        assert counted.get(month, 0) == (members if holds else 0), month
    assert sum(1 for month in months if counted.get(month)) == len(months) // 2


def test_the_members_of_a_group_by_level_turn_at_new_year() -> None:
    rows = {
        code: (start, end)
        for code, start, end in CATALOG.groups.filter(group_id="zhejiang-counties")
        .select("ref_area", "valid_from", "valid_to")
        .iter_rows()
    }
    assert rows["330383"] == (date(2019, 1, 1), None)  # 龙港市
    assert rows["330184"] == (date(1994, 1, 1), date(2001, 1, 1))  # 余杭市
    assert count_members("zhejiang-counties", ["2018", "2019"], "330383") == {"2019": 1}
    assert count_members("zhejiang-counties", ["2000", "2001"], "330184") == {"2000": 1}


def month_of(day: date, after: int) -> str:
    """The month of a day, or the one before it."""
    return f"{day + timedelta(days=after):%Y-%m}"


def test_the_last_day_of_a_membership_is_the_one_before_valid_to() -> None:
    july = pl.DataFrame([{"group_id": "g", "ref_area": "330326", "valid_from": date(2021, 7, 31)}])
    for until, holds in ((date(2024, 7, 31), False), (date(2024, 8, 1), True)):
        groups = july.with_columns(valid_to=pl.lit(until))
        assert count_members("g", ["2024-07"], groups=groups) == ({"2024-07": 1} if holds else {})
    groups = july.with_columns(valid_to=pl.lit(None, pl.Date))
    assert count_members("g", ["2021-06", "2021-07"], groups=groups) == {"2021-07": 1}


def count_members(
    group: str,
    periods: list[str],
    code: str | None = None,
    groups: pl.DataFrame = CATALOG.groups,
) -> dict[str, int]:
    with duckdb.connect() as connection:
        connection.execute((paths.SQL / "macros/period_end.sql").read_text(encoding="utf-8"))
        connection.register("area", CATALOG.areas.to_arrow())
        connection.register("area_group", groups.to_arrow())
        connection.execute("CREATE TABLE latest_vintage (time_period VARCHAR)")
        connection.execute("CREATE TABLE quarantine (time_period VARCHAR)")
        connection.executemany("INSERT INTO latest_vintage VALUES (?)", [[p] for p in periods])
        model = (paths.SQL / "models/group_member.sql").read_text(encoding="utf-8")
        rows = connection.execute(
            f"SELECT time_period, count(*) FROM ({model}) "
            "WHERE group_id = ? AND (? IS NULL OR ref_area = ?) GROUP BY time_period",
            [group, code, code],
        ).fetchall()
    return dict(rows)
