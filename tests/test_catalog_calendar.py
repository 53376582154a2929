"""The calendar: which periods have ended, and by when their releases are due."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from flows.catalog import load_catalog
from flows.catalog.calendar import Due, list_due
from flows.model.errors import CatalogError
from flows.model.kinds import Kind

YEARLY = Due("a", Kind.COMMUNIQUE, "year", "05-31", "2023", "source")


def due(entry: Due, today: date) -> list[tuple[str, date]]:
    return list_due([entry], today).select("time_period", "due_on").rows()


def test_a_year_is_due_once_it_has_ended() -> None:
    assert due(YEARLY, date(2023, 12, 31)) == []
    assert due(YEARLY, date(2024, 1, 1)) == [("2023", date(2024, 5, 31))]
    assert due(YEARLY, date(2025, 1, 1))[1:] == [("2024", date(2025, 5, 31))]


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2024, 3, 31), []),
        (date(2024, 4, 1), [("2024-Q1", date(2024, 4, 25))]),
        (date(2024, 12, 31), [("2024-Q3", date(2024, 10, 25))]),
        (date(2025, 1, 1), [("2024-Q4", date(2025, 1, 25))]),
    ],
)
def test_a_quarter_is_due_days_after_its_last_one(
    today: date, last: list[tuple[str, date]]
) -> None:
    entry = Due("q", Kind.QUARTER, "quarter", "25 days", "2024-Q1", "source")
    assert due(entry, today)[-1:] == last


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2024, 2, 29), ("2024-01", date(2024, 2, 20))),
        (date(2024, 3, 1), ("2024-02", date(2024, 3, 20))),
        (date(2025, 1, 1), ("2024-12", date(2025, 1, 20))),
    ],
)
def test_a_month_ends_with_its_last_day(today: date, last: tuple[str, date]) -> None:
    entry = Due("m", None, "month", "20 days", "2023-11", "source")
    assert due(entry, today)[0] == ("2023-11", date(2023, 12, 20))
    assert due(entry, today)[-1] == last


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('{kind: communique, each: year, by: "02-30", since: "2023"}', "no day of every year"),
        ('{kind: communique, each: year, by: "02-29", since: "2023"}', "no day of every year"),
        ('{kind: reading, each: year, by: "05-31", since: "2023"}', "reading is no release"),
        ('{kind: quarter, each: quarter, by: "05-31", since: "2023-Q1"}', "25 days"),
        ('{kind: quarter, each: quarter, by: "9 days", since: "2023"}', "2024-Q1"),
        ('{kind: comunique, each: year, by: "05-31", since: "2023"}', "did you mean"),
        ('{each: year, by: spring, since: "2023"}', "by"),
    ],
)
def test_a_calendar_that_cannot_be_kept_is_refused(tmp_path: Path, given: str, said: str) -> None:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "mine.yaml").write_text(
        f"""- source_id: mine
  publisher: 某县统计局
  reader: communique
  calendar: [{given}]
  releases:
    - {{release_id: mine-2023, title: 公报, url: "https://example.org/1"}}
""",
        encoding="utf-8",
    )
    with pytest.raises(CatalogError, match=said) as caught:
        load_catalog(own=tmp_path)
    assert "mine.yaml:" in str(caught.value)


def test_an_entry_for_an_unknown_group_is_refused(tmp_path: Path) -> None:
    (tmp_path / "calendar.yaml").write_text(
        '- {calendar_id: mine, group: zhejiang-mountain-62, each: year, by: "05-31", since: "2023"}\n'
    )
    with pytest.raises(CatalogError, match="zhejiang-mountain-26"):
        load_catalog(own=tmp_path)


def test_every_source_of_the_catalogue_with_a_calendar_is_due_to_bring_what_it_brings() -> None:
    """An entry of a kind that no release of its source has would be met by nothing, for ever."""
    from flows.language.titles import read_kind

    for source in load_catalog().sources:
        kinds = {read_kind(release.title) for release in source.releases}
        for entry in source.calendar:
            assert source.discovery or entry.kind in (None, *kinds), (source.source_id, entry.kind)
