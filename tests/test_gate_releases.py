"""Releases held as a whole, and conservation: nothing that comes to the gate is lost."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.gate.judge import rows as row_judging
from tests.gate_support import (
    INCOMES,
    PEOPLE,
    SECTORS,
    SHARES,
    SOUND,
    Fig,
    but,
    frame,
    held,
    judged,
)


def test_a_release_of_which_too_much_fails_is_held_whole() -> None:
    bad = [Fig("gdp", "-1"), Fig("cpi", "102.0"), Fig("birth_rate", "905")]
    good = [*INCOMES, Fig("gdp", "500.12", area="330327", release="other")]
    verdict = judged([*bad, *good], share=0.5)
    assert set(verdict.held) == {"communique"}
    assert "3 of 6 figures fail" in verdict.held["communique"]
    assert verdict.accepted["release_id"].to_list() == ["other"]
    rules = held(verdict)
    assert rules["income_all"] == "release-held"
    assert rules["cpi"] == "impossible"  # what fails by itself keeps its own reason
    (check,) = [check for check in verdict.checks if check.rule == "release-held"]
    assert (check.release_id, check.evaluated, check.failed) == ("communique", 6, 3)
    assert (check.severity, check.success) == ("critical", False)


def test_a_release_with_two_failing_figures_is_never_held_whole() -> None:
    verdict = judged([Fig("gdp", "-1"), Fig("cpi", "102.0"), Fig("income_all", "54321")], share=0.1)
    assert verdict.held == {}
    assert verdict.accepted.height == 1


def test_the_share_that_holds_a_release_is_a_setting() -> None:
    bad = [Fig("gdp", "-1"), Fig("cpi", "102.0"), Fig("birth_rate", "905")]
    assert judged([*bad, *INCOMES], share=0.5).held
    assert not judged([*bad, *INCOMES, Fig("loans", "1.23")], share=0.5).held


def test_repeats_do_not_hold_a_release() -> None:
    verdict = judged([*INCOMES, *INCOMES, *INCOMES], share=0.5)
    assert verdict.held == {}
    assert verdict.accepted.height == 3
    assert set(verdict.quarantine["rule"]) == {"repeat"}


def test_a_table_that_fails_throughout_is_not_weighed_row_by_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(row_judging, "LOOKED_AT", 2)
    figures = [*but(SECTORS, Fig("gdp", "71181")), Fig("cpi", "102.0"), Fig("birth_rate", "905")]
    verdict = judged([*figures, *INCOMES])
    assert verdict.accepted.height + verdict.quarantine.height == len(figures) + 3
    # Without weighing, every member of a failing identity is held.
    assert {each.name for each in SECTORS} <= set(held(verdict))
    assert verdict.quarantine["suggestion"].null_count() == verdict.quarantine.height
    assert "too many to weigh" in verdict.quarantine["reason"][0]


POOL = (*SECTORS, *SHARES, *PEOPLE, *SOUND[3:], Fig("gdp:growth", "7.9"))


@st.composite
def batches(draw: st.DrawFn) -> list[Fig]:
    """Figures of a few releases, some of them damaged, repeated, or without a value."""
    chosen = draw(st.lists(st.sampled_from(POOL), min_size=1, max_size=14))
    figures = []
    for each in chosen:
        text = draw(st.sampled_from([each.text, each.text, each.text.replace(".", ""), "1", ""]))
        figures.append(
            Fig(
                each.name,
                text,
                period=draw(st.sampled_from(["2022", "2023", "2023-Q1", "?"])),
                release=draw(st.sampled_from(["a", "b"])),
                valued=text != "",
            )
        )
    return figures


@settings(max_examples=8, derandomize=True)
@given(batches(), st.lists(st.sampled_from(POOL), max_size=4))
def test_every_observation_is_accepted_or_quarantined_once(
    figures: list[Fig], known: list[Fig]
) -> None:
    batch = frame(figures)
    verdict = judged(batch, known, share=0.5)
    key = ["snapshot_sha256", "figure_no"]
    fates = pl.concat([verdict.accepted.select(key), verdict.quarantine.select(key)])
    assert fates.sort(key).equals(batch.select(key).sort(key))
    assert verdict.accepted.equals(batch.join(verdict.accepted, on=key, how="semi"))
    unique = ["release_id", "ref_area", "indicator", "measure", "time_period"]
    assert not verdict.accepted.select(pl.struct(unique).is_duplicated()).to_series().any()
    assert verdict.quarantine["reason"].null_count() == 0
    for release in verdict.held:
        assert release not in verdict.accepted["release_id"].to_list()
