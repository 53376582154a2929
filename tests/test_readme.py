"""The README and the help say what the program does."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

from flows.cli import app
from flows.model.errors import GongbaoError
from flows.model.settings import PREFIX, Settings

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
COMMANDS = [
    line.split("gongbao ", 1)[1]
    for block in BLOCKS
    for line in block.splitlines()
    if re.match(r"(\S*/)?gongbao ", line)
]
NAMES = ["refresh", "read", "check", "brief", "query", "status", "up"]


def parses(words: list[str]) -> None:
    """The command takes these options and arguments; it is not run."""
    group = typer.main.get_command(app)
    context = group.make_context("gongbao", list(words), resilient_parsing=False)
    name, command, rest = group.resolve_command(context, list(words))  # type: ignore[attr-defined]
    command.make_context(name, rest, parent=context)


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_of_the_readme_parses(line: str) -> None:
    parses(shlex.split(line, comments=True))


def test_the_readme_has_every_command() -> None:
    assert len(COMMANDS) > 8
    for name in NAMES:
        assert f"gongbao {name}" in README, name


@pytest.mark.parametrize("name", NAMES)
def test_the_help_of_each_command_has_two_examples_that_parse(name: str) -> None:
    said = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "100"}).output
    examples = re.findall(rf"^\s*gongbao ({name}\b.*)$", said.split("Examples:")[1], re.MULTILINE)
    assert len(examples) == 2
    for example in examples:
        parses(shlex.split(example.split("<")[0]))


def test_the_settings_table_is_the_settings() -> None:
    rows = dict(re.findall(rf"^\| `{PREFIX}(\w+)` \| (.*?) \|", README, re.MULTILINE))
    defaults = {
        name.upper(): "none" if field.default is None else f"`{field.default}`"
        for name, field in Settings.model_fields.items()
    }
    assert rows == defaults


def test_the_exit_codes_are_the_errors() -> None:
    rows = {int(code) for code in re.findall(r"^\| (\d+) \| ", README, re.MULTILINE)}
    codes = {kind.exit_code for kind in GongbaoError.__subclasses__()}
    assert codes <= rows
    assert rows - codes <= {0, 1, 130}
