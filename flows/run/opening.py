"""Opening a run: settings, catalogue, which releases and from where, store and lock.

Whatever becomes of the run, its summary is written when it closes.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from urllib.parse import urlsplit

from flows.catalog import load_catalog
from flows.catalog.yamlfile import meant
from flows.fetch import MirrorServer, mirror_index, mirror_releases
from flows.model.errors import UsageError
from flows.model.nouns import Release
from flows.model.settings import Settings
from flows.model.text import counted
from flows.run.pipeline import Pipeline
from flows.run.progress import Reporter
from flows.run.summary import RunSummary, new_run_id
from flows.store import Store


@contextmanager
def open_pipeline(
    report: Reporter,
    *,
    mirror: str | None = None,
    source: str | None = None,
    reread: bool = False,
    settings: Settings | None = None,
    releases: Sequence[Release] | None = None,
) -> Iterator[Pipeline]:
    """A run ready to fetch.

    ``mirror``: a folder (served on the loopback interface while the run lasts) or an address.
    ``source``: a pattern of release or source ids. ``reread``: also what an older reader read.
    ``releases``: instead of the catalogue's.
    Raises UsageError for a mirror or pattern that cannot be used, LockHeld, StoreError,
    CatalogError.
    """
    settings = settings or Settings()
    started_at = datetime.now(UTC)
    since = time.perf_counter()
    summary = RunSummary(run_id=new_run_id(started_at), started_at=started_at, mirror=mirror)
    report.stage("start")
    with ExitStack() as stack:
        store = stack.enter_context(Store.open(settings, run_id=summary.run_id))
        try:
            catalog = load_catalog()
            address = None if mirror is None else _address(mirror, stack)
            known = catalog.releases if releases is None else releases
            wanted, unknown, summary.skipped = _wanted(known, address, settings)
            wanted = _matching(wanted, source, catalog.releases)
            summary.seconds["start"] = round(time.perf_counter() - since, 3)
            word = f", {unknown} of the mirror's own (not in the catalogue)" if unknown else ""
            report.done(f"{counted(len(wanted), 'release')} to visit{word}")
            yield Pipeline(
                settings, catalog, store, tuple(wanted), address, summary, report, reread
            )
        except BaseException as error:
            if summary.outcome != "held":
                summary.outcome = "failed"
            summary.reason = str(error) or type(error).__name__
            raise
        finally:
            summary.finished_at = datetime.now(UTC)
            summary.write(settings.runs)


def raise_if_unusable(settings: Settings, *, mirror: str | None, source: str | None) -> None:
    """What ``open_pipeline`` would raise of the catalogue, a mirror's folder and the pattern.

    For whoever would else wait for a server first. A mirror that is an address is not asked.
    """
    catalog = load_catalog()
    if mirror is None or not _is_address(mirror):
        folder = None if mirror is None else _folder(mirror)
        wanted, _, _ = _wanted(catalog.releases, folder, settings)
        _matching(wanted, source, catalog.releases)


def _is_address(mirror: str) -> bool:
    return urlsplit(mirror).scheme in ("http", "https")


def _folder(mirror: str) -> Path:
    folder = Path(mirror)
    if not folder.is_dir():
        raise UsageError(
            "no such mirror", where=mirror, remedy="name a folder with an index.csv, or an address"
        )
    return folder


def _address(mirror: str, stack: ExitStack) -> str:
    """The mirror's address; a folder is served for as long as the run lasts."""
    if _is_address(mirror):
        return mirror
    return stack.enter_context(MirrorServer(_folder(mirror))).url


def _wanted(
    known: Sequence[Release], mirror: str | Path | None, settings: Settings
) -> tuple[Sequence[Release], int, list[str]]:
    """The releases to visit, how many only the mirror knows, and what of it is left out."""
    if mirror is None:
        return known, 0, []
    index = mirror_index(mirror, settings=settings)
    own, skipped = mirror_releases(index, known)
    there = [each for each in known if index.holds(each)]
    return [*there, *own], len(own), skipped


def _matching(
    releases: Sequence[Release], pattern: str | None, catalogued: Sequence[Release]
) -> Sequence[Release]:
    if pattern is None:
        return releases

    def fits(release: Release) -> bool:
        names = (release.release_id, release.source_id)
        return any(fnmatchcase(name, pattern) for name in names)

    found = [release for release in releases if fits(release)]
    if not found:
        elsewhere = next((release for release in catalogued if fits(release)), None)
        if elsewhere is not None:
            raise UsageError(
                f"the mirror does not have {elsewhere.release_id} ({elsewhere.url})",
                remedy="add its address to the mirror's index.csv, or refresh without --mirror",
            )
        names = {release.release_id for release in releases}
        names |= {release.source_id for release in releases}
        raise UsageError(
            f"no release or source fits {pattern!r}",
            remedy=meant(pattern, names) or "`gongbao query release_list` names them",
        )
    return found
