"""The check of articles: sentences with true figures, and the same with figures altered, seeded.

True figures are those of a publication of the bundled releases, as a newspaper prints them. Each
is then made wrong (two fifths more), damaged (its point lost), relabelled (another indicator of
the same unit) and moved to another year. Beside it: seconds of ``check`` on a long article.
"""

from __future__ import annotations

import datetime as dt
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import polars as pl

from flows.ask.check.claims import find_claims
from flows.ask.check.nouns import ClaimVerdict, JudgedClaim
from flows.ask.check.report import WRONG
from flows.ask.check.verdicts import KnownFigures, judge_claims
from flows.ask.document import Hints, read_places
from flows.ask.publication import open_publication
from flows.ask.query import query
from flows.catalog import Catalog, load_catalog
from flows.evidence.misprint import number
from flows.model.settings import Settings
from flows.publish import publish
from flows.store import Store
from tests.runs import run_path
from tests.store_support import Fig, doc, put

SHARED = Path(__file__).resolve().parents[2].parent / "shared/data/communiques"

SEED = 20240208
_HAIR = 1e-6
_FORMS = (
    "{year}年，{area}{name}{value}{unit}。",
    "{year}年{area}实现{name}{value}{unit}。",
    "{area}{year}年{name}达到{value}{unit}。",
)
_FACTS = """
SELECT o.ref_area, o.indicator, o.time_period, o.obs_value, o.unit_measure, i.name_zh AS name
FROM latest_observation AS o JOIN indicator AS i USING (indicator)
WHERE o.measure = 'level' AND o.freq = 'A' AND o.obs_value > 0
    AND o.unit_measure IN ('亿元', '万人', '元', '%')
ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that says one thing, with what was done to it."""

    kind: str
    text: str
    truth: float


def sentences(facts: pl.DataFrame, catalog: Catalog) -> list[Sentence]:
    """Every fact once as it is, and once in each alteration that changes what it says."""
    chance = random.Random(SEED)  # noqa: S311 - nothing secret
    names = dict(
        catalog.areas.filter(pl.col("valid_to").is_null()).select("ref_area", "name_zh").iter_rows()
    )
    labels = facts.select("indicator", "name", "unit_measure").unique().sort("indicator").rows()
    values: dict[tuple[str, str], set[float]] = {}
    for row in facts.iter_rows(named=True):
        values.setdefault((row["ref_area"], row["indicator"]), set()).add(row["obs_value"])
    made: list[Sentence] = []
    for row in facts.iter_rows(named=True):
        digits = 0 if row["unit_measure"] == "元" else 2
        area, truth = names[row["ref_area"]], round(row["obs_value"], digits)
        form = chance.choice(_FORMS)
        shown = f"{truth:.{digits}f}"
        year, name, unit = row["time_period"], row["name"], row["unit_measure"]

        def say(
            kind: str, form: str = form, area: str = area, truth: float = truth, **parts: object
        ) -> None:
            made.append(Sentence(kind, form.format(area=area, **parts), truth))

        say("true", year=year, name=name, value=shown, unit=unit)
        wrong = f"{truth * 1.4:.{digits}f}"
        if wrong != shown:
            say("wrong", year=year, name=name, value=wrong, unit=unit)
        if "." in shown and truth >= 10:
            say("damaged", year=year, name=name, value=shown.replace(".", ""), unit=unit)
        others = [
            (code, label)
            for code, label, measured in labels
            if measured == unit and code != row["indicator"]
        ]
        code, label = chance.choice(others)
        if row["obs_value"] not in values.get((row["ref_area"], code), set()):
            say("relabelled", year=year, name=label, value=shown, unit=unit)
        say("another year", year=str(int(year) - 1), name=name, value=shown, unit=unit)
    return made


