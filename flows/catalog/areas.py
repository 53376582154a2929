"""Areas and their names: ``areas.csv``, ``area_aliases.csv`` and ``area_name_parts.csv``.

``areas.csv`` is the register of administrative divisions from 1981 (an area that is older begins
in 1981): one row a code and period in which name, parent and territory stayed the same. Where a
part was split off the row ends, and its successors are the code itself and the new one.

Short forms are derived: 平阳 from 平阳县, 景宁 and 景宁县 from 景宁畲族自治县. The endings, the
peoples in the names of autonomous areas, and the stems that are ordinary words (市中, 城关) and
so never stand alone, are data: ``area_name_parts.csv``. ``area_aliases.csv`` has the rest.
All names are in simplified script. A name may belong to several areas (阿克苏 is a prefecture and
a city in it): date and publisher decide, which is the harmoniser's work.
"""

from __future__ import annotations

import re

import polars as pl

from flows.catalog.csvfile import LINE, CsvTable, read_table
from flows.catalog.folders import Folders
from flows.catalog.model import AREA, AREA_NAME

_LEVELS = ("country", "province", "prefecture", "county")
_KINDS = ("official", "short", "alias", "misspelling")
_ALIAS = pl.Schema({**AREA_NAME, "note": pl.String()})
_PART = pl.Schema({"part": pl.String(), "text": pl.String(), "short": pl.String()})
_FOREVER = 9999


def load_areas(folders: Folders) -> pl.DataFrame:
    """``model.AREA``: checked codes, levels, parents, successors and periods."""
    table = read_table(
        folders.table("areas.csv"), AREA, ("ref_area", "name_zh", "level", "valid_from")
    )
    table.refuse(~pl.col("ref_area").str.contains(r"^\d{6}$"), "ref_area", "{} is no 6-digit code")
    table.refuse_unknown("level", _LEVELS, "level")
    refuse_overlaps(table, ("ref_area",), "valid_from", "valid_to")
    codes = table.frame["ref_area"].unique().to_list()
    table.refuse(
        pl.col("parent").is_null() & (pl.col("level") != "country"), "parent", "must not be empty"
    )
    table.refuse_unknown("parent", codes, "parent")
    _refuse_parents(table)
    successors = table.frame.select(
        pl.col("successors").str.split(";").alias("successors"), LINE
    ).explode("successors")
    CsvTable(successors).refuse_unknown("successors", codes, "successor")
    return table.frame.drop(LINE)


def load_english_names(folders: Folders, areas: pl.DataFrame) -> dict[str, str]:
    """English names by code, of the areas that have one."""
    schema = pl.Schema({"ref_area": pl.String(), "name_en": pl.String()})
    table = read_table(folders.table("area_names_en.csv"), schema, tuple(schema))
    table.refuse_unknown("ref_area", areas["ref_area"].unique().to_list(), "area")
    table.refuse_twice("ref_area")
    return dict(table.frame.select(list(schema)).iter_rows())


def load_area_names(folders: Folders, areas: pl.DataFrame) -> pl.DataFrame:
    """``model.AREA_NAME``: official names, derived short forms, aliases, misspellings."""
    official = areas.select(
        pl.col("name_zh").alias("name"),
        "ref_area",
        "valid_from",
        "valid_to",
        pl.lit("official").alias("kind"),
    )
    parts = read_table(folders.table("area_name_parts.csv"), _PART, ("part", "text"))
    parts.refuse_unknown("part", ("suffix", "people", "word"), "part")
    aliases = _load_aliases(folders, areas)
    names = pl.concat([official, _short_forms(official, parts.frame), aliases])
    return names.unique(["name", "ref_area", "valid_from"], keep="first", maintain_order=True)


def refuse_overlaps(table: CsvTable, keys: tuple[str, ...], start: str, end: str) -> None:
    """Raise where two rows of one key hold at the same time, or a row ends before it begins.

    A null start is the beginning of time, a null end its end.
    """
    table.refuse(pl.col(end) <= pl.col(start), end, "{} is not after " + start)
    ordered = table.frame.sort(*keys, start, nulls_last=False, maintain_order=True).with_columns(
        pl.int_range(pl.len()).over(keys).alias("_number"),
        pl.col(end).shift(1).over(keys).alias("_end_before"),
        pl.col(LINE).shift(1).over(keys).alias("_line_before"),
    )
    starts_late_enough = (pl.col(start) >= pl.col("_end_before")).fill_null(False)
    clash = ordered.filter((pl.col("_number") > 0) & ~starts_late_enough)
    if clash.height:
        row = clash.row(0, named=True)
        key = " ".join(str(row[name]) for name in keys)
        what = f"two rows of {key} hold at the same time"
        raise table.error(row[LINE], start, what, f"the other is {row['_line_before']}")


