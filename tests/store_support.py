"""Small releases for the store's and the publication's tests: a row a figure, told by its fate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import polars as pl

from flows.catalog.calendar import Due
from flows.catalog.folders import Folders
from flows.catalog.model import AREA, AREA_NAME, GROUP, UNIT, Catalog, Indicator, Source
from flows.catalog.sources import load_authorities
from flows.model import paths, schemas
from flows.model.nouns import (
    Authority,
    Derivation,
    MediaKind,
    Metadata,
    Outcome,
    Release,
    Snapshot,
    Visit,
)
from flows.model.settings import Settings
from flows.store import Load, LoadResult, ReadingRecord, Store

#: A part of Load.figures.
INCOMING = pl.Schema(
    {
        "release_id": pl.String(),
        **schemas.FIGURE,
        "fate": pl.String(),
        "fate_reason": pl.String(),
    }
)

START = datetime(2025, 1, 1, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Fig:
    """One figure; with ``rule`` it is quarantined, without indicator unmapped."""

    ref_area: str = "330326"
    indicator: str | None = "gdp"
    time_period: str = "2023"
    value: float = 711.8
    measure: str = "level"
    unit: str = "亿元"
    decimals: int = 1
    freq: str = "A"
    rule: str | None = None
    suggestion: float | None = None
    kind: str = "figure"
    comparator: str | None = None

    @property
    def fate(self) -> str:
        if self.kind != "figure":
            return "not_a_figure"
        if self.indicator is None:
            return "unmapped"
        return "quarantined" if self.rule else "observation"


@dataclass(frozen=True)
class Doc:
    """A release with the figures of one fetch of it."""

    release_id: str
    figures: tuple[Fig, ...]
    published_on: date | None = None
    authority: Authority = Authority.OFFICIAL
    title: str = "统计公报"
    version: str = "1"
    data: str | None = None  # what the bytes are; by default, what the figures are
    source_id: str = "source"
    ref_area: str | None = None
    time_period: str | None = None

    @property
    def sha256(self) -> str:
        return sha256((self.data or repr((self.release_id, self.figures))).encode()).hexdigest()

    @property
    def release(self) -> Release:
        return Release(
            release_id=self.release_id,
            source_id=self.source_id,
            url=f"https://example.org/{self.release_id}.html",
            title=self.title,
            publisher="统计局",
            reader="communique",
            authority=self.authority,
            ref_area=self.ref_area,
            time_period=self.time_period,
            published_on=self.published_on,
        )


def doc(release_id: str, *figures: Fig, **more: object) -> Doc:
    return replace(Doc(release_id, figures), **more)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Harvest:
    """What a run brings: what it saw, and what it made of it."""

    releases: tuple[Release, ...]
    visits: tuple[Visit, ...]
    load: Load


def harvest_of(
    docs: Iterable[Doc],
    *,
    run_id: str = "run-1",
    at: datetime = START,
    unchanged: Iterable[Doc] = (),
    held: Mapping[str, str] | None = None,
    failed: Mapping[str, str] | None = None,
) -> Harvest:
    """A run that finds these releases new, and those unchanged."""
    docs, unchanged = list(docs), list(unchanged)
    stamp = {"recorded_at": at, "run_id": run_id}
    frames = [_frames(one, stamp) for one in docs]
    empty = schemas.empty
    return Harvest(
        releases=tuple(one.release for one in (*docs, *unchanged)),
        visits=tuple(_visit(one, at, Outcome.CHANGED) for one in docs)
        + tuple(_visit(one, at, Outcome.UNCHANGED) for one in unchanged),
        load=Load(
            readings=tuple(_record(one, at, (failed or {}).get(one.release_id)) for one in docs),
            figures=tuple(frame[0] for frame in frames),
            observations=pl.concat([empty(schemas.OBSERVATION), *(frame[1] for frame in frames)]),
            quarantine=pl.concat([empty(schemas.QUARANTINE), *(frame[2] for frame in frames)]),
            held=held or {},
        ),
    )


def put(
    settings: Settings, *docs: Doc, run: int = 1, unchanged: Iterable[Doc] = (), **more: object
) -> LoadResult:
    """Record and load these as run number ``run``, a day after the one before."""
    at = START + timedelta(days=run - 1)
    harvest = harvest_of(docs, run_id=f"run-{run}", at=at, unchanged=unchanged, **more)  # type: ignore[arg-type]
    with Store.open(settings, run_id=f"run-{run}", started_at=at) as store:
        return put_harvest(store, harvest)


def put_harvest(store: Store, harvest: Harvest) -> LoadResult:
    store.record(harvest.releases, harvest.visits)
    result = store.load(harvest.load)
    store.note_run(harvest.visits, result)
    return result


def _record(one: Doc, at: datetime, failed: str | None) -> ReadingRecord:
    fates = [fig.fate for fig in one.figures]
    snap = _visit(one, at, Outcome.CHANGED).snapshot
    assert snap is not None
    facts = repr(one.release)
    return ReadingRecord(
        Derivation(one.release, snap, {"reader": one.version, "release": facts}),
        "communique",
        one.version,
        Metadata(title=one.title),
        error=failed,
        figures=len(fates),
        unmapped=fates.count("unmapped"),
        not_a_figure=fates.count("not_a_figure"),
    )


def _visit(one: Doc, at: datetime, outcome: Outcome) -> Visit:
    url = one.release.url
    snap = Snapshot(one.release_id, one.sha256, url, MediaKind.HTML, 1000, at, etag='"1"')
    return Visit(one.release_id, url, at, outcome, 200, size=1000, snapshot=snap)


def _frames(
    one: Doc, stamp: Mapping[str, object]
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    figures, observations, quarantine = [], [], []
    digest = one.sha256
    for number, fig in enumerate(one.figures):
        text = f"{fig.value:.{max(fig.decimals, 0)}f}"
        origin = {
            "release_id": one.release_id,
            "snapshot_sha256": digest,
            "figure_no": number,
            "locator": f"char:{number * 10}-{number * 10 + len(text)}",
            "value_text": text,
        }
        meaning = {
            "ref_area": fig.ref_area,
            "indicator": fig.indicator,
            "measure": fig.measure,
            "time_period": fig.time_period,
            "obs_value": fig.value,
            "unit_measure": fig.unit,
        }
        sentence = f"{fig.time_period}年{fig.indicator}{text}{fig.unit}。"
        figures.append(
            {
                **origin,
                "value": fig.value,
                "decimals": fig.decimals,
                "unit_text": fig.unit,
                "context_text": sentence,
                "kind": fig.kind,
                "indicator": fig.indicator,
                "measure": fig.measure if fig.indicator else None,
                "comparator": fig.comparator,
                "fate": fig.fate,
                "fate_reason": fig.rule,
            }
        )
        if fig.fate == "observation":
            observations.append(
                {
                    **origin,
                    **meaning,
                    **stamp,
                    "freq": fig.freq,
                    "decimals": fig.decimals,
                    "obs_status": "A",
                    "published_on": one.published_on,
                }
            )
        if fig.fate == "quarantined":
            quarantine.append(
                {
                    **origin,
                    **meaning,
                    **stamp,
                    "context_text": sentence,
                    "stage": "gate",
                    "rule": fig.rule,
                    "severity": "critical",
                    "reason": f"{text} breaks {fig.rule}",
                    "suggestion": fig.suggestion,
                }
            )
    return (
        _frame(figures, INCOMING),
        _frame(observations, schemas.OBSERVATION),
        _frame(quarantine, schemas.QUARANTINE),
    )


def _frame(rows: list[dict[str, object]], schema: pl.Schema) -> pl.DataFrame:
    return pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in schema}, schema=schema, strict=False
    )


#: Three counties; 330327 gave 330383 away in 2019, and leaves the group in August 2024.
AREAS = [
    ("330000", "浙江省", "province", None, None, None, None),
    ("330326", "平阳县", "county", "330000", None, None, None),
    ("330327", "苍南县", "county", "330000", None, 2019, "330327;330383"),
    ("330327", "苍南县", "county", "330000", 2019, None, None),
    ("330383", "龙港市", "county", "330000", 2019, None, None),
]
GROUPS = [
    ("three", "三县", "The three", code, date(2021, 1, 1), date(2024, 8, 1))
    for code in ("330326", "330327", "330383")
]


def small_catalog(fingerprint: str = "catalogue-1", calendar: tuple[Due, ...] = ()) -> Catalog:
    indicators = [
        Indicator("gdp", "地区生产总值", "GDP", "亿元", True),
        Indicator("gdp_primary_share", "第一产业占比", "Share of the primary sector", "%", False),
        Indicator("income_all", "人均可支配收入", "Disposable income per head", "元", True),
        Indicator("income_rural", "农村居民收入", "Rural income per head", "元", True),
        Indicator("cpi", "居民消费价格", "Consumer prices", "%", False, desired="less"),
    ]
    return Catalog(
        areas=pl.DataFrame(AREAS, schema=AREA, orient="row"),
        area_names=schemas.empty(AREA_NAME),
        groups=pl.DataFrame(GROUPS, schema=GROUP, orient="row"),
        units=schemas.empty(UNIT),
        indicators={one.code: one for one in indicators},
        authorities=load_authorities(Folders(paths.CATALOG)),
        layouts={},
        sources=(Source("source", "统计局", ()),),
        fingerprint=fingerprint,
        fingerprints=dict.fromkeys(
            ("areas", "units", "indicators", "groups", "sources"), fingerprint
        ),
        calendar=calendar,
    )


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, by its name."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
