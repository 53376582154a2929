"""A refresh in which 1,000 sources of a local mirror are all unchanged.

Own time: everything between opening the run and its last stage, without imports and server.
"""

from __future__ import annotations

import csv
import logging
import tempfile
import time
from pathlib import Path

from flows.fetch import MirrorServer
from flows.run import open_pipeline
from flows.run.pipeline import Pipeline
from flows.run.progress import LogReporter
from flows.settings import Settings

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


def _run(settings: Settings, mirror: str) -> tuple[float, Pipeline]:
    since = time.perf_counter()
    report = LogReporter(logging.getLogger("bench"))
    with open_pipeline(report, mirror=mirror, settings=settings) as run:
        run.fetch()
        run.read()
        run.gate()
        run.load()
        run.publish()
    return time.perf_counter() - since, run


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "mirror"
        folder.mkdir()
        _mirror(folder)
        settings = Settings(home=Path(scratch) / "home")
        with MirrorServer(folder) as server:
            first, _ = _run(settings, server.url)
            second, run = _run(settings, server.url)
        by = run.summary.visits_by_outcome()
        print(f"first run           {first:6.2f} s")
        print(f"unchanged run       {second:6.2f} s   (goal: at most 5; {dict(by)})")
        print(
            "  " + ", ".join(f"{stage} {each:.2f}" for stage, each in run.summary.seconds.items())
        )


if __name__ == "__main__":
    main()
