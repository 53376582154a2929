"""The order in which a person reads the lines of a page: columns one after the other.

Two columns are told by a gutter, a stretch that no line of either crosses, with prose on both of
its sides: lines of about the width of their column. A table has cells that are narrower than
their columns, and stays as it is. A line over the gutter (a heading over both) ends the columns
above it, and new ones begin below. Columns are looked for again within a column.
"""

from __future__ import annotations

from collections.abc import Sequence

from flows.read.document.pdf_page import Box, Line, Page, measure_line

_GAP = 1.2  # heights of a line: a wider gap within it may be a gutter
_LEAST = 3  # lines of a column
_FULL = 0.6  # of its column's width a line of prose takes
_WORDS = 6  # characters of a line of prose
_DEEPEST = 3


def sort_lines(page: Page) -> list[Line]:
    """The page's lines in reading order; in the library's where there is one column."""
    parts = [part for line in page.lines for part in _split_line(line, page)]
    ordered = _order(parts, page.text, 0)
    return page.lines if ordered is None else ordered


def _split_line(line: Line, page: Page) -> list[Line]:
    """A line of the library's at its wide gaps."""
    cuts = []
    before: Box | None = None
    for at in range(line.start, line.end):
        box = page.boxes[at]
        if box is None:
            continue
        if before is not None and box[0] - before[2] > _GAP * max(line.height, 1.0):
            cuts.append(at)
        before = box
    if not cuts:
        return [line]
    found = []
    for start, end in zip([line.start, *cuts], [*cuts, line.end], strict=True):
        while end > start and page.boxes[end - 1] is None:
            end -= 1
        part = measure_line(start, end, page.boxes)
        part.gaps = [span for span in line.gaps if start <= span[0] < end]
        part.raised = [span for span in line.raised if start <= span[0] < end]
        part.turned = [at for at in line.turned if start < at < end]
        found.append(part)
    return found


def _order(parts: Sequence[Line], text: str, depth: int) -> list[Line] | None:
    """In columns, or None where there is one column."""
    gutter = _find_gutter(parts, text) if depth < _DEEPEST else None
    if gutter is None:
        return None
    ordered: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []

    def flush() -> None:
        for column in (left, right):
            for line in column:
                line.columned = True
            ordered.extend(_order(column, text, depth + 1) or column)
            column.clear()

    for part in sorted(parts, key=lambda part: -part.top):
        if part.right <= gutter:
            left.append(part)
        elif part.left >= gutter:
            right.append(part)
        else:
            flush()
            ordered.append(part)
    flush()
    return ordered


def _find_gutter(parts: Sequence[Line], text: str) -> float | None:
    """The middle of a gutter between two columns of prose."""
    placed = [part for part in parts if part.right > part.left]
    if len(placed) < 2 * _LEAST:
        return None
    best: tuple[int, float] | None = None
    for edge in sorted({round(part.right, 1) for part in placed}):
        left = [part for part in placed if part.right <= edge + 0.1]
        right = [part for part in placed if part.left > edge]
        if len(left) < _LEAST or len(right) < _LEAST:
            continue
        gutter = (max(part.right for part in left) + min(part.left for part in right)) / 2
        crossing = len(placed) - len(left) - len(right)
        width = min(part.left for part in right) - edge
        if width < 4 or crossing * 2 > len(placed):
            continue
        if not _face(left, right) or not (_is_prose(left, text) and _is_prose(right, text)):
            continue
        if best is None or crossing < best[0]:
            best = (crossing, gutter)
    return None if best is None else best[1]


def _face(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Do the columns stand side by side?"""
    top, bottom = min(_top(left), _top(right)), max(_bottom(left), _bottom(right))
    height = min(_top(left) - _bottom(left), _top(right) - _bottom(right))
    return top - bottom > 0.5 * height > 0


def _top(lines: Sequence[Line]) -> float:
    return max(line.top for line in lines)


def _bottom(lines: Sequence[Line]) -> float:
    return min(line.bottom for line in lines)


def _is_prose(lines: Sequence[Line], text: str) -> bool:
    width = max(line.right for line in lines) - min(line.left for line in lines)
    full = [
        line
        for line in lines
        if line.right - line.left >= _FULL * width and _count_words(line, text) >= _WORDS
    ]
    return len(full) * 2 >= len(lines) and len(full) >= _LEAST - 1


def _count_words(line: Line, text: str) -> int:
    return sum(1 for char in text[line.start : line.end] if char > "⺀")
