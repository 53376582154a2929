"""A true flow run as a person meets it: on the console, in the log, and in Prefect's pages."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from flows.model.settings import Settings
from flows.run.summary import RunSummary, summaries
from tests.command import run_command
from tests.homes import copy_prefect_home
from tests.prefect_server import Server, find_flow_run, rows_of, user_environment

pytestmark = [pytest.mark.slow, pytest.mark.prefect]


@dataclass(frozen=True)
class Ran:
    said: str
    folder: Path

    @property
    def summary(self) -> RunSummary:
        [only] = summaries(self.folder / "data" / "runs")
        return only


def refresh(folder: Path, api: str | None) -> str:
    """What ``gongbao refresh --bundled`` prints in a process of its own."""
    command = [sys.executable, "-m", "flows", "refresh", "--bundled"]
    env = user_environment(folder, api)
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory, prefect_server: str) -> Ran:
    folder = tmp_path_factory.mktemp("shell")
    return Ran(refresh(folder, prefect_server), folder)


def in_order(text: str, parts: Sequence[str]) -> bool:
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
    return True


def test_the_first_run_shows_its_stages_and_ends_with_the_league_table(first_run: Ran) -> None:
    stages = ["fetch", "read", "gate", "store", "publish"]
    parts = [*stages, "of 26", "平阳县", "711.81", "In quarantine", "warehouse"]
    assert in_order(first_run.said, parts)


def test_the_console_is_quiet_and_prefects_log_lines_are_in_the_file(first_run: Ran) -> None:
    assert "Task run" not in first_run.said
    assert "INFO" not in first_run.said
    log = (first_run.folder / "data" / "logs" / "prefect.log").read_text(encoding="utf-8")
    assert "Beginning flow run" in log


def test_the_run_is_a_true_flow_run_with_task_runs_and_artifacts(
    prefect_server: str, first_run: Ran
) -> None:
    run = find_flow_run(prefect_server, first_run.summary.run_id)
    assert run["state_type"] == "COMPLETED"
    tasks = rows_of(prefect_server, "task_runs", run["id"])
    names = {str(row["name"]) for row in tasks}
    assert names >= {"fetch", "record", "gate", "load", "publish"}
    batches = {name.split(" ")[0] for name in names if re.search(r" and \d+ more$", name)}
    assert batches >= {"read", "harmonise"}  # one a batch of releases, named after them
    keys = {row["key"] for row in rows_of(prefect_server, "artifacts", run["id"])}
    assert {"run", "league-table", "quarantine"} <= keys


def test_a_configured_server_is_used_and_no_other_is_started(
    prefect_server: str, first_run: Ran
) -> None:
    assert f"Prefect's server: {prefect_server}" in first_run.said
    assert "embedded" not in first_run.said


def test_a_configured_server_that_is_dead_is_named_at_once(tmp_path: Path) -> None:
    dead = "http://127.0.0.1:9/api"
    said = run_command("refresh", "--bundled", home=tmp_path, code=11, api=dead)
    assert f"PREFECT_API_URL={dead}: no Prefect server answers" in said
    assert "unset it" in said
    assert "embedded server (" not in said
    assert summaries(tmp_path / "runs") == []


def test_a_second_run_says_that_nothing_is_new(
    server: Server, own_bundled_home: Settings, tmp_path: Path
) -> None:
    """On an embedded server, as where none is configured."""
    copy_prefect_home(server.home, tmp_path / "prefect")
    said = refresh(tmp_path, None)
    assert "starting Prefect's embedded server" in said
    assert "nothing published" in said
    newest, oldest = summaries(own_bundled_home.runs)
    assert (newest.outcome, oldest.outcome) == ("nothing-new", "published")
    assert newest.new_observations == newest.new_quarantined == 0


def test_query_status_and_a_plain_duckdb_work_while_a_run_holds_the_store(
    prefect_server: str, own_bundled_home: Settings, small_mirror: Path
) -> None:
    home = own_bundled_home.home
    holder = (
        "import sys\nfrom pathlib import Path\nfrom flows.model.settings import Settings\n"
        "from flows.store import Store\n"
        "with Store.open(Settings(home=Path(sys.argv[1])), run_id='held'):\n"
        "    print('open', flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(home)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as run:  # fmt: skip
        assert run.stdout is not None
        assert run.stdout.readline() == "open\n"
        assert "平阳县" in run_command("query", "latest_league", home=home)
        assert "held" in run_command("status", home=home)
        warehouse = str(own_bundled_home.current / "warehouse.duckdb")
        with duckdb.connect(warehouse, read_only=True) as plain:
            assert plain.sql("SELECT count(*) FROM observation").fetchone() != (0,)
        mirror = ("--mirror", str(small_mirror))
        refused = run_command(
            "refresh", *mirror, home=home, code=4, api=prefect_server, GONGBAO_LOCK_WAIT="0"
        )
        assert "held" in refused
        assert str(run.pid) in refused
        assert run.stdin is not None
        run.stdin.close()


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["refresh", "--miror", "x"], 2, "--mirror"),
        (["refesh"], 2, "refresh"),
        (["refresh", "--mirror", "no/such/folder"], 2, "no such mirror"),
        (["query", "SELECT * FROM leage_table"], 2, "leage_table"),
        (["query", "DROP TABLE observation"], 2, "read-only"),
    ],
)
def test_a_wrong_call_gets_a_clear_error_and_an_exit_code(
    bundled_home: Settings, arguments: list[str], code: int, says: str
) -> None:
    """No run begins for it, so the home stays as it was."""
    assert says in run_command(*arguments, home=bundled_home.home, code=code)


def test_a_pattern_that_fits_nothing_is_refused_once_listings_were_looked_at(
    prefect_server: str, small_mirror: Path, tmp_path: Path
) -> None:
    arguments = ("refresh", "--mirror", str(small_mirror), "--source", "pingyan-*")
    said = run_command(*arguments, home=tmp_path, code=2, api=prefect_server)
    assert "no release or source fits 'pingyan-*'" in said


def test_a_run_that_can_fetch_nothing_ends_in_order_and_fails(
    prefect_server: str, tmp_path: Path
) -> None:
    (tmp_path / "empty.html").touch()
    (tmp_path / "index.csv").write_text("file,url\nempty.html,https://example.cn/empty.html\n")
    home, mirror = tmp_path / "data", ("--mirror", str(tmp_path))
    said = run_command("refresh", *mirror, home=home, code=7, api=prefect_server)
    assert "failed: empty: what came is no release" in said
    assert "nothing could be fetched: empty: " in said
    assert "✗ fetch" in said
    assert "✓ publish" in said
    [run] = summaries(home / "runs")
    assert [visit.outcome for visit in run.visits] == ["failed"]
    assert find_flow_run(prefect_server, run.run_id)["state_type"] == "FAILED"


def test_a_store_of_a_newer_version_is_refused_and_the_publication_stands(
    prefect_server: str, own_bundled_home: Settings, small_mirror: Path
) -> None:
    home = own_bundled_home.home
    with duckdb.connect(str(own_bundled_home.store)) as con:
        con.execute("INSERT INTO store_version VALUES (999, '999_future.sql', now())")
    mirror = ("--mirror", str(small_mirror))
    assert "999" in run_command("refresh", *mirror, home=home, code=5, api=prefect_server)
    assert "平阳县" in run_command("query", "latest_league", home=home)
