"""The schema of the exports has a version: no column changes without one and without a word."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

from flows.publish.exports import SCHEMA_VERSION, exported
from flows.publish.models import load_models

ROOT = Path(__file__).parents[1]


def test_the_exported_columns_are_those_that_are_written_down() -> None:
    """If this fails, raise SCHEMA_VERSION, write docs/schema.json anew and add to CHANGELOG.md."""
    written = json.loads((ROOT / "docs" / "schema.json").read_text(encoding="utf-8"))
    found = {
        table.name: {column.name: column.data_type for column in table.columns}
        for table in exported(load_models())
    }
    assert written["tables"] == found
    assert [list(columns) for columns in written["tables"].values()] == [
        list(found[name]) for name in written["tables"]
    ]
    assert written["version"] == SCHEMA_VERSION


def test_the_changelog_has_an_entry_for_these_columns() -> None:
    """The entry names the first eight digits of the SHA-256 of docs/schema.json."""
    written = (ROOT / "docs" / "schema.json").read_bytes()
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    entries = re.findall(r"^## Schema (\d+) \(([0-9a-f]{8})\)\n\n\S", changelog, re.MULTILINE)
    assert entries[0] == (SCHEMA_VERSION, sha256(written).hexdigest()[:8])
    versions = [int(version) for version, _ in entries]
    assert versions == list(range(len(versions), 0, -1))
