"""A dry run: what a run would change in what is published, and why, without asking any address.

It is a run over a copy of the store that goes with it: what the catalogue, the rules and the readers
of today make of the archive. Nothing of the home is written.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from flows.model.errors import StoreError
from flows.model.settings import Settings
from flows.run.batch import cut_batches, harmonise_batch, read_batch
from flows.run.listings import adopt_releases
from flows.run.parts import adopt_parts
from flows.run.plan import make_plan
from flows.run.stages import gate_batches, list_stale, load_batches, record_visits
from flows.store import copy_store

#: One row a reading that would be made anew.
DERIVED = pl.Schema(
    {
        "release_id": pl.String(),
        "causes": pl.String(),  # joined by ", "
        "numbers": pl.Int64(),
        "observations": pl.Int64(),  # that the gate would accept
        "error": pl.String(),  # why it could not be read
    }
)


@dataclass(frozen=True, slots=True)
class DryRun:
    derived: pl.DataFrame  # DERIVED
    retired: tuple[str, ...]  # releases that left the catalogue
    changes: pl.DataFrame  # changes.COLUMNS: values that would not stay what they are


def look_ahead(
    settings: Settings, *, mirror: str | None = None, source: str | None = None
) -> DryRun:
    """What ``refresh`` with these options would make of the bytes that are archived."""
    plan = make_plan(settings, mirror=mirror, source=source)
    with _copied_home(settings) as copy:
        plan = replace(plan, settings=copy)
        plan = adopt_parts(adopt_releases(plan, ()).plan, ()).plan
        seen = record_visits(plan, ())
        batches = [
            harmonise_batch(plan, read_batch(plan, batch))
            for batch in cut_batches(list_stale(plan))
        ]
        gated = gate_batches(plan, batches)
        loaded = load_batches(plan, (), batches, gated)
        if loaded is None:
            raise StoreError("the copy of the store was changed by somebody", where=str(copy.store))
        counts = dict(gated.read_accepted().group_by("release_id").len().iter_rows())
    rows = [
        (
            record.derivation.release.release_id,
            ", ".join(record.derivation.causes),
            record.figures,
            counts.get(record.derivation.release.release_id, 0),
            record.error,
        )
        for batch in batches
        for record in batch.records
    ]
    return DryRun(
        pl.DataFrame(rows, schema=DERIVED, orient="row"),
        seen.retired,
        pl.concat([seen.changes, loaded.changes]),
    )


@contextmanager
def _copied_home(settings: Settings) -> Iterator[Settings]:
    """A home of its own with a copy of the store and the archive of the true one."""
    folder = Path(tempfile.mkdtemp(prefix="gongbao-dry-"))
    try:
        home = folder / "data"
        home.mkdir()
        copy_store(settings, home / settings.store.name)
        (home / settings.archive.name).symlink_to(settings.archive.resolve())
        yield settings.model_copy(update={"home": home})
    finally:
        shutil.rmtree(folder, ignore_errors=True)
