"""From a service to the publication: vintages, contradictions, and what stands while it drifts."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from flows.catalog import load_catalog
from flows.model.settings import Settings
from tests.runs import published, run_path
from tests.service_support import nbs, nbs_value, nbs_years

SOURCES = """\
- source_id: provinces
  publisher: 国家统计局
  service:
    dialect: nbs-2026
    base: https://data.stats.gov.cn/external
    root: r
    areas: {"330000": "330000000000"}
    periods: {frequency: A, since: 2015, until: 2030}
    queries:
      - name: gdp
        title: 地区生产总值
        catalogue: c
        series:
          - indicator: gdp
            unit: 亿元
            id: aff57de5ee994283974705914fbed246
            label: 地区生产总值 (亿元)
            printed_unit: 亿元
- source_id: zhejiang
  publisher: 浙江省统计局
  reader: communique
  obs_status: P
  ref_area: "330000"
  releases:
    - release_id: communique-2024
      title: 2024年浙江省国民经济和社会发展统计公报
      url: https://tjj.zj.gov.cn/2024.html
      time_period: "2024"
      published_on: 2025-03-01
    - release_id: communique-2025
      title: 2025年浙江省国民经济和社会发展统计公报
      url: https://tjj.zj.gov.cn/2025.html
      time_period: "2025"
      published_on: 2026-03-03
"""
PAGE = "<html><body><h1>{year}年浙江省国民经济和社会发展统计公报</h1><p>全年地区生产总值{gdp}亿元。</p></body></html>"


class World:
    """A service and two communiqués, on a mirror."""

    def __init__(self, folder: Path, home: Path) -> None:
        own = folder / "own"
        (own / "sources").mkdir(parents=True)
        (own / "sources/service.yaml").write_text(SOURCES, encoding="utf-8")
        self.settings = Settings(home=home, catalog=own, lock_wait=0)
        self.mirror = folder / "mirror"
        self.mirror.mkdir()
        (release,) = [
            each
            for each in load_catalog(own=own).releases
            if each.release_id == "provinces-gdp-330000"
        ]
        with (self.mirror / "index.csv").open("w", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(["file", "url", "method", "headers", "body"])
            headers = json.dumps(dict(release.headers))
            rows.writerow(["answer.json", release.url, "POST", headers, release.body])
            for year in (2024, 2025):
                rows.writerow([f"{year}.html", f"https://tjj.zj.gov.cn/{year}.html", "", "", ""])
        self.print_communique(2024, "90131.2")
        self.print_communique(2025, "94545.3")

    def print_communique(self, year: int, gdp: str) -> None:
        (self.mirror / f"{year}.html").write_text(PAGE.format(year=year, gdp=gdp), "utf-8")

    def answer(self, body: bytes) -> None:
        (self.mirror / "answer.json").write_bytes(body)

    def run(self) -> None:
        run_path(self.settings, self.mirror)

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        return published(self.settings, sql)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, tmp_path / "data")


LATEST = """SELECT time_period, obs_value, release_id, stale_since IS NOT NULL
    FROM latest_observation WHERE ref_area = '330000' AND measure = 'level' ORDER BY 1"""


def test_a_service_beside_communiques(world: World) -> None:
    world.answer(nbs_years(y2022="77715.4", y2023="82553.2", y2024="90007.0", y2025=""))
    world.run()
    service = "provinces-gdp-330000"
    first = [
        ("2022", 77715.4, service, False),
        ("2023", 82553.2, service, False),
        ("2024", 90131.2, "communique-2024", False),  # its day is known: nothing is replaced
        ("2025", 94545.3, "communique-2025", False),
    ]
    assert world.ask(LATEST) == first
    assert world.ask(
        "SELECT release_id, obs_value, round(difference, 6), counts, why FROM disagreement ORDER BY 1"
    ) == [
        ("communique-2024", 90131.2, 0.0, True, "its day is known"),
        (service, 90007.0, -124.2, False, "its day is unknown"),
    ]

    # The same again adds nothing; one value revised is one revision, and both vintages stay.
    rows = f"SELECT count(*) FROM observation WHERE release_id = '{service}'"
    (before,) = world.ask(rows)
    world.run()
    assert world.ask(rows) == [before]
    revised = nbs_years(y2022="77715.4", y2023="82640.5", y2024="90007.0", y2025="")
    world.answer(revised)
    world.run()
    assert world.ask(LATEST)[1] == ("2023", 82640.5, service, False)
    assert world.ask(
        f"""SELECT DISTINCT obs_value FROM observation
        WHERE release_id = '{service}' AND time_period = '2023' ORDER BY 1"""
    ) == [(82553.2,), (82640.5,)]

    # Beijing for Zhejiang: nothing of it counts, and what was known stands.
    wrong = [nbs_value("49670.2", da="110000000000", da_name="北京市")]
    world.answer(nbs(("2023YY", wrong)))
    world.run()
    assert world.ask(LATEST)[1] == ("2023", 82640.5, service, True)
    assert world.ask(f"SELECT rule FROM quarantine_list WHERE release_id = '{service}'") == [
        ("area-changed",)
    ]

    # An error under status 200 takes nothing away either, and its reason is told.
    world.answer(nbs(success=False, message="系统异常"))
    world.run()
    assert world.ask(LATEST)[1] == ("2023", 82640.5, service, True)
    ((reason,),) = world.ask(f"SELECT reason FROM release_list WHERE release_id = '{service}'")
    assert "refused: state 20000: 系统异常" in str(reason)

    # A wall's page is not even kept; once the service answers as before, all is as before.
    world.answer(b"<html><body><p>Please enable JavaScript and refresh the page</p></body></html>")
    world.run()
    assert world.ask(LATEST)[1] == ("2023", 82640.5, service, True)
    world.answer(revised)
    world.run()
    assert world.ask(LATEST)[1] == ("2023", 82640.5, service, False)


def test_the_gate_sees_a_services_years_beside_a_communique(world: World) -> None:
    """A point that was lost is out of scale beside the province's own years."""
    world.answer(nbs_years(y2022="77715.4", y2023="82553.2", y2024="90007.0"))
    world.print_communique(2025, "9454.53")
    world.run()
    assert world.ask("SELECT rule FROM quarantine_list WHERE release_id = 'communique-2025'") == [
        ("magnitude",)
    ]
