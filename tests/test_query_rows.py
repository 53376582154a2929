"""What a query prints: numbers whole, long text cut, and no column gone without a word."""

from __future__ import annotations

from io import StringIO

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from typer.testing import CliRunner

from flows.ask.rows import fitted, print_rows
from flows.cli import app
from flows.cli.shared import make_console
from flows.model.settings import Settings
from tests.publish_support import CANGNAN, make
from tests.store_support import put

FRAME = pl.DataFrame(
    {
        "time_period": ["2012", "2013"],
        "obs_value": [259.76, 1234567.891],
        "title": ["平阳县2012年国民经济和社会发展统计公报"] * 2,
        "url": ["https://example.org/a/very/long/address/of/a/release/2012.html", None],
        "context_text": ["2012年，全县地区生产总值为259.76亿元。[bold]"] * 2,
    }
)


def printed(frame: pl.DataFrame, width: int) -> str:
    out = StringIO()
    print_rows(make_console(out, width), frame)
    return out.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120, 400])
def test_numbers_and_short_texts_are_whole_at_any_width(width: int) -> None:
    lines = printed(FRAME, width).splitlines()
    assert lines[0].split()[:2] == ["time_period", "obs_value"]
    assert "1234567.891" in lines[2]
    assert "2013" in lines[2]
    assert all(cell_len(line) <= width for line in lines[:3])


def test_a_wide_terminal_shows_everything() -> None:
    text = printed(FRAME, 400)
    assert FRAME["url"][0] in text
    assert FRAME["context_text"][0] in text  # brackets and all
    assert "no room" not in text


def test_what_has_no_room_is_named() -> None:
    text = printed(FRAME, 40)
    assert "no room for: url, context_text" in text
    assert "-f csv" in text


@given(
    st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=1, max_size=12),
    st.integers(1, 300),
)
def test_columns_are_shown_or_named(columns: list[tuple[int, bool]], room: int) -> None:
    widths = {f"c{n}": max(width, 3) for n, (width, _) in enumerate(columns)}
    texts = {f"c{n}" for n, (_, text) in enumerate(columns) if text}
    given_widths, left_out = fitted(widths, texts, room)
    assert [*given_widths, *left_out] == list(widths)
    assert all(given_widths[name] == widths[name] for name in given_widths if name not in texts)
    assert all(width <= widths[name] for name, width in given_widths.items())
    taken = sum(given_widths.values()) + 2 * (len(given_widths) - 1)
    assert taken <= room or len(given_widths) == 1
    if not left_out and taken < room:
        assert given_widths == widths


def test_a_query_may_begin_with_a_comment_and_come_from_stdin(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(settings, CANGNAN)
    make(settings, "run-1")
    monkeypatch.setenv("GONGBAO_HOME", str(settings.home))
    asked = "-- What is it?\nSELECT time_period, obs_value FROM latest_observation"
    for arguments, stdin in (
        (["query", "-f", "csv", asked], None),
        (["query", "-f", "csv", "-"], asked),
    ):
        result = CliRunner().invoke(app, arguments, input=stdin)
        assert result.exit_code == 0, result.output
        assert result.output == "time_period,obs_value\n2023,488.2\n"
