"""``gongbao brief``: three sentences on an area, or on each member of a group."""

from __future__ import annotations

import duckdb
import polars as pl

from flows.brief import en, zh
from flows.brief.facts import load_facts
from flows.brief.report import Brief, brief
from flows.catalog import Catalog, load_catalog
from flows.catalog.yamlfile import meant
from flows.check.warehouse import open_publication
from flows.errors import UsageError
from flows.settings import Settings

_NEWEST = (
    "SELECT max(time_period) FROM brief WHERE fact = 'level' AND ref_area IN (SELECT unnest(?))"
)
_HELD = """
SELECT value_text, rule FROM quarantine_list
WHERE ref_area = ? AND time_period = ? AND indicator = 'gdp' ORDER BY 1
"""


def briefs_of(
    area: str,
    settings: Settings,
    *,
    year: int | None,
    languages: tuple[str, ...],
    group: str | None,
) -> list[Brief]:
    """Briefs of an area, or of a group's members, by the current publication.

    Without ``year`` it is the newest that has a figure. Raises UsageError for a name that is no
    area's and no group's, PublishError where nothing is published.
    """
    catalog = load_catalog()
    if group is not None and group not in set(catalog.groups["group_id"]):
        remedy = meant(group, catalog.groups["group_id"].unique())
        raise UsageError(f"{group!r} is no group", where="--group", remedy=remedy)
    connection = open_publication(settings)
    try:
        codes, of_group = _areas(area, catalog, year)
        if year is None:
            newest = connection.execute(_NEWEST, [codes]).fetchone()
            year = int(newest[0]) if newest and newest[0] else None
            if year is None:
                raise UsageError(f"nothing is published of {area}", remedy="gongbao query coverage")
        asked = group or of_group
        order = [asked] if asked else _groups(catalog)
        made = [_brief(connection, catalog, code, str(year), order, languages) for code in codes]
    finally:
        connection.close()
    return made


def _brief(
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
        said["zh"] = zh.sentences(facts, by_code, group_zh)
    if "en" in languages:
        by_code = {one: each.name_en for one, each in indicators.items()}
        said["en"] = en.sentences(facts, by_code, group_en)
    note = None
    if not any(said.values()):
        held = connection.execute(_HELD, [code, period]).fetchall()
        note = "no figure of this year is known"
        if held:
            note += "; held back: " + ", ".join(f"{text} ({rule})" for text, rule in held)
    return brief(facts, said, note)


def _groups(catalog: Catalog) -> list[str]:
    return list(dict.fromkeys(catalog.groups["group_id"]))


def _areas(name: str, catalog: Catalog, year: int | None) -> tuple[list[str], str | None]:
    """Codes that a name or code stands for, and the group where it is one."""
    groups = catalog.groups.filter((pl.col("group_id") == name) | (pl.col("name_zh") == name))
    if groups.height:
        return groups["ref_area"].unique().sort().to_list(), str(groups["group_id"][0])
    if name in set(catalog.areas["ref_area"]):
        return [name], None
    names = catalog.area_names.filter(pl.col("name") == name)
    if year is not None:
        names = names.filter(
            pl.col("valid_from").fill_null(0) <= year, pl.col("valid_to").fill_null(9999) > year
        )
    else:
        names = names.filter(pl.col("valid_to").is_null())
    codes = names["ref_area"].unique().sort().to_list()
    if len(codes) == 1:
        return codes, None
    several = f"is the name of {', '.join(codes)}" if codes else "is no area and no group"
    remedy = "name it by its code" if codes else meant(name, catalog.area_names["name"])
    raise UsageError(f"{name!r} {several}", remedy=remedy)
