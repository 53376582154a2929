"""A long frame by pieces, on all cores.

A piece fits in the processor's cache, where what is needed on the way costs next to nothing; polars
lets go of the interpreter, so that threads of ours work side by side.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import polars as pl

#: Rows of a piece.
PIECE = 1 << 16

_T = TypeVar("_T")
_A = TypeVar("_A")


def by_pieces(work: Callable[[pl.DataFrame], _T], frame: pl.DataFrame) -> list[_T]:
    """``work`` done on each piece, in their order; a short frame (an empty one, too) is one piece."""
    if frame.height <= PIECE:
        return [work(frame)]
    return side_by_side(work, frame.iter_slices(PIECE), rows=frame.height)


def side_by_side(work: Callable[[_A], _T], parts: Iterable[_A], *, rows: int) -> list[_T]:
    """``work`` done on each part, in their order; of many rows by as many threads as cores."""
    if rows <= PIECE:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="piece") as pool:
        return list(pool.map(work, parts))
