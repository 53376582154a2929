"""Which columns the store's tables take from the shared schemas, and what it adds to them.

The DDL in ``sql/store/`` is the tables' one definition; a test holds it against this module.
``reading_id`` ties a row to the reading (snapshot and reader version) that it came from, so that
a figure and its observation join on two integers.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from flows import schemas

#: Columns in the order of the DDL.
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
QUARANTINE: Final = pl.Schema({**schemas.QUARANTINE, "reading_id": pl.Int32()})

#: Tables that a publication shows; ``visit`` and ``run`` change daily and are not among them.
PUBLISHED: Final = (
    "release",
    "snapshot",
    "reading",
    "figure",
    "observation",
    "quarantine",
    "correction",
)
