"""JSON in which every number is its printed digits, and JSON pointers into it (RFC 6901).

``printed_text("json:/data/0/value")`` gives a string's text, and for everything else the token as it
stands in the bytes: ``90007.0``, ``null``, ``true``. An empty string is told as ``""``, for a
figure's text is never empty.
"""

from __future__ import annotations

import json
import re
from typing import Any

from flows.model.errors import ReadError
from flows.read.service.cells import Cause, refuse

PREFIX = "json:"
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_START = 80  # characters of an answer that an error quotes


class Digits(str):
    """A number's token, NaN and Infinity among them; a JSON string is a plain str."""

    __slots__ = ()


def parse_json(data: bytes) -> Any:
    """The answer with ``Digits`` for numbers; a ReadError with its cause for anything else."""
    text = _decode(data)
    start = text.lstrip()
    if not start:
        raise refuse(Cause.EMPTY, "the answer has no content")
    if start.startswith("<"):
        raise refuse_markup(start)
    try:
        found = json.loads(
            text,
            parse_float=Digits,
            parse_int=Digits,
            parse_constant=Digits,
            object_pairs_hook=_make_object,
        )
        # An escape may make half a character, which no file and no database takes.
        if _HALF.search(text):
            json.dumps(found, ensure_ascii=False).encode()
    except RecursionError as error:
        raise refuse(Cause.NOT_JSON, "it is nested too deeply") from error
    except UnicodeEncodeError as error:
        raise refuse(Cause.NOT_JSON, "it has half a character in it") from error
    except ValueError as error:
        raise refuse(Cause.NOT_JSON, f"{error}: {start[:_START]!r}") from error
    return found


def find_json_text(locator: str, data: bytes) -> str:
    """The text at a ``json:`` locator; a ReadError where there is none."""
    found = parse_json(data)
    for step in locator.removeprefix(PREFIX).split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        try:
            if isinstance(found, list) and _INDEX.fullmatch(name):
                found = found[int(name)]
            elif isinstance(found, dict):
                found = found[name]
            else:
                raise KeyError(name)
        except LookupError as error:
            raise ReadError("there is no such value in this answer", where=locator) from error
    text = write_token(found)
    if text is None:
        raise ReadError("there is no single value in this answer", where=locator)
    return text


def make_pointer(*steps: str | int) -> str:
    """The locator of the value that these keys and positions lead to."""
    escaped = (str(step).replace("~", "~0").replace("/", "~1") for step in steps)
    return PREFIX + "".join(f"/{step}" for step in escaped)


def write_token(value: Any) -> str | None:
    """A value as it stands in the answer; None for an object or a list."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value or '""'
    return None


def find_text(value: Any) -> str | None:
    """A string's or number's text; None for anything else and for what is empty."""
    return str(value).strip() or None if isinstance(value, str) else None


def require_object(value: Any, *where: str | int) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise refuse(Cause.DRIFTED, "an object is expected here", make_pointer(*where))
    return value


def require_list(value: Any, *where: str | int) -> list[Any]:
    if not isinstance(value, list):
        raise refuse(Cause.DRIFTED, "a list is expected here", make_pointer(*where))
    return value


def require_value(value: Any, *where: str | int) -> str:
    """The token of a single value."""
    token = write_token(value)
    if token is None:
        raise refuse(Cause.DRIFTED, "a single value is expected here", make_pointer(*where))
    return token


def _make_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A key that is there twice has two values, and nobody knows which one is meant."""
    made = dict(pairs)
    if len(made) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise refuse(Cause.DRIFTED, f"the key {twice[:_START]!r} is there twice")
    return made


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(Cause.NOT_JSON, "it is not in UTF-8") from error


def refuse_markup(start: str) -> ReadError:
    """XML may carry a service's own word; a web page is a wall or an error page."""
    footer = re.search(r"footer:Message\s+code=\"(\d+)\"", start)
    if footer:
        said = re.search(r"<common:Text[^>]*>([^<]{1,120})", start)
        cause = Cause.TOO_LARGE if footer[1] == "413" else Cause.REFUSED
        what = said[1] if said else "without a word"
        return refuse(cause, f"the service answers {footer[1]}: {what}")
    if start.startswith("<?xml"):
        said = re.search(r"<(?:[\w-]+:)?(?:message|Text)\b[^>]*>([^<]{1,120})", start)
        return refuse(Cause.NOT_JSON, f"XML{f': {said[1].strip()}' if said else ''}")
    title = re.search(r"<title[^>]*>([^<]{1,80})", start, re.IGNORECASE)
    return refuse(Cause.NOT_JSON, f"a web page{f' called {title[1].strip()!r}' if title else ''}")
