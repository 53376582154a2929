"""Each test that the documents name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])


def named_tests() -> list[tuple[str, str, str]]:
    return [
        (document.name, file, function)
        for document in DOCS
        for file, function in re.findall(
            r"`(?:tests/)?(test_\w+\.py)(?:::(test_\w+))?`", document.read_text()
        )
    ]


@pytest.mark.parametrize(("document", "file", "function"), named_tests())
def test_a_test_that_is_named_is_there(document: str, file: str, function: str) -> None:
    path = ROOT / "tests" / file
    assert path.is_file(), f"{document} names {file}"
    assert not function or f"def {function}(" in path.read_text(), f"{document} names {function}"


def test_the_invariants_name_tests() -> None:
    assert sum(document == "invariants.md" for document, *_ in named_tests()) > 20
