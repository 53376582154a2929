"""Damage benchmark: real pages, damaged figure by figure, and what the reader makes of them.

``python -m tests.bench.damage [--each N] [--seed S] [--show]``

Every page is read as it is; of its headline figures N a page and pattern are damaged in the
page's source, one at a time, in each of the 15 ways that real pages show, and the page is read
again. A damaged figure is

    accepted    with another value than the true one: the failure that must not happen (goal 0)
    held        in doubt; ``right`` counts those whose suggestion is the true value
    unread      no indicator claims it any more
    kept        the true value is accepted: the damage left the meaning (patterns 5, 10, 12 to 15),
                or the page prints the figure a second time
``other`` counts figures of the page that nobody touched and that came out with another value;
``lost`` counts untouched figures that came out held or unread.
Sound figures held on undamaged pages are counted apart.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.catalog import load_catalog
from flows.catalog.model import Catalog
from flows.model import paths
from flows.model.charset import decode
from flows.model.nouns import MediaKind
from flows.read.document.document import BREAK, SOFT
from flows.read.prose.reading import open_document, read_document
from flows.read.prose.rows import FigureRow

SHARED = Path(__file__).resolve().parents[2].parent / "shared/data/communiques"
_KINDS = {".html": MediaKind.HTML, ".pdf": MediaKind.PDF, ".docx": MediaKind.DOCX}
Key = tuple[str, str]


@dataclass(frozen=True)
class Page:
    name: str
    source: str
    kind: MediaKind
    area: str | None
    period: str | None


def pages(catalog: Catalog, real: bool = True) -> list[Page]:
    """Real pages where they are, and the bundled ones; PDF and DOCX as their text."""
    files = sorted(SHARED.glob("*_bulletin*.*")) if real and SHARED.is_dir() else []
    files += sorted(paths.SAMPLES.glob("*communique*.html"))
    found = []
    for path in files:
        kind = _KINDS.get(path.suffix)
        if kind is None:
            continue
        data = path.read_bytes()
        facts = read_document(data, kind, None, catalog=catalog).facts
        if kind is MediaKind.HTML:
            source = decode(data)[0]
        else:
            source = open_document(data, kind, None).clean.replace(BREAK, "\n").replace(SOFT, "")
            kind = MediaKind.TEXT
        found.append(Page(path.stem, source, kind, facts.ref_area, facts.time_period))
    return found


def read(page: Page, source: str, catalog: Catalog) -> list[FigureRow]:
    """Rows of the page's own period that an indicator claims."""
    result = read_document(
        source.encode(), page.kind, "utf-8", catalog=catalog,
        ref_area=page.area, time_period=page.period,
    )  # fmt: skip
    return [row for row in result.rows if row.indicator and row.period_text is None]


Damage = Callable[[str, int, int, FigureRow, random.Random], str | None]


def _put(source: str, start: int, end: int, text: str) -> str:
    return source[:start] + text + source[end:]


def _point(mark: Callable[[FigureRow], str]) -> Damage:
    def damage(source: str, start: int, end: int, row: FigureRow, rng: random.Random) -> str | None:
        text = source[start:end]
        if text.count(".") != 1 or not re.fullmatch(r"-?[\d.]+", text):
            return None
        return _put(source, start, end, text.replace(".", mark(row)))

    return damage


def _word(row: FigureRow) -> str:
    return "的GDP" if row.unit_text in ("亿元", "万元") else "个"


def _joined(source: str, start: int, end: int, row: FigureRow, rng: random.Random) -> str | None:
    match = re.compile(r"(%|亿元|元|万人|‰)?(、|和)(?=\d)").match(source, end)
    return _put(source, match.start(2), match.end(2), "") if match else None


def _ratio(source: str, start: int, end: int, marks: tuple[str, str]) -> str | None:
    ratio = re.compile(r"(\d+\.\d+)([:：︰∶])(\d+\.\d+)([:：︰∶])(\d+\.\d+)")
    for match in ratio.finditer(source, max(0, start - 30), end + 30):
        if match.start() <= start < match.end():
            a, _, b, _, c = match.groups()
            return _put(source, match.start(), match.end(), a + marks[0] + b + marks[1] + c)
    return None


def _colons(source: str, start: int, end: int, row: FigureRow, rng: random.Random) -> str | None:
    return _ratio(source, start, end, ("", ""))


def _marks(source: str, start: int, end: int, row: FigureRow, rng: random.Random) -> str | None:
    return _ratio(source, start, end, (rng.choice("：:︰∶比"), rng.choice("：:︰∶比")))


def _date(source: str, start: int, end: int, row: FigureRow, rng: random.Random) -> str | None:
    found = list(re.compile(r"20\d\d年").finditer(source, max(0, start - 200), start))
    if not found:
        return None
    at = found[-1].start() + rng.randrange(4)
    return _put(source, at, at + 1, "")


def _digits(source: str, start: int, end: int, row: FigureRow, rng: random.Random) -> str | None:
    return _put(source, start, end, "") if row.value_text != "持平" else None


def _one(source: str, start: int, end: int, row: FigureRow, rng: random.Random) -> str | None:
    text = source[start:end]
    ones = [index for index, char in enumerate(text) if char == "1"]
    if not ones or "<" in text:
        return None
    at = rng.choice(ones)
    return _put(source, start + at, start + at + 1, "65438+0")


def _pinyin(source: str, start: int, end: int, row: FigureRow, rng: random.Random) -> str | None:
    match = re.compile("[长元为额降入出比]").search(source, max(0, start - 12), start)
    return _put(source, match.end(), match.end(), "(zhǎng)") if match else None


