"""The gaps of the accounting identities, for every cell of a batch at once."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from flows.evidence.identities import Identity


def gaps(identity: Identity, members: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """``row`` (of the head), ``gap``: one row a cell that has all members.

    ``members``: name -> ``cell, row, value, half``, one row a cell.
    """
    whole = pl.DataFrame(schema={"row": pl.UInt32, "gap": pl.Float64})
    if any(name not in members or members[name].is_empty() for name in identity.members):
        return whole
    joined = members[identity.head].select("cell", "row", v0="value", h0="half")
    in_order = in_same_cells(identity, members)
    for at, name in enumerate(identity.members[1:], 1):
        other = members[name].select(
            "cell", pl.col("value").alias(f"v{at}"), pl.col("half").alias(f"h{at}")
        )
        joined = joined.hstack(other.drop("cell")) if in_order else joined.join(other, on="cell")
    columns = {
        name: (pl.col(f"v{at}"), pl.col(f"h{at}")) for at, name in enumerate(identity.members)
    }
    return joined.select("row", gap=identity.gap_expression(columns))


def in_same_cells(identity: Identity, members: Mapping[str, pl.DataFrame]) -> bool:
    """All members stand in the same cells, each once and in order, as in most tables."""
    first, *others = (members[name]["cell"] for name in identity.members)
    once = bool((first > first.shift(1)).all())  # null, for the first, is left out
    return once and all(first.equals(other) for other in others)
