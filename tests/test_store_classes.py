"""What many figures have in common is written once, and comes back to each of them."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from flows.model.settings import Settings
from flows.store import Store, tables
from flows.store.classes import classed
from tests.store_support import Fig, doc, put

ROW = st.fixed_dictionaries(
    {
        "unit_text": st.sampled_from([None, "亿元", "%"]),
        "label_text": st.one_of(st.none(), st.text(max_size=3)),
        "indicator": st.sampled_from([None, "gdp", "cpi"]),
        "doubt": st.sampled_from([None, "lost-point: 7.118"]),
        "fate": st.sampled_from(["observation", "unmapped"]),
        "value": st.sampled_from([1.5, None]),
    }
)


def whole(rows: list[dict[str, object]]) -> pl.DataFrame:
    blank = dict.fromkeys(tables.WHOLE)
    numbered = [
        {**blank, "reading_id": 1, "figure_no": number, **row} for number, row in enumerate(rows)
    ]
    return pl.DataFrame(numbered, schema=tables.WHOLE)


@given(st.lists(ROW), st.lists(ROW))
def test_each_figure_gets_back_what_it_had(
    first: list[dict[str, object]], second: list[dict[str, object]]
) -> None:
    known = pl.DataFrame(schema=tables.FIGURE_CLASS)
    for rows in (first, second):
        frame = whole(rows)
        classes, figures = classed(frame, known)
        known = pl.concat([known, classes])
        back = figures.join(known, on="class_id", maintain_order="left")
        assert back.select(list(tables.WHOLE)).equals(frame)
    assert known["class_id"].to_list() == list(range(known.height))
    assert known.drop("class_id").is_unique().all()


def test_a_later_load_takes_the_classes_that_are_there(settings: Settings) -> None:
    def classes() -> list[tuple[object, ...]]:
        with Store.open(settings, run_id="look") as store:
            return store.connection.sql("FROM figure_class ORDER BY class_id").fetchall()

    put(settings, doc("one", Fig(), Fig(indicator="gdp_primary")))
    before = classes()
    assert len(before) == 2
    put(settings, doc("two", Fig(ref_area="330327")), run=2)
    assert classes() == before
    put(settings, doc("three", Fig(indicator="gdp_secondary"), Fig(time_period="2022")), run=3)
    assert classes()[:2] == before
    assert [row[0] for row in classes()] == [0, 1, 2]
