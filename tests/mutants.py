"""Mutation run: wrong changes are made to a room's functions, and the room's tests must notice.

    make mutants OF=flows/harmonise            # or one file; MINUTES=30 is the time for it

mutmut makes the changes in a copy of the checkout and runs, for each, the tests that reach the
changed function. A change of a sentence for people is not counted; a rule's name is. Constants of a
module, suites and tables are not changed by it: ``test_*_edges.py`` walk those.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: A room's tests, where they are not those of its name.
TESTS = {
    "evidence": ("evidence", "gate_misprint", "gate_identities", "gate_edges", "gate_plain"),
    "ask": ("check", "brief", "read_command", "query"),
}
#: Each change is run in a process of its own, forked from one that has only imported these:
#: what was forked after polars had started its threads hangs.
IMPORTS = ("polars", "duckdb", "pydantic", "hypothesis", "pytest")
_WORDS = re.compile(r'f?"[^"]* [^"]*"')


def main(of: str, minutes: float) -> int:
    """Print the score and each change that no test noticed."""
    if not (ROOT / of).exists() or not of.startswith("flows/"):
        print(f"{of} is no folder or file of flows; try: make mutants OF=flows/harmonise")
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch)
        _copy_checkout(copy)
        _configure(copy, of)
        _run(copy, minutes)
        return _report(copy, of)


def _copy_checkout(copy: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    for name in listed:
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    (copy / "imports.txt").write_text("\n".join(IMPORTS))


def _configure(copy: Path, of: str) -> None:
    room = Path(of).parts[1].removesuffix(".py")
    tests = sorted(
        f"tests/{path.name}"
        for name in TESTS.get(room, (room,))
        for path in (copy / "tests").glob(f"test_{name}*.py")
    )
    beside = [path.name for path in copy.iterdir() if path.name not in ("flows", "tests")]
    settings = {
        "source_paths": ["flows"],
        "only_mutate": [of if of.endswith(".py") else f"{of.rstrip('/')}/*"],
        "also_copy": beside,
        "pytest_add_cli_args": ["-x", "-p", "no:randomly"],
        "pytest_add_cli_args_test_selection": tests,
        "process_isolation": "forkserver",
        "forkserver_warmup": "import",
        "preload_modules_file": "imports.txt",
    }
    lines = [f"{name} = {value!r}" for name, value in settings.items()]
    lines += ["timeout_constant = 60.0", "use_git_change_detection = false"]
    with (copy / "pyproject.toml").open("a") as file:
        file.write("\n[tool.mutmut]\n" + "\n".join(lines) + "\n")


def _mutmut(copy: Path, *arguments: str) -> list[str]:
    environment = {**os.environ, "POLARS_MAX_THREADS": "1"}
    environment.pop("PYTHONPATH", None)
    return [
        line.strip()
        for line in subprocess.run(
            [sys.executable, "-m", "mutmut", *arguments],
            cwd=copy, env=environment, capture_output=True, text=True,
        ).stdout.splitlines()
    ]  # fmt: skip


def _run(copy: Path, minutes: float) -> None:
    environment = {**os.environ, "POLARS_MAX_THREADS": "1"}
    environment.pop("PYTHONPATH", None)
    log = (copy / "mutmut.log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "mutmut", "run", "--max-children", str(os.cpu_count() or 1)],
        cwd=copy, env=environment, stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip
    until = time.monotonic() + 60 * minutes
    while process.poll() is None and time.monotonic() < until:
        time.sleep(1)
    if process.poll() is None:
        os.killpg(process.pid, 15)
        process.wait()
    elif process.returncode and not any((copy / "mutants").rglob("*.meta")):
        log.seek(0)
        print(log.read()[-3000:])


def _report(copy: Path, of: str) -> int:
    states = dict(line.split(": ", 1) for line in _mutmut(copy, "results", "--all", "true") if line)
    counts: Counter[str] = Counter()
    for name, state in sorted(states.items()):
        if state in ("killed", "timeout", "segfault"):
            counts["noticed"] += 1
        elif state in ("survived", "no tests"):
            lines = [
                line
                for line in _mutmut(copy, "show", name)
                if line[:1] in "-+" and line[:3] not in ("---", "+++")
            ]
            if _only_words(lines):
                counts["words"] += 1
                continue
            counts["survived"] += 1
            print(f"{name} ({state})")
            print("\n".join(f"  {line}" for line in lines))
        else:
            counts["not run"] += 1
    judged = counts["noticed"] + counts["survived"]
    score = 100 * counts["noticed"] / judged if judged else 0.0
    print(
        f"{of}: {score:.0f} % of {judged} wrong changes noticed, {counts['survived']} not; "
        f"{counts['words']} of sentences, {counts['not run']} not run in the time"
    )
    return 0 if judged else 1


def _only_words(lines: list[str]) -> bool:
    """Do the lines differ in nothing but text with a blank in it?"""
    was = [_WORDS.sub('""', line[1:]) for line in lines if line.startswith("-")]
    now = [_WORDS.sub('""', line[1:]) for line in lines if line.startswith("+")]
    return was == now


if __name__ == "__main__":
    given = [*sys.argv[1:], "", ""]
    sys.exit(main(given[0] or "flows/harmonise", float(given[1] or 30)))
