"""Columns of the frames that pass between the layers and lie in the store.

Every function that returns one of these frames returns exactly these columns, in this order.
Times are UTC. Text is never empty: nothing printed is null.
"""

from __future__ import annotations

import polars as pl

UTC = pl.Datetime("us", "UTC")

#: A number as printed. Key: ``snapshot_sha256, figure_no``.
FIGURE = pl.Schema(
    {
        "snapshot_sha256": pl.String(),
        "figure_no": pl.UInt32(),  # 0, 1, … in the order of the document
        "locator": pl.String(),  # applied to the snapshot it gives value_text back
        "value_text": pl.String(),  # exactly as printed
        "value": pl.Float64(),  # value_text as a number in the printed unit; a fall is negative
        "decimals": pl.Int8(),  # digits printed after the point
        "unit_text": pl.String(),  # as printed: 亿元, %, ‰, or the column's unit
        "label_text": pl.String(),  # the phrase or heads that it belongs to
        "context_text": pl.String(),  # its sentence, or its row and column heads
        "kind": pl.String(),  # figure, date, ordinal, missing, …; only "figure" is a figure
        "indicator": pl.String(),  # code of the catalogue; null where none claims it
        "measure": pl.String(),  # level, growth, share, rank, target_level, target_growth, or null
        "comparator": pl.String(),  # of a target: at_least, at_most, about; null: as printed
        "area_text": pl.String(),  # printed name or code of its area; null: the release's own
        "period_text": pl.String(),  # printed period; null: the release's own
        "obs_status": pl.String(),  # where the text says it; null: the release's own
        "doubt": pl.String(),  # "rule: reason" where the reader holds it as damaged; else null
        "suggestion": pl.Float64(),  # likely value in the printed unit, where evidence decides
        "evidence": pl.String(),  # what the suggestion rests on
    }
)

#: A figure as meant. Key: ``snapshot_sha256, figure_no``; one figure, at most one observation.
OBSERVATION = pl.Schema(
    {
        "ref_area": pl.String(),  # six-digit code
        "indicator": pl.String(),
        "measure": pl.String(),
        "time_period": pl.String(),  # 2023, 2025-Q1 (cumulated from January: freq says so)
        "freq": pl.String(),  # A year; Q-C, M-C quarters and months cumulated from January; M month
        "obs_value": pl.Float64(),  # in unit_measure
        "unit_measure": pl.String(),  # the indicator's unit; growth is in %
        "decimals": pl.Int8(),  # digits known after the point, in unit_measure; < 0 above it
        "obs_status": pl.String(),  # SDMX CL_OBS_STATUS
        "release_id": pl.String(),
        "snapshot_sha256": pl.String(),
        "figure_no": pl.UInt32(),
        "locator": pl.String(),
        "value_text": pl.String(),
        "published_on": pl.Date(),  # when the publisher said it; null: unknown
        "recorded_at": UTC,  # when we learned it
        "run_id": pl.String(),
    }
)

#: A figure that the harmoniser or the gate held back. Columns that were not reached are null.
QUARANTINE = pl.Schema(
    {
        "release_id": pl.String(),
        "snapshot_sha256": pl.String(),
        "figure_no": pl.UInt32(),
        "locator": pl.String(),
        "value_text": pl.String(),
        "context_text": pl.String(),
        "ref_area": pl.String(),
        "indicator": pl.String(),
        "measure": pl.String(),
        "time_period": pl.String(),
        "obs_value": pl.Float64(),
        "unit_measure": pl.String(),
        "stage": pl.String(),  # read, harmonise or gate
        "rule": pl.String(),  # short name: unknown-area, sectors-sum, lost-point, …
        "severity": pl.String(),
        "reason": pl.String(),  # for a person, with the numbers
        "suggestion": pl.Float64(),  # likely value in unit_measure
        "evidence": pl.String(),
        "recorded_at": UTC,
        "run_id": pl.String(),
    }
)

#: What became of each figure: FIGURE's key with its fate. Rows = rows of the figure frame.
FATE = pl.Schema(
    {
        "snapshot_sha256": pl.String(),
        "figure_no": pl.UInt32(),
        "fate": pl.String(),  # nouns.Fate
        "fate_reason": pl.String(),  # rule of the quarantine row; null otherwise
    }
)


def empty(schema: pl.Schema) -> pl.DataFrame:
    """A frame with these columns and no row."""
    return pl.DataFrame(schema=schema)
