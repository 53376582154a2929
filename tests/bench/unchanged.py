"""A refresh in which 1,000 sources of a local mirror are all unchanged.

Own time: everything between opening the run and its last stage, without imports and server.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.fetch import MirrorServer
from flows.model.nouns import Outcome
from flows.model.settings import Settings
from flows.run.summary import RunSummary
from tests.runs import run_path

SOURCES = 1_000
HOSTS = 50
_PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>平阳县{year}年统计公报</title>
</head><body><h1>平阳县{year}年国民经济和社会发展统计公报</h1>
<p>初步核算，全年全县地区生产总值{value}亿元，比上年增长{growth}%。第{number}号页面。</p>
</body></html>"""


def _mirror(folder: Path) -> None:
    with (folder / "index.csv").open("w", encoding="utf-8", newline="") as out:
        index = csv.writer(out)
        index.writerow(["file", "url", "ref_area", "time_period"])
        for number in range(SOURCES):
            name = f"page{number}.html"
            year = 2000 + number % 25
            text = _PAGE.format(
                year=year, value=100 + number / 10, growth=number % 9 + 0.5, number=number
            )
            (folder / name).write_text(text, encoding="utf-8")
            url = f"https://host{number % HOSTS}.example.cn/tjgb/{number}.html"
            index.writerow([name, url, "330326", year])


def _run(settings: Settings, mirror: str) -> tuple[float, RunSummary]:
    since = time.perf_counter()
    summary = run_path(settings, mirror)
    return time.perf_counter() - since, summary


def main() -> None:
    if len(sys.argv) == 2 and Path(sys.argv[1]).is_dir():
        _serve(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "mirror"
        folder.mkdir()
        _mirror(folder)
        settings = Settings(home=Path(scratch) / "home")
        with _served(folder) as address:
            first, run = _run(settings, address)
            _stages("first run", first, run)
            second, run = _run(settings, address)
            _stages("unchanged run", second, run)
        assert run.visits_by_outcome()[Outcome.UNCHANGED] == SOURCES
        print("goal for the unchanged run: at most 5 s")


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The mirror in a process of its own: its time is not the run's."""
    command = [sys.executable, "-m", "tests.bench.unchanged", str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.stdin.close()


def _serve(folder: Path) -> None:
    with MirrorServer(folder) as server:
        print(server.url, flush=True)
        sys.stdin.read()


def _stages(name: str, seconds: float, run: RunSummary) -> None:
    stages = ", ".join(f"{stage} {each:.2f}" for stage, each in run.seconds.items())
    print(f"{name:<14}{seconds:6.2f} s   ({stages})")


if __name__ == "__main__":
    main()
