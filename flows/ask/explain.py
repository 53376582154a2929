"""Showing a person how a document was read: each sentence, its figures marked, their fates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl
from rich.console import Console
from rich.text import Text

from flows.ask.document import Document
from flows.ask.names import load_names
from flows.model.nouns import Metadata
from flows.model.text import counted, plain_number, printable

_STYLES = {
    "accepted": "bold green",
    "quarantined": "bold red",
    "unmapped": "yellow",
    "not_a_figure": "dim",
}

_OPTIONS = {"area": "--ref-area", "period": "--time-period"}


def summary_line(document: Document, rows: pl.DataFrame) -> str:
    """``page.html: 240 numbers: 61 accepted, 2 quarantined, 131 unmapped, 46 not figures``."""
    name = printable(document.name)
    if document.error is not None or document.reading is None:
        return f"{name}: cannot be read: {printable(document.error)}"
    own = rows.filter(pl.col("file") == document.name)["status"]
    counts = ", ".join(
        f"{(own == status).sum()} {words}"
        for status, words in (
            ("accepted", "accepted"),
            ("quarantined", "quarantined"),
            ("unmapped", "unmapped"),
            ("not_a_figure", "not figures"),
        )
    )
    about = document.reading.metadata
    area = load_names().area(about.ref_area) if about.ref_area else "area unknown"
    kind = f"{about.kind}, " if about.kind else ""
    of = f" [{kind}{area}, {about.time_period or 'period unknown'}]"
    return f"{name}{of}: {counted(len(own), 'number')}: {counts}{_tell_unknown(about)}"


def _tell_unknown(about: Metadata) -> str:
    """Why area or period is unknown, and the option that settles it."""
    return "".join(
        f"\n  {name} unknown: {printable(reason)}; {_OPTIONS[name]} settles it"
        for name, reason in about.why_not.items()
    )


def for_eyes(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns that a person reads first, the text cut around the figure."""
    around = pl.concat_str(
        pl.lit("(.{0,14})"), pl.col("value_text").str.escape_regex(), pl.lit("(.{0,8})")
    )
    names = load_names()
    return rows.select(
        pl.col("ref_area").replace(names.areas).alias("area"),
        pl.col("indicator").replace(names.indicators),
        "measure",
        "time_period",
        "obs_value",
        "unit_measure",
        "status",
        "locator",
        text=pl.coalesce(
            pl.col("text").str.replace_all(r"\s+", " ").str.extract(around, 0), "text"
        ),
        why=pl.coalesce("rule", pl.lit("")),
    )


def print_explained(console: Console, documents: Sequence[Document], rows: pl.DataFrame) -> None:
    """Every sentence that has a number, in the order of the document."""
    for document in documents:
        if document.reading is None:
            continue
        console.print(printable(document.name), style="bold underline")
        _print_witnesses(console, document.reading.metadata)
        own = rows.filter(pl.col("file") == document.name)
        for sentence in own.partition_by("text", maintain_order=True):
            _print_sentence(console, sentence)


def _print_witnesses(console: Console, about: Metadata) -> None:
    """What kind, area and period rest on, and why one of them is unknown."""
    for each in about.witnesses:
        value = load_names().area(each.value) if each.about == "area" else each.value
        place = f" at {each.locator}" if each.locator else ""
        line = f"{each.about} {value}: {each.source} says {each.text!r}{place}"
        console.print(printable(line), style="dim", markup=False, highlight=False)


def _print_sentence(console: Console, figures: pl.DataFrame) -> None:
    text = Text(printable(figures["text"][0] or ""))
    at = 0
    for row in figures.iter_rows(named=True):
        found = text.plain.find(row["value_text"], at)
        if found >= 0:
            at = found + len(row["value_text"])
            text.stylize(_STYLES[row["status"]], found, at)
    console.print(text, soft_wrap=True)
    for row in figures.iter_rows(named=True):
        if row["status"] != "not_a_figure":
            console.print(
                printable(f"    {_describe_figure(row)}"),
                style=_STYLES[row["status"]],
                soft_wrap=True,
            )
    console.print()


def _describe_figure(row: dict[str, Any]) -> str:
    """``711.81 → 地区生产总值 2023 = 711.81 亿元 accepted``."""
    parts = [f"{row['value_text']} →"]
    if row["indicator"]:
        parts.append(load_names().claim(row["indicator"], row["measure"], row["time_period"]))
    if row["obs_value"] is not None:
        parts.append(f"= {plain_number(row['obs_value'])} {row['unit_measure']}")
    parts.append(row["status"])
    if row["rule"]:
        parts.append(f"· {row['rule']}: {row['reason']}")
    if row["suggestion"] is not None:
        parts.append(f"· likely {plain_number(row['suggestion'])}")
    return " ".join(parts)
