"""JSON as bureaus write it: with a comma too many, in a script, or as a JavaScript literal.

``parse_literal`` takes strict JSON, and JSON with trailing commas, comments, single quotes and
bare names as keys. Nothing is evaluated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from flows.model.errors import ReadError

_TOKEN = re.compile(
    r"(?P<space>\s+|//[^\n]*|/\*.*?\*/)|(?P<double>\"(?:[^\"\\\n]|\\.)*\")|(?P<single>'(?:[^'\\\n]|\\.)*')"
    r"|(?P<mark>[\[\]{}:,])|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.])|(?P<name>[A-Za-z_$][\w$]*)",
    re.S,
)
_ASSIGNED = re.compile(
    r"(?:\b(?:var|let|const)\s+|[;,{\s]|^|\.)([A-Za-z_$][\w$]*)\s*=\s*(?=[\[{\"'])"
)
_PARSED = re.compile(r"JSON\.parse\(\s*(?=[\"'])")
_WORDS = {"true": "true", "false": "false", "null": "null", "undefined": "null", "NaN": "null"}
_CLOSING = {"[": "]", "{": "}"}
_ESCAPED = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.S)
_CONTROL = re.compile(r"[\x00-\x1f]")


def parse_literal(text: str) -> object:
    """The value of a whole text; raises ``ReadError`` where it is none, or is cut."""
    text = text.strip().removeprefix("\ufeff")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    value, end = _read_literal(text, 0)
    if text[end:].strip(" \t\r\n;)"):
        raise ReadError(f"no JSON: something follows at character {end}")
    return value


def list_assigned(scripts: str) -> Iterator[tuple[str, object]]:
    """Each name in a script that a literal is assigned to, with the literal's value."""
    for found in _ASSIGNED.finditer(scripts):
        try:
            value, _ = _read_literal(scripts, found.end())
        except ReadError:
            continue
        if isinstance(value, (list, dict, str)):
            yield found.group(1), value


def _read_literal(text: str, start: int) -> tuple[object, int]:
    """The value of the literal that begins at ``start``, and where it ends."""
    parsed = _PARSED.match(text, start)
    position = parsed.end() if parsed else start
    pieces: list[str] = []
    open_marks: list[str] = []
    while True:
        found = _TOKEN.match(text, position)
        if found is None:
            raise ReadError(f"no JSON: {text[position : position + 20]!r} at character {position}")
        position = found.end()
        if found.lastgroup == "space":
            continue
        mark = found.group()
        if found.lastgroup == "mark":
            _take_mark(mark, pieces, open_marks)
        elif found.lastgroup in ("double", "single"):
            pieces.append(_to_json_string(mark))
        elif found.lastgroup == "number":
            pieces.append(mark)
        else:
            pieces.append(_WORDS.get(mark) or json.dumps(mark))
        if not open_marks:
            break
    try:
        return json.loads("".join(pieces)), position
    except (ValueError, RecursionError) as error:
        raise ReadError(f"no JSON: {error}") from error


def _take_mark(mark: str, pieces: list[str], open_marks: list[str]) -> None:
    """A bracket, colon or comma; a comma before a closing bracket is left out."""
    if mark in _CLOSING:
        open_marks.append(_CLOSING[mark])
    elif mark in "]}":
        if not open_marks or open_marks.pop() != mark:
            raise ReadError("no JSON: its brackets do not match")
        if pieces[-1] == ",":
            pieces.pop()
    elif not open_marks:
        raise ReadError("no JSON: it begins with a mark")
    pieces.append(mark)


def _to_json_string(quoted: str) -> str:
    def unescape(found: re.Match[str]) -> str:
        escape = found.group(1)
        return (
            found.group()
            if escape in '"\\/bfnrt' or (escape[0] == "u" and len(escape) > 1)
            else escape
        )

    inner = _ESCAPED.sub(unescape, quoted[1:-1])
    inner = re.sub(r'(?<!\\)((?:\\\\)*)"', r'\1\\"', inner) if quoted[0] == "'" else inner
    return '"' + _CONTROL.sub(" ", inner) + '"'
