"""``gongbao brief``: three sentences on an area, or on each member of a group."""

from __future__ import annotations

import duckdb
import polars as pl

from flows.ask.brief import en, zh
from flows.ask.brief.facts import load_facts
from flows.ask.brief.report import Brief, build_brief
from flows.ask.publication import ask, open_publication
from flows.catalog import Catalog, load_catalog
from flows.catalog.gazetteer import plain_english
from flows.catalog.yamlfile import meant
from flows.model.errors import UsageError
from flows.model.settings import Settings

_NEWEST = (
    "SELECT max(time_period) FROM brief WHERE fact = 'level' AND ref_area IN (SELECT unnest(?))"
)
#: the years of which a brief has a figure; a sector by itself makes no sentence
_KNOWN = """
SELECT DISTINCT time_period FROM brief
WHERE ref_area = ? AND fact IN ('level', 'growth') AND NOT starts_with(indicator, 'gdp_')
ORDER BY time_period
"""
_HELD = """
SELECT value_text, rule FROM quarantine_list
WHERE ref_area = ? AND time_period = ? AND indicator = 'gdp' ORDER BY 1
"""


def write_briefs(
    area: str,
    settings: Settings,
    *,
    year: int | None,
    languages: tuple[str, ...],
    group: str | None,
) -> list[Brief]:
    """Briefs of an area, or of a group's members, by the current publication.

    Without ``year`` it is the newest that has a figure. Raises UsageError for a name that is no
    area's and no group's, or several areas', NothingPublished where nothing is.
    """
    catalog = load_catalog(own=settings.catalog)
    if group is not None and group not in set(catalog.groups["group_id"]):
        remedy = meant(group, catalog.groups["group_id"].unique())
        raise UsageError(f"{group!r} is no group", where="--group", remedy=remedy)
    connection = open_publication(settings)
    try:
        codes, of_group = find_areas(area, catalog, year)
        if year is None:
            [(newest,)] = ask(connection, _NEWEST, codes)
            if newest is None:
                raise UsageError(f"nothing is published of {area}", remedy="gongbao query coverage")
            year = int(newest)
        asked = group or of_group
        order = [asked] if asked else _list_groups(catalog)
        made = [
            _write_brief(connection, catalog, code, str(year), order, languages) for code in codes
        ]
    finally:
        connection.close()
    return made


def find_areas(name: str, catalog: Catalog, year: int | None) -> tuple[list[str], str | None]:
    """The codes that ``name`` stands for in ``year`` (None: today), and the group where it is one.

    A name that holds in the year comes before one that only held in another; an area that is known,
    but not in that year, is found all the same. Raises UsageError for a
    name that nothing has, or that several areas have.
    """
    groups = catalog.groups.select("group_id", "name_zh", "name_en").unique(maintain_order=True)
    for group_id, name_zh, name_en in groups.iter_rows():
        if name in (group_id, name_zh) or plain_english(name) == plain_english(name_en):
            members = catalog.groups.filter(pl.col("group_id") == group_id)["ref_area"]
            return members.unique().sort().to_list(), group_id
    areas = catalog.gazetteer
    codes = areas.find(name, year)
    if len(codes) == 1:
        return codes, None
    if codes:
        listed = ", ".join(areas.describe(code, year) for code in codes)
        raise UsageError(f"{name!r} is the name of {listed}", remedy="name it by its code")
    raise UsageError(f"{name!r} is no area and no group", remedy=areas.suggest(name))


def _write_brief(
    connection: duckdb.DuckDBPyConnection,
    catalog: Catalog,
    code: str,
    period: str,
    groups: list[str],
    languages: tuple[str, ...],
) -> Brief:
    facts = load_facts(connection, code, period, groups)
    names = catalog.groups.filter(pl.col("group_id").eq_missing(facts.group_id)).head(1)
    group_zh, group_en = (names["name_zh"][0], names["name_en"][0]) if names.height else (None,) * 2
    indicators = catalog.indicators
    said = {}
    if "zh" in languages:
        by_code = {one: each.name_zh for one, each in indicators.items()}
        said["zh"] = zh.write_sentences(facts, by_code, group_zh)
    if "en" in languages:
        by_code = {one: each.name_en for one, each in indicators.items()}
        said["en"] = en.write_sentences(facts, by_code, group_en)
    note = None
    if not any(said.values()):
        note = _explain_silence(connection, catalog, code, period)
    return build_brief(facts, said, note)


def _list_groups(catalog: Catalog) -> list[str]:
    return list(dict.fromkeys(catalog.groups["group_id"]))


def _explain_silence(
    connection: duckdb.DuckDBPyConnection, catalog: Catalog, code: str, period: str
) -> str:
    """Why there is nothing to say of an area in a year, and of which years there is something."""
    note = "no figure of this year is known"
    areas = catalog.gazetteer
    if areas.life(code, int(period)) is None:
        note += f" (the register of areas has it {areas.lifetime(code)})"
    held = ask(connection, _HELD, code, period)
    if held:
        note += "; held back: " + ", ".join(f"{text} ({rule})" for text, rule in held)
    years = [int(row[0]) for row in ask(connection, _KNOWN, code)]
    return note + (
        "; figures are known of " + _format_spans(years) if years else ", nor of any other"
    )


def _format_spans(years: list[int]) -> str:
    """2012, 2018, 2020–2024."""
    spans: list[list[int]] = []
    for year in years:
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    return ", ".join(str(one[0]) if len(one) == 1 else f"{one[0]}–{one[-1]}" for one in spans)