def real_sentences(catalog: Catalog) -> tuple[list[Fig], list[tuple[str, str, int, str, float]]]:
    """Accepted figures of the real communiqués, and the sentences that print them.

    A sentence is ``(kind, article, offset of the number, area, true value)``; the article is a head that says
    area and year, and the sentence as it is printed, or with the number altered.
    """
    chance = random.Random(SEED)  # noqa: S311 - nothing secret
    pages = sorted(p for p in SHARED.iterdir() if p.suffix in (".html", ".pdf", ".docx"))
    _, rows = read_places([str(page) for page in pages], Hints(), Settings())
    names = dict(
        catalog.areas.filter(pl.col("valid_to").is_null()).select("ref_area", "name_zh").iter_rows()
    )
    accepted = rows.filter(
        pl.col("own")
        & (pl.col("status") == "accepted")
        & pl.col("comparator").is_null()
        & pl.col("measure").is_in(["level", "growth"])
        & pl.col("ref_area").is_in(list(names))
        & (pl.col("time_period").str.len_chars() == 4)
    ).unique(["ref_area", "indicator", "measure", "time_period"], maintain_order=True)
    figures = [
        Fig(r["ref_area"], r["indicator"], r["time_period"], r["value"], r["measure"],
            r["unit_measure"], _decimals(r["value_text"], r["value"]))
        for r in accepted.iter_rows(named=True)
    ]  # fmt: skip
    printed_in_order = rows.filter(pl.col("text").is_not_null()).select("file", "text")
    told = printed_in_order.unique(maintain_order=True).rows()
    previous = {
        here: before[1] for before, here in pairwise(told) if before[0] == here[0]
    }  # a sentence that begins with 其中 goes on with the one before it
    made = []
    for r in accepted.iter_rows(named=True):
        sentence, printed = r["text"] or "", r["value_text"]
        if sentence.count(printed) != 1 or number(printed) is None:
            continue
        year, before = int(r["time_period"]), previous.get((r["file"], sentence), "")
        head = f"{names[r['ref_area']]}{year}年\n{year + 1}年4月1日\n{before}。"
        value = float(printed.replace(",", ""))
        digits = len(printed.partition(".")[2])
        others = [
            o["value_text"]
            for o in accepted.filter(pl.col("file") == r["file"]).iter_rows(named=True)
            if o["unit_measure"] == r["unit_measure"] and o["value_text"] != printed
        ]
        forms = {"true": printed, "wrong": f"{value * 1.4:.{digits}f}"}
        if digits and value >= 10 and r["measure"] == "level":
            forms["damaged"] = printed.replace(".", "")
        if others:
            forms["relabelled"] = chance.choice(others)
        for kind, shown in forms.items():
            if kind == "true" or shown != printed:
                at = len(head) + sentence.index(printed)
                article = head + sentence.replace(printed, shown)
                made.append((kind, article, at, r["ref_area"], r["value"]))
    return figures, made


def _decimals(printed: str, value: float) -> int:
    exact = f"{value:.6f}".rstrip("0")
    return max(len(text.partition(".")[2]) for text in (printed, exact))


def real(catalog: Catalog) -> None:
    """Print a line a kind over the real releases."""
    if not SHARED.is_dir():
        print("  skipped: the real releases (../shared is not there)")
        return
    figures, made = real_sentences(catalog)
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(home=Path(scratch))
        put(settings, doc("real", *figures))
        with Store.open(settings, run_id="publish") as store:
            publish(store, catalog, settings, run_id="publish")
        areas = {figure.ref_area for figure in figures}
        known = KnownFigures(open_publication(settings), areas, catalog)
        counts: dict[str, Counter[str]] = {}
        for kind, article, at, area, truth in made:
            tally = counts.setdefault(kind, Counter())
            tally["sentences"] += 1
            claims = find_claims(article, catalog)
            here = [c for c in claims if _covers(c.locator, at) and c.ref_area == area]
            if not here:
                tally["no claim"] += 1
            for one in judge_claims(here, known):
                tally["supported"] += ClaimVerdict.SUPPORTED in one.verdicts
                tally["called wrong"] += bool(WRONG.intersection(one.verdicts))
                tally["unverifiable"] += ClaimVerdict.UNVERIFIABLE in one.verdicts
                likely = one.likely_value
                tally["likely right"] += likely is not None and abs(likely - truth) < _HAIR
        print("  sentences of the real communiqués as they are printed")
        for kind, tally in counts.items():
            rest = ", ".join(f"{name} {n}" for name, n in tally.items() if name != "sentences")
            print(f"  {kind:<13}{tally['sentences']:5}  {rest}")


def _covers(locator: str, at: int) -> bool:
    first, _, last = locator.removeprefix("char:").partition("-")
    return int(first) <= at < int(last)


def judged(text: str, known: KnownFigures) -> list[JudgedClaim]:
    """The verdicts on a text as an article of its own."""
    claims = find_claims(text, known.catalog, published_on=dt.date(2025, 3, 1))
    return judge_claims(claims, known)


def main() -> None:
    """Print a line a kind."""
    with tempfile.TemporaryDirectory() as scratch:
        settings, catalog = Settings(home=Path(scratch)), load_catalog()
        run_path(settings)
        facts = query(settings, _FACTS)
        made = sentences(facts, catalog)
        known = KnownFigures(open_publication(settings), facts["ref_area"].unique(), catalog)
        counts: dict[str, Counter[str]] = {}
        for each in made:
            tally = counts.setdefault(each.kind, Counter())
            tally["sentences"] += 1
            found = judged(each.text, known)
            if not found:
                tally["no claim"] += 1
            for one in found:
                tally["supported"] += ClaimVerdict.SUPPORTED in one.verdicts
                tally["called wrong"] += bool(WRONG.intersection(one.verdicts))
                tally["unverifiable"] += ClaimVerdict.UNVERIFIABLE in one.verdicts
                likely = one.likely_value
                tally["likely right"] += likely is not None and abs(likely - each.truth) < 0.006
        for kind, tally in counts.items():
            rest = ", ".join(f"{name} {n}" for name, n in tally.items() if name != "sentences")
            print(f"  {kind:<13}{tally['sentences']:5}  {rest}")
        text = "".join(each.text for each in made)
        since = time.perf_counter()
        found = judged(text, known)
        seconds = time.perf_counter() - since
        print(
            f"  all {len(text):,} characters as one article: {len(found)} claims, {seconds:.1f} s"
        )
    real(catalog)


if __name__ == "__main__":
    main()
