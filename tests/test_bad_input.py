"""Bad input is normal: one mirror full of it, one run, and a fate recorded for each.

A catalogue at fault is in test_catalog_broken, a full disk in test_publish_*, two runs at once and
a store of a newer version in test_main_job.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from flows.model.nouns import Outcome
from flows.model.settings import Settings
from flows.run.summary import RunSummary
from tests.runs import published, run_path

#: The layout that a table is said to have, where it isn't ``long``.
LAYOUTS = {"promised": "zhejiang-county-yearbook"}
SENTENCE = "初步核算，2023年全县地区生产总值711.81亿元，比上年增长7.9%。"
PAGE = (
    "<!doctype html><html><head><meta charset='{charset}'><title>平阳县2023年国民经济和社会发展"
    "统计公报</title></head><body><h1>平阳县2023年国民经济和社会发展统计公报</h1>"
    "<p>{text}</p></body></html>"
)


def workbook(text: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["area_code", "year", "indicator", "value", "unit"])
    sheet.append(["330326", 2023, "gdp", 711.81, "亿元"])
    sheet.append(["330326", 2023, "gdp_primary", text or 23.84, "亿元"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def corrupted() -> bytes:
    """A workbook whose sheet is no XML any more."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry.filename, data[:200] if "sheet1" in entry.filename else data)
    return out.getvalue()


def two_gigabytes() -> bytes:
    """A workbook that says of its sheet that it unpacks to 2 GB."""
    data = bytearray(workbook())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as book:
        entry = book.getinfo("xl/worksheets/sheet1.xml")
    size = entry.file_size.to_bytes(4, "little")
    at = data.rfind(b"PK\x01\x02", 0, data.rfind(b"xl/worksheets/sheet1.xml"))
    assert data[at + 24 : at + 28] == size
    data[at + 24 : at + 28] = (2 * 1024**3).to_bytes(4, "little")
    return bytes(data)


#: name, ending, content, reader
BAD = {
    "truncated": (".xlsx", workbook()[:-400], "table"),
    "corrupted": (".xlsx", corrupted(), "table"),
    "bomb": (".xlsx", two_gigabytes(), "table"),
    "promised": (".xlsx", PAGE.format(charset="utf-8", text=SENTENCE).encode(), "table"),
    "mislabelled": (".html", PAGE.format(charset="utf-8", text=SENTENCE).encode("gb18030"), ""),
    "wordy": (".html", PAGE.format(charset="utf-8", text="全县经济运行平稳。" * 30).encode(), ""),
    "worded": (".xlsx", workbook("很多"), "table"),
    "sound": (".html", PAGE.format(charset="utf-8", text=SENTENCE + "完。").encode(), ""),
}


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mirror")
    columns = ["file", "url", "ref_area", "time_period", "reader", "layouts"]
    with (folder / "index.csv").open("w", encoding="utf-8", newline="") as out:
        index = csv.writer(out)
        index.writerow(columns)
        for name, (ending, content, reader) in BAD.items():
            (folder / f"{name}{ending}").write_bytes(content)
            url = f"https://tjj.example.cn/{name}{ending}"
            layout = LAYOUTS.get(name, "long") if reader == "table" else ""
            index.writerow([f"{name}{ending}", url, "330326", "2023", reader, layout])
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("bad") / "data")


@pytest.fixture(scope="module")
def run(mirror: Path, home: Settings) -> RunSummary:
    return run_path(home, mirror)


def fate(run: RunSummary, name: str) -> str:
    """Why a release gave nothing: of its visit, or of its reading."""
    [visit] = [each for each in run.visits if each.release_id == name]
    if visit.outcome is Outcome.FAILED:
        return f"visit: {visit.reason}"
    [line] = [each for each in run.readings if each.release_id == name]
    return f"reading: {line.error}" if line.error else f"read: {line.observation} observations"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("truncated", "cut short|damaged|not a zip|truncated"),
        ("corrupted", "corrupted|damaged|XML|cannot be read"),
        ("bomb", "2,147,483,648|GB|bytes|too large|unpack"),
        ("promised", "html|HTML"),
    ],
)
def test_a_document_that_is_not_what_it_should_be_is_refused_with_a_reason(
    run: RunSummary, name: str, says: str
) -> None:
    told = fate(run, name)
    assert not told.startswith("read:")
    assert re.search(says, told), told


def test_a_wrongly_declared_charset_is_seen_through(run: RunSummary) -> None:
    assert fate(run, "mislabelled") == "read: 2 observations"


def test_a_page_without_figures_is_recorded_as_such(run: RunSummary) -> None:
    [line] = [each for each in run.readings if each.release_id == "wordy"]
    assert line.observation == line.quarantined == 0
    assert "prints no figure" in (line.error or "")


def test_a_word_in_a_value_cell_is_held_with_its_cell(run: RunSummary, home: Settings) -> None:
    rows = published(home, "SELECT locator, rule FROM quarantine WHERE release_id = 'worded'")
    assert len(rows) == 1
    assert "C" in str(rows[0][0]) or "D" in str(rows[0][0])


def test_bad_releases_do_not_keep_the_sound_one_from_being_published(
    run: RunSummary, home: Settings
) -> None:
    assert run.outcome == "published"
    values = published(home, "SELECT obs_value FROM observation WHERE release_id = 'sound'")
    assert sorted(values) == [(7.9,), (711.81,)]


def test_every_bad_release_is_on_record(run: RunSummary, home: Settings) -> None:
    visited = {each.release_id for each in run.visits}
    assert visited == set(BAD)
    failed = published(home, "SELECT release_id FROM reading WHERE outcome = 'failed'")
    unreadable = {each.release_id for each in run.readings if each.error}
    assert {name for (name,) in failed} == unreadable


def test_the_same_bytes_at_two_addresses_are_counted_once(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "one.html").write_bytes(BAD["sound"][1])
    (tmp_path / "two.html").write_bytes(BAD["sound"][1])
    (tmp_path / "index.csv").write_text(
        "file,url,ref_area,time_period\n"
        "one.html,https://a.example.cn/1.html,330326,2023\n"
        "two.html,https://b.example.cn/1.html,330326,2023\n",
        encoding="utf-8",
    )
    run = run_path(settings, tmp_path)
    assert run.new_observations == 2
    assert "same bytes as one" in fate(run, "two")
