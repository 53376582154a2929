"""A mirror has the documents of true addresses, and answers like a real server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.fetch import MirrorServer, mirror_releases
from flows.fetch.address import MirrorBase, canonicalize, find_true_address, mirror_target
from flows.model.errors import UsageError
from flows.model.nouns import Authority, MediaKind, Outcome
from tests.fetch_sites import COMMUNIQUE, refresh, release

QUERY = "https://www.crei.cn/file/br.aspx?id=20260528085809&op=sczz&x=0"
CHINESE = "https://raw.githubusercontent.com/o/r/main/中国县域统计面板数据_最终版.csv"
GB = "http://tjj.example.gov.cn:8080/%C6%BD%D1%F4.htm"


def folder(
    root: Path, *rows: str, head: str = "file,url", bodies: Mapping[str, bytes] | None = None
) -> Path:
    """A mirror's folder; unless ``bodies`` (by stem) say otherwise, files hold the communiqué."""
    (root / "index.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    for row in rows:
        path = root / row.split(",")[0]
        if path.resolve().is_relative_to(root.resolve()) and path != root:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes((bodies or {}).get(path.stem, COMMUNIQUE))
    return root


_label = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
_path = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="?#"), max_size=30
)
_query = st.one_of(
    st.none(),
    st.text(
        st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="#"), max_size=30
    ),
)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    host = ".".join([*draw(st.lists(_label, min_size=1, max_size=3)), "cn"])
    port = draw(st.one_of(st.just(""), st.integers(1, 65535).map(lambda number: f":{number}")))
    query = draw(_query)
    return f"{draw(st.sampled_from(['http', 'https', 'HTTPS']))}://{host}{port}/{draw(_path)}" + (
        "" if query is None else f"?{query}"
    )


@given(addresses(), st.sampled_from(["http://127.0.0.1:8000", "https://m.example.org/a/b/"]))
@example(QUERY, "http://127.0.0.1:8000")
@example(CHINESE, "http://127.0.0.1:8000")
@example(GB, "http://127.0.0.1:8000")
@example("http://[2400:3200::1]:81/a", "http://127.0.0.1:8000")
@example("https://example.cn", "http://127.0.0.1:8000")
@example("https://example.cn?x=1", "http://127.0.0.1:8000")
@example("https://example.cn/a//b/../c/%2e%2e/%zz?x=%&y=/../", "http://127.0.0.1:8000")
def test_every_address_round_trips_through_the_mirror(url: str, mirror: str) -> None:
    true = canonicalize(url)
    base = MirrorBase.at(mirror)
    asked = httpx.URL(base.holds(true))
    assert str(asked).startswith(base.base + "/http")
    assert base.true(str(asked)) == true
    # and through what a server sees of it
    prefix = httpx.URL(base.base).raw_path.rstrip(b"/")
    assert find_true_address(asked.raw_path.removeprefix(prefix).decode()) == true


@given(addresses())
def test_an_address_has_one_canonical_form(url: str) -> None:
    assert canonicalize(canonicalize(url)) == canonicalize(url)


@pytest.mark.parametrize(
    "target", ["/", "/index.csv", "/ftp/a.cn/b", "/https", "/https/a.cn", "//"]
)
def test_a_target_without_a_true_address_has_none(target: str) -> None:
    assert find_true_address(target) is None


def test_documents_are_served_under_their_true_addresses(tmp_path: Path) -> None:
    urls = (QUERY, CHINESE, GB)
    (tmp_path / "mirror").mkdir()
    mirror = folder(
        tmp_path / "mirror",
        *[f"doc{n}.html,{url}" for n, url in enumerate(urls)],
        bodies={f"doc{n}": COMMUNIQUE + str(n).encode() for n in range(len(urls))},
    )
    with MirrorServer(mirror) as server:
        releases = [
            release(url, f"doc{n}") for n, url in enumerate(urls) if not url.endswith("csv")
        ]
        visits = refresh(server.url, tmp_path / "archive", *releases)
        raw = httpx.get(server.url + mirror_target(canonicalize(CHINESE)), trust_env=False)
    assert [visit.reason for visit in visits] == [None, None]
    assert [visit.size for visit in visits] == [len(COMMUNIQUE) + 1] * 2
    assert raw.content == COMMUNIQUE + b"1"


