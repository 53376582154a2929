"""The parts of a report with a time of their own: what is planned, and what several years brought.

``find_passages`` finds them: the sections under a heading of a plan, all sections after the review,
and the stretches that look back on five years. In a plan a figure is a target, of the coming year
or of a year that it prints; in a look back on several years it is no year's figure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from flows.language.words import build_word_pattern, load_yaml
from flows.read.document.document import Block, Document
from flows.read.document.normal import Compact
from flows.read.prose.lexicon import FOLDER

_DATA: dict[str, Any] = load_yaml(FOLDER / "aims.yaml")
_NUMBERED = re.compile(r"^(?:第?[一二三四五六七八](?:、|部分)|[一二三四五六七八]\.)")
_PLAN = re.compile(build_word_pattern(_DATA["plan"]))
_REVIEW = re.compile(build_word_pattern(_DATA["review"]))
_LONGER = re.compile(build_word_pattern(_DATA["longer"]))
_TOLD = re.compile(build_word_pattern(_DATA["told"]))
_YEARS = re.compile(f"(?:回顾|回望)?(?:{build_word_pattern(_DATA['years'])})")
_YEAR_AGAIN = re.compile(build_word_pattern(_DATA["year_again"]))
_LONGEST_HEADING = 40
#: The report's own title and the day of its meeting name the year after the one reviewed.
_TITLE = re.compile(r"报告(?:[（(][^（）()]*[）)])?$|年\d{1,2}月\d{1,2}日")


@dataclass(frozen=True, slots=True)
class Passage:
    """Offsets of the compact text of a section, and the time of its figures."""

    start: int
    end: int
    aimed: bool  # what is to be
    one_year: bool  # … in the coming year
    years: bool  # a look back on several years


def find_passages(
    document: Document, text: Compact, blocks: list[Block], year: int | None
) -> list[Passage]:
    """The sections of a report about ``year``, each from its heading to the next of its rank."""
    found: list[Passage] = []
    reviewed = False
    for block in blocks:
        line = document.clean[block.start : block.end].strip()
        if not line or len(line) > _LONGEST_HEADING or line[-1] in "。；，":
            continue
        if _TITLE.search(line):
            continue
        numbered = _NUMBERED.match(line) is not None
        review = _REVIEW.search(line) is not None or _names_year(line, year)
        plan = not review and (_PLAN.search(line) is not None or _names_next(line, year))
        # What follows the review is about what is to come, whatever its heading says.
        aimed = plan or (numbered and reviewed and not review)
        reviewed = reviewed or review
        if plan or numbered:
            one_year = plan and (_LONGER.search(line) is None or _names_next(line, year))
            years = review and not _names_year(line, year) and _LONGER.search(line) is not None
            start = text.index(block.start)
            if found:
                found[-1] = replace(found[-1], end=start)
            found.append(Passage(start, len(text.text), aimed, one_year, years))
    return found


def _names_year(line: str, year: int | None) -> bool:
    return year is not None and f"{year}年" in line


def _names_next(line: str, year: int | None) -> bool:
    return (year is not None and f"{year + 1}年" in line) or "今年" in line


def is_about_years_back(text: str, start: int, end: int) -> bool:
    """Whether a sentence begins to tell of several years."""
    return _YEARS.match(text, start, end) is not None


def names_the_year(text: str, start: int, end: int, year: int | None) -> bool:
    """Whether a sentence comes back from several years to the one reviewed."""
    if _YEAR_AGAIN.match(text, start, end):
        return True
    return year is not None and text.startswith(f"{year}年", start, end)


def spans_years(words: str) -> bool:
    """Do the words name a plan of several years?"""
    return _LONGER.search(words) is not None


def reports_past(text: str, start: int, end: int, year: int | None) -> bool:
    """Does a sentence within a plan tell of what was? One that begins with the year reviewed does."""
    if year is not None and text.startswith(f"{year}年", start, end):
        return True
    return _TOLD.search(text, start, end) is not None
