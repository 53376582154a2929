"""``index.csv`` of a mirror: which file stands for which true address.

    file           path of the file within the mirror's folder (required)
    url            its true address (required as a column; a row without one is passed over)
    method, headers, body
                   what is asked at that address, where it is no plain GET; ``headers`` as a JSON
                   object
    content_type   as the true server sends it; else told from the file's ending
    role           listing: a page that names releases, part: what a release's page names; else empty
    ref_area, time_period, title, publisher, published_on, reader, layouts, authority
                   what is known of a release that the catalogue doesn't have; ``layouts`` are
                   joined by ";"; without authority it counts as a repost, for nobody in the
                   catalogue has vouched for it

Further columns are not looked at. UTF-8. A file that cannot be used is a ``UsageError`` that
names the line and the column.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath, PureWindowsPath

from flows.fetch.address import canonicalize_request
from flows.model.errors import FetchError, UsageError
from flows.model.nouns import MIRROR_SOURCE, Authority, Release
from flows.model.registry import READERS
from flows.model.request import Request, check_request, sort_headers

NAME = "index.csv"
_REQUIRED = ("file", "url")
_READER = "communique"  # of a row that names none


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One row with an address."""

    line: int
    file: str
    request: Request  # at its canonical address
    fields: dict[str, str]  # every column, stripped


@dataclass(frozen=True, slots=True)
class Index:
    where: str  # its path or address, for errors
    rows: tuple[IndexRow, ...]
    skipped: tuple[str, ...]  # rows that stand for no address, and why

    def holds(self, release: Release) -> bool:
        """Whether the mirror has the answer to what a release asks."""
        request = canonicalize_request(release.request)
        return any(row.request == request for row in self.rows)


def read_index(folder: Path) -> Index:
    """The index of a mirror's folder."""
    path = folder / NAME
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        what = "this folder has no index.csv" if folder.is_dir() else "there is no such folder"
        raise UsageError(
            what,
            where=str(folder),
            remedy="a mirror needs an index.csv with the columns file,url",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"cannot be read: {error}", where=str(path), remedy="save it as CSV in UTF-8"
        ) from error
    return parse_index(text, str(path))


def parse_index(text: str, where: str) -> Index:
    """``where`` is the index's path or address, for errors."""
    reader = csv.DictReader(text.splitlines(keepends=True))
    missing = [name for name in _REQUIRED if name not in (reader.fieldnames or ())]
    if missing:
        raise UsageError(
            f"no column {' and no column '.join(missing)}",
            where=f"{where}:1",
            remedy="a mirror's index.csv has at least the columns file,url",
        )
    rows: dict[Request, IndexRow] = {}
    skipped: list[str] = []
    for record in reader:
        line = reader.line_num
        fields = {key: (value or "").strip() for key, value in record.items() if key is not None}
        file = _check_within(fields["file"], f"{where}:{line}: file")
        if not fields["url"]:
            skipped.append(f"{file}: no url in line {line} of {NAME}")
            continue
        request = _make_request(fields, f"{where}:{line}")
        if request in rows:
            raise UsageError(
                f"line {rows[request].line} has the same address",
                where=f"{where}:{line}: url",
                remedy="one file stands for one address and what is asked there",
            )
        rows[request] = IndexRow(line, file, request, fields)
    return Index(where, tuple(rows.values()), tuple(skipped))


def list_releases(index: Index, known: Sequence[Release]) -> tuple[list[Release], list[str]]:
    """Releases of the rows that the known ones don't cover, and the rows left out, with why."""
    covered = set()
    for release in known:
        try:
            covered.add(canonicalize_request(release.request))
        except FetchError:
            continue  # its visit will say so
    taken = {release.release_id: "the catalogue" for release in known}
    found: list[Release] = []
    skipped = list(index.skipped)
    for row in index.rows:
        if row.request in covered or row.request.url.endswith("/robots.txt"):
            continue
        if row.fields.get("role") in ("listing", "part"):
            continue
        release = _make_release(row, index.where)
        if release.release_id in taken:
            skipped.append(
                f"{row.file}: the name {release.release_id} is taken by "
                f"{taken[release.release_id]} (line {row.line} of {NAME})"
            )
            continue
        taken[release.release_id] = f"line {row.line}"
        found.append(release)
    return found, skipped


def _make_release(row: IndexRow, where: str) -> Release:
    fields = row.fields

    def wrong(column: str, remedy: str) -> UsageError:
        return UsageError(
            f"{fields[column]!r} cannot be used",
            where=f"{where}:{row.line}: {column}",
            remedy=remedy,
        )

    try:
        published_on = (
            date.fromisoformat(fields["published_on"]) if fields.get("published_on") else None
        )
    except ValueError as error:
        raise wrong("published_on", "a date is written 2026-03-31") from error
    try:
        authority = Authority(fields.get("authority") or Authority.REPOST)
    except ValueError as error:
        raise wrong("authority", f"one of {', '.join(Authority)}") from error
    reader = fields.get("reader") or _READER
    if reader not in READERS:
        raise wrong("reader", f"one of {', '.join(READERS)}")
    layouts = tuple(part.strip() for part in fields.get("layouts", "").split(";") if part.strip())
    return Release(
        release_id=PurePosixPath(row.file).stem,
        source_id=MIRROR_SOURCE,
        url=fields["url"],
        title=fields.get("title") or PurePosixPath(row.file).stem,
        publisher=fields.get("publisher", ""),
        reader=reader,
        authority=authority,
        layouts=layouts,
        ref_area=fields.get("ref_area") or None,
        time_period=fields.get("time_period") or None,
        published_on=published_on,
        method=row.request.method,
        headers=row.request.headers,
        body=row.request.body,
    )


def _make_request(fields: dict[str, str], where: str) -> Request:
    try:
        headers = json.loads(fields.get("headers") or "{}")
        request = canonicalize_request(
            Request(
                fields["url"],
                fields.get("method") or "GET",
                sort_headers({str(name): str(value) for name, value in headers.items()}),
                fields.get("body") or None,
            )
        )
    except (ValueError, AttributeError) as error:
        raise UsageError(
            f"{fields['headers']!r} is no JSON object", where=f"{where}: headers"
        ) from error
    except FetchError as error:
        raise UsageError(error.what, where=f"{where}: url") from error
    if wrong := check_request(request):
        raise UsageError(wrong[1], where=f"{where}: {wrong[0]}")
    return request


def _check_within(file: str, where: str) -> str:
    """Refuse a name that leaves the folder; links in the folder are the operator's own."""
    path = PurePosixPath(file)
    outside = (
        path.is_absolute()
        or ".." in path.parts
        or "\0" in file
        or "\\" in file
        or bool(PureWindowsPath(file).drive)
    )
    if outside or not path.parts:
        raise UsageError(
            f"{file!r} names no file of the mirror's folder",
            where=where,
            remedy="give the file's path within the folder, without ..",
        )
    return str(path)