def _refuse_parents(table: CsvTable) -> None:
    """A parent exists whenever its child does, and stands above it."""
    parents = table.frame.group_by("ref_area").agg(
        pl.col("valid_from").min().alias("parent_from"),
        pl.col("valid_to").fill_null(_FOREVER).max().alias("parent_to"),
        pl.col("level").first().alias("parent_level"),
    )
    joined = table.frame.join(
        parents, left_on="parent", right_on="ref_area", how="inner", maintain_order="left"
    )
    rank = pl.Enum(_LEVELS)
    checked = CsvTable(joined)
    checked.refuse(
        pl.col("parent_level").cast(rank).to_physical() >= pl.col("level").cast(rank).to_physical(),
        "parent",
        "the parent {} does not stand above it",
    )
    checked.refuse(
        (pl.col("valid_from") < pl.col("parent_from"))
        | (pl.col("valid_to").fill_null(_FOREVER) > pl.col("parent_to")),
        "parent",
        "the parent {} does not exist all that time",
    )


def _load_aliases(folders: Folders, areas: pl.DataFrame) -> pl.DataFrame:
    table = read_table(folders.table("area_aliases.csv"), _ALIAS, ("name", "ref_area", "kind"))
    table.refuse_unknown("ref_area", areas["ref_area"].unique().to_list(), "area")
    table.refuse_unknown("kind", _KINDS[2:], "kind")
    refuse_overlaps(table, ("name", "ref_area"), "valid_from", "valid_to")
    life = areas.group_by("ref_area").agg(
        pl.col("valid_from").min().alias("area_from"),
        pl.when(pl.col("valid_to").is_null().any())
        .then(None)
        .otherwise(pl.col("valid_to").max())
        .alias("area_to"),
    )
    return table.frame.join(life, on="ref_area", how="left", maintain_order="left").select(
        "name",
        "ref_area",
        pl.coalesce("valid_from", "area_from").alias("valid_from"),
        pl.coalesce("valid_to", "area_to").alias("valid_to"),
        "kind",
    )


def _short_forms(official: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Names without their ending, and with the people left out (景宁, 景宁县)."""
    suffixes = parts.filter(pl.col("part") == "suffix")
    any_suffix = "|".join(map(re.escape, suffixes["text"]))
    peoples = "|".join(map(re.escape, parts.filter(pl.col("part") == "people")["text"]))
    words = parts.filter(pl.col("part") == "word")["text"].to_list()
    short_suffix = dict(
        suffixes.filter(pl.col("short").is_not_null()).select("text", "short").rows()
    )
    # The stem is matched lazily, so that the longest ending is the one taken off.
    split = official.with_columns(
        pl.col("name").str.extract(f"^(.{{2,}}?)({any_suffix})$", 1).alias("stem"),
        pl.col("name").str.extract(f"^(.{{2,}}?)({any_suffix})$", 2).alias("suffix"),
    ).drop_nulls("stem")
    split = split.with_columns(
        pl.when(pl.col("suffix").str.starts_with("自治"))
        .then(pl.col("stem").str.replace(f"^(.{{2,}}?)(?:{peoples})+$", "${1}"))
        .otherwise(pl.col("stem"))
        .alias("stem"),
        pl.col("suffix").replace_strict(short_suffix, default=None).alias("suffix"),
    )
    stems = split.filter(~pl.col("stem").is_in(words)).with_columns(pl.col("stem").alias("name"))
    ended = split.filter(pl.col("suffix").str.len_chars() > 0).with_columns(
        (pl.col("stem") + pl.col("suffix")).alias("name")
    )
    return (
        pl.concat([stems, ended])
        .with_columns(pl.lit("short").alias("kind"))
        .select(official.columns)
    )
