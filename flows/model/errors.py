"""Errors that a person can act on: each names the thing, where it stands, and the remedy.

The command line turns them into one line on stderr and the class's exit code; nothing else in
the project calls ``sys.exit``. Exit codes are listed by ``gongbao --help``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class GongbaoError(Exception):
    """Base of every error that is the input's or the surroundings' fault, not a bug."""

    exit_code: ClassVar[int] = 2

    def __init__(self, what: str, *, where: str | None = None, remedy: str | None = None) -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text} ({self.remedy})" if self.remedy else text


class UsageError(GongbaoError):
    """An option, a name or an address on the command line that cannot be used."""

    exit_code = 2


class CatalogError(GongbaoError):
    """A catalogue file that does not hold together; ``where`` is ``file:line: field``."""

    exit_code = 3


class LockHeld(GongbaoError):
    """Another run holds the store."""

    exit_code = 4


class StoreError(GongbaoError):
    """A store that cannot be opened or written: newer version, damaged file, full disk."""

    exit_code = 5


class ReadCause(StrEnum):
    """Why a document is not read, as one word, where it is no fault of a reader or a layout."""

    NO_TEXT = "no-text"  # scanned, of pictures, or its text stands elsewhere
    CUT_SHORT = "cut-short"  # it broke off on its way
    LIST_PAGE = "list-page"  # links where a release was
    NO_FIGURES = "no-figures"  # emptied, or a table with its head alone


class ReadError(GongbaoError):
    """A snapshot that its reader cannot read; ``where`` names sheet and cell, or the place."""

    exit_code = 6

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        remedy: str | None = None,
        cause: ReadCause | None = None,
    ) -> None:
        self.cause = cause
        super().__init__(what, where=where, remedy=remedy)


class FetchError(GongbaoError):
    """A failed visit: kept in its record, raised for a single document or where all of a run's fail."""

    exit_code = 7


class GateError(GongbaoError):
    """A suite that cannot run, or a publication that a critical check holds back."""

    exit_code = 8


class PublishError(GongbaoError):
    """A publication that could not be built; the last one is still standing."""

    exit_code = 9


class NothingPublished(GongbaoError):
    """A question to the current publication where there is none."""

    exit_code = 10


class PrefectError(GongbaoError):
    """A Prefect server that does not answer or does not start."""

    exit_code = 11
