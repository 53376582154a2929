"""A run finds what listings name, fetches and reads it, and says what it could not look at."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.model import clock
from flows.model.settings import Settings
from flows.run.summary import RunSummary
from tests.runs import published, run_path

SITE = "https://tjj.example.cn"
LIST = f"{SITE}/tjgb/index.html"
START = datetime(2026, 3, 31, 4, tzinfo=UTC)

SOURCE = f"""\
- source_id: example-communiques
  publisher: 某市统计局
  reader: communique
  obs_status: P
  discover:
    list: {LIST}
    family: html
    item: {{row: li, link: "a@href", title: a, date: span}}
    release: {{within: "330000", publisher: "{{area}}统计局"}}
"""

LISTED = "<!doctype html><html><head><meta charset='utf-8'><title>统计公报</title></head><body><ul>{}</ul></body></html>"
COMMUNIQUE = (
    "<!doctype html><html><head><meta charset='utf-8'><title>{title}</title></head><body>"
    "<h1>{title}</h1><p>初步核算，全年全县地区生产总值{gdp}亿元，比上年增长6.0%。</p></body></html>"
)


class World:
    """A home, a catalogue of one discovering source, and a mirror of its site."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.mirror = folder / "mirror"
        self.mirror.mkdir()
        own = folder / "catalog"
        (own / "sources").mkdir(parents=True)
        (own / "sources/example.yaml").write_text(SOURCE, encoding="utf-8")
        self.settings = Settings(home=folder / "data", catalog=own)
        self.pages: dict[str, str | None] = {}
        self.roles = {LIST: "listing"}
        self.now = START
        monkeypatch.setattr(clock, "read_time", lambda: self.now)

    def put(self, pages: Mapping[str, str | None]) -> None:
        """The site's pages by address; None takes one away: its address gives 404."""
        self.pages.update(pages)
        with (self.mirror / "index.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["file", "url", "role"])
            for number, (url, text) in enumerate(sorted(self.pages.items())):
                file_of = self.mirror / f"page{number}.html"
                file_of.unlink(missing_ok=True)
                if text is not None:
                    file_of.write_text(text, encoding="utf-8")
                writer.writerow([f"page{number}.html", url, self.roles.get(url, "")])

    def listing(self, *rows: tuple[int, str, str]) -> str:
        return LISTED.format(
            "".join(
                f'<li><a href="./{number}.html">{title}</a><span>{day}</span></li>'
                for number, title, day in rows
            )
        )

    def run(self, days: int = 1, source: str | None = None) -> RunSummary:
        summary = run_path(self.settings, self.mirror, source=source)
        self.now += timedelta(days=days)
        return summary


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path, monkeypatch)


PINGYANG = (1, "2025年平阳县国民经济和社会发展统计公报", "2026-03-20")
CANGNAN = (2, "2025年苍南县国民经济和社会发展统计公报", "2026-03-30")
READING = (3, "《2025年平阳县统计公报》解读", "2026-03-21")
UNKNOWN = (4, "2025年某阳县国民经济和社会发展统计公报", "2026-03-22")


def document(row: tuple[int, str, str], gdp: str = "711.8") -> dict[str, str | None]:
    return {f"{SITE}/tjgb/{row[0]}.html": COMMUNIQUE.format(title=row[1], gdp=gdp)}


WHOLE = (
    "<!doctype html><html><head><meta charset='utf-8'><title>{title}</title></head><body><h1>{title}</h1>"
    "<p>初步核算，全年全县地区生产总值711.8亿元，比上年增长6.0%。全年社会消费品零售总额300.5亿元，"
    "增长5.2%。年末户籍总人口88.6万人。</p></body></html>"
)
SHORT = (
    "<!doctype html><html><head><meta charset='utf-8'><title>{title}</title></head><body><h1>{title}</h1>"
    "<p>年末户籍总人口88.6万人。</p></body></html>"
)


def gdp(world: World) -> list[tuple[object, ...]]:
    return published(
        world.settings,
        "SELECT ref_area, time_period, obs_value, release_id FROM latest_observation "
        "WHERE indicator = 'gdp' AND measure = 'level' ORDER BY ref_area",
    )


def test_a_listing_is_enough_to_find_fetch_read_and_publish(world: World) -> None:
    world.put({LIST: world.listing(PINGYANG, READING, UNKNOWN), **document(PINGYANG)})
    first = world.run(source="example-*")
    assert first.found == ["pingyang-communique-2025"]
    assert [(line.outcome, line.new, line.requests) for line in first.listings] == [("new", 3, 1)]
    assert first.held_links == 1
    assert first.issues["held-link"] == 1
    assert gdp(world) == [("330326", "2025", 711.8, "pingyang-communique-2025")]

    world.put(
        {LIST: world.listing(CANGNAN, PINGYANG, READING, UNKNOWN), **document(CANGNAN, "500.1")}
    )
    second = world.run(source="example-*")
    assert second.found == ["cangnan-communique-2025"]
    assert [row[2] for row in gdp(world)] == [711.8, 500.1]


def test_sighting_list_has_what_is_no_release_with_its_reason(world: World) -> None:
    world.put({LIST: world.listing(PINGYANG, READING, UNKNOWN), **document(PINGYANG)})
    world.run(source="example-*")
    listed = published(
        world.settings, "SELECT fate, rule, release_id FROM sighting_list ORDER BY url"
    )
    assert listed == [
        ("taken", "taken", "pingyang-communique-2025"),
        ("excluded", "kind", None),
        ("held", "no-area", None),
    ]


def test_a_withdrawn_release_keeps_its_figures_and_says_since_when(world: World) -> None:
    world.put({LIST: world.listing(PINGYANG, CANGNAN), **document(PINGYANG), **document(CANGNAN)})
    world.run(source="example-*")
    before = gdp(world)
    world.put({f"{SITE}/tjgb/1.html": None})
    world.run(source="pingyang-*")
    assert gdp(world) == before
    listed = published(
        world.settings, "SELECT release_id, withdrawn_on::VARCHAR FROM release_list ORDER BY 1"
    )
    assert listed == [("cangnan-communique-2025", None), ("pingyang-communique-2025", "2026-04-01")]


def test_a_page_that_loses_most_of_its_figures_is_held_until_somebody_accepts_it(
    world: World,
) -> None:
    title, page = PINGYANG[1], f"{SITE}/tjgb/1.html"
    world.put({LIST: world.listing(PINGYANG), page: WHOLE.format(title=title)})
    world.run(source="example-*")
    before = gdp(world)
    assert before
    world.put({page: SHORT.format(title=title)})
    held = world.run(source="example-*")
    assert list(held.held_releases) == ["pingyang-communique-2025"]
    assert gdp(world) == before
    sha256 = held.readings[0].snapshot_sha256
    entry = (
        f"- {{release_id: pingyang-communique-2025, sha256: '{sha256[:12]}', "
        "reason: seen, declared_on: 2026-04-02}\n"
    )
    assert world.settings.catalog is not None
    (world.settings.catalog / "accepted.yaml").write_text(entry, encoding="utf-8")
    passed = world.run(source="example-*")
    assert passed.readings[0].causes == ["accepted"]
    assert gdp(world) == []
