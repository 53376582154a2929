"""The gaps of the accounting identities, for every cell of a batch at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from flows.evidence.identities import Identity, names_of
from flows.gate.measure.working import Working

#: Name -> ``cell, row, value, half`` of the figures that are members of identities, a row a cell.
Members = Mapping[str, pl.DataFrame]


def find_members(working: Working, out: pl.Series, identities: Sequence[Identity]) -> Members:
    """Every member that the batch has, without the rows ``out``."""
    parts = (
        working.rows_of(names_of(identities))
        .select("name", "cell", "row", "value", "half")
        .drop_nulls(["cell", "value"])
        .filter(~pl.col("row").is_in(out.implode()))
        .partition_by("name", as_dict=True, include_key=False)
    )
    return {str(name): part for (name,), part in parts.items()}


def measure_gaps(identity: Identity, members: Members) -> pl.DataFrame:
    """``row`` (of the head) and the gap, a row a cell that has all members of the identity."""
    if any(name not in members for name in identity.members):
        return pl.DataFrame(schema={"row": pl.UInt32, identity.column: pl.Float64})
    joined = members[identity.head].select("cell", "row", v0="value", h0="half")
    for at, name in enumerate(identity.members[1:], 1):
        other = members[name].select(
            "cell", pl.col("value").alias(f"v{at}"), pl.col("half").alias(f"h{at}")
        )
        joined = joined.join(other, on="cell")
    columns = {
        name: (pl.col(f"v{at}"), pl.col(f"h{at}")) for at, name in enumerate(identity.members)
    }
    return joined.select("row", identity.gap_expression(columns).alias(identity.column))


def count_whole_cells(identity: Identity, members: Members) -> int:
    """Cells that have all members, counted apart from the joins of ``measure_gaps``."""
    if any(name not in members for name in identity.members):
        return 0
    cells = pl.concat([members[name]["cell"] for name in identity.members])
    return int((cells.value_counts()["count"] == len(identity.members)).sum())
