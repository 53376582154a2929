"""A long frame by pieces gives what the whole gives."""

from __future__ import annotations

import polars as pl
import pytest

from flows.pieces import PIECE, by_pieces, side_by_side


@pytest.mark.parametrize("rows", [0, 1, PIECE, PIECE + 1, 3 * PIECE + 5])
def test_pieces_come_back_in_their_order_and_none_is_lost(rows: int) -> None:
    frame = pl.DataFrame({"n": pl.int_range(rows, eager=True)})
    parts = by_pieces(lambda part: part.with_columns(m=pl.col("n") * 2), frame)
    assert pl.concat(parts).equals(frame.with_columns(m=pl.col("n") * 2))
    assert all(part.height <= PIECE for part in parts)


def test_an_error_in_one_piece_is_an_error_of_the_whole() -> None:
    def work(number: int) -> float:
        return 1 / number

    with pytest.raises(ZeroDivisionError):
        side_by_side(work, [2, 1, 0], rows=PIECE + 1)
