"""Walls: what stands before a site and keeps programs out. Recognised, told, never bypassed.

``walls.csv``, one sign a row:

    status    of the answer
    where     any (the status alone says it), header (a line ``name: value``), body
    pattern   regular expression, letter case ignored
    wall      what it is, for a person

A body counts only where it is short: a wall says little, and a page that mentions a captcha is none.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: A wall's page without what it says to a person is a script; longer ones are whole pages.
MAX_BYTES = 16 * 1024
_MAX_TEXT = 600  # visible characters of a 200
_SCRIPT = re.compile(r"<(script|style)\b.*?(</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>|\s+")


@dataclass(frozen=True, slots=True)
class _Sign:
    status: int
    where: str
    pattern: re.Pattern[str]
    wall: str


def detect_wall(status: int, headers: Mapping[str, str], data: bytes) -> str | None:
    """What wall an answer is, or None. ``data``: its body, or the beginning of it."""
    signs = [sign for sign in _signs() if sign.status == status]
    if not signs:
        return None
    lines = [f"{name.lower()}: {value}" for name, value in headers.items()]
    text = None
    for sign in signs:
        if sign.where == "any":
            return sign.wall
        if sign.where == "header" and any(sign.pattern.search(line) for line in lines):
            return sign.wall
        if sign.where == "body" and len(data) <= MAX_BYTES:
            text = _decode(data) if text is None else text
            short = status != 200 or len(_TAG.sub("", _SCRIPT.sub("", text))) <= _MAX_TEXT
            if short and sign.pattern.search(text):
                return sign.wall
    return None


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


@cache
def _signs() -> tuple[_Sign, ...]:
    with (Path(__file__).parent / "walls.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            _Sign(
                int(row["status"]),
                row["where"],
                re.compile(row["pattern"], re.IGNORECASE),
                row["wall"],
            )
            for row in csv.DictReader(file)
        )
