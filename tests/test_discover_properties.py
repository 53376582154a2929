"""Any bytes as a listing: an error that names it, or rows of the source's own hosts. Never a crash."""

from __future__ import annotations

import json
import random
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.discover import Page
from flows.model.errors import ReadError
from flows.model.registry import FAMILIES
from tests.discover_support import list_rows, read_listing
from tests.test_discover_families import (
    ANSWER,
    COLUMN,
    LIST,
    PAGINATION,
    RSS,
    STORE,
    column,
    posts,
    unit_answer,
)
from tests.test_discover_html import SHAPES, page

HOST = "tjj.example.gov.cn"
#: A sound listing of each family, to be damaged.
SOUND = {
    "html": page(SHAPES["list"], end='<script>createPageHTML(9, 0, "index", "html")</script>'),
    "hanweb": column(STORE),
    "jpaas": unit_answer(LIST + PAGINATION),
    "wordpress": posts("2025年青石县统计公报", "2024年青石县统计公报"),
    "feed": RSS,
    "sitemap": f"<urlset><url><loc>https://{HOST}/a.html</loc><lastmod>2026-03-01</lastmod></url></urlset>",
    "json": json.dumps(ANSWER, ensure_ascii=False),
}
assert SOUND.keys() == FAMILIES.keys()

HOSTILE = st.sampled_from(
    [
        *(
            "javascript:alert(1)",
            "//evil.example/x",
            "https://a:b@tjj.example.gov.cn/",
            "/../../etc",
            "\\\\evil",
        ),
        *(
            "http://[::1]:80/",
            "https://tjj.example.gov.cn:99/",
            "data:text/html,x",
            "\x00",
            "%00",
            "file:///x",
        ),
        *(
            "<a href='//evil.example/'>2025年公报</a>2026-03-01",
            "'; DROP TABLE x; --",
            "<![CDATA[",
            "]]>",
            "&#0;",
        ),
        *(
            "createPageHTML(2,0,'//evil.example/i','html')",
            "<base href='https://evil.example/'>",
            "<datastore>",
        ),
        *(
            "<script>location.href='https://evil.example/'</script>",
            "<iframe src='//evil.example'>",
            "\ud800",
        ),
        *(
            '<meta http-equiv=refresh content="0;url=//evil.example">',
            '{"success":false}',
            "\u202e",
            "9" * 5000,
        ),
    ]
)


def ask(data: bytes, family: str) -> Page | None:
    """The page, of which every address is on the source's host; None for one that is refused."""
    try:
        found = read_listing(data, family, url=COLUMN)
    except ReadError:
        return None
    asked = [row.request for row in found.rows] + ([found.following] if found.following else [])
    for request in asked:
        parts = urlsplit(request.url)
        assert parts.scheme in ("http", "https")
        assert parts.netloc == HOST, request.url
        assert request.url.isascii()
        assert request.url.isprintable()
        assert ".." not in parts.path.split("/")
    for row in found.rows:
        assert not {"\n", "\r", "\x00", "\x1b"} & set(row.title + (row.date_text or ""))
    return found


@pytest.mark.parametrize("family", FAMILIES)
@given(
    data=st.binary(max_size=400)
    | st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace"))
)
@settings(max_examples=60, deadline=None)
def test_any_bytes(family: str, data: bytes) -> None:
    ask(data, family)


@pytest.mark.parametrize("family", FAMILIES)
@given(place=st.floats(0, 1), length=st.integers(0, 40), put=HOSTILE | st.just(""))
@settings(max_examples=60, deadline=None)
def test_a_sound_listing_damaged_anywhere(family: str, place: float, length: int, put: str) -> None:
    text = SOUND[family]
    at = int(place * len(text))
    damaged = text[:at] + put + text[at + length :]
    ask(damaged.encode("utf-8", "replace"), family)


@pytest.mark.parametrize("family", FAMILIES)
@given(share=st.floats(0, 1))
@settings(max_examples=40, deadline=None)
def test_a_cut_listing_gives_no_row_that_the_whole_one_has_not(family: str, share: float) -> None:
    text = SOUND[family]
    whole = ask(text.encode(), family)
    assert whole
    cut = ask(text[: int(share * len(text))].encode(), family)
    if cut is not None:
        said = {(row.request, row.title) for row in whole.rows}
        assert {(row.request, row.title) for row in cut.rows} <= said


def shuffle_rows(family: str, seed: int) -> str:
    """The sound listing with its rows in another order."""
    text = SOUND[family]
    mark = {"html": "<li>", "hanweb": "<record>", "jpaas": "<li>", "feed": "<item>"}[family]
    end = mark.replace("<", "</")
    first, last = text.index(mark), text.rindex(end) + len(end)
    if family == "html":
        first = text.index(mark, text.index("当前位置"))
        last = text.index("</ul>", first)
    rows = [f"{mark}{row}" for row in text[first:last].split(mark)[1:]]
    random.Random(seed).shuffle(rows)  # noqa: S311
    return text[:first] + "".join(rows) + text[last:]


@pytest.mark.parametrize("family", ["html", "hanweb", "jpaas", "feed"])
@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_does_not_matter(family: str, seed: int) -> None:
    whole = read_listing(SOUND[family], family, url=COLUMN)
    shuffled = read_listing(shuffle_rows(family, seed), family, url=COLUMN)
    assert sorted(map(str, list_rows(shuffled))) == sorted(map(str, list_rows(whole)))
    assert len(whole.rows) >= 2


def test_markup_that_is_built_to_be_slow_is_refused() -> None:
    for bomb in ("<div>" * 50_000, "<b>" * 50_000, "<ul><li>" * 50_000):
        with pytest.raises(ReadError, match=r"in each other|no list of links"):
            read_listing(bomb + "<a href='/a.html'>2025年公报</a>")
