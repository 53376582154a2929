"""The shared nouns. Each arrow of the pipeline takes one of these and gives the next.

    source --fetch--> snapshot --read--> figures --harmonise--> observations --gate--> accepted
                                                                                   `-> quarantine

Figures, observations and quarantine rows are frames; their columns are in ``schemas``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

import polars as pl

from flows.model.causes import Cause
from flows.model.request import Request

#: The source_id of releases that only a mirror names.
MIRROR_SOURCE = "mirror"


class MediaKind(StrEnum):
    """What the bytes are, told from the bytes themselves."""

    HTML = "html"
    TEXT = "text"
    CSV = "csv"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    PDF = "pdf"
    DOCX = "docx"
    JSON = "json"


class Authority(StrEnum):
    """Who stands behind a release; decides between two that say different things on one day."""

    OFFICIAL = "official"  # the bureau or government itself
    REPOST = "repost"  # a copy of an official release on another site
    COMPILATION = "compilation"  # a third party's table made from official ones
    PRESS = "press"  # a news story


class Fate(StrEnum):
    """What became of a number that was read; every number has exactly one."""

    OBSERVATION = "observation"
    UNMAPPED = "unmapped"  # a figure that no indicator claims
    QUARANTINED = "quarantined"
    NOT_A_FIGURE = "not_a_figure"  # a date, an article number, a telephone number


@dataclass(frozen=True, slots=True)
class Release:
    """One published document (or one query of a service) at its true address, as the catalogue knows it."""

    release_id: str
    source_id: str
    url: str
    title: str
    publisher: str
    reader: str  # a name in registry.READERS
    authority: Authority = Authority.OFFICIAL
    layouts: tuple[str, ...] = ()  # for the table reader: the layouts it may have
    ref_area: str | None = None  # the area it is about; figures of other areas lie within it
    time_period: str | None = None  # its reference period, where the catalogue knows it
    published_on: date | None = None  # day of publication, where the catalogue knows it
    obs_status: str = "A"  # SDMX CL_OBS_STATUS of its figures unless the text says otherwise
    method: str = "GET"  # with headers and body: what is asked at the address
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    settled: bool = False  # area and period hold, whatever the document's title names

    @property
    def request(self) -> Request:
        """What is asked of the server."""
        return Request(self.url, self.method, self.headers, self.body)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The bytes of one fetch of a release; they lie in the archive under ``sha256``."""

    release_id: str
    sha256: str
    url: str
    media_kind: MediaKind
    size: int  # bytes
    fetched_at: datetime  # UTC; when these bytes were first seen
    media_type: str | None = None  # Content-Type as served, without parameters
    charset: str | None = None  # charset parameter as served
    etag: str | None = None
    last_modified: str | None = None
    request_json: str | None = None  # what was asked beside the address; None: a plain GET


class Outcome(StrEnum):
    """How a visit ended."""

    CHANGED = "changed"  # new bytes, or the first ones
    UNCHANGED = "unchanged"  # 304, or the same bytes again
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Visit:
    """One check of a release's address: last checked is a visit, last changed is a snapshot."""

    release_id: str
    url: str
    checked_at: datetime  # UTC
    outcome: Outcome
    status_code: int | None = None
    reason: str | None = None  # why it failed, for a person
    cause: Cause | None = None  # why it failed, as one word
    attempts: int = 1
    seconds: float = 0.0
    size: int = 0  # bytes received
    snapshot: Snapshot | None = None  # the new one (changed) or the one still valid (unchanged)
    moved_to: str | None = None  # the address that it leads to by redirects


@dataclass(frozen=True, slots=True)
class Witness:
    """A place of a document that says what it is, or which area or period it is about."""

    about: str  # kind, area or period
    value: str
    source: str  # title, subtitle, publisher, …
    text: str  # the words
    locator: str | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document says of itself; None where it does not say."""

    title: str | None = None
    ref_area: str | None = None
    time_period: str | None = None
    publisher: str | None = None
    published_on: date | None = None
    obs_status: str | None = None
    locators: dict[str, str] = field(default_factory=dict)  # field name -> locator
    kind: str | None = None  # flows.language.kinds.Kind
    freq: str | None = None  # M-C where months are cumulated; else the period says it
    witnesses: tuple[Witness, ...] = ()  # what kind, area and period rest on
    why_not: dict[str, str] = field(default_factory=dict)  # area, period -> why it is unknown


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything a reader got from one snapshot of a release."""

    release_id: str
    snapshot_sha256: str
    reader: str
    reader_version: str
    figures: pl.DataFrame  # schemas.FIGURE
    metadata: Metadata = Metadata()
    notes: tuple[str, ...] = ()  # what a person should know: "no figures", "3 cells left out"


@dataclass(frozen=True, slots=True)
class Derivation:
    """A reading that is to be made: of which bytes, by which rules, and why now.

    ``made_of`` has a fingerprint for each part that the result depends on: the reader, what the
    catalogue says of the release, lexicon, areas, units, suites, … (see flows.run.ingredients).
    """

    release: Release
    snapshot: Snapshot
    made_of: Mapping[str, str]
    causes: tuple[str, ...] = ()  # "new bytes", or the parts that are not what they were
    twin_of: str | None = None  # another release that has the same bytes and is read instead

    @property
    def made_by(self) -> str:
        """One hash over all parts: the same parts give the same reading."""
        text = json.dumps(dict(self.made_of), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation's result; the run's report and the quality page are made of these."""

    suite: str
    rule: str  # the expectation's name in the suite file
    severity: str  # critical, warning or info
    success: bool
    evaluated: int  # rows looked at
    failed: int  # rows that failed
    release_id: str | None = None  # for a check of one release as a whole
    note: str = ""
