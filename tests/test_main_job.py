"""The command line as a person meets it: a true flow run, once on Prefect's embedded server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from flows.run.summary import summaries
from tests.prefect_server import rows_of, user_environment

pytestmark = [pytest.mark.slow, pytest.mark.prefect]


class Shell:
    """A user's shell with a home of its own."""

    def __init__(self, folder: Path, api: str) -> None:
        self.folder = folder
        self.env = user_environment(folder, api)

    def gongbao(self, *arguments: str, code: int = 0, **env: str) -> str:
        command = [sys.executable, "-m", "flows", *arguments]
        done = subprocess.run(command, env=self.env | env, capture_output=True, text=True)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory, prefect_server: str) -> Shell:
    return Shell(tmp_path_factory.mktemp("shell"), prefect_server)


@pytest.fixture(scope="module")
def first_run(shell: Shell) -> str:
    return shell.gongbao("refresh", "--bundled")


def in_order(text: str, parts: Sequence[str]) -> bool:
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
    return True


def test_the_first_run_shows_its_stages_and_ends_with_the_league_table(first_run: str) -> None:
    stages = ["fetch", "read", "gate", "store", "publish"]
    assert in_order(first_run, [*stages, "of 26", "平阳县", "711.81", "In quarantine", "warehouse"])


def test_the_console_is_quiet_and_prefects_log_lines_are_in_the_file(
    shell: Shell, first_run: str
) -> None:
    assert "Task run" not in first_run
    assert "INFO" not in first_run
    log = (shell.folder / "data" / "logs" / "prefect.log").read_text(encoding="utf-8")
    assert "Beginning flow run" in log


def test_the_run_is_a_true_flow_run_with_task_runs_and_artifacts(
    prefect_server: str, shell: Shell, first_run: str
) -> None:
    newest, *_ = rows_of(prefect_server, "flow_runs")
    assert newest["state_type"] == "COMPLETED"
    tasks = [
        row for row in rows_of(prefect_server, "task_runs") if row["flow_run_id"] == newest["id"]
    ]
    names = {str(row["name"]) for row in tasks}
    assert names >= {"fetch", "record", "gate", "load", "publish"}
    batches = {name.split(" ", 1)[0] for name in names if name.endswith(" and 49 more")}
    assert batches == {"read", "harmonise"}  # one a batch of releases, named after them
    keys = {
        row["key"]
        for row in rows_of(prefect_server, "artifacts")
        if row["flow_run_id"] == newest["id"]
    }
    assert {"run", "league-table", "quarantine"} <= keys


def test_a_configured_server_is_used_and_no_other_is_started(
    prefect_server: str, first_run: str
) -> None:
    assert f"Prefect's server: {prefect_server}" in first_run
    assert "embedded" not in first_run


def test_a_configured_server_that_is_dead_is_named_at_once(shell: Shell) -> None:
    before = summaries(shell.folder / "data" / "runs")
    dead = "http://127.0.0.1:9/api"
    said = shell.gongbao("refresh", "--bundled", code=11, PREFECT_API_URL=dead)
    assert f"PREFECT_API_URL={dead}: no Prefect server answers" in said
    assert "unset it" in said
    assert "Traceback" not in said
    assert "embedded server (" not in said
    assert summaries(shell.folder / "data" / "runs") == before


def test_a_second_run_says_that_nothing_is_new(shell: Shell, first_run: str) -> None:
    said = shell.gongbao("refresh", "--bundled", PREFECT_API_URL="")
    assert "starting Prefect's embedded server" in said
    assert "nothing published" in said
    newest, oldest, *_ = summaries(shell.folder / "data" / "runs")
    assert (newest.outcome, oldest.outcome) == ("nothing-new", "published")
    assert newest.new_observations == newest.new_quarantined == 0


