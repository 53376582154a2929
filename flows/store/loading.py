"""The one transaction that adds a run's readings; it commits only what ``proof`` finds whole.

A derivation that gives the same result as the newest reading of its snapshot adds no reading: it
is noted in ``derivation`` and points to that one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from flows.model import schemas
from flows.model.errors import ReadCause, StoreError
from flows.model.nouns import Derivation, Metadata
from flows.store import tables
from flows.store.opening import first_row
from flows.store.proof import BUG, prove_conservation
from flows.store.recording import naive_utc


@dataclass(frozen=True, slots=True)
class ReadingRecord:
    """One reading without its figures: what it was made of, and how many numbers had which fate."""

    derivation: Derivation
    reader: str
    reader_version: str
    metadata: Metadata = field(default_factory=Metadata)
    notes: tuple[str, ...] = ()
    error: str | None = None  # why it cannot be read
    cause: ReadCause | None = None  # the same as one word, where it is the document's own fault
    figures: int = 0
    unmapped: int = 0
    not_a_figure: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """release_id and snapshot_sha256: no load has two readings of one key."""
        return self.derivation.release.release_id, self.derivation.snapshot.sha256


@dataclass(frozen=True, slots=True)
class Load:
    """A run's harvest.

    ``figures``: frames, or the parquet files that hold them, with ``release_id``, the columns of
    schemas.FIGURE and ``fate, fate_reason`` as the harmoniser gave them. ``observations`` are the
    accepted ones; ``quarantine`` is all that was held back at any stage: what the gate held back
    changes its figure's fate.
    """

    readings: tuple[ReadingRecord, ...] = ()
    figures: tuple[pl.DataFrame | Path, ...] = ()
    observations: pl.DataFrame = field(default_factory=lambda: schemas.empty(schemas.OBSERVATION))
    quarantine: pl.DataFrame = field(default_factory=lambda: schemas.empty(schemas.QUARANTINE))
    held: Mapping[str, str] = field(default_factory=dict)  # release_id -> why the gate held it


@dataclass(frozen=True, slots=True)
class LoadResult:
    """Rows added to each table; ``confirmed`` derivations gave what was there already."""

    readings: int = 0
    figures: int = 0
    observations: int = 0
    quarantine: int = 0
    confirmed: int = 0

    @property
    def changed(self) -> bool:
        """Whether any table that is published has a new row."""
        return self.readings > 0


def add_readings(
    connection: duckdb.DuckDBPyConnection, load: Load, *, run_id: str, recorded_at: datetime
) -> LoadResult:
    """Add everything or nothing; raises StoreError where conservation does not hold."""
    _refuse_strangers(load)
    stamp = (naive_utc(recorded_at), run_id)
    connection.execute("BEGIN")
    try:
        fresh = _fresh_readings(connection, load.readings)
        result = LoadResult()
        if fresh:
            result = _Loading(connection, load, fresh, stamp).run()
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return result


def _refuse_strangers(load: Load) -> None:
    read = pl.DataFrame(
        [record.key for record in load.readings],
        schema={"release_id": pl.String, "snapshot_sha256": pl.String},
        orient="row",
    )
    if read.is_duplicated().any():
        release, sha256 = read.filter(read.is_duplicated()).row(0)
        raise StoreError(f"two readings of {sha256[:12]}", where=release, remedy=BUG)
    for what, frame in (("observations", load.observations), ("quarantine rows", load.quarantine)):
        strange = frame.select(read.columns).unique().join(read, on=read.columns, how="anti")
        if strange.height:
            release, sha256 = strange.row(0)
            raise StoreError(
                f"{what} of a snapshot that was not read: {sha256[:12]}",
                where=release,
                remedy=BUG,
            )


def _fresh_readings(
    connection: duckdb.DuckDBPyConnection, readings: Sequence[ReadingRecord]
) -> list[ReadingRecord]:
    """Those that their snapshot was not last made by; what was undone and redone is fresh."""
    known = set(
        connection.execute(
            """SELECT release_id, snapshot_sha256, made_by FROM derivation
            QUALIFY row_number() OVER (
                PARTITION BY release_id, snapshot_sha256 ORDER BY recorded_at DESC, reading_id DESC
            ) = 1"""
        ).fetchall()
    )
    return [one for one in readings if (*one.key, one.derivation.made_by) not in known]


#: Columns of ``figure`` behind reading_id, by where they come from.
_MEANT = ", ".join(f"o.{name} AS {column}" for name, column in tables.MEANT.items())
_PRINTED = ", ".join(
    f"f.{name} AS {tables.PRINTED_AS[name]}" if name in tables.PRINTED_AS else f"f.{name}"
    for name in schemas.FIGURE
)
_INCOMING = f"""
SELECT r.reading_id, f.release_id, {_PRINTED},
    CASE WHEN h.rule IS NULL THEN f.fate ELSE 'quarantined' END AS fate,
    coalesce(h.rule, f.fate_reason) AS fate_reason,
    {_MEANT}
