"""A page that counts its visitors says the same each day: no reading, and no publication."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.fetch import Archive
from flows.model.settings import Settings
from flows.run.sameness import _mask_counters
from tests.runs import published, run_path

PAGE = (
    "<!doctype html><html><head><meta charset='utf-8'><title>统计公报</title></head><body>"
    "<h1>2023年平阳县国民经济和社会发展统计公报</h1><div>来源：县统计局　{head}</div>"
    "<p>初步核算，2023年全县地区生产总值{gdp}亿元，比上年增长7.9%。</p><p>{foot}</p></body></html>"
)
INDEX = (
    "file,url,ref_area,time_period,title,publisher,published_on,reader,layouts,authority\n"
    "a.html,https://www.a.gov.cn/1.html,330326,2023,2023年统计公报,统计局,2024-03-20,,,official\n"
)


@pytest.fixture
def serve(tmp_path: Path) -> Callable[..., Path]:
    def write(head: str = "", gdp: str = "711.81", foot: str = "") -> Path:
        folder = tmp_path / "mirror"
        folder.mkdir(exist_ok=True)
        (folder / "index.csv").write_text(INDEX, encoding="utf-8")
        page = PAGE.format(head=head, gdp=gdp, foot=foot)
        (folder / "a.html").write_text(page, encoding="utf-8")
        return folder

    return write


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("浏览次数：101", "浏览次数：1,102"),
        ("点击量 [ 7 ]", "点击量 [ 8 ]"),
        ("阅读：35次", "阅读：36次"),
        ("您是第 100 位访客", "您是第 101 位访客"),
        ("今天是2026年11月24日 星期二", "今天是2026年11月25日 星期三"),
        ("<script>var n = 1</script>", "<script>var n = 2</script>"),
    ],
)
def test_what_counts_visitors_is_no_news(
    settings: Settings, serve: Callable[..., Path], before: str, after: str
) -> None:
    first = run_path(settings, serve(head=before))
    assert first.outcome == "published"
    bytes_of_the_first = set(settings.archive.rglob("*"))
    second = run_path(settings, serve(head=after))
    assert (second.outcome, second.readings) == ("nothing-new", [])
    assert [str(visit.outcome) for visit in second.visits] == ["unchanged"]
    kept = [
        path for path in set(settings.archive.rglob("*")) - bytes_of_the_first if path.is_file()
    ]
    assert len(kept) == 1
    assert after.encode() in Archive(settings.archive).read(kept[0].name)


@pytest.mark.parametrize(
    "change",
    [{"gdp": "712.81"}, {"foot": "注：本公报为初步统计数。"}, {"head": "时间：2024-03-21"}],
)
def test_whatever_else_changes_is_read(
    settings: Settings, serve: Callable[..., Path], change: dict[str, str]
) -> None:
    run_path(settings, serve())
    second = run_path(settings, serve(**change))
    assert [str(visit.outcome) for visit in second.visits] == ["changed"]


def test_a_change_is_found_beside_a_counter(settings: Settings, serve: Callable[..., Path]) -> None:
    run_path(settings, serve(head="浏览次数：1"))
    run_path(settings, serve(head="浏览次数：2", gdp="712.81"))
    run_path(settings, serve(head="浏览次数：3", gdp="711.81"))
    rows = published(
        settings, "SELECT obs_value FROM observation WHERE measure = 'level' ORDER BY ALL"
    )
    assert rows == [(711.81,), (711.81,), (712.81,)]


def test_a_sentence_about_visitors_is_no_counter() -> None:
    told = "全年政府网站访问量120万人次。"
    assert _mask_counters(told) == told
    assert _mask_counters("访问量：120") == ""
