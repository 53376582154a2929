"""Groups: named, dated sets of areas (``groups.yaml``).

A group either lists its ``members``, each with the day from which it belongs and the first day
on which it no longer does, or is all areas of a ``level`` ``within`` an area, for as long as each
of them exists. Members of the first kind take the group's own days where they give none.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

import polars as pl
from pydantic import BaseModel, ConfigDict, model_validator

from flows.catalog.folders import Folders
from flows.catalog.model import GROUP
from flows.catalog.yamlfile import YamlFile, meant, read_yaml


class _Member(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    ref_area: str
    name: str  # for a person; checked against the area's name
    valid_from: date | None = None
    valid_to: date | None = None


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    group_id: str
    name_zh: str
    name_en: str
    note: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    members: tuple[_Member, ...] = ()
    within: str | None = None
    level: Literal["province", "prefecture", "county"] | None = None

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if bool(self.members) == (self.within is not None) or bool(self.within) != bool(self.level):
            raise ValueError("a group has either members, or within and level")
        return self


def load_groups(folders: Folders, areas: pl.DataFrame) -> pl.DataFrame:
    """``model.GROUP``, one row a member and period."""
    documents = [read_yaml(path) for path in folders.table("groups.yaml")]
    frames = []
    seen: set[str] = set()
    for document, number in ((d, n) for d in documents for n in d.entries()):
        group = document.validate(_Group, (number,))
        if group.group_id in seen:
            raise document.error((number, "group_id"), f"{group.group_id!r} is there twice")
        seen.add(group.group_id)
        if group.within:
            members = _members_within(document, number, group, areas)
        else:
            members = _members_listed(document, number, group, areas)
        frames.append(
            members.select(
                pl.lit(group.group_id).alias("group_id"),
                pl.lit(group.name_zh).alias("name_zh"),
                pl.lit(group.name_en).alias("name_en"),
                "ref_area",
                "valid_from",
                "valid_to",
            )
        )
    return pl.concat(frames).cast(GROUP)


def _members_within(
    document: YamlFile, number: int, group: _Group, areas: pl.DataFrame
) -> pl.DataFrame:
    within = group.within
    if within not in areas["ref_area"]:
        raise document.error((number, "within"), f"unknown area {within!r}")
    inside = [within]
    for _ in range(3):  # country, province, prefecture: no tree is deeper
        inside += areas.filter(pl.col("parent").is_in(inside))["ref_area"].to_list()
    # Rows of one code that follow each other without a gap are one stretch of membership.
    chosen = areas.filter(pl.col("ref_area").is_in(inside) & (pl.col("level") == group.level)).sort(
        "ref_area", "valid_from"
    )
    gap = pl.col("valid_from") != pl.col("valid_to").shift(1).over("ref_area")
    stretches = chosen.with_columns(gap.fill_null(True).cum_sum().alias("stretch"))
    return stretches.group_by("ref_area", "stretch", maintain_order=True).agg(
        pl.date(pl.col("valid_from").first(), 1, 1).alias("valid_from"),
        pl.date(pl.col("valid_to").last(), 1, 1).alias("valid_to"),
    )


def _members_listed(
    document: YamlFile, number: int, group: _Group, areas: pl.DataFrame
) -> pl.DataFrame:
    names: dict[str, set[str]] = {}
    for code, name in areas.select("ref_area", "name_zh").rows():
        names.setdefault(code, set()).add(name)
    rows: list[tuple[str, date | None, date | None]] = []
    for place, member in enumerate(group.members):
        at = (number, "members", place)
        start, end = member.valid_from or group.valid_from, member.valid_to or group.valid_to
        if member.ref_area not in names:
            what = f"unknown area {member.ref_area!r}"
            raise document.error((*at, "ref_area"), what, meant(member.ref_area, names))
        if member.name not in names[member.ref_area]:
            what = f"{member.ref_area} is {'/'.join(sorted(names[member.ref_area]))}"
            raise document.error((*at, "name"), f"{what}, not {member.name!r}")
        if start and end and end <= start:
            raise document.error((*at, "valid_to"), f"{end} is not after {start}")
        for code, from_, to in rows:
            apart = (to and start and to <= start) or (end and from_ and end <= from_)
            if code == member.ref_area and not apart:
                what = f"{member.ref_area} belongs twice at the same time"
                raise document.error((*at, "ref_area"), what)
        rows.append((member.ref_area, start, end))
    return pl.DataFrame(
        rows,
        schema={"ref_area": pl.String, "valid_from": pl.Date, "valid_to": pl.Date},
        orient="row",
    )
