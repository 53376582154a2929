"""The nouns of a check: a claim as the article makes it, and a verdict with its evidence."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from flows.model.measure import Measure


class ClaimKind(StrEnum):
    """What a claim says. The measure and the comparator say how."""

    VALUE = "value"  # an indicator's level: 去年GDP 711.8亿元
    GROWTH = "growth"  # its growth in percent: 增长7.9%
    SHARE = "share"  # a part of a whole in percent: 工业增加值占47.2%
    RANK = "rank"  # a place in a list: 居26县第3位; 首位 and 第一 are rank 1
    THRESHOLD = "threshold"  # a mark passed: 突破700亿元; `first_time` where 首次 is said
    GAIN = "gain"  # what was added between two periods: 两年新增100亿元
    COMPARISON = "comparison"  # more or less than another area or a year; other_area is set
    TARGET = "target"  # what is aimed at: 增长15%以上
    COUNT = "count"  # a number of things that no indicator of the catalogue counts


class Comparator(StrEnum):
    EXACT = "exact"
    AT_LEAST = "at_least"  # 以上, 超, 突破, 多 (500多亿)
    AT_MOST = "at_most"  # 以内, 不足
    ABOUT = "about"  # 左右, 约, 近


@dataclass(frozen=True, slots=True)
class ArticleClaim:
    """One checkable figure or place in an article. What is not known is None."""

    kind: ClaimKind
    text: str  # the sentence as printed
    locator: str  # char:START-END of `printed` in the article's text
    printed: str  # the words that state it, number and unit, exactly as printed
    value: float | None  # in `unit_measure`; None where the print is no sound number
    decimals: int  # digits printed after the point, in unit_measure; < 0 above it
    unit_measure: str | None  # the indicator's unit (亿元, 元, %, 万人); as printed without one
    indicator: str | None  # code of the catalogue
    measure: Measure | None
    ref_area: str | None  # six-digit code
    area_text: str | None  # the name as printed, misspelt or not
    time_period: str | None  # "2023"
    comparator: Comparator = Comparator.EXACT
    first_time: bool = False  # 首次, 首破
    span_years: int | None = None  # GAIN: the years between; time_period is the last one
    group_id: str | None = None  # RANK: dated group of the catalogue
    group_text: str | None = None  # RANK: the group's words (山区26县, 全国百强县)
    other_area: str | None = None  # COMPARISON
    phrase: str | None = None  # the words that name the indicator, as printed
    sure: bool = True  # nothing qualifies the name: no part and no other scope is meant
    inherited: bool = False  # the sentence does not name the indicator; words before it did
    doubt: str | None = None  # "rule: reason" where the print is damaged
    candidates: tuple[tuple[float, int], ...] = ()  # (value, decimals) in unit_measure it may mean


class ClaimVerdict(StrEnum):
    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    MISPRINTED = "misprinted"
    MISLABELLED = "mislabelled"
    OUTDATED = "outdated"
    UNVERIFIABLE = "unverifiable"


@dataclass(frozen=True, slots=True)
class Proof:
    """A printed figure that a verdict rests on."""

    ref_area: str
    indicator: str
    measure: str
    time_period: str
    obs_value: float
    unit_measure: str
    release_id: str
    title: str
    url: str
    published_on: dt.date | None
    locator: str
    value_text: str
    sentence: str | None
    note: str | None = None  # what it was computed to: "711.81 - 600.51 = 111.30"


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim with its verdicts; two at most, the graver first."""

    claim: ArticleClaim
    verdicts: tuple[ClaimVerdict, ...]
    reason: str  # for a person, one sentence in English with the numbers
    likely_value: float | None = None
    evidence: tuple[Proof, ...] = field(default=())
