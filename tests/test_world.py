"""Ten days of a made-up world, every day judged by one who knows only its script."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.world.ideal import Day, Ideal
from tests.world.judge import Judge, Said, Shown, expect_figures
from tests.world.run import live_through
from tests.world.script import Publish, Script
from tests.world.server import Asked
from tests.world.weeks import write_weeks
from tests.world.year import write_year


@pytest.mark.slow
def test_ten_days_in_which_everything_goes_wrong(tmp_path: Path) -> None:
    tally = live_through(write_weeks(1), tmp_path)
    assert [str(each) for each in tally.findings if each.kind != "churn"] == []
    assert tally.on_first_day == tally.releases > 35
    assert tally.figures > 1000


def test_a_seed_gives_the_same_script_and_another_one_gives_another() -> None:
    assert write_year(3) == write_year(3)
    assert write_year(3).events != write_year(4).events
    assert write_weeks(3) == write_weeks(3)


def test_each_release_of_a_year_can_be_found_and_none_before_it_is_there() -> None:
    script = write_year(2)
    published: dict[str, list[Publish]] = {}
    for event in script.events:
        if isinstance(event, Publish):
            published.setdefault(event.document.name, []).append(event)
    *_, last = Ideal(script).days()
    found = {copy.document: copy for copy in last.copies if copy.found}
    assert found.keys() == published.keys()
    for name, copy in found.items():
        assert copy.found is not None
        assert copy.found >= min(
            each.day for each in published[name] if each.site == copy.site.name
        )


# The judge: what a perfect product shows is altered by one fault.


@pytest.fixture(scope="module")
def script() -> Script:
    return write_weeks(1)


@pytest.fixture(scope="module")
def day(script: Script) -> Day:
    return list(Ideal(write_weeks(1, days=4)).days())[-1]


def show_all(day: Day) -> tuple[Shown, Said]:
    documents = {copy.document: copy for copy in day.copies}
    releases: dict[str, tuple[str, str | None, str | None]] = {
        name: (f"https://{copy.site.host}{sorted(copy.paths)[0]}", copy.area, copy.period)
        for name, copy in documents.items()
    }
    figures: dict[tuple[str, str, str, str], tuple[Decimal, str]] = {
        key: (next(each for each in values if each is not None), "x")
        for key, values in expect_figures(day.copies).items()
    }
    visits = {name: (min(each.outcomes), "") for name, each in day.sites.items()}
    return Shown(releases, figures, "p1"), Said(visits, ())


def judge_kinds(
    script: Script, day: Day, shown: Shown, said: Said, asked: list[Asked] | None = None
) -> set[str]:
    return {each.kind for each in Judge(script).judge(day, shown, said, asked or [])}


def test_a_perfect_product_is_found_to_be_one(script: Script, day: Day) -> None:
    assert judge_kinds(script, day, *show_all(day)) == set()


@pytest.mark.parametrize(
    "fault", ["missed", "invented", "doubled", "misplaced", "figure", "silence", "asked"]
)
def test_the_judge_notices_each_kind_of_fault(script: Script, day: Day, fault: str) -> None:
    shown, said = show_all(day)
    releases, figures, visits = dict(shown.releases), dict(shown.figures), dict(said.visits)
    name, (url, area, period) = next(iter(releases.items()))
    key, (value, release_id) = next(iter(figures.items()))
    asked = []
    match fault:
        case "missed":
            del releases[name]
        case "invented":
            releases["more"] = ("https://tjj0.world.gov.cn/tjgb/0.html", area, period)
        case "doubled":
            releases["again"] = (url, area, period)
        case "misplaced":
            releases[name] = (url, area, "1999")
        case "figure":
            figures[key] = (value + Decimal("0.01"), release_id)
        case "silence":
            visits["html"] = ("blocked", "")
        case "asked":
            asked = [Asked(day.day, "evil.example", "/", 404)]
    altered = replace(shown, releases=releases, figures=figures), replace(said, visits=visits)
    assert judge_kinds(script, day, *altered, asked) == {fault}


def test_a_publication_with_nothing_new_in_it_is_noticed(script: Script, day: Day) -> None:
    judge = Judge(script)
    shown, said = show_all(day)
    assert judge.judge(day, shown, said, []) == []
    quiet = replace(day, news=False)
    (found,) = judge.judge(quiet, replace(shown, publication="p2"), said, [])
    assert found.kind == "churn"
