"""Whether new bytes say anything new: a page that counts its visitors is another one each time.

New bytes of a page are *unchanged* where a person reads the same in them, counters and clocks aside
(``counters.csv``, beside the document's reader), and they lead to the same further pages and files. The bytes stay in the archive; the release keeps
its snapshot, so nothing is read again and nothing is published.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from flows.discover import Body
from flows.discover.parts import DOCUMENTS, find_parts
from flows.fetch import Archive
from flows.model.errors import GongbaoError
from flows.model.nouns import MediaKind, Outcome, Snapshot, Visit
from flows.model.request import Request
from flows.read import document
from flows.read.document.document import BREAK
from flows.read.prose.reading import open_document

_PAGES = (MediaKind.HTML, MediaKind.TEXT)
#: Characters of a line in which a counter stands: 来源, 时间, 浏览次数.
_LONGEST = 120


def keep_unchanged(
    visits: Iterable[Visit], known: Mapping[str, Snapshot], archive: Archive
) -> Iterator[Visit]:
    """The visits, with those as unchanged whose new bytes say what the known ones say."""
    for visit in visits:
        before, new = known.get(visit.release_id), visit.snapshot
        if (
            visit.outcome is Outcome.CHANGED
            and before is not None
            and new is not None
            and _say_the_same(before, new, archive)
        ):
            kept = replace(before, etag=new.etag, last_modified=new.last_modified)
            visit = replace(visit, outcome=Outcome.UNCHANGED, snapshot=kept)
        yield visit


def _say_the_same(before: Snapshot, new: Snapshot, archive: Archive) -> bool:
    same_form = (before.media_kind, before.url) == (new.media_kind, new.url)
    if not same_form or new.media_kind not in _PAGES:
        return False
    try:
        return _read_text(before, archive) == _read_text(new, archive) and (
            _list_parts(before, archive) == _list_parts(new, archive)
        )
    except GongbaoError:  # one of them is lost or unreadable: then it is for the reader to say
        return False


def _read_text(snapshot: Snapshot, archive: Archive) -> tuple[str | None, str]:
    """Title and text of a page without its counters."""
    data = archive.read(snapshot.sha256)
    page = open_document(data, snapshot.media_kind, snapshot.charset)
    return page.title, BREAK.join(map(_mask_counters, page.clean.split(BREAK)))


def _list_parts(snapshot: Snapshot, archive: Archive) -> list[tuple[str, str]]:
    """The page's further pages and files: one may be replaced behind the same words.

    What stands behind the ``?`` is left out: a gateway's token is another one each time.
    """
    if snapshot.media_kind is not MediaKind.HTML:
        return []
    data = archive.read(snapshot.sha256)
    body = Body(Request(snapshot.url), snapshot.url, data, snapshot.charset)
    found = find_parts(body, {urlsplit(snapshot.url).netloc}, DOCUMENTS)
    mine = [(part.kind.value, part.request.url.partition("?")[0]) for part in found.parts]
    return sorted([*mine, *((reason, link.partition("?")[0]) for link, reason in found.refused)])


def _mask_counters(block: str) -> str:
    """A paragraph without its counters; a sentence may tell of visitors, and stays as it is."""
    if len(block) > _LONGEST or "。" in block:
        return block
    return _counters().sub("", block)


@cache
def _counters() -> re.Pattern[str]:
    folder = Path(document.__file__).parent
    with (folder / "counters.csv").open(encoding="utf-8", newline="") as stream:
        return re.compile("|".join(row["pattern"] for row in csv.DictReader(stream)))
