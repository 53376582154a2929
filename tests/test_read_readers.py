"""Readers: one module and one entry of the registry each, and every layer asks the registry."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path

import pytest

from flows.catalog.model import Catalog
from flows.fetch import sniff
from flows.model.errors import FetchError, ReadError
from flows.model.nouns import MediaKind, Outcome, Release, Snapshot
from flows.model.registry import READERS, check_layouts, list_taken_kinds
from flows.model.settings import Settings
from flows.read import detect_reader, load_reader, printed_text, read
from tests import service_reader
from tests.prose_support import catalog
from tests.runs import published, run_path

ANSWER = (
    b'{"data": [{"indicator": "gdp", "value": "711.81", "unit": "\xe4\xba\xbf\xe5\x85\x83"},'
    b' {"indicator": "resident_population", "value": "87.1", "unit": "\xe4\xb8\x87\xe4\xba\xba"}]}'
)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service reader, added as a maintainer would: by its entry alone."""
    monkeypatch.setitem(READERS, service_reader.ENTRY.name, service_reader.ENTRY)


def _mirror(folder: Path, body: bytes) -> Path:
    folder.mkdir()
    (folder / "answer.json").write_bytes(body)
    (folder / "index.csv").write_text(
        "file,url,reader,ref_area,time_period\n"
        "answer.json,https://data.example.cn/query?id=7,service,330326,2023\n",
        encoding="utf-8",
    )
    return folder


@pytest.mark.usefixtures("service")
def test_a_new_reader_reads_and_its_locators_lead_home() -> None:
    assert sniff(ANSWER) is MediaKind.JSON
    assert detect_reader(ANSWER, MediaKind.JSON) == "service"
    digest = hashlib.sha256(ANSWER).hexdigest()
    url = "https://data.example.cn/query?id=7"
    snapshot = Snapshot("s", digest, url, MediaKind.JSON, len(ANSWER), datetime.now(UTC))
    release = Release("s", "s", url, "", "", reader="service")
    figures = read(ANSWER, snapshot=snapshot, release=release, catalog=catalog()).figures
    assert figures["value"].to_list() == [711.81, 87.1]
    for locator, text in figures.select("locator", "value_text").iter_rows():
        assert printed_text(locator, ANSWER, MediaKind.JSON, None) == text
    with pytest.raises(ReadError, match="no such value"):
        printed_text("json:/data/2/value", ANSWER, MediaKind.JSON, None)


@pytest.mark.usefixtures("service")
def test_a_new_reader_goes_from_the_network_to_the_publication(
    settings: Settings, tmp_path: Path
) -> None:
    run_path(settings, _mirror(tmp_path / "mirror", ANSWER))
    values = published(
        settings,
        "SELECT ref_area, indicator, obs_value, locator FROM latest_observation ORDER BY 2",
    )
    assert values == [
        ("330326", "gdp", 711.81, "json:/data/0/value"),
        ("330326", "resident_population", 87.1, "json:/data/1/value"),
    ]


@pytest.mark.usefixtures("service")
def test_a_reader_without_web_pages_is_given_none(settings: Settings, tmp_path: Path) -> None:
    page = "<html><body><p>系统正在升级改造，敬请期待。</p></body></html>".encode()
    run = run_path(settings, _mirror(tmp_path / "mirror", page))
    (visit,) = run.visits
    assert visit.outcome is Outcome.FAILED
    assert "HTML where JSON was promised" in str(visit.reason)


def test_a_kind_that_no_reader_takes_is_refused_when_it_comes() -> None:
    assert MediaKind.JSON not in list_taken_kinds()
    with pytest.raises(FetchError, match="a JSON answer, which no reader takes"):
        sniff(ANSWER)


@pytest.mark.parametrize("name", READERS)
def test_a_reader_says_what_its_readings_are_made_of(name: str) -> None:
    reader = load_reader(name)
    assert reader.version
    assert set(reader.depends_on) <= {field.name for field in fields(Catalog)}
    assert all(path.exists() for path in reader.data)


def test_each_locator_has_one_owner() -> None:
    owned = [beginning for entry in READERS.values() for beginning in entry.locators]
    assert not [pair for pair in permutations(owned, 2) if pair[0].startswith(pair[1])]
    with pytest.raises(ReadError, match="is no locator"):
        printed_text("row:3", b"", MediaKind.HTML, None)


def test_an_unknown_reader_is_named_with_the_nearest_one() -> None:
    with pytest.raises(ReadError, match="did you mean 'communique'"):
        load_reader("communiqe")


@pytest.mark.parametrize(
    ("kind", "layouts", "reader"),
    [
        (MediaKind.HTML, (), "communique"),
        (MediaKind.TEXT, (), "communique"),
        (MediaKind.PDF, (), "communique"),
        (MediaKind.HTML, ("county-panel",), "table"),
        (MediaKind.CSV, (), "table"),
        (MediaKind.XLSX, ("county-panel",), "table"),
    ],
)
def test_a_document_finds_its_reader(
    kind: MediaKind, layouts: tuple[str, ...], reader: str
) -> None:
    assert detect_reader(b"", kind, layouts) == reader


def test_layouts_belong_to_the_reader_that_reads_by_them() -> None:
    table = Release("t", "t", "https://a.cn/", "", "", reader="table")
    prose = Release("p", "p", "https://a.cn/", "", "", reader="communique", layouts=("x",))
    assert check_layouts(table) == "the reader table needs a layout"
    assert check_layouts(prose) == "the reader communique takes no layout"
