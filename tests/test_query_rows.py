"""What a query prints: numbers whole, long text cut, and no column gone without a word."""

from __future__ import annotations

from io import StringIO

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st
from rich.cells import cell_len
from typer.testing import CliRunner

from flows.ask.query import Rows
from flows.ask.rows import fit_widths, print_rows
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
    print_rows(make_console(out, width), Rows.of(frame))
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
    st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=1, max_size=12),
    st.integers(1, 300),
)
@settings_of(deadline=None)
def test_as_many_columns_are_shown_as_there_is_room_for(
    columns: list[tuple[int, int]], room: int
) -> None:
    needed = [max(pair) for pair in columns]
    least = [min(pair) for pair in columns]
    widths = fit_widths(needed, least, room)
    shown = len(widths)
    assert all(
        low <= width <= high for low, width, high in zip(least, widths, needed, strict=False)
    )
    taken = sum(widths) + 2 * (shown - 1)
    assert taken <= room or shown == 1
    if shown < len(needed):
        assert sum(least[: shown + 1]) + 2 * shown > room
    elif taken < room:
        assert widths == needed


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
