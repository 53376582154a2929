"""What the bundled releases publish, value by value: no change of a reader or rule goes unseen.

Where a value is to change, ``tests/data/bundled_values.csv`` changes with it, and the commit says why.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from flows.model.settings import Settings

PINNED = Path(__file__).parent / "data" / "bundled_values.csv"
_COLUMNS = (
    "release_id, ref_area, indicator, measure, time_period, freq, obs_value, unit_measure, "
    "obs_status, value_text"
)


def test_the_bundled_releases_publish_the_values_that_are_written_down(
    bundled_home: Settings,
) -> None:
    found = f"SELECT {_COLUMNS} FROM latest_observation"
    pinned = f"SELECT {_COLUMNS} FROM read_csv('{PINNED}', types = {{'ref_area': 'VARCHAR', 'time_period': 'VARCHAR', 'value_text': 'VARCHAR'}})"
    with duckdb.connect(str(bundled_home.current / "warehouse.duckdb"), read_only=True) as con:
        assert con.sql(f"{found} EXCEPT ALL {pinned}").fetchall() == []
        assert con.sql(f"{pinned} EXCEPT ALL {found}").fetchall() == []
