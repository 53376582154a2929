"""The lexicon's YAML files; an error names file and line."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from flows.model.errors import CatalogError


@cache
def load_yaml(path: Path) -> Any:
    """What the file holds, as plain dicts and lists; raises ``CatalogError``."""
    try:
        with path.open(encoding="utf-8") as handle:
            return YAML(typ="safe", pure=True).load(handle)
    except (OSError, YAMLError) as error:
        raise CatalogError(str(error), where=path.name, remedy="mend the lexicon") from error
