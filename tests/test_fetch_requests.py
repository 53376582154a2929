"""What is asked is method, address, headers and body: one address may hold many releases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request as Incoming
from starlette.responses import HTMLResponse, RedirectResponse, Response

from flows.fetch import MirrorServer, mirror_index, mirror_releases
from flows.model.errors import UsageError
from flows.model.nouns import Outcome, Release
from flows.model.request import Request, check_request, sort_headers
from tests.fetch_sites import COMMUNIQUE, HOST, Site, refresh, release

SERVICE = f"{HOST}/service/query"
JSON = (("content-type", "application/json"),)


def query(body: str, name: str = "one", **values: object) -> Release:
    asked = replace(release(SERVICE, name), method="POST", headers=JSON, body=body)
    return replace(asked, **values)  # type: ignore[arg-type]


async def echo(request: Incoming) -> Response:
    """A page that holds what was asked."""
    body = (await request.body()).decode()
    return HTMLResponse(
        f"<html><body><p>{body or request.method}，全年地区生产总值711.8亿元。</p></body></html>",
        headers={"etag": '"same-for-all"'},
    )


@given(
    st.builds(
        Request,
        st.sampled_from(["https://a.cn/", "https://a.cn/b"]),
        st.sampled_from(["GET", "POST"]),
        st.lists(st.tuples(st.sampled_from("ab"), st.text(max_size=2)), max_size=2).map(tuple),
        st.none() | st.text(max_size=2),
    ),
    st.sampled_from(["url", "method", "headers", "body"]),
)
def test_each_part_belongs_to_the_identity(request: Request, part: str) -> None:
    others = {
        "url": request.url + "x",
        "method": "PUT",
        "headers": (*request.headers, ("c", "")),
        "body": (request.body or "") + "x",
    }
    other = replace(request, **{part: others[part]})  # type: ignore[arg-type]
    assert other.digest != request.digest
    assert (other.url, other.to_json()) != (request.url, request.to_json())
    assert replace(request).digest == request.digest


def test_a_plain_get_is_its_address_alone() -> None:
    assert Request("https://a.cn/").to_json() is None
    assert str(Request("https://a.cn/")) == "https://a.cn/"
    assert release().request == Request(release().url)


def test_method_headers_and_body_reach_the_server(tmp_path: Path) -> None:
    with Site({SERVICE: echo}) as site:
        first, second = refresh(
            site.url, tmp_path, query('{"id": "甲"}'), query('{"id": "乙"}', "two")
        )
        asked = [each for each in site.asked if each.url == SERVICE]
    assert {(each.method, each.body.decode()) for each in asked} == {
        ("POST", '{"id": "甲"}'),
        ("POST", '{"id": "乙"}'),
    }
    assert {each.headers["content-type"] for each in asked} == {"application/json"}
    assert first.snapshot
    assert second.snapshot
    assert first.snapshot.sha256 != second.snapshot.sha256
    assert first.snapshot.request_json == (
        '{"method": "POST", "headers": {"content-type": "application/json"}, '
        '"body": "{\\"id\\": \\"甲\\"}"}'
    )


def test_conditions_belong_to_the_request_that_gave_them(tmp_path: Path) -> None:
    plain = release(SERVICE, "one")
    with Site({SERVICE: echo}) as site:
        first = refresh(site.url, tmp_path, plain)
        refresh(site.url, tmp_path, plain, known=first)
        assert site.last(SERVICE).headers["if-none-match"] == '"same-for-all"'
        changed = replace(plain, headers=(("accept", "text/html"),))
        refresh(site.url, tmp_path, changed, known=first)
        assert "if-none-match" not in site.last(SERVICE).headers


def test_a_post_is_unchanged_by_its_bytes_and_never_conditional(tmp_path: Path) -> None:
    with Site({SERVICE: echo}) as site:
        first = refresh(site.url, tmp_path, query("{}"))
        (again,) = refresh(site.url, tmp_path, query("{}"), known=first)
        assert "if-none-match" not in site.last(SERVICE).headers
        (other,) = refresh(site.url, tmp_path, query("{1}"), known=first)
    assert (again.outcome, other.outcome) == (Outcome.UNCHANGED, Outcome.CHANGED)


@pytest.mark.parametrize(
    ("status", "method"), [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")]
)
def test_a_redirected_post_goes_on_as_the_status_says(
    tmp_path: Path, status: int, method: str
) -> None:
    target = f"{HOST}/answer"
    moved = RedirectResponse(target, status_code=status)
    with Site({SERVICE: moved, target: echo}) as site:
        (visit,) = refresh(site.url, tmp_path, query('{"id": 7}'))
        last = site.last(target)
    assert visit.outcome is Outcome.CHANGED
    assert (last.method, last.body) == (method, b'{"id": 7}' if method == "POST" else b"")


def test_headers_go_to_no_other_origin(tmp_path: Path) -> None:
    elsewhere = "https://other.example.cn/answer"
    moved = RedirectResponse(elsewhere, status_code=307)
    asked = query("{}", headers=(("x-token", "7"),))
    with Site({SERVICE: moved, elsewhere: echo}) as site:
        refresh(site.url, tmp_path, asked)
        assert site.last(SERVICE).headers["x-token"] == "7"
        assert "x-token" not in site.last(elsewhere).headers


def _mirror(folder: Path, *rows: str) -> Path:
    folder.mkdir()
    for name in ("a", "b", "c"):
        (folder / f"{name}.html").write_bytes(COMMUNIQUE.replace(b"711.8", name.encode() + b"711"))
    head = "file,url,method,headers,body"
    (folder / "index.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    return folder


def test_a_mirror_holds_many_queries_of_one_address(tmp_path: Path) -> None:
    mirror = _mirror(
        tmp_path / "mirror",
        f'a.html,{SERVICE},POST,"{{""Content-Type"": ""application/json""}}",id=1',
        f"b.html,{SERVICE},POST,,id=2",
        f"c.html,{SERVICE},,,",
    )
    known = [query("id=1", "one"), query("id=2", "two", headers=()), release(SERVICE, "plain")]
    index = mirror_index(mirror)
    assert [index.holds(each) for each in known] == [True, True, True]
    assert not index.holds(query("id=3"))
    own, _ = mirror_releases(index, known[:1])
    assert [each.request for each in own] == [known[1].request, known[2].request]
    with MirrorServer(mirror) as server:
        visits = refresh(server.url, tmp_path / "archive", *known, query("id=3", "none"))
    bodies = [visit.snapshot and visit.snapshot.size for visit in visits[:3]]
    assert bodies == [len(COMMUNIQUE) - 1] * 3
    assert len({visit.snapshot.sha256 for visit in visits if visit.snapshot}) == 3
    assert visits[3].status_code == 404


@pytest.mark.parametrize(
    ("row", "where"),
    [
        (f"a.html,{SERVICE},POST,[1],x", "index.csv:2: headers"),
        (f"a.html,{SERVICE},FETCH,,", "index.csv:2: method"),
        (f"a.html,{SERVICE},GET,,x", "index.csv:2: body"),
        (f'a.html,{SERVICE},GET,"{{""Host"": ""b.cn""}}",', "index.csv:2: headers"),
    ],
)
def test_a_faulty_row_of_a_mirror_is_named(tmp_path: Path, row: str, where: str) -> None:
    with pytest.raises(UsageError) as error:
        mirror_index(_mirror(tmp_path / "mirror", row))
    assert str(error.value.where).endswith(where)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "b.cn"},
        {"if-none-match": "x"},
        {"a b": "x"},
        {"x": "a\r\nb: c"},
        {"X": "1", "x": "2"},
    ],
)
def test_no_header_breaks_or_doubles_ours(headers: dict[str, str]) -> None:
    fault = check_request(Request("https://a.cn/", headers=sort_headers(headers)))
    assert fault is not None
    assert fault[0] == "headers"
