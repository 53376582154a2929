"""Whom a brief is asked of, by the name that was typed.

A group by its id or name; an area by its code, by a Chinese name of the catalogue, or by its English
name. English is read without regard to case, apostrophes and spaces, with or without the word for
the kind of area: Rui'an, ruian and Rui'an City. A name that holds in the year comes before one that
only held in another.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from flows.catalog import Catalog
from flows.catalog.yamlfile import meant
from flows.model.errors import UsageError

#: English words for the kind of an area, by the ending of its Chinese name; the first that fits
_KINDS = (
    ("自治区", ("Autonomous Region",)),
    ("自治州", ("Autonomous Prefecture", "Prefecture")),
    ("自治县", ("Autonomous County", "County")),
    ("自治旗", ("Autonomous Banner", "Banner")),
    ("地区", ("Prefecture",)),
    ("省", ("Province",)),
    ("市", ("City", "Municipality")),
    ("县", ("County",)),
    ("区", ("District",)),
    ("旗", ("Banner",)),
    ("盟", ("League",)),
)
_NAMES = pl.Schema(
    {"name": pl.String(), "ref_area": pl.String(), "valid_from": pl.Int32(), "valid_to": pl.Int32()}
)


def areas_named(name: str, catalog: Catalog, year: int | None) -> tuple[list[str], str | None]:
    """The codes that ``name`` stands for in ``year`` (None: today), and the group where it is one.

    An area that is known, but not in that year, is found all the same. Raises UsageError for a
    name that nothing has, or that several areas have.
    """
    groups = catalog.groups.select("group_id", "name_zh", "name_en").unique(maintain_order=True)
    for group_id, name_zh, name_en in groups.iter_rows():
        if name in (group_id, name_zh) or _plain(name) == _plain(name_en):
            members = catalog.groups.filter(pl.col("group_id") == group_id)["ref_area"]
            return members.unique().sort().to_list(), group_id
    if name in set(catalog.areas["ref_area"]):
        return [name], None
    found = catalog.area_names.filter(pl.col("name") == name).select(list(_NAMES))
    if found.is_empty():
        rows = [row for row in _english_names(catalog) if _plain(row[0]) == _plain(name)]
        found = pl.DataFrame(rows, schema=_NAMES, orient="row")
    held = found.filter(holds(year))
    codes = (held if held.height else found)["ref_area"].unique().sort().to_list()
    if len(codes) == 1:
        return codes, None
    if codes:
        listed = ", ".join(_described(code, catalog, year) for code in codes)
        raise UsageError(f"{name!r} is the name of {listed}", remedy="name it by its code")
    known = [*catalog.area_names["name"], *(row[0] for row in _english_names(catalog))]
    remedy = meant(name.title() if name.isascii() else name, known)
    raise UsageError(f"{name!r} is no area and no group", remedy=remedy)


def holds(year: int | None) -> pl.Expr:
    """Whether a row of the catalogue holds in that year; without one, whether it holds today."""
    if year is None:
        return pl.col("valid_to").is_null()
    return (pl.col("valid_from").fill_null(0) <= year) & (pl.col("valid_to").fill_null(9999) > year)


def lifetime(rows: pl.DataFrame) -> str:
    """When one code holds, of its rows: from 1983 to 1988 and from 1992."""
    spans: list[tuple[int, int | None]] = []
    for since, until in rows.sort("valid_from").select("valid_from", "valid_to").iter_rows():
        if spans and spans[-1][1] == since:
            spans[-1] = spans[-1][0], until
        else:
            spans.append((since, until))
    return " and ".join(
        f"from {since}" + ("" if until is None else f" to {until - 1}") for since, until in spans
    )


def _english_names(catalog: Catalog) -> Iterator[tuple[str, str, int | None, int | None]]:
    """Rows of ``_NAMES``: each English name bare and with the words for the kind of its area."""
    rows = catalog.areas.filter(pl.col("ref_area").is_in(list(catalog.english)))
    for code, name_zh, since, until in rows.select(
        "ref_area", "name_zh", "valid_from", "valid_to"
    ).iter_rows():
        kinds = next((words for ending, words in _KINDS if name_zh.endswith(ending)), ())
        name = catalog.english[code]
        bare = next((name.removesuffix(f" {kind}") for kind in kinds if name.endswith(kind)), name)
        for form in dict.fromkeys((name, bare, *(f"{bare} {kind}" for kind in kinds))):
            yield form, code, since, until


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _described(code: str, catalog: Catalog, year: int | None) -> str:
    """The code with its name and what it lies in, which tells areas of one name apart; and its
    time, where it is not that year's."""
    rows = catalog.areas.filter(pl.col("ref_area") == code)
    held = rows.filter(holds(year))
    row = (held if held.height else rows).sort("valid_from").row(-1, named=True)
    above = catalog.areas.filter(pl.col("ref_area") == row["parent"])["name_zh"]
    within = f" in {above[-1]}" if above.len() else ""
    return f"{code} {row['name_zh']}{within}" + ("" if held.height else f" {lifetime(rows)}")
