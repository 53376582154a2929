"""Which columns the store's tables take from the shared schemas, and what it adds to them.

The DDL in ``sql/store/`` is the tables' one definition; a test holds it against this module.
``reading_id`` ties a row to its reading; what is constant for a reading stands there alone.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from flows.model import schemas

#: Columns that a figure has as printed under another name than in schemas.FIGURE.
PRINTED_AS: Final = {"obs_status": "status_text"}
#: What an observation adds to its figure, by its column in schemas.OBSERVATION.
MEANT: Final = {
    "ref_area": "ref_area",
    "time_period": "time_period",
    "freq": "freq",
    "obs_value": "obs_value",
    "unit_measure": "unit_measure",
    "decimals": "obs_decimals",
    "obs_status": "obs_status",
}

FIGURE: Final = pl.Schema(
    {
        "reading_id": pl.Int32(),
        "release_id": pl.String(),
        **{PRINTED_AS.get(name, name): dtype for name, dtype in schemas.FIGURE.items()},
        "fate": pl.String(),
        "fate_reason": pl.String(),
        **{column: schemas.OBSERVATION[name] for name, column in MEANT.items()},
    }
)
QUARANTINE: Final = pl.Schema({**schemas.QUARANTINE, "reading_id": pl.Int32()})
#: A view of the figures that became observations.
OBSERVATION: Final = pl.Schema({**schemas.OBSERVATION, "reading_id": pl.Int32()})

#: Tables and views that a publication shows; ``visit``, ``listing_page``, ``derivation`` and ``run``
#: change daily and are not among them.
PUBLISHED: Final = (
    "release",
    "snapshot",
    "reading",
    "figure",
    "observation",
    "quarantine",
    "correction",
    "source_visit",
    "sighting",
    "release_address",
)
