"""A newer reader re-reads the archive, and shows what changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.model.settings import Settings
from flows.read.prose import reader as prose
from flows.run.changes import changes, summary_of
from tests.runs import published, run_pipeline

PAGE = (
    "<!doctype html><html><head><meta charset='utf-8'><title>平阳县2023年国民经济和社会发展统计公报"
    "</title></head><body><h1>平阳县2023年国民经济和社会发展统计公报</h1>"
    "<p>初步核算，2023年全县地区生产总值711.81亿元，比上年增长7.9%。</p></body></html>"
)


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    folder = tmp_path / "mirror"
    folder.mkdir()
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    (folder / "index.csv").write_text(
        "file,url,ref_area,time_period\npage.html,https://a.example.cn/1.html,330326,2023\n",
        encoding="utf-8",
    )
    return folder


def test_the_same_reader_reads_nothing_twice(settings: Settings, mirror: Path) -> None:
    run_pipeline(settings, mirror)
    again = run_pipeline(settings, mirror, reread=True)
    assert again.batch.readings == ()
    assert again.summary.outcome == "nothing-new"


def test_a_newer_reader_reads_the_archive_again_and_the_old_reading_is_kept(
    settings: Settings, mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run_pipeline(settings, mirror)
    monkeypatch.setattr(prose, "READER", prose.CommuniqueReader(version="next"))
    assert run_pipeline(settings, mirror).summary.outcome == "nothing-new"
    again = run_pipeline(settings, mirror, reread=True)
    assert again.summary.outcome == "published"
    versions = published(settings, "SELECT reader_version FROM reading ORDER BY reading_id")
    assert versions == [(first.batch.readings[0].reader_version,), ("next",)]
    assert again.summary.changes == []  # it read the same values
    values = published(settings, "SELECT obs_value FROM latest_observation ORDER BY 1")
    assert values == [(7.9,), (711.81,)]


def test_changes_name_what_was_added_revised_and_withdrawn(
    settings: Settings, mirror: Path
) -> None:
    before = run_pipeline(settings, mirror).verdict
    assert before is not None
    old = before.accepted
    new = old.with_columns(
        obs_value=old["obs_value"] + (old["measure"] == "level").cast(float),
    ).vstack(old.head(1).with_columns(time_period=old["time_period"].head(1) + "X"))
    changed = changes(old, new.filter(new["measure"] == "level"))
    kinds = dict(changed.select("measure", "change").unique().iter_rows())
    assert kinds["growth"] == "withdrawn"
    assert set(changed["change"]) == {"added", "revised", "withdrawn"}
    assert summary_of(changed) == "values: 1 added, 1 revised, 1 withdrawn"
