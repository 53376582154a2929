"""Functions are named by a verb and an object, and each verb is in ``docs/verbs.md``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: Commands: their names are what a user types.
COMMANDS = ROOT / "flows" / "cli"
#: What is still to be renamed. This list only gets shorter.
OPEN = ROOT / "tests" / "data" / "names_without_verb.txt"


def verbs() -> set[str]:
    text = (ROOT / "docs" / "verbs.md").read_text()
    return set(re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE))


def public_functions() -> Iterator[str]:
    for path in sorted((ROOT / "flows").rglob("*.py")):
        if COMMANDS not in path.parents:
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            for node in ast.parse(path.read_text()).body:
                if isinstance(
                    node, ast.FunctionDef | ast.AsyncFunctionDef
                ) and not node.name.startswith("_"):
                    yield f"{module}.{node.name}"


def test_every_public_function_begins_with_a_verb_of_the_list() -> None:
    known = verbs()
    unnamed = {
        name for name in public_functions() if name.rpartition(".")[2].split("_")[0] not in known
    }
    assert unnamed <= set(OPEN.read_text().split())


def test_the_list_of_verbs_is_in_order() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/verbs.md").read_text(), flags=re.MULTILINE)
    assert listed == sorted(set(listed))
