"""What a damaged number may have been: printed text in, candidates with a reason each out.

Pure text; nothing here knows indicators or years. Shared by the reader, the gate's suggestions
and the check of articles. ``candidates`` proposes, ``weigh.weigh`` decides by evidence or stays silent.

A candidate's ``tier`` is how little must have happened:

1. the point is gone or something stands in its place: ``6005``, ``711的GDP8``, ``1·8``;
   a translation machine wrote ``65438+0`` for 1
2. the point moved, digits stand apart that belong together, the unit slipped (10⁴, 10⁸;
   a rate between % and ‰: 10)
3. a digit is lost, altered, or one too many
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise

#: Longest run of digits that is taken apart; a longer one is no number that lost its point.
LONGEST = 40

#: What a number is multiplied by where its point is put back (first) or moved the other way.
POINT_MOVES = (0.1, 0.01, 0.001, 10.0, 100.0)

_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_MINUS = "-−–－"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A number that may have been meant, in the printed unit."""

    value: float
    decimals: int  # digits after the point; below zero where a unit slip made it coarser
    kind: (
        str  # lost-point, characters-inside, machine-one, moved-point, joined, unit, lost-digit, …
    )
    tier: int
    reason: str  # for a person: "the decimal point put back"


def number(text: str) -> tuple[float, int] | None:
    """Value and decimals of a number printed soundly; None for anything else."""
    clean = _clean(text)
    negative = clean.startswith("-")
    digits = clean.lstrip("-+")
    if _GROUPED.fullmatch(digits):
        digits = digits.replace(",", "")
    if not _PLAIN.fullmatch(digits) or len(digits) > LONGEST:
        return None
    decimals = len(digits.partition(".")[2])
    return (-float(digits) if negative else float(digits)), decimals


def candidates(text: str, *, unit: str | None = None) -> tuple[Candidate, ...]:
    """What ``text`` may have been, the least damage first; without the printed value itself.

    Signs are kept. Text without a digit gives nothing: a lost number is not guessed.
    """
    clean = _clean(text)
    sign = -1.0 if clean.startswith("-") else 1.0
    body = clean.lstrip("-+")
    sound = number(body)
    found: dict[float, Candidate] = {}
    for candidate in _all(body, unit, sound):
        if sound is not None and candidate.value == sound[0]:
            continue
        known = found.get(candidate.value)
        if known is None or candidate.tier < known.tier:
            found[candidate.value] = candidate
    ranked = sorted(found.values(), key=lambda each: (each.tier, each.decimals, each.value))
    if sign > 0:
        return tuple(ranked)
    return tuple(Candidate(-c.value, c.decimals, c.kind, c.tier, c.reason) for c in ranked)


def splits(text: str, parts: int) -> Iterator[tuple[Candidate, ...]]:
    """Every way to cut a run whose separators are lost into so many numbers.

    ``17.4327.1955.38`` in three gives 17.43, 27.19, 55.38 among others. No part has two points,
    a leading zero before another digit, or is empty.
    """
    run = _clean(text)
    if parts < 2 or len(run) > LONGEST or not re.fullmatch(r"[\d.]+", run):
        return
    for cuts in combinations(range(1, len(run)), parts - 1):
        edges = (0, *cuts, len(run))
        pieces = [run[a:b] for a, b in pairwise(edges)]
        if all(re.fullmatch(r"(?:0|[1-9]\d*)(?:\.\d+)?", piece) for piece in pieces):
            yield tuple(
                Candidate(
                    float(piece),
                    len(piece.partition(".")[2]),
                    "lost-separator",
                    1,
                    f"a separator put back in {text}",
                )
                for piece in pieces
            )


def split_by_sum(text: str, parts: int, total: float, allowance: float) -> tuple[float, ...] | None:
    """The one way to cut ``text`` into parts that add up to ``total``; None if none or several."""
    fits = {
        tuple(piece.value for piece in pieces)
        for pieces in splits(text, parts)
        if abs(sum(piece.value for piece in pieces) - total) <= allowance
    }
    return fits.pop() if len(fits) == 1 else None


def _clean(text: str) -> str:
    """Half-width, without blanks at the ends and without the unit that follows the last digit."""
    text = unicodedata.normalize("NFKC", text).strip()
    for minus in _MINUS:
        text = text.replace(minus, "-")
    last = max((at for at, char in enumerate(text) if char.isdecimal()), default=-1)
    first = next((at for at, char in enumerate(text) if char.isdecimal()), 0)
    sign = "-" if text[:first].rstrip().endswith("-") else ""
    return sign + text[first : last + 1]


