"""`make bench`: every benchmark, or the ones named: bulk, main_job, unchanged, reading, damage, …"""

from __future__ import annotations

import importlib
import sys

ALL = ("bulk", "archive", "main_job", "unchanged", "reading", "damage", "check", "models")


def main() -> None:
    names = sys.argv[1:] or ALL
    unknown = [name for name in names if name not in ALL]
    if unknown:
        raise SystemExit(f"no benchmark {unknown[0]!r}; there are: {', '.join(ALL)}")
    for name in names:
        print(f"== {name}: {(module := importlib.import_module(f'tests.bench.{name}')).__doc__}")
        module.main()


if __name__ == "__main__":
    main()
