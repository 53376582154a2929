"""``gongbao check`` on whole articles, against a publication of the bundled releases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.ask.check.report import build_schema
from flows.cli import app
from flows.model.settings import Settings

HERE = Path(__file__).parent
ARTICLE = HERE.parents[1] / "shared" / "mission" / "article.txt"
Checker = Any


@pytest.fixture
def home(bundled_home: Settings) -> Path:
    return bundled_home.home


def check(home: Path, *arguments: str, code: int, text: str | None = None) -> dict[str, Any]:
    done = CliRunner().invoke(
        app, ["check", *arguments, "-f", "json"], env={"GONGBAO_HOME": str(home)}, input=text
    )
    assert done.exit_code == code, done.output
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def verdicts(found: dict[str, Any]) -> list[tuple[str, list[str], float | None]]:
    return [(c["printed"], c["verdicts"], c["likely_value"]) for c in found["claims"]]


def test_a_clean_article_has_nothing_wrong(home: Path) -> None:
    found = check(home, str(HERE / "data/articles/clean.txt"), code=0)
    assert {v for _, each, _ in verdicts(found) for v in each} == {"supported"}
    assert len(found["claims"]) == 8


def test_a_wrong_an_outdated_and_an_other_indicators_figure(home: Path) -> None:
    found = check(home, str(HERE / "data/articles/three_faults.txt"), code=1)
    assert verdicts(found) == [
        ("731.81億元", ["contradicted"], 711.81),
        ("7.9%", ["supported"], None),
        ("352.24億元", ["mislabelled"], None),
        ("87.0萬人", ["outdated"], 87.2),
        ("564.5億元", ["supported"], None),
    ]


def test_an_article_about_another_county(home: Path) -> None:
    found = check(home, str(HERE / "data/articles/jinyun.txt"), code=1)
    assert verdicts(found) == [
        ("319.73亿元", ["supported"], None),
        ("8.0%", ["supported"], None),
        ("2352亿元", ["misprinted"], 23.52),
        ("10.1%", ["supported"], None),
        ("12个", ["unverifiable"], None),
    ]


@pytest.mark.skipif(not ARTICLE.exists(), reason="needs ../shared")
def test_the_article_that_it_all_began_with(home: Path) -> None:
    found = check(home, str(ARTICLE), code=1)
    said = {
        (c["printed"], c["ref_area"]): (c["verdicts"], c["likely_value"]) for c in found["claims"]
    }
    county = "330326"
    assert said["700億元", county] == (["supported"], None)
    assert said["之首", county] == (["supported"], None)
    assert said["6005億", county] == (["misprinted"], 600.5)
    assert said["100億", county] == (["supported"], None)
    assert said["711的GDP8億元", county] == (["misprinted"], 711.8)
    assert said["47個2%", county] == (["misprinted", "mislabelled"], 47.2)
    assert said["985%以上", county] == (["misprinted"], 98.5)
    assert said["15%以上", county] == (["supported"], None)
    assert said["6707億", "330802"] == (["misprinted"], 670.7)
    assert said["500多億元", "330324"] == (["supported"], None)
    for printed in ("4個", "44項", "第48位", "前50名", "百強縣"):
        assert said[printed, county] == (["unverifiable"], None)


def test_a_part_is_not_what_the_next_sentence_is_about(home: Path) -> None:
    text = (
        "2023年，平阳县地区生产总值711.81亿元，其中第三产业增加值352.24亿元。"
        "平阳县比永嘉县高{}亿元。"
    )
    found = check(home, "-", code=0, text=text.format("147.36"))
    assert {v for _, each, _ in verdicts(found) for v in each} == {"supported"}
    # The gap of the part, and a gap of nothing: neither is tried until it fits.
    for gap in ("63.42", "247.36"):
        *_, last = check(home, "-", code=0, text=text.format(gap))["claims"]
        assert (last["indicator"], last["verdicts"]) == ("gdp", ["unverifiable"])
        assert last["reason"].startswith("the sentence does not say of what; 711.81 - 564.4545")


def test_a_rank_that_others_may_still_take_is_shown_as_such(home: Path) -> None:
    text = "2023年，平阳县GDP711.81亿元，居山区26县首位。"
    _, rank = check(home, "-", code=0, text=text)["claims"]
    assert rank["verdicts"] == ["supported"]
    assert rank["reason"] == "as far as figures are held: rank 1 to 3 (24 of 26 have a figure)"
    done = CliRunner().invoke(
        app, ["check", "-"], env={"GONGBAO_HOME": str(home), "COLUMNS": "200"}, input=text
    )
    _, level, place, total = done.output.splitlines()
    assert ("so far" in level, "supported so far" in place) == (False, True)
    assert total == "2 claims: 1 supported · 1 supported so far"


def test_a_verdict_shows_its_evidence(home: Path) -> None:
    found = check(home, "-", code=0, text="2024年3月1日。平阳县2023年GDP711.81亿元。")
    (proof,) = found["claims"][0]["evidence"]
    assert (proof["release_id"], proof["value_text"]) == ("pingyang-communique-2023", "711.81")
    assert proof["url"].startswith("http")
    assert "711.81" in proof["sentence"]


def test_what_cannot_be_checked_has_exit_code_2(home: Path, tmp_path: Path) -> None:
    assert check(home, "-", code=2, text="没有数字。")["claims"] == []
    done = CliRunner().invoke(
        app, ["check", str(tmp_path / "none.txt")], env={"GONGBAO_HOME": str(home)}
    )
    assert done.exit_code == 2, done.output


def test_nothing_of_the_text_is_markup_or_a_command_of_the_terminal(home: Path) -> None:
    text = "平阳县[bold]2023年GDP\x1b[31m为711.81亿元';DROP TABLE figure;--。"
    done = CliRunner().invoke(app, ["check", "-"], env={"GONGBAO_HOME": str(home)}, input=text)
    assert "\x1b" not in done.output
    assert "711.81" in done.output


def test_the_schema_in_the_docs_is_the_one_that_is_printed() -> None:
    written = json.loads((HERE.parent / "docs" / "check.schema.json").read_text())
    assert written == build_schema()
