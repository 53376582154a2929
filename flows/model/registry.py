"""The readers and the families of listings there are: what any layer may know without loading one.

A new reader is one module and one entry here. The list stands in this layer because the
catalogue and the mirror's index check the reader that a release names, and the fetch layer asks
which kinds of document it takes; none of them may import a reader. What a reader does is
in its module, as a ``flows.read.readers.Reader``.
"""

from __future__ import annotations

from dataclasses import dataclass

from flows.model.nouns import MediaKind, Release


@dataclass(frozen=True, slots=True)
class ReaderEntry:
    """One reader as the catalogue, the fetch layer and the way home see it."""

    name: str
    module: str  # holds READER; loaded when something is read
    media: frozenset[MediaKind]  # the kinds of document it reads
    locators: tuple[str, ...]  # how the locators begin that lead home through it
    needs_layouts: bool = False  # reads only by the layouts that a release names


_ENTRIES = (
    ReaderEntry(
        "table",
        "flows.read.tables.reader",
        media=frozenset(
            {
                *(MediaKind.XLSX, MediaKind.XLS, MediaKind.ODS),
                *(MediaKind.CSV, MediaKind.TEXT, MediaKind.HTML),
            }
        ),
        locators=("sheet:", "cell:", "table:"),
        needs_layouts=True,
    ),
    ReaderEntry(
        "service",
        "flows.read.service.reader",
        media=frozenset({MediaKind.JSON, MediaKind.CSV, MediaKind.TEXT}),
        locators=("json:", "csv:"),
    ),
    ReaderEntry(
        "communique",
        "flows.read.prose.reader",
        media=frozenset({MediaKind.HTML, MediaKind.TEXT, MediaKind.PDF, MediaKind.DOCX}),
        locators=("char:", "page:", "para:"),
    ),
)

#: Every reader by name. They are asked in this order whether an unknown document is theirs, so
#: the communiqué reader, which takes any prose, stays the last.
READERS: dict[str, ReaderEntry] = {entry.name: entry for entry in _ENTRIES}


def check_layouts(release: Release) -> str | None:
    """What is wrong with a release's layouts for its reader, or None."""
    if READERS[release.reader].needs_layouts and not release.layouts:
        return f"the reader {release.reader} needs a layout"
    if release.layouts and not READERS[release.reader].needs_layouts:
        return f"the reader {release.reader} takes no layout"
    return None


@dataclass(frozen=True, slots=True)
class FamilyEntry:
    """One way in which sites list their releases, as the catalogue sees it."""

    name: str
    module: str  # holds FAMILY; loaded when a listing is read
    options: frozenset[str] = frozenset()  # names of what a source may say for it alone


#: Every family of listings by name; a source declares one (``discover: family:``).
FAMILIES: dict[str, FamilyEntry] = {
    entry.name: entry
    for entry in (
        FamilyEntry(
            "html", "flows.discover.families.html", frozenset({"next", "page", "trs", "suffix"})
        ),
        FamilyEntry("hanweb", "flows.discover.families.hanweb", frozenset({"unit", "suffix"})),
        FamilyEntry(
            "jpaas", "flows.discover.families.jpaas", frozenset({"tag", "referer", "suffix"})
        ),
        FamilyEntry(
            "wordpress", "flows.discover.families.wordpress", frozenset({"next", "suffix"})
        ),
        FamilyEntry("feed", "flows.discover.families.feed", frozenset({"suffix"})),
        FamilyEntry("sitemap", "flows.discover.families.sitemap"),
        FamilyEntry(
            "json",
            "flows.discover.families.json",
            frozenset(
                {
                    *("var", "rows", "title", "link", "date", "number", "pages", "count"),
                    *("page", "first", "suffix"),
                }
            ),
        ),
    )
}