FROM {{figures}} AS f
JOIN incoming_reading AS r
    ON r.release_id = f.release_id AND r.snapshot_sha256 = f.snapshot_sha256
LEFT JOIN incoming_observation AS o
    ON o.snapshot_sha256 = f.snapshot_sha256 AND o.figure_no = f.figure_no
    AND o.release_id = f.release_id AND o.locator = f.locator AND o.value_text = f.value_text
LEFT JOIN (
    SELECT release_id, snapshot_sha256, figure_no, min(rule) AS rule
    FROM incoming_quarantine WHERE stage = 'gate' GROUP BY ALL
) AS h
    ON h.snapshot_sha256 = f.snapshot_sha256 AND h.figure_no = f.figure_no
    AND h.release_id = f.release_id
"""

_HELD = ", ".join(name for name in schemas.QUARANTINE if name not in ("recorded_at", "run_id"))

#: Of each reading that the store has, the rows of figure or quarantine that are not alike.
_UNLIKE = """
WITH there AS (
    SELECT {columns} FROM {stored} WHERE reading_id IN (SELECT reading_id FROM incoming_reading)
), here AS (SELECT {columns} FROM ({incoming}))
SELECT DISTINCT release_id, snapshot_sha256 FROM (
    (FROM here EXCEPT ALL FROM there) UNION ALL (FROM there EXCEPT ALL FROM here)
)
"""

_QUARANTINE = f"""
SELECT {", ".join(f"q.{name.strip()}" for name in _HELD.split(","))}, r.reading_id
FROM incoming_quarantine AS q
JOIN incoming_reading AS r
    ON r.release_id = q.release_id AND r.snapshot_sha256 = q.snapshot_sha256
