"""``gongbao read``: documents that no catalogue knows, read and kept nowhere."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.model.errors import UsageError

PAGE = (
    "<!doctype html><html><head><meta charset='utf-8'><title>平阳县2023年国民经济和社会发展统计公报"
    "</title></head><body><h1>平阳县2023年国民经济和社会发展统计公报</h1>"
    "<p>初步核算，2023年全县地区生产总值711.81亿元，比上年增长7.9%。全县共有医院12家。</p>"
    "<p>经最终核实，2022年全县地区生产总值为653.05亿元，比上年增长6.4%。</p>"
    "<p>年末常住人口87.10万人，城镇化率652%。{extra}</p></body></html>"
)
COLUMNS = {
    "file", "ref_area", "indicator", "measure", "time_period", "obs_value", "value",
    "unit_measure", "status", "locator", "text",
}  # fmt: skip


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "pingyang.html"
    path.write_text(PAGE.format(extra=""), encoding="utf-8")
    return path


def rows(*arguments: str, code: int = 0) -> list[dict[str, str]]:
    done = CliRunner().invoke(app, ["read", "--format", "csv", *arguments])
    assert done.exit_code == code, done.output
    return list(csv.DictReader(io.StringIO(done.stdout)))


def accepted(found: list[dict[str, str]]) -> set[tuple[str, str, str, float]]:
    return {
        (row["indicator"], row["measure"], row["time_period"], float(row["value"]))
        for row in found
        if row["status"] == "accepted"
    }


def test_area_and_year_are_found_in_the_document(page: Path) -> None:
    found = rows(str(page))
    assert set(found[0]) >= COLUMNS
    assert {row["ref_area"] for row in found} == {"330326"}
    assert accepted(found) == {
        ("gdp", "level", "2023", 711.81),
        ("gdp", "growth", "2023", 7.9),
        ("resident_population", "level", "2023", 87.1),
    }


def test_a_damaged_figure_is_quarantined_with_its_reason(page: Path) -> None:
    [held] = [row for row in rows(str(page)) if row["status"] == "quarantined"]
    assert (held["indicator"], held["value_text"]) == ("urbanisation_rate", "652")
    assert held["rule"]
    assert held["reason"]


def test_other_years_and_unclaimed_numbers_are_shown_with_all(page: Path) -> None:
    found = rows(str(page), "--all")
    assert ("gdp", "level", "2022", 653.05) in accepted(found)
    assert {"unmapped", "not_a_figure"} <= {row["status"] for row in found}


def test_several_documents_at_once_and_one_that_is_none(page: Path, tmp_path: Path) -> None:
    (tmp_path / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    second = tmp_path / "copy.html"
    second.write_bytes(page.read_bytes())
    found = rows(str(page), str(second), str(tmp_path / "picture.html"), code=6)
    assert {row["file"] for row in found} == {"pingyang.html", "copy.html"}


def test_explain_shows_each_sentence_with_its_figures_and_their_fate(page: Path) -> None:
    done = CliRunner().invoke(app, ["read", "--explain", str(page)])
    assert "711.81 → 地区生产总值 2023 = 711.81 亿元 accepted" in done.stdout
    assert "652 → 常住人口城镇化率 2023" in done.stdout


def test_nothing_of_a_page_controls_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "evil.html"
    path.write_text(PAGE.format(extra="\x1b[31m[red]12[/red]家\x1b]0;x\x07"), encoding="utf-8")
    for option in ("--explain", "--all"):
        done = CliRunner().invoke(app, ["read", option, str(path)])
        assert done.exit_code == 0
        assert "\x1b" not in done.output
        assert "\x07" not in done.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["no-such-file.html"], "no-such-file.html"),
        (["--ref-area", "平阳显", "page.html"], "平阳"),
    ],
)
def test_what_cannot_be_used_is_named(page: Path, arguments: list[str], says: str) -> None:
    done = CliRunner().invoke(app, ["read", *arguments])
    assert isinstance(done.exception, UsageError)
    assert says in str(done.exception)


def test_a_document_is_told_with_its_kind_area_and_period(page: Path) -> None:
    done = CliRunner().invoke(app, ["read", str(page), "--explain"])
    assert "pingyang.html [communique, 平阳县 (330326), 2023]:" in done.stderr
    assert "area 平阳县 (330326): title says '平阳县'" in done.stdout
    assert "period 2023: title says '2023年'" in done.stdout
    assert "kind communique: title says '国民经济和社会发展统计公报'" in done.stdout


def test_what_a_document_leaves_open_is_told_and_an_option_settles_it(page: Path) -> None:
    page.write_text(PAGE.format(extra="").replace("平阳县", "本县"), encoding="utf-8")
    done = CliRunner().invoke(app, ["read", str(page), "--format", "csv"])
    assert "area unknown: " in done.stderr
    assert "--ref-area settles it" in done.stderr
    told = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {row["status"] for row in told} == {"quarantined"}
    assert "unknown-area" in {row["rule"] for row in told}
    settled = rows(str(page), "--ref-area", "平阳县")
    assert "accepted" in {row["status"] for row in settled}
