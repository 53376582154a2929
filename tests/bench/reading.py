"""Reading communiqués on one core: pages a second, ms a page, HTML share, growth with length.

Over the real pages of ../shared where they are, else over the bundled ones; CPU time of this
process, best of three. Goal: at most 15 ms a page.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from flows.catalog import load_catalog
from flows.model.charset import decode
from flows.model.nouns import MediaKind
from flows.model.paths import SAMPLES
from flows.read.document.html import read_html
from flows.read.prose.reading import read_document

SHARED = Path(__file__).resolve().parents[2].parent / "shared/data/communiques"
ROUNDS = 3
LONGER = 100
_KINDS = {".html": MediaKind.HTML, ".pdf": MediaKind.PDF, ".docx": MediaKind.DOCX}

Page = tuple[bytes, MediaKind]


def main() -> None:
    catalog = load_catalog()

    def read(page: Page) -> None:
        read_document(page[0], page[1], None, catalog=catalog)

    folder = SHARED
    if not SHARED.is_dir():
        print("skipped: the real pages (../shared is not there); the bundled pages instead")
        folder = SAMPLES
    pages = [
        (path.read_bytes(), _KINDS[path.suffix])
        for path in sorted(folder.iterdir())
        if path.suffix in _KINDS
    ]
    web = [page for page in pages if page[1] is MediaKind.HTML]
    _each(read, pages)  # lexicon, catalogue and imports are paid once
    seconds = _best(read, web)
    cutting = _best(lambda page: read_html(decode(page[0])[0]), web)
    _line("web pages", len(web), seconds)
    print(f"{'of it HTML cutting':<22}{cutting / seconds:6.0%}")
    if len(web) < len(pages):
        _line("with PDF and DOCX", len(pages), _best(read, pages))
    short, long = _text(web[0], 1), _text(web[0], LONGER)
    growth = _best(read, [long]) / _best(read, [short])
    print(f"{'growth with length':<22}{growth:6.0f} times the time for {LONGER} times the text")


def _line(name: str, count: int, seconds: float) -> None:
    each = 1000 * seconds / count
    print(f"{name:<22}{count / seconds:6.0f} pages/s, {each:.1f} ms a page ({count} pages)")


def _text(page: Page, times: int) -> Page:
    """The text of a page as a plain document, so many times over."""
    text = read_html(decode(page[0])[0]).clean
    return ((text + "\n") * times).encode(), MediaKind.TEXT


def _each(work: Callable[[Page], object], pages: Sequence[Page]) -> float:
    since = time.process_time()
    for page in pages:
        work(page)
    return time.process_time() - since


def _best(work: Callable[[Page], object], pages: Sequence[Page]) -> float:
    return min(_each(work, pages) for _ in range(ROUNDS))


if __name__ == "__main__":
    main()