"""


@dataclass(frozen=True, slots=True)
class _Loading:
    """The steps inside the transaction."""

    connection: duckdb.DuckDBPyConnection
    load: Load
    fresh: Sequence[ReadingRecord]
    stamp: tuple[datetime, str]

    def run(self) -> LoadResult:
        for name, frame in (
            ("incoming_observation", self.load.observations),
            ("incoming_quarantine", self.load.quarantine),
        ):
            self.connection.register(name, frame.to_arrow())
        try:
            same = self._same_readings()
            new = [one for one in self.fresh if one.key not in same]
            first = self._next_id()
            ids = {one.key: first + number for number, one in enumerate(new)}
            figures = self._add_figures(ids)
            held = self._add_quarantine()
            self._add_reading_rows(new, ids)
            self._note_derivations(ids | same)
            prove_conservation(self.connection, first)
            accepted = self._count_of("observations", first)
            return LoadResult(len(new), figures, accepted, held, len(self.fresh) - len(new))
        finally:
            for name in ("incoming_observation", "incoming_quarantine"):
                self.connection.unregister(name)

    def _next_id(self) -> int:
        row = first_row(self.connection, "SELECT coalesce(max(reading_id) + 1, 0) FROM reading")
        return int(row[0]) if row else 0

    def _count_of(self, column: str, first: int) -> int:
        row = first_row(
            self.connection,
            f"SELECT coalesce(sum({column}), 0)::BIGINT FROM reading WHERE reading_id >= {first:d}",
        )
        return int(row[0]) if row else 0

    def _name_readings(self, ids: Mapping[tuple[str, str], int]) -> None:
        """The temporary table that ties incoming rows to reading ids."""
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE incoming_reading "
            "(reading_id INTEGER, release_id VARCHAR, snapshot_sha256 VARCHAR)"
        )
        if ids:
            self.connection.executemany(
                "INSERT INTO incoming_reading VALUES (?, ?, ?)",
                [(number, *key) for key, number in ids.items()],
            )

    def _same_readings(self) -> dict[tuple[str, str], int]:
        """Readings that come out as the newest one of their snapshot: key -> its reading_id."""
        newest = {
            (release, sha256): (number, tuple(facts))
            for release, sha256, number, *facts in self.connection.execute(
                f"""SELECT release_id, snapshot_sha256, reading_id, {_READING_FACTS}
                FROM reading QUALIFY row_number() OVER (
                    PARTITION BY release_id, snapshot_sha256 ORDER BY reading_id DESC) = 1"""
            ).fetchall()
        }
        alike = {
            one.key: newest[one.key][0]
            for one in self.fresh
            if one.key in newest and newest[one.key][1] == self._facts(one)
        }
        if not alike:
            return {}
        self._name_readings(alike)
        columns = ", ".join(name for name in tables.FIGURE if name != "reading_id")
        unlike = set()
        incoming = " UNION ALL ".join(
            _INCOMING.format(figures=name) for name in self._named_figures()
        )
        if incoming:
            unlike |= self._unlike("figure", columns, incoming)
        unlike |= self._unlike("quarantine", _HELD, _QUARANTINE)
        return {key: number for key, number in alike.items() if key not in unlike}

    def _unlike(self, stored: str, columns: str, incoming: str) -> set[tuple[str, str]]:
        query = _UNLIKE.format(columns=columns, stored=stored, incoming=incoming)
        return set(self.connection.execute(query).fetchall())

    def _named_figures(self) -> list[str]:
        """Each part of the figures as DuckDB can read it."""
        names = []
        for number, part in enumerate(self.load.figures):
            if isinstance(part, Path):
                path = str(part).replace("'", "''")
                names.append(f"read_parquet('{path}')")
            else:
                name = f"incoming_figure_{number}"
                arrow = part.to_arrow()
                self.connection.register(name, arrow)
                names.append(name)
        return names

    def _add_figures(self, ids: Mapping[tuple[str, str], int]) -> int:
        self._name_readings(ids)
        added = 0
        for name in self._named_figures():
            row = first_row(
                self.connection, f"INSERT INTO figure BY NAME {_INCOMING.format(figures=name)}"
            )
            added += int(row[0]) if row else 0
        return added

    def _add_quarantine(self) -> int:
        """What the gate held has no sentence yet: it is the figure's."""
        row = first_row(
            self.connection,
            f"""INSERT INTO quarantine BY NAME
            SELECT q.* REPLACE (coalesce(q.context_text, f.context_text) AS context_text),
                $at::TIMESTAMP AS recorded_at, $run AS run_id
            FROM ({_QUARANTINE}) AS q
            LEFT JOIN figure AS f ON f.reading_id = q.reading_id AND f.figure_no = q.figure_no
            ORDER BY q.reading_id, q.figure_no""",
            {"at": self.stamp[0], "run": self.stamp[1]},
        )
        return int(row[0]) if row else 0

    def _facts(self, one: ReadingRecord) -> tuple[object, ...]:
        """_READING_FACTS of a record: all of its row that comes from reader and catalogue."""
        release_id = one.derivation.release.release_id
        about = one.metadata
        reason = one.error or self.load.held.get(release_id)
        outcome = "failed" if one.error else "held" if release_id in self.load.held else "accepted"
        day = one.derivation.release.published_on or about.published_on
        return (
            one.reader,
            one.derivation.made_of.get("release"),
            outcome,
            reason,
            "; ".join(one.notes) or None,
            about.title,
            about.ref_area,
            about.time_period,
            about.publisher,
            about.obs_status,
            json.dumps(about.locators, ensure_ascii=False) if about.locators else None,
            day,
        )

    def _add_reading_rows(
        self, new: Sequence[ReadingRecord], ids: Mapping[tuple[str, str], int]
    ) -> None:
        accepted = _counts(self.load.observations, pl.len())
        held = _counts(self.load.quarantine, pl.col("figure_no").n_unique())
        rows = []
        for one in new:
            facts = self._facts(one)
            rows.append(
                (
                    ids[one.key],
                    *one.key,
                    facts[0],
                    one.reader_version,
                    one.derivation.made_by,
                    *facts[1:],
                    one.figures,
                    accepted.get(one.key, 0),
                    one.unmapped,
                    held.get(one.key, 0),
                    one.not_a_figure,
                    *self.stamp,
                )
            )
        if rows:
            marks = ", ".join("?" for _ in rows[0])
            self.connection.executemany(f"INSERT INTO reading VALUES ({marks})", rows)

    def _note_derivations(self, ids: Mapping[tuple[str, str], int]) -> None:
        rows = [
            (
                *one.key,
                one.derivation.made_by,
                json.dumps(dict(one.derivation.made_of), sort_keys=True, ensure_ascii=False),
                ids[one.key],
                *self.stamp,
            )
            for one in self.fresh
        ]
        self.connection.executemany("INSERT INTO derivation VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


#: Columns of ``reading`` that ``_Loading._facts`` gives.
_READING_FACTS = (
    "reader, release_facts, outcome, reason, notes, title, ref_area, time_period, "
    "publisher, obs_status, locators, published_on"
)


def _counts(frame: pl.DataFrame, count: pl.Expr) -> dict[tuple[str, str], int]:
    grouped = frame.group_by("release_id", "snapshot_sha256").agg(count.alias("count"))
    return {(release, sha256): number for release, sha256, number in grouped.iter_rows()}
