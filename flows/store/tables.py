"""Which columns the store's tables take from the shared schemas, and what it adds to them.

The DDL in ``sql/store/`` is the tables' one definition; a test holds it against this module.
``reading_id`` ties a row to the reading (snapshot and reader version) that it came from; what is
constant for a reading stands there alone, and what many figures have in common in ``figure_class``.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from flows.model import schemas

#: What a figure has as printed under another name than as meant.
PRINTED_AS: Final = {"decimals": "value_decimals", "obs_status": "status_text"}
#: A figure before its observation is put beside it.
PRINTED: Final = pl.Schema(
    {
        **{PRINTED_AS.get(name, name): dtype for name, dtype in schemas.FIGURE.items()},
        "release_id": pl.String(),
        "reading_id": pl.Int32(),
        "fate": pl.String(),
        "fate_reason": pl.String(),
    }
)

#: What an observation adds to its figure.
MEANT: Final = (
    "ref_area",
    "time_period",
    "freq",
    "obs_value",
    "unit_measure",
    "decimals",
    "obs_status",
)
#: What an observation and its figure must say alike.
SHARED: Final = ("locator", "value_text", "indicator", "measure")

#: A figure of a load in whole: as printed, its fate and what it means.
WHOLE: Final = pl.Schema(
    {
        **{
            name: dtype
            for name, dtype in PRINTED.items()
            if name not in ("snapshot_sha256", "release_id")
        },
        **{name: schemas.OBSERVATION[name] for name in MEANT},
    }
)
#: Of these what many figures have in common.
COMMON: Final = (
    "unit_text",
    "kind",
    "indicator",
    "measure",
    "comparator",
    "status_text",
    "fate",
    "fate_reason",
    "freq",
    "unit_measure",
    "obs_status",
)

#: Tables; columns in the order of the DDL.
FIGURE_CLASS: Final = pl.Schema(
    {"class_id": pl.Int32(), **{name: WHOLE[name] for name in COMMON}},
)
READING_FIGURE: Final = pl.Schema(
    {
        "reading_id": pl.Int32(),
        "figure_no": pl.UInt32(),
        "class_id": pl.Int32(),
        **{
            name: dtype
            for name, dtype in WHOLE.items()
            if name not in ("reading_id", "figure_no", *COMMON)
        },
    }
)
QUARANTINE: Final = pl.Schema({**schemas.QUARANTINE, "reading_id": pl.Int32()})

#: Views of them; the columns that a reader sees.
FIGURE: Final = pl.Schema(
    {
        "reading_id": pl.Int32(),
        "release_id": pl.String(),
        **schemas.FIGURE,
        "reader": pl.String(),
        "reader_version": pl.String(),
        "fate": pl.String(),
        "fate_reason": pl.String(),
        "run_id": pl.String(),
    }
)
OBSERVATION: Final = pl.Schema({**schemas.OBSERVATION, "reading_id": pl.Int32()})

#: Tables and views that a publication shows; ``visit`` and ``run`` change daily and are not among
#: them.
PUBLISHED: Final = (
    "release",
    "snapshot",
    "reading",
    "reading_figure",
    "figure_class",
    "figure",
    "observation",
    "quarantine",
    "correction",
)