def _unit(source: str, start: int, end: int, row: FigureRow, rng: random.Random) -> str | None:
    unit = row.unit_text or ""
    if unit and source.startswith(unit, end):
        return _put(source, end, end + len(unit), "")
    if source[start] == "-":
        return _put(source, start, start + 1, "")
    return None


def _sign(source: str, start: int, end: int, row: FigureRow, rng: random.Random) -> str | None:
    return _put(source, start, start + 1, "") if source[start] == "-" else None


def _footnote(source: str, start: int, end: int, row: FigureRow, rng: random.Random) -> str | None:
    return _put(source, start, start, rng.choice(["②", "[2]", "［3］", "<sup>2</sup>", " ①"]))


def _year(source: str, start: int, end: int, row: FigureRow, rng: random.Random) -> str | None:
    match = re.search(r"统计公报", source)
    return _put(source, match.end(), match.end(), "(2022年更新)") if match else None


def _farm(source: str, start: int, end: int, row: FigureRow, rng: random.Random) -> str | None:
    stop = source.find("。", end, end + 400)
    if row.indicator != "gdp" or row.measure != "level" or stop < 0 or row.value is None:
        return None
    wrong = round(row.value * rng.choice([0.5, 1.3, 2.0]) / 10) * 10
    return _put(source, stop + 1, stop + 1, f"GDP突破{wrong}{row.unit_text}。")


PATTERNS: dict[str, Damage] = {
    "1 point dropped": _point(lambda row: ""),
    "2 point a word": _point(_word),
    "3 separators lost": _joined,
    "4 ratio colons lost": _colons,
    "5 date digits lost": _date,
    "6 all digits lost": _digits,
    "7 middle dot": _point(lambda row: "·"),
    "8 full stop": _point(lambda row: "。"),
    "9 65438 for 1": _one,
    "10 pinyin": _pinyin,
    "11 unit lost": _unit,
    "11 sign lost": _sign,
    "12 ratio marks": _marks,
    "13 footnotes": _footnote,
    "14 year added": _year,
    "15 content farm": _farm,
}


def _accepted(rows: list[FigureRow]) -> dict[Key, float]:
    return {
        (row.indicator or "", row.measure or ""): row.value
        for row in rows
        if row.doubt is None and row.value is not None
    }


def _near(a: float | None, b: float | None) -> bool:
    return a is not None and b is not None and abs(a - b) <= 1e-9 * max(1.0, abs(a))


def run(
    catalog: Catalog, each: int, seed: int, show: bool = False, real: bool = True
) -> tuple[dict[str, Counter[str]], Counter[str]]:
    """``(counts by pattern, counts of the undamaged pages)``."""
    rng = random.Random(seed)  # noqa: S311 - a benchmark, not a secret
    counts: dict[str, Counter[str]] = {name: Counter() for name in PATTERNS}
    clean: Counter[str] = Counter()
    for page in pages(catalog, real):
        rows = read(page, page.source, catalog)
        truth = _accepted(rows)
        clean["pages"] += 1
        clean["accepted"] += len(truth)
        clean["held"] += sum(1 for row in rows if row.doubt is not None)
        for name, damage in PATTERNS.items():
            candidates = [row for row in rows if row.doubt is None]
            rng.shuffle(candidates)
            done = 0
            for row in candidates:
                match = re.fullmatch(r"char:(\d+)-(\d+)", row.locator)
                if match is None or done == each:
                    continue
                start, end = int(match[1]), int(match[2])
                source = damage(page.source, start, end, row, rng)
                if source is None:
                    continue
                done += 1
                _judge(counts[name], row, truth, read(page, source, catalog), show, page, name)
    return counts, clean


def _judge(
    count: Counter[str], row: FigureRow, truth: dict[Key, float], after: list[FigureRow],
    show: bool, page: Page, name: str,
) -> None:  # fmt: skip
    key = (row.indicator or "", row.measure or "")
    accepted = _accepted(after)
    held = [r for r in after if (r.indicator, r.measure) == key and r.doubt is not None]
    count["damaged"] += 1
    if key in accepted:
        outcome = "kept" if _near(accepted[key], truth[key]) else "accepted"
    elif held:
        outcome = "held"
        count["right"] += any(_near(r.suggestion, truth[key]) for r in held)
    else:
        outcome = "unread"
    count[outcome] += 1
    wrong = [k for k, v in accepted.items() if k != key and k in truth and not _near(v, truth[k])]
    new = [k for k in accepted if k not in truth]
    count["other"] += len(wrong) + len(new)
    count["lost"] += sum(1 for k in truth if k != key and k not in accepted)
    if show and (outcome == "accepted" or wrong or new):
        print(
            f"{name} | {page.name} | {row.context_text} | {row.value_text} | "
            f"{key} {accepted.get(key)} other {[(k, accepted[k]) for k in wrong + new]}"
        )


def main(arguments: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--each", type=int, default=6, help="figures a page and pattern")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print every failure")
    args = parser.parse_args(arguments)
    counts, clean = run(load_catalog(), args.each, args.seed, args.show)
    heads = ("damaged", "accepted", "held", "right", "unread", "kept", "other", "lost")
    print(f"{'pattern':22}" + "".join(f"{head:>9}" for head in heads))
    total: Counter[str] = Counter()
    for name, count in counts.items():
        total.update(count)
        print(f"{name:22}" + "".join(f"{count[head]:>9}" for head in heads))
    print(f"{'all':22}" + "".join(f"{total[head]:>9}" for head in heads))
    share = clean["held"] / max(1, clean["held"] + clean["accepted"])
    print(
        f"undamaged: {clean['pages']} pages, {clean['accepted']} figures accepted, "
        f"{clean['held']} held ({share:.2%})"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
