"""The command line in this process: what ``gongbao …`` prints, with the exit code that is expected.

A process of its own costs up to seven seconds of imports. It is for what only one can show: a
signal, a terminal, what is imported, a log that is set up before prefect is.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from flows.cli import main


def run_command(
    *arguments: str, home: Path, code: int = 0, api: str | None = None, **env: str
) -> str:
    """What is printed, errors included; ``api``: the Prefect server that is configured."""
    env = {"GONGBAO_HOME": str(home), "COLUMNS": "160", **env}
    if api is not None:
        env["PREFECT_API_URL"] = api
    screen = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with (
        patch.object(sys, "argv", ["gongbao", *arguments]),
        patch.dict(os.environ, env),  # also undoes what a command sets
        _prefect_at(api) if api else nullcontext(),
        redirect_stdout(screen),
        redirect_stderr(screen),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    printed = screen.buffer.getvalue().decode()
    assert ended.value.code == code, printed
    return str(printed)


@contextmanager
def _prefect_at(api: str) -> Iterator[None]:
    """Prefect, imported by now, goes by its settings and no longer by the environment."""
    from prefect.settings import PREFECT_API_URL, temporary_settings

    updates: Mapping[Any, Any] = {PREFECT_API_URL: api}
    with temporary_settings(updates):
        yield
