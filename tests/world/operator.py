"""The operator of a world: the catalogue of a day, as a person declares the sites in YAML.

He mends a rebuilt site on the day that the script says, and does nothing else all year.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from tests.world.script import Rebuild, Script, Site
from tests.world.state import rebuild_site

#: Families of which a page must say where the next one is; the others list all on one.
_PAGES = {"max": 20, "until": "known"}


def list_declared(script: Script, today: date) -> list[Site]:
    """The sites as the operator believes them to be."""
    sites = []
    for site in script.sites:
        for event in script.of(site.name, today):
            if isinstance(event, Rebuild) and event.mended <= today:
                site = rebuild_site(site, event)
        sites.append(site)
    return sites


def write_catalogue(folder: Path, script: Script, today: date) -> None:
    """The operator's own folder of the catalogue (``GONGBAO_CATALOG``), by one rename."""
    entries = [_declare(site) for site in list_declared(script, today)]
    _write(folder, entries)


def _write(folder: Path, entries: list[dict[str, Any]]) -> None:
    text = json.dumps(entries, ensure_ascii=False, indent=1)  # JSON is YAML
    path = folder / "sources" / "world.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        fresh = path.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)


def _declare(site: Site) -> dict[str, Any]:
    discover: dict[str, Any] = {
        "list": site.address,
        "family": site.family,
        "pages": _PAGES,
        "release": {
            "id": "{area}-{kind}-{period}",
            "within": site.scope,
            "publisher": "{area}统计局",
        },
        "want": {"kinds": ["communique", "quarter", "half_year", "months", "work_report"]},
    }
    return {
        "source_id": f"world-{site.name}",
        "publisher": f"{site.name}的统计局",
        "reader": "communique",
        "authority": "official" if site.official else "repost",
        "discover": discover,
    }
