"""What README and docs show to be tried gives what they say, on the bundled releases."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from flows.ask.query import query
from flows.model.settings import Settings
from flows.publish.models import load_models
from tests.command import run_command

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FIRST_SQL, ATTACHED_SQL = re.findall(r"```sql\n(.*?)```", README, re.DOTALL)
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def statements(block: str) -> list[str]:
    text = re.sub(r"--.*", "", block)
    return [each.strip() for each in text.split(";") if each.strip()]


@pytest.fixture
def beside_data(
    bundled_home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """A current folder in which ``data`` is the home, as after ``make run``."""
    (tmp_path / "data").symlink_to(bundled_home.home)
    monkeypatch.chdir(tmp_path)
    return bundled_home


@pytest.mark.parametrize("sql", statements(FIRST_SQL))
def test_a_question_of_the_readme_has_an_answer(bundled_home: Settings, sql: str) -> None:
    assert query(bundled_home, sql).height > 0


def test_the_readme_reads_an_attached_warehouse(beside_data: Settings) -> None:
    with duckdb.connect() as shell:
        for sql in statements(ATTACHED_SQL):
            assert shell.execute(sql).fetchall() or sql.startswith("ATTACH")


@pytest.mark.parametrize("program", PYTHON)
def test_a_program_of_the_readme_prints_rows(
    beside_data: Settings, capsys: pytest.CaptureFixture[str], program: str
) -> None:
    exec(compile(program, "README.md", "exec"), {})  # noqa: S102 - it is our own
    printed = capsys.readouterr().out
    assert "330" in printed
    assert not re.search(r"shape: \(0,|Empty DataFrame", printed)


def test_the_readme_has_every_model_once_as_an_answer_or_as_a_step() -> None:
    section = README.split("## Models")[1].split("\n## ")[0]
    answers = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    steps = re.findall(r"`(\w+)`", section.split("are steps between them")[0].split("|\n\n")[-1])
    models = load_models()
    assert len(answers + steps) == len({*answers, *steps})
    assert {*answers, *steps} >= {model.name for model in models.models}
    assert {*answers, *steps} <= {table.name for table in models.tables}


def test_the_briefs_in_the_docs_are_those_that_are_printed(bundled_home: Settings) -> None:
    arguments = ("brief", "zhejiang-mountain-26", "--year", "2023", "--no-origins")
    printed = run_command(*arguments, home=bundled_home.home)
    page = ROOT / "docs" / "brief.md"
    assert printed.strip() in page.read_text(encoding="utf-8")
    assert len(printed.strip().split("\n\n")) == 26
