"""What is printed is what is there: no text is markup, and none of it commands the terminal."""

from __future__ import annotations

import ast
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.table import Table
from rich.text import Text

from flows.ask.query import Rows
from flows.ask.rows import print_rows
from flows.cli.shared import make_console
from flows.model.text import counted, printable, printable_lines

FLOWS = Path(__file__).parents[1] / "flows"
HOSTILE = [
    "3.4:100:55", "a:b:c", ":smile:", "100:", "[bold]12[/bold]", "[/]", "[red", "\\[x]", "[@click=x]y[/]",
    "[link=http://x]y[/link]", "{curly} %s", "'; DROP TABLE figure; --", "12 34 'text' True None",
    "http://example.cn/?a=b&c", "<b>tag</b>", "*stars* `ticks`", "龘𠮷👍🏽",
]  # fmt: skip
CONTROLS = [
    "\x1b[31m",
    "\x1b]0;title\x07",
    "\x9b31m",
    "\x00",
    "\x7f",
    "\r",
    "\u202e",
    "\u2066",
    "\b",
]


def printed(renderable: object, width: int | None = None) -> str:
    out = io.StringIO()
    make_console(out, width).print(renderable)
    return out.getvalue()


@pytest.mark.parametrize("text", HOSTILE)
def test_text_reaches_the_screen_unchanged(text: str) -> None:
    table = Table(box=None, title=text)
    table.add_column(text)
    table.add_row(text)
    assert printed(text) == f"{text}\n"
    assert printed(Text(text)) == f"{text}\n"
    assert [line.strip() for line in printed(table).splitlines()] == [text] * 3
    out = io.StringIO()
    print_rows(make_console(out), Rows.of(pl.DataFrame({"cell": [text]})))
    assert out.getvalue().splitlines()[1].strip() == text


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp", "Mn", "Me"]), min_size=1))
@settings(deadline=None)
def test_any_printable_text_reaches_the_screen_unchanged(text: str) -> None:
    assert printed(text).rstrip() == text.rstrip()
    assert printable(text) == text


@pytest.mark.parametrize("control", CONTROLS)
def test_no_control_character_reaches_the_screen(control: str) -> None:
    text = f"12{control}34"
    table = Table(text)
    table.add_row(text)
    for renderable in (text, Text(text), table):
        assert control not in printed(renderable)
    assert control not in printable(text)
    assert control not in printable_lines(text)
    assert printable(text).startswith("12")
    assert printable(text).endswith("34")


def test_styles_stay_on_a_terminal() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    make_console(out, 80).print("12\x1b[5m", style="bold")
    assert "\x1b[5m" not in out.getvalue()
    assert "12" in out.getvalue()


def test_one_place_makes_consoles() -> None:
    """No other module makes a Console, prints by rich, or parses markup."""
    for path in sorted(FLOWS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in ("rich", "rich.markup"):
                pytest.fail(f"{path}:{node.lineno} imports {node.module}")
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", None))
            if name == "Console" and path != FLOWS / "cli" / "shared.py":
                pytest.fail(f"{path}:{node.lineno} makes a console")
            if name in ("from_markup", "render_markup", "Traceback", "RichHandler"):
                pytest.fail(f"{path}:{node.lineno} calls {name}")
            on = {each.arg for each in node.keywords if _is_true(each.value)}
            if on & {"markup", "emoji", "highlight"}:
                pytest.fail(f"{path}:{node.lineno} switches {on} on")
            if name == "TextColumn" and "markup" not in {each.arg for each in node.keywords}:
                pytest.fail(f"{path}:{node.lineno}: a TextColumn takes its text for markup")


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 claims"), (1, "1 claim"), (2, "2 claims"), (1000, "1,000 claims")]
)
def test_one_is_singular(number: int, said: str) -> None:
    assert counted(number, "claim") == said
