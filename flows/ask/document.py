"""Reading documents that are not in the catalogue: what ``gongbao read`` does.

The same reader, harmoniser and gate as a run, over bytes that nobody keeps: nothing is archived,
stored or published. All documents of one call go through one gate, each as a release of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from flows.ask.names import resolve_area
from flows.ask.place import load_place, name_of
from flows.catalog import Catalog, load_catalog
from flows.gate import evaluate_plainly, gate
from flows.harmonise import harmonise
from flows.model import clock, schemas
from flows.model.errors import FetchError, ReadError
from flows.model.measure import Measure
from flows.model.nouns import Fate, Reading, Release, Snapshot
from flows.model.registry import check_layouts
from flows.model.settings import Settings
from flows.read import detect_reader, read

#: What ``gongbao read`` prints, a row a figure.
COLUMNS = (
    "file", "ref_area", "indicator", "measure", "comparator", "time_period", "obs_value", "value",
    "unit_measure", "status", "locator", "value_text", "rule", "reason", "suggestion", "own", "text",
)  # fmt: skip


_EMPTY = pl.Schema(
    {
        name: pl.Boolean()
        if name == "own"
        else pl.Float64()
        if name in ("obs_value", "value", "suggestion")
        else pl.String()
        for name in COLUMNS
    }
)


@dataclass(frozen=True)
class Document:
    """One document as it was read, or why it could not be."""

    name: str
    data: bytes = b""
    snapshot: Snapshot | None = None
    reading: Reading | None = None
    error: str | None = None


@dataclass(frozen=True)
class Hints:
    """What the caller knows of the documents; what they say themselves fills the rest."""

    ref_area: str | None = None
    time_period: str | None = None
    layouts: tuple[str, ...] = ()


def read_places(
    places: Sequence[str], hints: Hints, settings: Settings
) -> tuple[list[Document], pl.DataFrame]:
    """Read the documents at these paths and addresses; one that can't be had or read says why."""
    catalog = load_catalog(own=settings.catalog)
    hints = replace(hints, ref_area=resolve_area(hints.ref_area, catalog, "--ref-area"))
    loaded, lost = [], []
    for place in places:
        try:
            loaded.append((name_of(place), *load_place(place, settings)))
        except (FetchError, ReadError) as error:
            lost.append(Document(name_of(place), error=str(error)))
    documents, rows = read_documents(loaded, hints, catalog, settings)
    return documents + lost, rows


def read_documents(
    loaded: Sequence[tuple[str, bytes, Snapshot]],
    hints: Hints,
    catalog: Catalog,
    settings: Settings,
) -> tuple[list[Document], pl.DataFrame]:
    """Each document, and one frame with a row for every number of all of them.

    The frame has COLUMNS; ``status`` is accepted, quarantined, unmapped or not_a_figure; ``own``
    says that a figure is of the document's own area and period, and not a revised earlier year
    or another place.
    """
    now = clock.read_time()
    documents: list[Document] = []
    meant, held, fates, printed = [], [], [], []
    for name, data, snapshot in loaded:
        # Every document counts for itself, also where two are byte for byte the same.
        snapshot = replace(snapshot, sha256=f"{snapshot.sha256}#{len(documents)}")
        try:
            release = _release(name, data, snapshot, hints)
            reading = read(data, snapshot=snapshot, release=release, catalog=catalog)
        except ReadError as error:
            documents.append(Document(name, data, snapshot, error=str(error)))
            continue
        documents.append(Document(name, data, snapshot, reading))
        parts = harmonise(
            reading, release=release, snapshot=snapshot, catalog=catalog, run_id="", recorded_at=now
        )
        meant.append(parts.observations)
        held.append(parts.quarantine)
        fates.append(parts.fates)
        about = reading.metadata
        printed.append(
            reading.figures.with_columns(
                file=pl.lit(name),
                own_area=pl.lit(hints.ref_area or about.ref_area, pl.String()),
                own_period=pl.lit(hints.time_period or about.time_period, pl.String()),
            )
        )
    if not printed:
        return documents, pl.DataFrame(schema=_EMPTY)
    verdict = gate(
        pl.concat(meant),
        known=schemas.empty(schemas.OBSERVATION),
        catalog=catalog,
        settings=settings,
        run_id="",
        recorded_at=now,
        evaluator=evaluate_plainly,
    )
    quarantine = pl.concat([*held, verdict.quarantine])
    final = _settle_fates(pl.concat(fates), verdict.quarantine)
    return documents, _rows(pl.concat(printed), verdict.accepted, quarantine, final)


def _release(name: str, data: bytes, snapshot: Snapshot, hints: Hints) -> Release:
    release = Release(
        release_id=name,
        source_id="document",
        url=snapshot.url,
        title=name,
        publisher="",
        reader=detect_reader(data, snapshot.media_kind, hints.layouts),
        layouts=hints.layouts,
        ref_area=hints.ref_area,
        time_period=hints.time_period,
        settled=True,
    )
    if fault := check_layouts(release):
        raise ReadError(
            f"this is {snapshot.media_kind}, and {fault}",
            where=name,
            remedy="layouts are named with --layout; flows/catalog/layouts/ has them",
        )
    return release


def _settle_fates(fates: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """The harmoniser's fates, with those that the gate held back changed to quarantined."""
    key = ["snapshot_sha256", "figure_no"]
    by_gate = held.select(*key, pl.col("rule").alias("held_by"))
    is_held = pl.col("held_by").is_not_null()
    return fates.join(by_gate, on=key, how="left", maintain_order="left").select(
        *key,
        fate=pl.when(is_held).then(pl.lit(Fate.QUARANTINED.value)).otherwise(pl.col("fate")),
        fate_reason=pl.coalesce("held_by", "fate_reason"),
    )


def _rows(
    printed: pl.DataFrame, accepted: pl.DataFrame, quarantine: pl.DataFrame, fates: pl.DataFrame
) -> pl.DataFrame:
    key = ["snapshot_sha256", "figure_no"]
    meant = ["ref_area", "indicator", "measure", "time_period", "obs_value", "unit_measure"]
    why = ["rule", "reason", "suggestion"]
    known = pl.concat(
        [accepted.select(*key, *meant), quarantine.select(*key, *meant, *why)],
        how="diagonal",
    )
    status = pl.col("fate").replace({"observation": "accepted"})
    return (
        printed.select(
            *("file", "own_area", "own_period", *key, "locator", "value_text", "comparator"),
            pl.col("context_text").alias("text"),
        )
        .join(known, on=key, how="left", maintain_order="left")
        .join(fates.select(*key, status.alias("status")), on=key, how="left", maintain_order="left")
        .with_columns(
            value=pl.col("obs_value"),
            own=pl.col("ref_area").eq_missing(pl.col("own_area"))
            & (
                pl.col("time_period").eq_missing(pl.col("own_period"))
                | pl.col("measure")
                .is_in([each for each in Measure if each.is_target])
                .fill_null(False)
            ),
            measure=pl.col("measure").replace({each: each.exact for each in Measure}),
        )
        .select(COLUMNS)
    )
