"""Words and numbers for a person: what may reach a terminal, and how much of something there is."""

from __future__ import annotations

from typing import Final

#: Control characters, and those that turn the direction of the text around them.
_UNPRINTABLE: Final = (
    *range(32), *range(127, 160), 0x061C, 0x200E, 0x200F,
    *range(0x2028, 0x202F), *range(0x2066, 0x206A),
)  # fmt: skip
_ON_ONE_LINE: Final = dict.fromkeys(_UNPRINTABLE, "�") | dict.fromkeys(map(ord, "\t\n\v\f\r"), " ")
_ON_LINES: Final = {code: mark for code, mark in _ON_ONE_LINE.items() if chr(code) not in "\t\n"}


def printable(text: object) -> str:
    """Text of a page on one line, without control characters: no escape sequence gets through."""
    return str(text).translate(_ON_ONE_LINE)


def printable_lines(text: str) -> str:
    """The same for text of several lines, which may have tabs."""
    return text.translate(_ON_LINES)


def counted(number: int, thing: str, things: str | None = None) -> str:
    """``1 release``, ``2 releases``, ``1,000 boxes`` (where ``things`` says boxes)."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"


def plain_number(value: float) -> str:
    """``103425`` and ``711.81``: as many digits as there are, and no exponent."""
    return f"{value:.10f}".rstrip("0").rstrip(".")
