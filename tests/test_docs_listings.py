"""The operator's page has every outcome of a visit, every cause of the walk, every fate of a link."""

from __future__ import annotations

import re
from pathlib import Path

from flows.discover import walk
from flows.discover.match import SightingFate
from flows.model.listing import ListingOutcome
from flows.model.registry import FAMILIES

PAGE = (Path(__file__).parents[1] / "docs/listings.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([a-z-]+) \| `([a-z-]+)` \|", PAGE, re.MULTILINE)


def test_every_cause_of_the_walk_has_its_remedy() -> None:
    source = Path(walk.__file__).read_text(encoding="utf-8")
    drifted = set(re.findall(r'_drifted\(\s*"([a-z-]+)"', source))
    ended = re.findall(r'ListingOutcome\.([A-Z_]+), "([a-z-]+)"', source)
    assert len(drifted) > 5
    assert len(ended) > 3
    told = {("drifted", cause) for cause in drifted}
    told |= {(str(ListingOutcome[name]), cause) for name, cause in ended}
    assert told <= set(ROWS)


def test_every_outcome_fate_and_family_is_named() -> None:
    for outcome in ListingOutcome:
        assert re.search(rf"^\| {outcome} \|", PAGE, re.MULTILINE), outcome
    for fate in SightingFate:
        assert re.search(rf"^\| {fate.value} \|", PAGE, re.MULTILINE), fate
    for family in FAMILIES:
        assert family in PAGE
