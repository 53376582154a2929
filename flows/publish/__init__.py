"""The publication: an immutable folder that one run makes, and ``current``, which points at one.

    home/publications/<run>/warehouse.duckdb    tables, models, macros, comments
                            parquet/            each model, the observations and the catalogue
                            datapackage.json    what is in parquet/ (Data Package v1)
                            reports/run.json    who made it, when, of what; its checks
                            SHA256SUMS

It appears whole or not at all, and only if no critical check of it failed. Where nothing that it
would show has changed since the last one, none is made.
"""

from __future__ import annotations

import errno
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from flows import __version__
from flows.catalog import Catalog
from flows.catalog.calendar import list_due
from flows.discover.match import match_sightings
from flows.language.kinds import KINDS
from flows.model import clock
from flows.model.errors import PublishError
from flows.model.nouns import Check
from flows.model.paths import SQL
from flows.model.publication import Publication, publications, withdrawn_fingerprints
from flows.model.settings import Settings
from flows.publish import building, exports, folder, warehouse
from flows.publish.building import Clock
from flows.publish.folder import rollback
from flows.publish.models import Models, load_models
from flows.store import Store

__all__ = [
    "Publication",
    "PublishResult",
    "publications",
    "publish",
    "rollback",
]

ModelCheck = Callable[[str, pl.DataFrame], list[Check]]


@dataclass(frozen=True, slots=True)
class PublishResult:
    folder: Path | None  # None: nothing changed, or held back
    reason: str = ""  # why there is none
    held: tuple[str, ...] = ()  # the critical checks that failed
    checks: tuple[Check, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)  # by step
    rows: Mapping[str, int] = field(default_factory=dict)  # by table


def publish(
    store: Store,
    catalog: Catalog,
    settings: Settings,
    *,
    run_id: str,
    check: ModelCheck | None = None,
    checked: Mapping[str, Sequence[str]] | None = None,
    on_step: Callable[[str], None] | None = None,
    today: date | None = None,
) -> PublishResult:
    """Build, check, name and switch a publication.

    ``check(model, frame)`` is asked of each model; with ``checked``, only of the models named
    there and with those columns of them. ``today``: the day in Asia/Shanghai by which periods have
    ended. PublishError where it cannot be built (full disk, a model that fails): nothing of it is
    left and the last publication stands.
    """
    today = today or clock.read_day()
    fingerprint = _fingerprint(store, catalog, today)
    reason = _no_need(settings, fingerprint)
    if reason:
        return PublishResult(None, reason)
    timer = Clock(on_step)
    with _errors(settings), folder.partial(settings, run_id) as partial:
        models = load_models()
        built = _build(store, catalog, models, partial, timer, check, checked, today)
        if built.held:
            return replace(built, reason="held back by its checks", seconds=timer.seconds())
        timer.step("seal")
        exports.write_datapackage(models, catalog.sources, partial)
        _write_report(partial, run_id, fingerprint, built, timer)
        folder.seal(partial)
        timer.step("name")
        whole = folder.finish(settings, partial, run_id)
        timer.step("switch")
        folder.switch(settings, whole)
    timer.step("prune")
    folder.prune(settings)
    timer.step("done")
    return replace(built, folder=whole, seconds=timer.seconds())


def _build(
    store: Store,
    catalog: Catalog,
    models: Models,
    partial: Path,
    timer: Clock,
    check: ModelCheck | None,
    checked: Mapping[str, Sequence[str]] | None,
    today: date,
) -> PublishResult:
    """The warehouse and the parquet files, and what their checks say."""
    timer.step("copy")
    matched = match_sightings(store.sightings(), catalog, store.withdrawn())
    with warehouse.attached(store, partial / "warehouse.duckdb") as cursor:
        warehouse.take_sources(cursor, catalog, models, today, matched.matches)
        warehouse.add_macros(cursor)
        asked = _asked(models, check, checked)
        built = building.build(cursor, models, partial / "parquet", asked, timer)
        timer.step("close")
    return PublishResult(None, "", _held(built.checks), built.checks, rows=built.rows)


def _asked(
    models: Models, check: ModelCheck | None, checked: Mapping[str, Sequence[str]] | None
) -> dict[str, building.Question]:
    """What ``check`` is asked of: exported models, with ``checked`` those named there."""
    if check is None:
        return {}
    return {
        model.name: (check, ", ".join(checked[model.name]) if checked else "*")
        for model in models.models
        if model.exported and (checked is None or model.name in checked)
    }


def _held(checks: Sequence[Check]) -> tuple[str, ...]:
    return tuple(
        f"{one.suite}: {one.rule}: {one.failed} of {one.evaluated} rows fail"
        + (f" ({one.note})" if one.note else "")
        for one in checks
        if not one.success and one.severity == "critical"
    )


def _fingerprint(store: Store, catalog: Catalog, today: date) -> str:
    """Changes when the store's published tables, SQL, catalogue or kinds do, or a period ends."""
    digest = hashlib.sha256()
    due = list_due(catalog.calendar, today).write_csv()
    for part in (exports.SCHEMA_VERSION, store.content_fingerprint(), catalog.fingerprint, due):
        digest.update(part.encode() + b"\0")
    for file in [KINDS, *sorted([*(SQL / "models").iterdir(), *(SQL / "macros").iterdir()])]:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _no_need(settings: Settings, fingerprint: str) -> str:
    """Why no publication is needed, or nothing."""
    if fingerprint in withdrawn_fingerprints(settings):
        return (
            "this content was rolled back; it is published again once it changes, "
            "or by gongbao publications rollback to its run"
        )
    current = next((one for one in publications(settings) if one.current), None)
    if current is not None and current.fingerprint == fingerprint:
        return f"nothing changed since {current.name}"
    return ""


def _write_report(
    partial: Path, run_id: str, fingerprint: str, built: PublishResult, timer: Clock
) -> None:
    about = {
        "run_id": run_id,
        "published_at": clock.read_time().isoformat(),
        "fingerprint": fingerprint,
        "gongbao": __version__,
        "duckdb": duckdb.__version__,
        "schema_version": exports.SCHEMA_VERSION,
        "rows": dict(built.rows),
        "seconds": dict(timer.seconds()),
        "checks": [asdict(one) for one in built.checks],
    }
    reports = partial / "reports"
    reports.mkdir()
    text = json.dumps(about, ensure_ascii=False, indent=2)
    (reports / "run.json").write_text(text + "\n", encoding="utf-8")


@contextmanager
def _errors(settings: Settings) -> Iterator[None]:
    """What DuckDB and the disk say, as a PublishError that tells what to do."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        text = (str(error).strip() or type(error).__name__).splitlines()[0]
        full = "No space left" in text or getattr(error, "errno", None) == errno.ENOSPC
        remedy = "free some space and run gongbao refresh again" if full else "see the cause above"
        raise PublishError(
            f"could not be built: {text}",
            where=str(settings.publications),
            remedy=f"{remedy}; the last publication is still standing",
        ) from error