def test_the_server_answers_like_a_real_one(tmp_path: Path) -> None:
    path = folder(tmp_path, f"page.html,{QUERY}") / "page.html"
    with MirrorServer(tmp_path) as server, httpx.Client(trust_env=False) as client:
        url = server.url + mirror_target(QUERY)
        first = client.get(url)
        assert (first.status_code, first.content) == (200, COMMUNIQUE)
        assert first.headers["content-length"] == str(len(COMMUNIQUE))
        etag, date = first.headers["etag"], first.headers["last-modified"]
        current = client.get(url, headers={"if-none-match": etag})
        assert (current.status_code, current.content) == (304, b"")
        assert current.headers["etag"] == etag
        assert client.get(url, headers={"if-none-match": f'"x", W/{etag}'}).status_code == 304
        assert client.get(url, headers={"if-modified-since": date}).status_code == 304
        assert client.get(url, headers={"if-modified-since": "yesterday"}).status_code == 200
        both = {"if-none-match": '"x"', "if-modified-since": date}
        assert client.get(url, headers=both).status_code == 200, "the ETag decides"

        path.write_bytes(COMMUNIQUE.replace(b"711.8", b"712.3"))
        changed = client.get(url, headers={"if-none-match": etag})
        assert (changed.status_code, changed.headers["etag"] == etag) == (200, False)

        path.write_bytes(COMMUNIQUE)
        os.utime(path, (1_700_000_000, 1_700_000_000))
        assert client.get(url, headers={"if-none-match": etag}).status_code == 304
        path.unlink()
        assert client.get(url).status_code == 404


def test_types_come_from_the_index_or_the_ending_without_a_made_up_charset(tmp_path: Path) -> None:
    rows = {
        "a.html": ("", "text/html"),
        "b.html": ("text/html; charset=gb2312", "text/html; charset=gb2312"),
        "c.csv": ("", "text/csv"),
        "d.xlsx": ("", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "e.txt": ("", "text/plain"),
        "f": ("", "application/octet-stream"),
    }
    lines = [f"{file},https://a.cn/{file},{given}" for file, (given, _) in rows.items()]
    folder(tmp_path, *lines, head="file,url,content_type")
    with MirrorServer(tmp_path) as server:
        for file, (_, wanted) in rows.items():
            answer = httpx.get(f"{server.url}/https/a.cn/{file}", trust_env=False)
            assert answer.headers["content-type"] == wanted, file


def test_robots_txt_is_there_only_if_the_index_lists_it(tmp_path: Path) -> None:
    folder(
        tmp_path,
        "a.html,https://a.cn/1",
        "b.html,https://b.cn/1",
        "rules.txt,https://b.cn/robots.txt",
        bodies={"rules": b"User-agent: *\nDisallow: /"},
    )
    with MirrorServer(tmp_path) as server:
        releases, skipped = mirror_releases(server.url)
        visits = refresh(server.url, tmp_path / "archive", *releases)
    assert (len(releases), skipped) == (2, []), "robots.txt is no release"
    assert [visit.outcome for visit in visits] == [Outcome.CHANGED, Outcome.FAILED]


def test_what_the_index_does_not_list_cannot_be_asked_for(tmp_path: Path) -> None:
    folder(tmp_path, f"page.html,{QUERY}")
    (tmp_path / "secret.txt").write_text("secret")
    with MirrorServer(tmp_path) as server:
        for target in (
            "/secret.txt",
            "/page.html",
            "/https/a.cn/secret.txt",
            "/../secret.txt",
            "/https/a.cn/%2e%2e/%2e%2e/secret.txt",
            "/index.csv/../secret.txt",
        ):
            answer = httpx.get(server.url + target, trust_env=False)
            assert answer.status_code == 404, target
            assert b"secret" not in answer.content


@pytest.mark.parametrize(
    "file", ["../outside.html", "/etc/passwd", "a/../../b.html", "C:/b.html", "..\\b.html", ".", ""]
)
def test_an_index_that_points_out_of_its_folder_is_refused(tmp_path: Path, file: str) -> None:
    folder(tmp_path, f"page.html,{QUERY}")
    (tmp_path / "index.csv").write_text(f"file,url\npage.html,{QUERY}\n{file},https://a.cn/x\n")
    with pytest.raises(UsageError, match=r"index\.csv:3: file"):
        MirrorServer(tmp_path)


def test_a_link_that_the_operator_made_is_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.html").write_bytes(COMMUNIQUE)
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "page.html").symlink_to(tmp_path / "elsewhere.html")
    (mirror / "index.csv").write_text(f"file,url\npage.html,{QUERY}\n")
    with MirrorServer(mirror) as server:
        assert httpx.get(server.url + mirror_target(QUERY), trust_env=False).content == COMMUNIQUE


def test_a_folder_without_an_index_is_a_usage_error_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no index\.csv.*columns file,url"):
        MirrorServer(tmp_path)
    with pytest.raises(UsageError, match="no such folder"):
        mirror_releases(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "index.csv:1"),
        ("name,url\na,https://a.cn\n", "index.csv:1: no column file"),
        ("file,url\na.html,ftp://a.cn/x\n", "index.csv:2: url"),
        ("file,url\na.html,https://a.cn/x\nb.html,https://a.cn/x#top\n", "index.csv:3: url"),
        ("file,url,published_on\na.html,https://a.cn/x,31.3.2026\n", "index.csv:2: published_on"),
        ("file,url,authority\na.html,https://a.cn/x,hearsay\n", "index.csv:2: authority"),
        ("file,url,reader\na.html,https://a.cn/x,prose\n", "index.csv:2: reader"),
    ],
)
def test_an_index_that_cannot_be_used_names_line_and_column(
    tmp_path: Path, text: str, where: str
) -> None:
    (tmp_path / "index.csv").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as failure:
        mirror_releases(tmp_path)
    assert where in str(failure.value)


