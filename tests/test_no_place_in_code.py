"""The code knows no area, no group and no province: they are data, and can be others'."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from flows.catalog import load_catalog

FLOWS = Path(__file__).parents[1] / "flows"
_CODE = re.compile(r"(?<!\d)[1-9]\d{5}(?!\d)")


def texts() -> Iterator[tuple[str, str]]:
    """Every text in the code that is no docstring, with its place."""
    for path in sorted(FLOWS.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        said = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or id(node) in said:
                continue
            if isinstance(node.value, str):  # codes are text, too
                yield f"{path.relative_to(FLOWS)}:{node.lineno}", node.value


def test_no_area_and_no_group_is_named_in_the_code() -> None:
    catalog = load_catalog()
    groups = set(catalog.groups["group_id"]) | set(catalog.groups["name_zh"])
    groups |= set(catalog.groups["name_en"])
    provinces = set(catalog.areas.filter(catalog.areas["level"] == "province")["name_zh"])
    codes = set(catalog.areas["ref_area"])
    found = [
        (place, text)
        for place, text in texts()
        if any(name in text for name in groups | provinces)
        or any(code in codes for code in _CODE.findall(text))
    ]
    assert found == []
