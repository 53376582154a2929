"""`gongbao sources list` and `show` say how each source stands, before the first run, too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.catalog import load_catalog
from flows.cli import app
from flows.model.errors import UsageError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGBAO_HOME", str(tmp_path / "data"))


def test_every_source_is_listed_before_anything_is_published() -> None:
    rows = json.loads(CliRunner().invoke(app, ["sources", "list", "--json"]).output)
    assert [row["source"] for row in rows] == [each.source_id for each in load_catalog().sources]
    assert {row["outcome"] for row in rows} == {"never visited", "no listing"}
    assert CliRunner().invoke(app, ["sources", "list"]).exit_code == 0


def test_a_source_shows_its_listing_and_what_is_due() -> None:
    said = CliRunner().invoke(app, ["sources", "show", "zhejiang-communiques"]).output
    assert "http://zjzd.stats.gov.cn/zwgk/xxgkml/tjxx/tjgb/" in said
    assert "by 03-31" in said
    assert "never visited" in said


def test_an_unknown_source_is_refused_with_the_nearest_name() -> None:
    done = CliRunner().invoke(app, ["sources", "show", "zhejiang-communique"])
    assert isinstance(done.exception, UsageError)
    assert "zhejiang-communiques" in str(done.exception)
