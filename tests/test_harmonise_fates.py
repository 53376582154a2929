"""Conservation: every figure that was read has exactly one fate."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from flows.harmonise import Origin, harmonise, harmonise_readings
from flows.model import schemas
from flows.model.nouns import Fate, MediaKind, Metadata
from flows.read import read
from tests.harmonise_support import SHOT, figure, harmonised
from tests.tables_support import NOW, SHARED, csv_text, release, snapshot, world

PANEL = SHARED / "data" / "county_panel" / "county_panel_2000_2023.csv"

FATES: list[tuple[dict[str, Any], Fate, str | None]] = [
    ({}, Fate.OBSERVATION, None),
    ({"kind": "date", "doubt": "x: y"}, Fate.NOT_A_FIGURE, None),
    ({"kind": None}, Fate.NOT_A_FIGURE, None),
    ({"indicator": None, "measure": None}, Fate.UNMAPPED, None),
    ({"doubt": "lost-point: ten times too large"}, Fate.QUARANTINED, "lost-point"),
    ({"doubt": "lost-point"}, Fate.QUARANTINED, "lost-point"),
    ({"indicator": None, "doubt": "lost-point: x"}, Fate.QUARANTINED, "lost-point"),
    ({"value": None}, Fate.QUARANTINED, "not-a-number"),
    ({"unit_text": "亿美元"}, Fate.QUARANTINED, "wrong-unit"),
    ({"unit_text": "斛"}, Fate.QUARANTINED, "unknown-unit"),
    ({"measure": None}, Fate.QUARANTINED, "unknown-measure"),
    ({"area_text": "沭阳县"}, Fate.QUARANTINED, "area-outside"),
    ({"area_text": "乌有县"}, Fate.QUARANTINED, "unknown-area"),
    ({"area_text": "龙港市", "period_text": "2018"}, Fate.QUARANTINED, "area-not-valid"),
    ({"period_text": "某年"}, Fate.QUARANTINED, "unknown-period"),
    ({"doubt": "a: b", "unit_text": "斛", "area_text": "乌有县"}, Fate.QUARANTINED, "a"),
]


@pytest.mark.parametrize(("printed", "fate", "rule"), FATES)
def test_a_figure_meets_its_fate(printed: dict[str, Any], fate: Fate, rule: str | None) -> None:
    result = harmonised([figure(**printed)])
    assert result.fates.select("fate", "fate_reason").rows() == [(fate.value, rule)]
    assert result.observations.height == (fate is Fate.OBSERVATION)
    assert result.quarantine.height == (fate is Fate.QUARANTINED)
    assert result.quarantine["reason"].null_count() == 0


@given(st.lists(st.sampled_from(FATES), max_size=30))
@settings(max_examples=60)
def test_figures_read_are_observations_and_unmapped_and_quarantined_and_no_figures(
    drawn: list[tuple[dict[str, Any], Fate, str | None]],
) -> None:
    figures = [figure(figure_no=n, **printed) for n, (printed, _, _) in enumerate(drawn)]
    result = harmonised(figures)
    assert result.fates["figure_no"].to_list() == list(range(len(drawn)))
    assert result.fates["fate"].to_list() == [fate.value for _, fate, _ in drawn]
    numbers = {
        Fate.OBSERVATION: result.observations["figure_no"],
        Fate.QUARANTINED: result.quarantine["figure_no"],
    }
    for fate, found in numbers.items():
        expected = [n for n, (_, wanted, _) in enumerate(drawn) if wanted is fate]
        assert found.to_list() == expected


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "value_text": st.sampled_from(["1", "2.5", "-3", "x"]),
                "unit_text": st.sampled_from(["亿元", "万元", "%", "‰", "斛", None]),
                "indicator": st.sampled_from(["gdp", "birth_rate", "no-such", None]),
                "measure": st.sampled_from(
                    ["level", "growth", "share", "rank", "target_level", "target_growth", None]
                ),
                "area_text": st.sampled_from(
                    ["平阳县", "龙港市", "沭阳县", "乌有县", "/", "", None]
                ),
                "period_text": st.sampled_from(["2023", "2018", "上半年", "某年", "", None]),
                "kind": st.sampled_from(["figure", "date", None]),
                "doubt": st.sampled_from([None, "a: b", "a", ": b", "a: b: c"]),
            }
        ),
        max_size=20,
    ),
    st.sampled_from([None, "330000", "330326"]),
    st.sampled_from([None, "2023", "2025-Q1"]),
)
@settings(max_examples=120)
def test_whatever_is_printed_nothing_is_lost(
    drawn: list[dict[str, Any]], ref_area: str | None, time_period: str | None
) -> None:
    figures = [figure(figure_no=n, **printed) for n, printed in enumerate(drawn)]
    result = harmonised(figures, ref_area=ref_area, time_period=time_period)
    counts = dict(result.fates["fate"].value_counts().iter_rows())
    assert result.fates.height == len(drawn)
    assert result.observations.height == counts.get("observation", 0)
    assert result.quarantine.height == counts.get("quarantined", 0)
    assert sum(counts.values()) == len(drawn)
    for name in ("ref_area", "time_period", "obs_value", "unit_measure", "measure", "freq"):
        assert result.observations[name].null_count() == 0, name
    for name in ("rule", "reason", "stage"):
        assert result.quarantine[name].null_count() == 0, name


def test_the_frames_have_the_columns_of_the_contract() -> None:
    for figures in ([], [figure()], [figure(doubt="a: b")]):
        result = harmonised(figures)
        assert result.observations.schema == schemas.OBSERVATION
        assert result.quarantine.schema == schemas.QUARANTINE
        assert result.fates.schema == schemas.FATE


def test_an_observation_carries_its_origin() -> None:
    row = harmonised([figure(figure_no=7)]).observations.row(0, named=True)
    assert row == {
        "ref_area": "330326",
        "indicator": "gdp",
        "measure": "level",
        "time_period": "2023",
        "freq": "A",
        "obs_value": 711.81,
        "unit_measure": "亿元",
        "decimals": 2,
        "obs_status": "A",
        "release_id": "test-release",
        "snapshot_sha256": SHOT.sha256,
        "figure_no": 7,
        "locator": "char:0-6",
        "value_text": "711.81",
        "published_on": date(2024, 3, 20),
        "recorded_at": NOW,
        "run_id": "run-1",
    }


def test_a_quarantine_row_keeps_what_was_reached() -> None:
    row = harmonised([figure(doubt="lost-point: x")]).quarantine.row(0, named=True)
    reached = ("ref_area", "time_period", "obs_value", "unit_measure", "indicator", "measure")
    assert [row[name] for name in reached] == ["330326", "2023", 711.81, "亿元", "gdp", "level"]
    assert row["context_text"] == "全年地区生产总值711.81亿元"


@pytest.mark.parametrize(
    ("printed", "document", "declared", "status"),
    [("F", "P", "A", "F"), (None, "P", "A", "P"), (None, None, "P", "P")],
)
def test_the_status_is_the_figures_then_the_documents_then_the_releases(
    printed: str | None, document: str | None, declared: str, status: str
) -> None:
    known = Metadata(obs_status=document)
    result = harmonised([figure(obs_status=printed)], metadata=known, obs_status=declared)
    assert result.observations["obs_status"].to_list() == [status]


def test_the_day_of_publication_is_the_catalogues_or_the_documents_or_unknown() -> None:
    document = Metadata(published_on=date(2024, 1, 1))
    catalogued = harmonised([figure()], metadata=document)
    said = harmonised([figure()], metadata=document, published_on=None)
    unknown = harmonised([figure()], published_on=None)
    assert catalogued.observations["published_on"].to_list() == [date(2024, 3, 20)]
    assert said.observations["published_on"].to_list() == [date(2024, 1, 1)]
    assert unknown.observations["published_on"].to_list() == [None]


def test_a_long_table_goes_from_bytes_to_observations() -> None:
    data = csv_text(
        [
            ["area_code", "year", "indicator", "value", "unit"],
            ["330326", "2023", "gdp", "7118145", "万元"],
            ["330383", "2018", "gdp", "300", "亿元"],
            ["330326", "2023", "happiness", "9", "位"],
        ]
    )
    made_up = release(layouts=("long",))
    shot = snapshot(data, MediaKind.CSV)
    reading = read(data, snapshot=shot, release=made_up, catalog=world())
    result = harmonise(
        reading, release=made_up, snapshot=shot, catalog=world(), run_id="r", recorded_at=NOW
    )
    assert result.fates["fate"].to_list() == ["observation", "quarantined", "unmapped"]
    assert result.observations["obs_value"].to_list() == [711.8145]


@pytest.mark.skipif(not PANEL.exists(), reason="the county panel is not at hand")
def test_the_county_panels_misplaced_counties_are_held_and_zhejiangs_gdp_is_there() -> None:
    data = PANEL.read_bytes()
    made_up = release(layouts=("zhejiang-county-yearbook", "county-panel"), ref_area="100000")
    shot = snapshot(data, MediaKind.CSV)
    reading = read(data, snapshot=shot, release=made_up, catalog=world())
    result = harmonise(
        reading, release=made_up, snapshot=shot, catalog=world(), run_id="r", recorded_at=NOW
    )
    assert result.fates.height == reading.figures.height
    of_2023 = result.observations.filter(
        pl.col("time_period") == "2023", pl.col("ref_area").str.starts_with("33")
    )
    counted = dict(of_2023.group_by("indicator").len().iter_rows())
    sectors = ("gdp", "gdp_primary", "gdp_secondary", "gdp_tertiary")
    assert [counted[name] for name in sectors] == [62] * 4
    held = result.quarantine.filter(rule="area-outside", time_period="2023")
    for wrong in ("浙江省/沭阳县", "浙江省/泗阳县", "浙江省/泗洪县", "安徽省/龙泉市"):
        assert held.filter(pl.col("context_text").str.starts_with(wrong)).height == 8


def test_readings_harmonised_together_each_keep_their_own_area_period_day_and_status() -> None:
    own = {"area_text": None, "period_text": None}
    one = [figure(**own), figure(figure_no=1, unit_text="头", **own)]
    other = [figure(value_text="12.5", **own), figure(figure_no=1, kind="date")]
    catalog = world()
    origins = [
        Origin("a", "330326", "2023", date(2024, 3, 1), "A"),
        Origin("empty", "330000", "2020", None, "A"),
        Origin("b", "330327", "2024-03", None, "P", freq="M-C"),
        Origin("c", None, "2023", None, "A", area_why_not="it may be 平阳县"),
    ]
    frames = [
        pl.DataFrame(rows, schema=schemas.FIGURE).with_columns(origin=pl.lit(at, pl.UInt32))
        for at, rows in ((0, one), (2, other), (3, [figure(**own)]))
    ]
    together = harmonise_readings(
        pl.concat(frames), origins, catalog=catalog, run_id="r", recorded_at=NOW
    )
    alone = [
        harmonise_readings(frame, origins, catalog=catalog, run_id="r", recorded_at=NOW)
        for frame in frames
    ]
    for name in ("observations", "quarantine", "fates"):
        assert_frame_equal(
            getattr(together, name), pl.concat([getattr(each, name) for each in alone])
        )
    meant = ("release_id", "ref_area", "time_period", "freq", "published_on", "obs_status")
    assert together.observations.select(meant).rows() == [
        ("a", "330326", "2023", "A", date(2024, 3, 1), "A"),
        ("b", "330327", "2024-03", "M-C", None, "P"),
    ]
    held = together.quarantine.select("release_id", "figure_no", "rule", "reason").rows()
    assert [row[:3] for row in held] == [("a", 1, "wrong-unit"), ("c", 0, "unknown-area")]
    assert held[1][3].endswith("names an area: it may be 平阳县")
