"""Text as it stands in SQL, where a parameter cannot: names of files, comments, words of an ENUM."""

from __future__ import annotations


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
