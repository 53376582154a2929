"""The model ``expected``: what was due, and what has come of it."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from flows.catalog.calendar import Due
from flows.model.kinds import Kind
from flows.model.nouns import Authority
from flows.model.settings import Settings
from flows.publish import publish
from flows.store import Store
from tests.store_support import Doc, Fig, doc, put, small_catalog

PINGYANG, CANGNAN = "330326", "330327"
YEARLY = Due("yearly", Kind.COMMUNIQUE, "year", "05-31", "2023", "source")
GROUP = Due("group", Kind.COMMUNIQUE, "year", "05-31", "2023", None, "three")
TODAY = date(2025, 6, 1)


def communique(name: str, area: str, year: str, **more: object) -> Doc:
    title = f"{year}年国民经济和社会发展统计公报"
    figure = Fig(ref_area=area, time_period=year)
    return doc(name, figure, title=title, ref_area=area, time_period=year, **more)


def ask(
    settings: Settings, due: Due, *docs: Doc, sql: str, today: date = TODAY
) -> list[tuple[object, ...]]:
    put(settings, *docs)
    with Store.open(settings, run_id="publish") as store:
        made = publish(store, small_catalog(calendar=(due,)), settings, run_id="p", today=today)
    assert made.folder is not None
    with duckdb.connect(str(made.folder / "warehouse.duckdb"), read_only=True) as con:
        return con.sql(sql).fetchall()


ROWS = """SELECT ref_area, time_period, due_on, release_id, days_late FROM expected
    ORDER BY ref_area, time_period"""


def test_what_has_come_and_what_has_not(settings: Settings) -> None:
    """A source is due to bring what it has brought once, for the same area."""
    came = communique("p23", PINGYANG, "2023", published_on=date(2024, 6, 2))
    assert ask(settings, YEARLY, came, sql=ROWS) == [
        (PINGYANG, "2023", date(2024, 5, 31), "p23", 2),
        (PINGYANG, "2024", date(2025, 5, 31), None, None),
    ]


def test_another_kind_of_the_same_period_is_not_what_was_due(settings: Settings) -> None:
    came = communique("p23", PINGYANG, "2023")
    report = doc(
        "w24",
        Fig(time_period="2024"),
        title="2025年政府工作报告",
        ref_area=PINGYANG,
        time_period="2024",
    )
    found = ask(settings, YEARLY, came, report, sql=ROWS)
    assert [row[3] for row in found] == ["p23", None]


def test_another_source_does_not_bring_what_a_source_is_due_to(settings: Settings) -> None:
    mine = communique("p23", PINGYANG, "2023")
    other = communique("o24", PINGYANG, "2024", source_id="other")
    found = ask(settings, YEARLY, mine, other, sql=ROWS)
    assert [row[3] for row in found] == ["p23", None]


def test_a_group_is_due_whatever_source_brings_it(settings: Settings) -> None:
    other = communique("o24", CANGNAN, "2024", source_id="other", published_on=date(2025, 3, 1))
    found = ask(settings, GROUP, other, sql=ROWS)
    brought = {(row[0], row[1]): (row[3], row[4]) for row in found}
    assert brought[CANGNAN, "2024"] == ("o24", -91)
    assert brought[CANGNAN, "2023"] == (None, None)
    assert brought[PINGYANG, "2024"] == (None, None)


def test_of_several_the_highest_authority_is_named(settings: Settings) -> None:
    copy = communique(
        "a-copy", PINGYANG, "2023", authority=Authority.REPOST, published_on=date(2024, 3, 1)
    )
    own = communique("own", PINGYANG, "2023", published_on=date(2024, 4, 1))
    assert ask(settings, YEARLY, copy, own, sql=ROWS)[0][3] == "own"


@pytest.mark.parametrize(("today", "periods"), [(date(2024, 12, 31), 1), (date(2025, 1, 1), 2)])
def test_a_period_that_ends_makes_a_new_publication(
    settings: Settings, today: date, periods: int
) -> None:
    came = communique("p23", PINGYANG, "2023")
    ask(settings, YEARLY, came, sql=ROWS, today=date(2024, 12, 30))
    with Store.open(settings, run_id="later") as store:
        catalog = small_catalog(calendar=(YEARLY,))
        made = publish(store, catalog, settings, run_id="later", today=today)
    assert (made.folder is not None) == (periods == 2)