def test_query_status_and_a_plain_duckdb_work_while_a_run_holds_the_store(
    shell: Shell, first_run: str
) -> None:
    holder = (
        "import sys\nfrom pathlib import Path\nfrom flows.model.settings import Settings\n"
        "from flows.store import Store\n"
        "with Store.open(Settings(home=Path(sys.argv[1])), run_id='held'):\n"
        "    print('open', flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(shell.folder / "data")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as run:  # fmt: skip
        assert run.stdout is not None
        assert run.stdout.readline() == "open\n"
        assert "平阳县" in shell.gongbao("query", "latest_league")
        assert "held" in shell.gongbao("status")
        warehouse = str(shell.folder / "data" / "current" / "warehouse.duckdb")
        with duckdb.connect(warehouse, read_only=True) as plain:
            assert plain.sql("SELECT count(*) FROM observation").fetchone() != (0,)
        refused = shell.gongbao("refresh", "--bundled", code=4)
        assert "held" in refused
        assert str(run.pid) in refused
        assert run.stdin is not None
        run.stdin.close()


def test_query_writes_csv_json_and_parquet(shell: Shell, first_run: str, tmp_path: Path) -> None:
    sql = "SELECT name_zh, obs_value FROM league_table WHERE time_period = '2023' LIMIT 3"
    assert shell.gongbao("query", sql, "--format", "csv").splitlines()[0] == "name_zh,obs_value"
    assert shell.gongbao("query", sql, "--format", "json").strip().startswith("[")
    path = tmp_path / "rows.parquet"
    shell.gongbao("query", sql, "--format", "parquet", "--output", str(path))
    assert duckdb.sql(f"SELECT count(*) FROM '{path}'").fetchone() == (3,)


def test_the_briefs_in_the_docs_are_those_that_are_printed(shell: Shell, first_run: str) -> None:
    printed = shell.gongbao("brief", "zhejiang-mountain-26", "--year", "2023", "--no-origins")
    page = Path(__file__).parents[1] / "docs" / "brief.md"
    assert printed.strip() in page.read_text(encoding="utf-8")
    assert len(printed.strip().split("\n\n")) == 26


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["refresh", "--miror", "x"], 2, "--mirror"),
        (["refesh"], 2, "refresh"),
        (["refresh", "--mirror", "no/such/folder"], 2, "no such mirror"),
        (["refresh", "--bundled", "--source", "pingyan-*"], 2, "no release or source"),
        (["query", "SELECT * FROM leage_table"], 2, "leage_table"),
        (["query", "DROP TABLE observation"], 2, "read-only"),
    ],
)
def test_a_wrong_call_gets_a_clear_error_and_an_exit_code(
    shell: Shell, first_run: str, arguments: list[str], code: int, says: str
) -> None:
    assert says in shell.gongbao(*arguments, code=code)


def test_a_run_that_can_fetch_nothing_ends_in_order_and_fails(
    prefect_server: str, shell: Shell, first_run: str, tmp_path: Path
) -> None:
    (tmp_path / "empty.html").touch()
    (tmp_path / "index.csv").write_text("file,url\nempty.html,https://example.cn/empty.html\n")
    before = summaries(shell.folder / "data" / "runs")
    said = shell.gongbao("refresh", "--mirror", str(tmp_path), code=7)
    assert "failed: empty: what came is no release" in said
    assert "nothing could be fetched: empty: " in said
    assert "✗ fetch" in said
    assert "✓ publish" in said
    assert rows_of(prefect_server, "flow_runs")[0]["state_type"] == "FAILED"
    newest, *others = summaries(shell.folder / "data" / "runs")
    assert others == before
    assert [visit.outcome for visit in newest.visits] == ["failed"]
    # A wrong call is refused before a run begins.
    shell.gongbao("refresh", "--mirror", str(tmp_path), "--source", "nobody-*", code=2)
    assert len(summaries(shell.folder / "data" / "runs")) == len(before) + 1


def test_a_store_of_a_newer_version_is_refused_and_the_publication_stands(
    shell: Shell, first_run: str
) -> None:
    store = shell.folder / "data" / "store.duckdb"
    with duckdb.connect(str(store)) as con:
        con.execute("INSERT INTO store_version VALUES (999, '999_future.sql', now())")
    try:
        assert "999" in shell.gongbao("refresh", "--bundled", code=5)
        assert "平阳县" in shell.gongbao("query", "latest_league")
    finally:
        with duckdb.connect(str(store)) as con:
            con.execute("DELETE FROM store_version WHERE version = 999")
