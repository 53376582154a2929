"""``gongbao sources try``: what a listing gives is shown, and nothing is kept."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.catalog import load_catalog
from flows.cli import app
from flows.model import paths
from flows.model.errors import FetchError, GongbaoError, ReadError, UsageError
from tests.test_discover_families import QUERY, STORE, column, loader, unit_answer

ADDRESS = "https://tjj.example.gov.cn/tjgb/index.html"
ROWS = (
    ("2025年平阳县国民经济和社会发展统计公报", "2026-03-01"),
    ("2025年平阳县国民经济和社会发展统计公报解读", "2026-03-02"),
    ("2025年乌有县国民经济和社会发展统计公报", "2026-03-03"),
    ("统计局召开会议", "2026-03-04"),
)
ITEMS = "".join(
    f"<li><a href='{number}.html'>{title}</a><span>{day}</span></li>"
    for number, (title, day) in enumerate(ROWS)
)
PAGE = f"<html><body><ul>{ITEMS}</ul><a href='//other.example.cn/x.html'>x</a></body></html>"


def run(*words: str) -> str:
    done = CliRunner().invoke(app, ["sources", "try", *words], env={"COLUMNS": "200"})
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def save(folder: Path, text: str) -> str:
    path = folder / "saved.html"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_saved_page_shows_what_would_be_taken_and_why_the_rest_would_not(tmp_path: Path) -> None:
    said = run(save(tmp_path, PAGE), "--at", ADDRESS, "--within", "浙江省")
    assert "family html" in said
    assert "page 1: 4 rows, 4 with a day" in said
    taken, rest = said.split("held:")
    held, excluded = rest.split("not wanted")
    assert "pingyang-communique-2025: communique of 平阳县 for 2025" in taken
    assert "乌有县" in held
    assert "解读" in excluded
    assert "统计局召开会议" in excluded


def test_everything_as_json(tmp_path: Path) -> None:
    said = json.loads(run(save(tmp_path, PAGE), "--at", ADDRESS, "--within", "330000", "--json"))
    assert said["family"] == "html"
    assert [row["fate"] for row in said["rows"]] == ["proposed", "excluded", "held", "excluded"]
    first = said["rows"][0]
    assert (first["ref_area"], first["time_period"], first["seen_on"]) == (
        "330326",
        "2025",
        "2026-03-01",
    )
    assert all(row["reason"] for row in said["rows"])


def test_the_yaml_can_be_pasted_and_holds_no_text_of_the_page(tmp_path: Path) -> None:
    hostile = PAGE.replace("统计局召开会议", "x: {{ 7*7 }}\n- source_id: evil # '\"").replace(
        "<html>", "<html><head><title>evil: &amp;x</title></head>"
    )
    said = json.loads(
        run(
            save(tmp_path, hostile),
            "--at",
            ADDRESS,
            "--within",
            "330000",
            "--publisher",
            "某局",
            "--json",
        )
    )
    assert "evil" not in said["yaml"]
    folder = tmp_path / "catalog"
    folder.mkdir()
    for path in [*paths.CATALOG.glob("*.csv"), *paths.CATALOG.glob("*.yaml")]:
        shutil.copy(path, folder)
    (folder / "layouts").mkdir()
    (folder / "sources").mkdir()
    (folder / "sources/tried.yaml").write_text(said["yaml"], encoding="utf-8")
    (source,) = load_catalog(folder).sources
    assert source.publisher == "某局"
    assert source.discovery is not None
    assert (source.discovery.listing.url, source.discovery.family) == (ADDRESS, "html")
    assert source.discovery.within == "330000"
    assert source.discovery.want.kinds == ("communique",)
    assert not source.discovery.follow


def test_a_source_of_one_area_need_not_name_it(tmp_path: Path) -> None:
    page = PAGE.replace("2025年平阳县", "2025年")
    said = json.loads(run(save(tmp_path, page), "--at", ADDRESS, "--about", "平阳县", "--json"))
    assert said["rows"][0]["ref_area"] == "330326"
    assert "ref_area: '330326'" in said["yaml"]


@pytest.mark.parametrize(
    ("family", "text"),
    [
        ("html", PAGE),
        ("hanweb", column(STORE)),
        ("jpaas", unit_answer(ITEMS + "<p class='pagination' querydata='{}' uniturl='/u'></p>")),
        (
            "feed",
            f"<rss><channel><item><title>{ROWS[0][0]}</title><link>/a.html</link></item></channel></rss>",
        ),
        ("sitemap", "<urlset><url><loc>/a.html</loc></url></urlset>"),
        (
            "json",
            json.dumps({"data": [{"title": ROWS[0][0], "url": "/a.html", "date": "2026-03-01"}]}),
        ),
        ("wordpress", PAGE.replace("<body>", "<body><link href='/wp-content/themes/x.css'>")),
        (
            "json",
            f"<html><script>var list=[{{title:'{ROWS[0][0]}',url:'/a.html'}}]</script></html>",
        ),
    ],
)
def test_each_family_is_recognised(tmp_path: Path, family: str, text: str) -> None:
    said = json.loads(run(save(tmp_path, text), "--at", ADDRESS, "--json"))
    assert said["family"] == family
    assert len(said["rows"]) >= 1


@pytest.mark.slow
def test_a_mirror_is_asked_for_the_units_and_the_pages_that_a_listing_names(tmp_path: Path) -> None:
    unit = (
        "https://tjj.example.gov.cn/api-gateway/jpaas-publish-server/front/page/build/unit"
        "?parseType=bulidstatic&webId=30&tagId=%E5%BD%93%E5%89%8D%E6%A0%8F%E7%9B%AE_list&pageId=1201"
    )
    (tmp_path / "column.html").write_text(loader(str(QUERY)), encoding="utf-8")
    (tmp_path / "unit.json").write_text(unit_answer(f"<ul>{ITEMS}</ul>"), encoding="utf-8")
    with (tmp_path / "index.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("file", "url"), ("column.html", ADDRESS), ("unit.json", unit)])
    said = json.loads(run(ADDRESS, "--mirror", str(tmp_path), "--within", "330000", "--json"))
    assert said["family"] == "jpaas"
    assert [page["number"] for page in said["pages"]] == [0, 1]
    assert [row["fate"] for row in said["rows"]] == ["proposed", "excluded", "held", "excluded"]
    with pytest.raises(FetchError, match="404"):
        run("https://tjj.example.gov.cn/other.html", "--mirror", str(tmp_path))


@pytest.mark.parametrize(
    ("words", "error", "said"),
    [
        (["--at", ADDRESS, "--family", "htm"], UsageError, "no family"),
        (["--at", ADDRESS, "--option", "x"], UsageError, "NAME=VALUE"),
        (["--at", ADDRESS, "--option", "x=1"], UsageError, "no option 'x'"),
        (["--at", ADDRESS, "--within", "乌有省"], UsageError, "no area"),
        (["--at", ADDRESS, "--row", ".gone"], ReadError, "0 elements match"),
        (["--at", "ftp://example.cn/"], GongbaoError, "only http and https"),
        ([], UsageError, "--at"),
    ],
)
def test_what_cannot_be_tried_is_said(
    tmp_path: Path, words: list[str], error: type[GongbaoError], said: str
) -> None:
    with pytest.raises(error, match=said):
        run(save(tmp_path, PAGE), *words)


def test_a_page_of_no_family_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="no family of listings is recognised"):
        run(save(tmp_path, "<html><body><p>维护中</p></body></html>"), "--at", ADDRESS)
