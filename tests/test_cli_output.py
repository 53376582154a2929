"""What the commands write, under which name, and with which exit code they end."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from flows.cli import app
from flows.cli.shared import Format, format_of
from flows.model.errors import GongbaoError, NothingPublished, UsageError
from flows.model.paths import SAMPLES
from flows.model.settings import Settings
from tests.publish_support import PINGYANG, make
from tests.store_support import put


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = Settings(home=tmp_path_factory.mktemp("output") / "data")
    put(settings, PINGYANG)
    make(settings, "run-1")
    return settings.home


def gongbao(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, env={"GONGBAO_HOME": str(home)})


@pytest.mark.parametrize("ending", ["csv", "json", "parquet", "CSV"])
def test_the_ending_of_the_file_decides_the_format(home: Path, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"rows.{ending}"
    done = gongbao(home, "query", "SELECT 711.81 AS a, 'x' AS b", "-o", str(file))
    assert (done.exit_code, done.output) == (0, "")
    frame: pl.DataFrame = getattr(pl, f"read_{ending.lower()}")(file)
    assert frame.cast({"a": pl.Float64}).rows() == [(711.81, "x")]


@pytest.mark.parametrize(
    ("form", "file", "means"),
    [
        (None, None, Format.TABLE),
        (Format.JSON, None, Format.JSON),
        (None, "a.json", Format.JSON),
        (Format.JSON, "a.json", Format.JSON),
        (Format.CSV, "a.txt", Format.CSV),
        (Format.CSV, "a.json", None),
        (Format.TABLE, "a.csv", None),
        (None, "a.txt", None),
        (None, "a", None),
    ],
)
def test_format_and_ending_agree_or_it_is_an_error(
    form: Format | None, file: str | None, means: Format | None
) -> None:
    output = Path(file) if file else None
    if means is None:
        with pytest.raises(UsageError):
            format_of(form, output)
    else:
        assert format_of(form, output) is means


NESTED = """SELECT [1, 2] AS list, {'a': ['3.4:100:55']} AS object, INTERVAL 1 DAY AS span,
    'x'::BLOB AS bytes, map {'k': 1} AS map, [{'n': NULL}] AS deep, 1 AS twice, 2 AS twice,
    union_value(n := 1) AS either, NULL AS nothing, 'a,"b"' AS quoted"""


@pytest.mark.parametrize("form", ["table", "csv", "json", "parquet"])
def test_every_type_of_column_can_be_written(home: Path, tmp_path: Path, form: str) -> None:
    done = gongbao(home, "query", NESTED, "-f", form)
    assert done.exit_code == 0, done.output
    if form == "csv":
        [row] = csv.DictReader(io.StringIO(done.stdout))
        assert json.loads(row["list"]) == [1, 2]
        assert json.loads(row["object"]) == {"a": ["3.4:100:55"]}
        assert (row["twice"], row["twice_1"], row["quoted"]) == ("1", "2", 'a,"b"')
    if form == "json":
        [row] = json.loads(done.stdout)
        assert row["object"] == {"a": ["3.4:100:55"]}
    if form == "parquet":
        assert pl.read_parquet(io.BytesIO(done.stdout_bytes))["list"].to_list() == [[1, 2]]


def test_a_folder_that_is_not_there_is_named(home: Path, tmp_path: Path) -> None:
    done = gongbao(home, "query", "SELECT 1 AS a", "-o", str(tmp_path / "none" / "a.csv"))
    assert isinstance(done.exception, UsageError)
    assert f"there is no folder {tmp_path / 'none'}" in str(done.exception)


@pytest.mark.parametrize(
    "arguments",
    [
        ["query", "FROM area"],
        ["check", "-"],
        ["brief", "330326"],
        ["publications", "list"],
        ["publications", "rollback"],
    ],
)
def test_nothing_published_has_one_exit_code(tmp_path: Path, arguments: list[str]) -> None:
    done = gongbao(tmp_path / "none", *arguments)
    assert isinstance(done.exception, NothingPublished), done.output
    assert "gongbao refresh" in str(done.exception)


def test_a_lost_link_is_no_empty_home(home: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "data")
    put(settings, PINGYANG)
    make(settings, "run-1")
    settings.current.unlink()
    done = gongbao(settings.home, "query", "FROM area")
    assert "gongbao publications rollback run-1" in str(done.exception)
    assert gongbao(settings.home, "publications", "rollback").exit_code == 0
    assert gongbao(settings.home, "query", "SELECT 1 AS one").exit_code == 0


def test_exit_codes_differ_and_the_help_lists_each() -> None:
    kinds = GongbaoError.__subclasses__()
    codes = [kind.exit_code for kind in kinds]
    assert len(set(codes)) == len(codes)
    said = CliRunner().invoke(app, ["--help"]).output.replace("\n", " ")
    for code in codes:
        assert f" {code} " in said, code


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("GONGBAO_HOM", "x", "GONGBAO_HOME"),
        ("GONGBAO_MAXBYTES", "1", "GONGBAO_MAX_BYTES"),
        ("GONGBAO_XYZZY", "1", "GONGBAO_CONTACT"),
        ("GONGBAO_MAX_BYTES", "many", "GONGBAO_MAX_BYTES"),
        ("GONGBAO_KEEP_PUBLICATIONS", "0", "GONGBAO_KEEP_PUBLICATIONS"),
    ],
)
def test_a_wrong_setting_is_an_error_that_names_it(
    home: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, says: str
) -> None:
    monkeypatch.setenv(name, text)
    done = gongbao(home, "status")
    assert isinstance(done.exception, UsageError)
    assert name in str(done.exception)
    assert says in str(done.exception)


def test_an_empty_setting_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGBAO_HOME", "")
    monkeypatch.setenv("GONGBAO_MAX_REDIRECTS", "3")
    assert Settings().home == Path("data")
    assert Settings().max_redirects == 3
    assert Settings(max_redirects=4).max_redirects == 4


LAZY = """
import sys
from typer.testing import CliRunner
from flows.cli import app
done = CliRunner().invoke(app, sys.argv[2:], input="2023年，平阳县地区生产总值711.8亿元。")
assert done.exit_code in (0, 1), (done.output, done.exception)
loaded = [name for name in sys.argv[1].split(",") if name in sys.modules]
sys.exit(f"imported: {loaded}" if loaded else 0)
"""
HEAVY = ("prefect", "great_expectations", "pandas", "pyarrow", "sqlglot")


@pytest.mark.parametrize(
    ("arguments", "also"),
    [
        (["query", "FROM area"], ["polars"]),
        (["query", "FROM area", "-f", "csv"], []),
        (["check", "-"], []),
        (["brief", "平阳县", "--year", "2023"], []),
        (["read", str(SAMPLES / "pingyang_communique_2023.html")], []),
        (["publications", "list"], ["polars", "duckdb"]),
        (["--help"], ["polars", "duckdb", "rich"]),
    ],
)
def test_a_question_imports_nothing_that_takes_long(
    home: Path, arguments: list[str], also: list[str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LAZY, ",".join([*HEAVY, *also]), *arguments],
        capture_output=True, text=True, check=False, env={**os.environ, "GONGBAO_HOME": str(home)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "utf-8"])
def test_a_terminal_of_another_encoding_is_no_traceback(home: Path, encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from flows.cli import main; main()", "query", "SELECT '3.4:100:55' AS a, 'a:b:c[bold]😀' AS b"],
        capture_output=True, check=False,
        env={**os.environ, "GONGBAO_HOME": str(home), "PYTHONIOENCODING": encoding},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert b"3.4:100:55" in done.stdout
    assert b"a:b:c[bold]" in done.stdout