def _all(body: str, unit: str | None, sound: tuple[float, int] | None) -> Iterator[Candidate]:
    yield from _machine_ones(body)
    if sound is None:
        yield from _characters_inside(body)
        return
    digits = body.replace(",", "")
    yield from _points(digits)
    yield from _unit_slips(*sound, unit)
    yield from _lost_digits(digits)
    yield from _altered_digits(digits)
    yield from _extra_digits(digits)


def _machine_ones(body: str) -> Iterator[Candidate]:
    if "65438" not in body:
        return
    mended = re.sub(r"65438(?:\+0?)?", "1", body)
    sound = number(mended)
    if sound is not None:
        yield Candidate(*sound, "machine-one", 1, f"65438 is a machine's 1: {mended}")


def _characters_inside(body: str) -> Iterator[Candidate]:
    groups = re.findall(r"\d+", body)
    if len(groups) < 2 or sum(map(len, groups)) > LONGEST:
        return
    *whole, fraction = groups
    gap = re.sub(r"\d", "", body)
    if len(groups) == 2 or all(len(group) == 3 for group in whole[1:]):
        pointed = f"{''.join(whole)}.{fraction}"
        yield Candidate(
            float(pointed),
            len(fraction),
            "characters-inside",
            1,
            f"{pointed}: the point stands where {gap!r} is printed",
        )
    joined = "".join(groups)
    yield Candidate(float(joined), 0, "joined", 2, f"{joined}: {gap!r} stands inside the number")


def _points(digits: str) -> Iterator[Candidate]:
    whole, _, fraction = digits.partition(".")
    run = whole + fraction
    if len(run) > LONGEST:
        return
    for at in range(1, len(run) + 1):
        if fraction and at == len(whole):
            continue
        if at == len(run):
            if fraction:
                plain = run.lstrip("0") or "0"
                yield Candidate(float(run), 0, "moved-point", 2, f"{plain}: without the point")
            continue
        pointed = f"{run[:at].lstrip('0') or '0'}.{run[at:]}"
        if fraction:
            kind, tier, what = "moved-point", 2, "the decimal point moved"
        elif run.startswith("0") and at > 1:
            continue
        else:
            kind, tier, what = "lost-point", 1, "the decimal point put back"
        yield Candidate(float(pointed), len(run) - at, kind, tier, f"{pointed}: {what}")


def _unit_slips(value: float, decimals: int, unit: str | None) -> Iterator[Candidate]:
    powers = (1, -1) if unit in ("%", "‰") else (4, -4, 8, -8)
    for power in powers:
        slipped = value * 10**power if power > 0 else value / 10**-power
        slipped = round(slipped, max(decimals - power, 0))
        times = f"×10^{power}" if power > 0 else f"÷10^{-power}"
        yield Candidate(
            slipped, decimals - power, "unit", 2, f"{slipped:.10g}: the unit slipped ({times})"
        )


def _lost_digits(digits: str) -> Iterator[Candidate]:
    if len(digits) > 15:
        return
    point = digits.find(".")
    for at in range(len(digits) + 1):
        for digit in "0123456789":
            if at == 0 and digit == "0":
                continue
            mended = digits[:at] + digit + digits[at:]
            fraction = mended.partition(".")[2] if point >= 0 else ""
            yield Candidate(
                float(mended), len(fraction), "lost-digit", 3, f"{mended}: a digit put back"
            )


def _altered_digits(digits: str) -> Iterator[Candidate]:
    if len(digits) > 15:
        return
    decimals = len(digits.partition(".")[2])
    for at, was in enumerate(digits):
        for digit in "0123456789":
            if was == "." or digit == was or (at == 0 and digit == "0" and len(digits) > 1):
                continue
            mended = digits[:at] + digit + digits[at + 1 :]
            yield Candidate(
                float(mended), decimals, "altered-digit", 3, f"{mended}: a digit is another"
            )


def _extra_digits(digits: str) -> Iterator[Candidate]:
    if len(digits) > 15:
        return
    for at, was in enumerate(digits):
        mended = digits[:at] + digits[at + 1 :]
        if was != "." and _PLAIN.fullmatch(mended) and not re.match(r"0\d", mended):
            decimals = len(mended.partition(".")[2])
            yield Candidate(
                float(mended), decimals, "extra-digit", 3, f"{mended}: a digit is one too many"
            )
