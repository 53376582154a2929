"""Whom a brief is asked of, by the name that was typed.

A group by its id or name; an area by its code, by a Chinese name of the catalogue, or by its English
name. English is read without regard to case, apostrophes and spaces, with or without the word for
the kind of area: Rui'an, ruian and Rui'an City. A name that holds in the year comes before one that
only held in another.
"""

from __future__ import annotations

import polars as pl

from flows.catalog import Catalog
from flows.catalog.gazetteer import plain_english
from flows.model.errors import UsageError


def areas_named(name: str, catalog: Catalog, year: int | None) -> tuple[list[str], str | None]:
    """The codes that ``name`` stands for in ``year`` (None: today), and the group where it is one.

    An area that is known, but not in that year, is found all the same. Raises UsageError for a
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
