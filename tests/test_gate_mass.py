"""A release that loses or changes most of what it said is held until somebody has looked."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest

from flows.catalog.accepted import Accepted
from flows.gate.judge.mass import find_mass_changes
from flows.model import schemas

OLD, NEW = "a" * 64, "b" * 64
NAMES = ("gdp", "retail_sales", "exports", "imports", "population", "urban_income", "rural_income")


def frame(values: Sequence[float | None], sha256: str, decimals: int = 1) -> pl.DataFrame:
    """One value an indicator; None leaves it out."""
    rows = [
        {
            "ref_area": "330326",
            "indicator": name,
            "measure": "level",
            "time_period": "2025",
            "obs_value": value,
            "decimals": decimals,
            "release_id": "one",
            "snapshot_sha256": sha256,
        }
        for name, value in zip(NAMES, values, strict=False)
        if value is not None
    ]
    if not rows:
        return schemas.empty(schemas.OBSERVATION)
    return pl.DataFrame(rows, schema={name: schemas.OBSERVATION[name] for name in rows[0]})


def judge(
    before: Sequence[float | None],
    after: Sequence[float | None],
    *,
    sha256: str = NEW,
    accepted: Sequence[Accepted] = (),
    decimals: int = 1,
) -> bool:
    held = find_mass_changes(
        frame(after, sha256, decimals), frame(before, OLD), {("one", sha256)}, accepted
    )
    assert all(NEW[:12] in reason for reason in held.values())
    return bool(held)


@pytest.mark.parametrize(
    ("before", "lost", "held"),
    [(2, 2, False), (3, 3, True), (4, 2, False), (6, 3, True), (7, 3, False), (7, 7, True)],
)
def test_three_lost_values_and_half_of_all_hold_a_release(
    before: int, lost: int, held: bool
) -> None:
    values = [float(number) for number in range(1, before + 1)]
    assert judge(values, [*[None] * lost, *values[lost:]]) is held


@pytest.mark.parametrize(
    ("before", "changed", "held"), [(4, 4, False), (5, 5, True), (7, 4, False), (7, 5, True)]
)
def test_five_other_values_and_half_of_all_hold_a_release(
    before: int, changed: int, held: bool
) -> None:
    values = [float(number) for number in range(1, before + 1)]
    assert judge(values, [value + 10 for value in values[:changed]] + values[changed:]) is held


def test_a_value_printed_with_another_precision_is_no_other_value() -> None:
    values = [float(number) for number in range(1, 6)]
    assert not judge(values, [value + 0.04 for value in values])


def test_what_is_new_is_no_change() -> None:
    assert not judge([], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])


def test_the_same_bytes_read_anew_are_no_change_of_the_release() -> None:
    """A mended rule may read more or less of them."""
    assert not judge([1.0, 2.0, 3.0], [], sha256=OLD)


def test_bytes_that_somebody_lets_pass_pass_and_no_others() -> None:
    before: list[float | None] = [1.0, 2.0, 3.0]
    assert not judge(before, [], accepted=[Accepted("one", NEW[:8])])
    assert judge(before, [], accepted=[Accepted("one", OLD[:8])])
    assert judge(before, [], accepted=[Accepted("other", NEW[:8])])
