"""A layout says how the cells of a table map to figures; ``layouts/*.yaml`` holds one a file.

A table is: title rows (each matches one of ``titles``), then ``head_rows`` rows of heads, then
the body, in which rows that match one of ``notes`` are remarks. A column's *head path* is its
head cells from top to bottom, merged cells filled, repeats dropped, joined by ``/``; before it
is compared, compatibility forms are folded (NFKC) and white space is taken out.

Each column of the table takes the first declared column that fits its head path. Patterns are
Python regular expressions. A group named ``period`` (in ``sheets``, ``titles`` or a column's
``pattern``) or ``unit`` (in ``titles``) gives the period or the unit of what stands below it.

Interpretation is strict: a sheet, title, column or row that the layout does not account for is
an error that names it. What is to be left out is declared: ``ignored_sheets``, ``notes``,
``only`` and the role ``ignore``. A column of role ``figure`` without ``indicator`` is read, and
stays a figure that no indicator claims.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from flows.model.measure import Measure
from flows.model.nouns import MediaKind

#: Marks that stand for "no figure" in a cell, after white space is stripped.
MISSING = ("", "-", "--", "—", "——", "－", "…", "……", "...", "......")


def _is_pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from error
    return text


Pattern = Annotated[str, AfterValidator(_is_pattern)]


#: What a table's column or cell may say: a bound and a lead are printed in prose only.
MEASURES = tuple(each for each in Measure if not each.bound and each is not Measure.TARGET_LEAD)


def _is_printed_in_tables(measure: Measure) -> Measure:
    if measure not in MEASURES:
        raise ValueError(f"a column is one of {', '.join(MEASURES)}")
    return measure


class Role(StrEnum):
    """What the cells of a column are."""

    AREA = "area"  # name or code of the row's area
    AREA_PARENT = "area_parent"  # name or code of the area in which the row's area lies
    PERIOD = "period"
    INDICATOR = "indicator"  # long form: code or Chinese name of the row's indicator
    MEASURE = "measure"  # long form: level, growth, …
    UNIT = "unit"  # long form: the row's unit
    FIGURE = "figure"
    IGNORE = "ignore"


class LayoutColumn(BaseModel):
    """One declared column, by the spellings of its head path or by a pattern for all of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    heads: tuple[str, ...] = ()
    pattern: Pattern | None = None
    role: Role = Role.FIGURE
    indicator: str | None = None
    measure: Annotated[Measure, AfterValidator(_is_printed_in_tables)] = Measure.LEVEL
    unit: str | None = None  # None: the unit in brackets in the head, or the title's
    required: bool = True  # a pattern is never required
    plausible: tuple[float, float] | None = None  # what a cell under this head can be

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if bool(self.heads) == (self.pattern is not None):
            raise ValueError("a column has either heads or a pattern")
        if self.role is not Role.FIGURE and (self.indicator or self.unit or self.plausible):
            raise ValueError(f"a column of role {self.role} has no indicator, no unit and no range")
        if self.plausible is not None and self.plausible[0] >= self.plausible[1]:
            raise ValueError("plausible is [lowest, highest]")
        return self


class Layout(BaseModel):
    """How one kind of table is read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str = ""  # for a person: what tables these are
    media: tuple[MediaKind, ...] = Field(min_length=1)
    sheets: Pattern = ".*"  # the names of the sheets that are read, in full
    ignored_sheets: tuple[Pattern, ...] = ()
    titles: tuple[Pattern, ...] = ()  # rows above the head, each row's cells joined by a space
    head_rows: int = Field(1, ge=1)
    notes: tuple[Pattern, ...] = ()  # rows of the body without figures, from their beginning
    columns: tuple[LayoutColumn, ...] = Field(min_length=1)
    period: str | None = None  # fixed period of all figures
    missing: tuple[str, ...] = MISSING
    only: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # head -> cells of rows kept
    float_tail: bool = False  # a final ".0" was left by a program and is no printed digit
    shifted_from: int | None = Field(None, ge=1)  # so many implausible cells: a shifted row

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        roles = [column.role for column in self.columns]
        if Role.FIGURE not in roles:
            raise ValueError(f"layout {self.name} has no column of role figure")
        if self.is_long and roles.count(Role.FIGURE) != 1:
            raise ValueError(f"layout {self.name} is in long form: it has one figure column")
        for role in (Role.UNIT, Role.MEASURE):
            if role in roles and not self.is_long:
                raise ValueError(f"layout {self.name} has a {role} column but no indicator column")
        return self

    @property
    def is_long(self) -> bool:
        """One figure a row, its indicator in a column of its own."""
        return any(column.role is Role.INDICATOR for column in self.columns)

    @property
    def indicators(self) -> tuple[str, ...]:
        """Codes that the columns claim; the catalogue must know each."""
        return tuple(column.indicator for column in self.columns if column.indicator)
