"""Figures as a reader would give them, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from flows.catalog.model import Catalog
from flows.harmonise import Harmonised, harmonise
from flows.model import schemas
from flows.model.nouns import MediaKind, Metadata, Reading
from tests.tables_support import NOW, release, snapshot, world

SHOT = snapshot(b"printed", MediaKind.HTML)


def figure(**printed: Any) -> dict[str, Any]:
    """A FIGURE row: Pingyang's GDP of 2023, 711.81 亿元, unless told otherwise."""
    text = str(printed.get("value_text", "711.81"))
    row: dict[str, Any] = {
        "snapshot_sha256": SHOT.sha256,
        "figure_no": 0,
        "locator": "char:0-6",
        "value_text": text,
        "value": _number(text),
        "decimals": len(text.partition(".")[2]),
        "unit_text": "亿元",
        "label_text": "地区生产总值",
        "context_text": "全年地区生产总值711.81亿元",
        "kind": "figure",
        "indicator": "gdp",
        "measure": "level",
        "comparator": None,
        "area_text": "平阳县",
        "period_text": "2023年",
        "obs_status": None,
        "doubt": None,
        "suggestion": None,
        "evidence": None,
    }
    unknown = set(printed) - set(row)
    assert not unknown, f"no such columns: {unknown}"
    return row | printed


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def harmonised(
    figures: Sequence[dict[str, Any]],
    *,
    metadata: Metadata | None = None,
    catalog: Catalog | None = None,
    **changes: Any,
) -> Harmonised:
    """The figures as one reading of a release of Zhejiang's, harmonised."""
    frame = pl.DataFrame(list(figures), schema=schemas.FIGURE)
    reading = Reading("r", SHOT.sha256, "test", "1", frame, metadata or Metadata())
    settings = {"published_on": date(2024, 3, 20), **changes}
    return harmonise(
        reading,
        release=release(**settings),
        snapshot=SHOT,
        catalog=catalog or world(),
        run_id="run-1",
        recorded_at=NOW,
    )


def rule_of(**printed: Any) -> tuple[str, str]:
    """Rule and reason of the one figure that was held back."""
    result = harmonised([figure(**printed)])
    assert result.quarantine.height == 1
    return result.quarantine["rule"][0], result.quarantine["reason"][0]
