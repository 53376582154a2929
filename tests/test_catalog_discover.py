"""The discover block of a source: read whole, or refused by file, line and field."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flows.catalog import load_catalog
from flows.catalog.model import Discovery, Expect, ItemRule, Want
from flows.model import paths
from flows.model.errors import CatalogError
from flows.model.kinds import Kind
from flows.model.nouns import Authority
from flows.model.request import Request

SOURCE = """\
- source_id: counties
  publisher: 各县统计局
  reader: communique
  authority: repost
  obs_status: P
  discover:
    list: https://tjj.example.cn/col/col12/index.html
    family: jpaas
    pages: {max: 5, until: end}
    item: {row: li, link: "a@href", title: ["a@title", a], date: span}
    dates: ["%Y年%m月%d日"]
    want:
      kinds: [communique]
      title: '^20\\d\\d年'
      unless: 解读|图解
      hosts: [tjj.example.cn]
      path: '/art/'
    release: {id: "{area}-communique-{period}", within: "330000", publisher: "{area}统计局"}
    attachments: [xls, pdf]
    expect: {items: 5, dated: 0.5, newest: 400 days, each_year_by: 05-31}
    adopt: propose
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in [*paths.CATALOG.glob("*.csv"), *paths.CATALOG.glob("*.yaml")]:
        shutil.copy(path, tmp_path)
    (tmp_path / "sources").mkdir()
    (tmp_path / "layouts").mkdir()
    (tmp_path / "sources/here.yaml").write_text(SOURCE, encoding="utf-8")
    return tmp_path


def test_a_source_may_name_no_release_and_say_where_they_are_named(folder: Path) -> None:
    (source,) = load_catalog(folder).sources
    assert source.releases == ()
    assert source.discovery == Discovery(
        listing=Request("https://tjj.example.cn/col/col12/index.html"),
        family="jpaas",
        item=ItemRule("li", "a@href", ("a@title", "a"), "span"),
        dates=("%Y年%m月%d日",),
        max_pages=5,
        until_known=False,
        want=Want((Kind.COMMUNIQUE,), r"^20\d\d年", "解读|图解", ("tjj.example.cn",), "/art/"),
        within="330000",
        release_id="{area}-communique-{period}",
        publisher="{area}统计局",
        attachments=("xls", "pdf"),
        expect=Expect(5, 0.5, 400, (5, 31)),
        follow=False,
    )
    assert source.prototype is not None
    assert source.prototype.authority is Authority.REPOST
    assert source.prototype.obs_status == "P"


def test_an_address_and_a_family_are_enough(folder: Path) -> None:
    short = SOURCE.split("    pages:", maxsplit=1)[0]
    (folder / "sources/here.yaml").write_text(short, encoding="utf-8")
    (source,) = load_catalog(folder).sources
    assert source.discovery == Discovery(
        Request("https://tjj.example.cn/col/col12/index.html"), "jpaas"
    )


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("family: jpaas", "family: jpass", "8: 0.discover.family", "did you mean 'jpaas'?"),
        ("https://tjj", "ftp://tjj", "7: 0.discover.list", "no http or https address"),
        ("list: https://", "list: https://me@", "7: 0.discover.list", "no http or https address"),
        (
            "[communique]",
            "[communiqe]",
            "13: 0.discover.want.kinds.0",
            "did you mean 'communique'?",
        ),
        ("  pages:", "  page:", "9: 0.discover.page", "did you mean 'pages'?"),
        ("max: 5", "max: 0", "9: 0.discover.pages.max", "greater than or equal to 1"),
        ("until: end", "until: new", "9: 0.discover.pages.until", "'known' or 'end'"),
        ("%Y年%m月%d日", "%m-%d", "11: 0.discover.dates.0", "a whole day"),
        (r"'^20\d\d年'", "'(20'", "14: 0.discover.want.title", "no regular expression"),
        (
            "[tjj.example.cn]",
            "['https://tjj.example.cn']",
            "16: 0.discover.want.hosts.0",
            "no host",
        ),
        ("-{period}", "", "18: 0.discover.release.id", "no template of an id"),
        ("{area}-comm", "{county}-comm", "18: 0.discover.release.id", "no template of an id"),
        ("{area}-comm", "{area}/../comm", "18: 0.discover.release.id", "no template of an id"),
        ("330000", "330001", "18: 0.discover.release.within", "unknown area '330001'"),
        ("{area}统计局", "{kind}统计局", "18: 0.discover.release.publisher", "match pattern"),
        ("xls, pdf", "'.xls'", "19: 0.discover.attachments.0", "no ending of a file"),
        ("400 days", "a year", "20: 0.discover.expect.newest", "match pattern"),
        ("05-31", "31-05", "20: 0.discover.expect.each_year_by", "match pattern"),
        (
            "family: jpaas",
            "family: jpaas\n    options: {x: y}",
            "9: 0.discover.options.x",
            "no option",
        ),
        ("reader: communique", "reader: table", "6: 0.discover", "needs a layout"),
        ("adopt: propose", "adopt: guess", "21: 0.discover.adopt", "'follow' or 'propose'"),
    ],
)
def test_a_block_that_cannot_be_used_is_refused_with_its_line(
    folder: Path, old: str, new: str, where: str, what: str
) -> None:
    path = folder / "sources/here.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogError) as caught:
        load_catalog(folder)
    assert f"here.yaml:{where}" in str(caught.value)
    assert what in str(caught.value)


def test_a_source_without_releases_says_where_they_are_named(folder: Path) -> None:
    path = folder / "sources/here.yaml"
    path.write_text(SOURCE.split("  discover:", maxsplit=1)[0], encoding="utf-8")
    with pytest.raises(CatalogError, match="under discover: where they are named"):
        load_catalog(folder)