def test_an_index_in_another_charset_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_bytes("file,url\n平阳.html,https://a.cn/x\n".encode("gb18030"))
    with pytest.raises(UsageError, match="UTF-8"):
        mirror_releases(tmp_path)


def test_rows_that_the_catalogue_does_not_know_are_releases_of_their_own(tmp_path: Path) -> None:
    head = (
        "file,ref_area,time_period,title,publisher,published_on,url,charset,bytes,sha256,"
        "reader,layouts,authority"
    )
    folder(
        tmp_path,
        "known.html,330326,2023,,,,https://a.cn/known,utf-8,1,x,,,",
        "sub/py24.html,330326,2024,平阳公报,平阳县统计局,2025-03-28,https://a.cn/平阳?x=1,,,,,,repost",
        "book.xlsx,330000,,年鉴,,,https://a.cn/book.xlsx,,,,table,yearbook;panel,",
        "nowhere.html,330327,2024,苍南公报,,,,,,,,,",
        "other/py24.html,330326,2024,,,,https://a.cn/twice,,,,,,",
        head=head,
    )
    known = [release("HTTPS://A.CN/known#top", "pingyang-2023"), release("no address", "broken")]
    with MirrorServer(tmp_path) as server:
        found, skipped = mirror_releases(server.url, known)
    assert (found, skipped) == mirror_releases(tmp_path, known), (
        "a folder and a server say the same"
    )
    page, book = found
    assert (page.release_id, page.source_id, page.reader) == ("py24", "mirror", "communique")
    assert (page.url, page.ref_area, page.time_period) == (
        "https://a.cn/平阳?x=1",
        "330326",
        "2024",
    )
    assert (page.title, page.publisher) == ("平阳公报", "平阳县统计局")
    assert str(page.published_on) == "2025-03-28"
    assert page.authority is Authority.REPOST
    assert (book.reader, book.layouts, book.authority) == (
        "table",
        ("yearbook", "panel"),
        Authority.REPOST,
    )
    assert len(skipped) == 2
    assert "nowhere.html" in skipped[0]
    assert "no url" in skipped[0]
    assert "other/py24.html" in skipped[1]
    assert "line 3" in skipped[1]


def test_a_listed_file_that_is_gone_is_a_failed_visit(tmp_path: Path) -> None:
    folder(tmp_path, f"page.html,{QUERY}")
    (tmp_path / "page.html").unlink()
    with MirrorServer(tmp_path) as server:
        (visit,) = refresh(server.url, tmp_path / "archive", release(QUERY))
    assert (visit.outcome, visit.status_code) == (Outcome.FAILED, 404)


def test_a_mirror_may_lie_under_a_path_of_a_server(tmp_path: Path) -> None:
    """A plain file server does as a mirror: the layout is that of its folders."""
    place = tmp_path / "mirrors" / "june" / "https" / "a.cn"
    place.mkdir(parents=True)
    (place / "page.html").write_bytes(COMMUNIQUE)
    (tmp_path / "mirrors" / "june" / "index.csv").write_text(
        "file,url\npage.html,https://a.cn/page.html\n"
    )
    command = [
        sys.executable,
        "-u",
        "-m",
        "http.server",
        "0",
        "-b",
        "127.0.0.1",
        "-d",
        str(tmp_path),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout is not None
            port = server.stdout.readline().split("port ")[1].split()[0]
            url = f"http://127.0.0.1:{port}/mirrors/june/"
            releases, _ = mirror_releases(url)
            first = refresh(url, tmp_path / "archive", *releases)
            (second,) = refresh(url, tmp_path / "archive", *releases, known=first)
        finally:
            server.terminate()
    assert first[0].snapshot is not None, first[0].reason
    assert first[0].snapshot.media_kind is MediaKind.HTML
    assert (second.outcome, second.status_code) == (Outcome.UNCHANGED, 304)


def test_a_mirror_that_does_not_answer_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="cannot be reached"):
        mirror_releases("http://127.0.0.1:9/")


def test_importing_the_fetch_layer_loads_no_server_and_no_client() -> None:
    code = (
        "import sys, flows.fetch; flows.fetch.Archive, flows.fetch.sniff;"
        "print(sorted({'starlette', 'uvicorn', 'fastapi', 'httpx', 'prefect'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
