"""10,000 communiqués from archive to publication.

The real pages of ../shared over and over (the bundled ones where they are absent), each as another
area's of another year: its name and year stand in the text in the place of the true ones. An area
keeps its page through the years, for a real series holds together: one of which every year comes
from elsewhere fails the gate at every turn. Own time on the machine's cores, imports apart; memory
is the peak of the process that asks and of the largest that reads for it.
"""

from __future__ import annotations

import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count, product
from pathlib import Path
from typing import Any

import polars as pl

from flows.model.paths import SAMPLES

RELEASES = 10_000
SHARED = Path(__file__).resolve().parents[2].parent / "shared/data/communiques"


def real_pages() -> list[tuple[str, str, str]]:
    """Text, name of the area and year of each page that is a web page in UTF-8."""
    from flows.catalog import load_catalog

    names = dict(load_catalog().areas.select("ref_area", "name_zh").iter_rows())
    pages = []
    folder = SHARED if SHARED.is_dir() else SAMPLES
    with (folder / "index.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if not row["file"].endswith(".html") or not row.get("ref_area"):
                continue
            try:
                text = (folder / row["file"]).read_bytes().decode()
            except UnicodeDecodeError:
                continue
            pages.append((text, names.get(row["ref_area"], ""), row["time_period"] or "2025"))
    return pages


def write_releases(number: int) -> Iterator[tuple[str, str, str, bytes]]:
    """release_id, area, year and bytes of each."""
    from flows.catalog import load_catalog

    areas = load_catalog().areas.filter(
        pl.col("level").is_in(["prefecture", "county"]),
        pl.col("valid_to").is_null(),
        pl.col("valid_from") <= 1990,
    )
    places = areas.select("ref_area", "name_zh").unique("ref_area").sort("ref_area").rows()
    pages = real_pages()
    places = places[: len(places) // len(pages) * len(pages)]
    turns = count()
    for year, (code, name) in product(range(1991, 2025), places):
        turn = next(turns)
        if turn >= number:
            return
        text, was, period = pages[turn % len(pages)]
        text = text.replace(period, str(year))
        for short in (was, was.removesuffix("市")):
            text = text.replace(short, name) if len(short) > 1 else text
        yield f"bench-{turn}", code, str(year), f"{text}<!-- {turn} -->".encode()


def measure(number: int, home: Path) -> dict[str, Any]:
    from flows.fetch import Archive
    from flows.gate import warm
    from flows.model.nouns import MediaKind, Outcome, Release, Snapshot, Visit
    from flows.model.settings import Settings
    from flows.refresh import PlainCalls, follow_path
    from flows.run.account import open_account
    from flows.run.plan import make_plan
    from flows.run.stages import fetch_releases

    warm()
    settings = Settings(home=home)
    archive = Archive(settings.archive)
    visits = []
    releases = []
    now = datetime.now(UTC)
    since = time.perf_counter()
    for release_id, code, year, data in write_releases(number):
        release = Release(
            release_id=release_id,
            source_id="bench",
            url=f"https://www.example.cn/{release_id}.html",
            title=release_id,
            publisher="bench",
            reader="communique",
            ref_area=code,
            time_period=year,
        )
        sha256 = archive.add(data)
        snapshot = Snapshot(release_id, sha256, release.url, MediaKind.HTML, len(data), now)
        releases.append(release)
        visits.append(Visit(release_id, release.url, now, Outcome.CHANGED, snapshot=snapshot))
    seconds = {"archive": time.perf_counter() - since}
    plan = replace(
        make_plan(settings), releases=tuple(releases), listed=frozenset(), pattern="bench"
    )

    class Calls(PlainCalls):
        """The stages as they are, but for the visits: the bytes are archived."""

        def one(self, stage: Any, *values: Any) -> Any:
            return tuple(visits) if stage is fetch_releases else super().one(stage, *values)

    with open_account(plan) as account:
        follow_path(Calls(), plan, account)
    summary = account.summary
    seconds |= summary.seconds
    return {
        "releases": len(releases),
        "numbers": sum(line.read for line in summary.readings),
        "observations": summary.new_observations,
        "quarantined": summary.new_quarantined,
        "seconds": seconds,
        "peak_gib": _peak(resource.RUSAGE_SELF) + _peak(resource.RUSAGE_CHILDREN),
    }


def _peak(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024**2


def main() -> None:
    if len(sys.argv) == 3 and sys.argv[1].isdigit():
        print(json.dumps(measure(int(sys.argv[1]), Path(sys.argv[2]))))
        return
    number = int(sys.argv[1]) if len(sys.argv) == 2 and sys.argv[1].isdigit() else RELEASES
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "tests.bench.archive", str(number), scratch]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        result = json.loads(done.stdout.splitlines()[-1])
    whole = sum(result["seconds"].values())
    print(
        f"{result['releases']:,} communiqués, {result['numbers']:,} numbers, "
        f"{result['observations']:,} observations, {result['quarantined']:,} held: "
        f"{whole:.0f} s, {result['peak_gib']:.2f} GiB   (goal: at most 300 s, 4 GiB)"
    )
    for stage, seconds in result["seconds"].items():
        rate = result["releases"] / seconds if seconds else 0
        print(f"  {stage:<10}{seconds:8.1f} s  {rate:8.0f} releases a second")


if __name__ == "__main__":
    main()
