"""What every test may rely on: no network beyond loopback's own servers, no home of the user."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.model.settings import Settings

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No GONGBAO_ variable of the shell that runs the tests reaches them."""
    for name in list(os.environ):
        if name.startswith("GONGBAO_"):
            monkeypatch.delenv(name)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "data")
