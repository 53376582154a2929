"""Readers: one module and one entry of the registry each, and every layer asks the registry."""

from __future__ import annotations

from dataclasses import fields
from itertools import permutations

import pytest

from flows.catalog.model import Catalog
from flows.fetch import sniff
from flows.model.errors import FetchError, ReadError
from flows.model.nouns import MediaKind, Release
from flows.model.registry import READERS, check_layouts
from flows.read import detect_reader, load_reader, printed_text


def test_json_is_a_document_only_to_a_reader_that_takes_it() -> None:
    answer = b'{"code": 404}'
    assert sniff(answer, taken=READERS["service"].media) is MediaKind.JSON
    with pytest.raises(FetchError, match="a JSON answer, which no reader takes"):
        sniff(answer, taken=READERS["communique"].media)
    with pytest.raises(ReadError, match="no reader takes this document"):
        detect_reader(answer, MediaKind.JSON)


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
