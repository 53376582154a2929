"""One spelling for printed text."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from opencc import OpenCC

_UNSEEN = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\u00ad\x00-\x1f]+")
_PINYIN = re.compile(
    r"\([a-zāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜü]{1,7}\)"
)  # what a mirror put after a character
_FIRST, _LAST = 0x4E00, 0x9FA5


@cache
def load_simplifier() -> dict[int, str]:
    """Traditional to simplified, character by character, so that offsets hold."""
    chars = [chr(code) for code in range(_FIRST, _LAST + 1)]
    simple = OpenCC("t2s").convert("\n".join(chars)).split("\n")
    if len(simple) != len(chars):
        return {}
    table = {ord(a): b for a, b in zip(chars, simple, strict=True) if a != b and len(b) == 1}
    table.pop(ord("乾"), None)  # 乾县 keeps its name
    return table


def fold_title(title: str) -> str:
    """A title without blanks, in half-width characters and simplified script."""
    plain = unicodedata.normalize("NFKC", title).translate(load_simplifier())
    return _PINYIN.sub("", _UNSEEN.sub("", plain))
