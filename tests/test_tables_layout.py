"""Layouts: what can't be a layout is refused when it is loaded."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from flows.catalog.layout import Layout, Role
from flows.model.nouns import MediaKind
from tests.tables_support import SIMPLE, layout, world


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"columns": [{"heads": ["a"], "pattern": "a"}]}, "either heads or a pattern"),
        ({"columns": [{"indicator": "gdp"}]}, "either heads or a pattern"),
        ({"columns": [{"heads": ["a"], "role": "area", "unit": "亿元"}]}, "no unit"),
        ({"columns": [{"heads": ["a"], "role": "areas"}]}, "role"),
        ({"columns": [{"heads": ["a"], "role": "area"}]}, "no column of role figure"),
        ({"columns": [{"pattern": "("}]}, "no regular expression"),
        ({"columns": [{"heads": ["a"], "measure": "speed"}]}, "measure"),
        ({"columns": []}, "columns"),
        ({"media": []}, "media"),
        ({"media": ["docm"]}, "media"),
        ({"head_rows": 0}, "head_rows"),
        ({"sheets": "["}, "no regular expression"),
        ({"sheet": "表1"}, "sheet"),
        (
            {
                "columns": [
                    {"heads": ["a"], "role": "indicator"},
                    {"heads": ["b"]},
                    {"heads": ["c"]},
                ]
            },
            "one figure column",
        ),
        ({"columns": [{"heads": ["a"], "role": "unit"}, {"heads": ["b"]}]}, "no indicator column"),
    ],
)
def test_what_is_no_layout_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Layout.model_validate({**SIMPLE, **changes})


def test_a_layout_names_the_indicators_that_the_catalogue_must_know() -> None:
    assert layout().indicators == ("gdp", "gdp")


def test_every_layout_of_the_catalogue_claims_known_indicators_and_can_be_read_by_some_reader() -> (
    None
):
    layouts = world().layouts
    assert {"long", "county-panel", "zhejiang-county-yearbook"} <= set(layouts)
    readable = {MediaKind.XLSX, MediaKind.XLS, MediaKind.ODS, MediaKind.CSV, MediaKind.HTML}
    for name, known in layouts.items():
        assert set(known.indicators) <= set(world().indicators), name
        assert set(known.media) <= readable, name
        assert known.is_long or any(column.role is Role.AREA for column in known.columns), name
