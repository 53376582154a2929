"""An article's further pages and attached files are releases of their own, found by their page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runs import published
from tests.test_run_discover import LIST, PINGYANG, SITE, SOURCE, World

ADDRESS = f"{SITE}/tjgb/1.html"
HEAD = f"<!doctype html><html><head><meta charset='utf-8'><title>{PINGYANG[1]}</title></head><body>"
FIRST = (
    f"{HEAD}<h1>{PINGYANG[1]}</h1><p>初步核算，全年全县地区生产总值711.8亿元，比上年增长6.0%。</p>"
    "<script>createPageHTML({pages}, 0, '1', 'html');</script>{files}</body></html>"
)
SECOND = f"{HEAD}<p>全年全县社会消费品零售总额300.5亿元，比上年增长5.1%。</p></body></html>"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, monkeypatch)
    source = SOURCE.rstrip() + "\n    attachments: [xls, csv, doc]\n"
    (tmp_path / "catalog/sources/example.yaml").write_text(source, encoding="utf-8")
    world.roles |= {f"{SITE}/tjgb/{name}": "part" for name in ("1_1.html", "a.csv")}
    world.put({LIST: world.listing(PINGYANG)})
    return world


def first_page(pages: int, files: str = "") -> str:
    return FIRST.replace("{pages}", str(pages)).replace("{files}", files)


def values(world: World) -> list[tuple[object, ...]]:
    return published(
        world.settings,
        "SELECT indicator, obs_value, release_id FROM latest_observation "
        "WHERE measure = 'level' ORDER BY 1",
    )


GDP = ("gdp", 711.8, "pingyang-communique-2025")
RETAIL = ("retail_sales", 300.5, "pingyang-communique-2025-page-2")


def test_the_second_page_of_an_article_is_fetched_and_read_in_the_same_run(world: World) -> None:
    world.put({ADDRESS: first_page(2), f"{SITE}/tjgb/1_1.html": SECOND})
    world.run(source="example-*")
    assert values(world) == [GDP, RETAIL]
    places = published(
        world.settings, "SELECT DISTINCT release_id, url FROM release_list ORDER BY 1"
    )
    assert places == [(GDP[2], ADDRESS), (RETAIL[2], f"{SITE}/tjgb/1_1.html")]


def test_a_page_that_is_not_visited_keeps_its_parts_and_one_that_drops_them_loses_them(
    world: World,
) -> None:
    world.put({ADDRESS: first_page(2), f"{SITE}/tjgb/1_1.html": SECOND})
    world.run(days=100)
    late = world.run()  # old by now: neither the page nor its part is asked for
    assert (late.visits, late.retired, values(world)) == ([], [], [GDP, RETAIL])
    world.put({ADDRESS: first_page(1)})
    assert world.run(source="example-*").retired == []  # a run over some sources retires nothing
    dropped = world.run()
    assert dropped.retired == []  # nor does one in which the page was not asked for


def test_a_part_that_its_page_names_no_more_is_retired(world: World) -> None:
    world.put({ADDRESS: first_page(2), f"{SITE}/tjgb/1_1.html": SECOND})
    world.run()
    world.put({ADDRESS: first_page(1)})
    assert world.run().retired == [RETAIL[2]]
    assert values(world) == [GDP]


def test_attached_files_that_no_reader_or_layout_takes_are_named(world: World) -> None:
    files = "<a href='a.csv'>附件1：主要指标</a><a href='b.doc'>附件2：说明</a><a href='//oss.cn/c.xls'>附件3</a>"
    world.put(
        {
            ADDRESS: first_page(1, files),
            f"{SITE}/tjgb/a.csv": "指标,2025\n地区生产总值,711.8\n人口,60\n",
        }
    )
    summary = world.run(source="example-*")
    assert values(world) == [GDP]
    text = (world.settings.runs / f"{summary.run_id}.issues.jsonl").read_text(encoding="utf-8")
    assert "no reader takes the attached 附件2：说明 (.doc)" in text
    assert "another host: oss.cn" in text
    assert "no layout is declared for this table" in text
