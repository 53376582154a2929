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
from pathlib import Path

import polars as pl

from flows.catalog import Catalog, load_catalog
from flows.check.claims import find
from flows.check.judge import Judge
from flows.check.nouns import Judged, Verdict
from flows.check.report import WRONG
from flows.check.warehouse import Warehouse, open_publication
from flows.publish import query
from flows.settings import Settings
from tests.runs import run_pipeline

SEED = 20240208
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


def judged(text: str, warehouse: Warehouse, catalog: Catalog) -> list[Judged]:
    """The verdicts on a text as an article of its own."""
    claims = find(text, catalog, published_on=dt.date(2025, 3, 1))
    return Judge(warehouse, catalog).judge(claims)


def main() -> None:
    """Print a line a kind."""
    with tempfile.TemporaryDirectory() as scratch:
        settings, catalog = Settings(home=Path(scratch)), load_catalog()
        run_pipeline(settings)
        facts = query(settings, _FACTS)
        made = sentences(facts, catalog)
        warehouse = Warehouse(open_publication(settings), facts["ref_area"].unique())
        counts: dict[str, Counter[str]] = {}
        for each in made:
            tally = counts.setdefault(each.kind, Counter())
            tally["sentences"] += 1
            found = judged(each.text, warehouse, catalog)
            if not found:
                tally["no claim"] += 1
            for one in found:
                tally["supported"] += Verdict.SUPPORTED in one.verdicts
                tally["called wrong"] += bool(WRONG.intersection(one.verdicts))
                tally["unverifiable"] += Verdict.UNVERIFIABLE in one.verdicts
                likely = one.likely_value
                tally["likely right"] += likely is not None and abs(likely - each.truth) < 0.006
        for kind, tally in counts.items():
            rest = ", ".join(f"{name} {n}" for name, n in tally.items() if name != "sentences")
            print(f"  {kind:<13}{tally['sentences']:5}  {rest}")
        text = "".join(each.text for each in made)
        since = time.perf_counter()
        found = judged(text, warehouse, catalog)
        seconds = time.perf_counter() - since
        print(
            f"  all {len(text):,} characters as one article: {len(found)} claims, {seconds:.1f} s"
        )


if __name__ == "__main__":
    main()
