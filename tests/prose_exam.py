"""The examination of the communiqué reader: what a corpus of sentences and small pages expects.

Each file of ``tests/data/prose_exam`` is a list of cases:

- ``id``; ``area`` and ``year``: what the text is about; ``hints: false`` where the reader must
  find both by itself;
- ``text`` or ``html``: as a bureau would print it (figures invented, consistent in themselves);
- ``expected``: ``indicator`` (level) or ``indicator+`` (growth) to the value in the unit of the
  catalogue: exactly these may be accepted for the area and year, and all of them must be;
- ``may``: the same, where statisticians could differ: counts neither for nor against;
- ``never``: ``indicator=value``, the wrong readings that the case was made for. They are errors
  anyhow; here they are counted apart, also where the reader gives them another year or area.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from flows.catalog import load_catalog
from flows.catalog.model import Catalog
from flows.harmonise import harmonise
from flows.model.nouns import MediaKind, Release, Snapshot
from flows.read import read

FOLDER = Path(__file__).parent / "data" / "prose_exam"
PARAPHRASES = Path(__file__).parent / "data" / "prose_exam_paraphrases.yaml"
#: What must stand before an indicator that is a part of another.
CONTEXT: dict[str, tuple[str, dict[str, float]]] = {
    "tax_revenue": (
        "全年一般公共预算收入75.6亿元，增长9.1%，",
        {"budget_revenue": 75.6, "budget_revenue+": 9.1},
    ),
    "exports": (
        "全年进出口总额102.6亿元，增长9.1%。其中，",
        {"trade_total": 102.6, "trade_total+": 9.1},
    ),
    "imports": (
        "全年进出口总额102.6亿元，增长9.1%。其中，",
        {"trade_total": 102.6, "trade_total+": 9.1},
    ),
}
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    id: str
    area: str
    year: str
    hints: bool
    kind: MediaKind
    body: str
    expected: dict[str, float]
    may: dict[str, float]
    never: tuple[str, ...]


@dataclass
class Answer:
    """What the reader made of a case."""

    case: Case
    right: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)  # accepted and not expected
    missing: list[str] = field(default_factory=list)  # "key=value: fate"
    forbidden: list[str] = field(default_factory=list)  # of ``never``, wherever accepted
    elsewhere: list[str] = field(default_factory=list)  # accepted for another year or area
    seconds: float = 0.0


@cache
def catalog() -> Catalog:
    return load_catalog()


def cases(folder: Path = FOLDER) -> list[Case]:
    return [
        _case(item)
        for path in sorted(folder.glob("*.yaml"))
        for item in YAML(typ="safe").load(path)
    ]


def paraphrases(path: Path = PARAPHRASES) -> list[Case]:
    """Each part of the file with the usual other parts, for each indicator that has a growth."""
    book = YAML(typ="safe").load(path)
    found: list[Case] = []
    for code, entry in book["names"].items():
        value, unit, usual = entry["value"], entry["unit"], entry["names"][0]
        grows = catalog().indicators[code].has_growth
        before, context = CONTEXT.get(code, ("", {}))
        rise = "，比上年增长8.7%" if grows else ""
        level = context | {code: float(value)}
        texts = [(f"{name}{value}{unit}{rise}", 8.7) for name in entry["names"]]
        texts += [(f"{usual}{verb}{value}{unit}{rise}", 8.7) for verb in book["verbs"]]
        if not before:
            texts += [(f"{start}{usual}{value}{unit}{rise}", 8.7) for start in book["beginnings"]]
        if grows:
            both = [(change, 8.7) for change in book["rises"]]
            both += [(change, -8.7) for change in book["falls"]]
            texts += [(f"{usual}{value}{unit}{_agreeing(c, value, unit)}", g) for c, g in both]
        for number, (text, growth) in enumerate(texts):
            wanted = level | ({code + "+": growth} if grows else {})
            name = f"paraphrase-{code}-{number}"
            found.append(
                Case(
                    name,
                    "430181",
                    "2023",
                    True,
                    MediaKind.TEXT,
                    before + text + "。",
                    wanted,
                    {},
                    (),
                )
            )
    return found


def _agreeing(change: str, value: str, unit: str) -> str:
    """Put amounts that agree with 8.7 % for INCREASE and DECREASE."""
    number = Decimal(value)
    step = Decimal(1).scaleb(int(number.as_tuple().exponent))
    for word, factor in (("INCREASE", "1.087"), ("DECREASE", "0.913")):
        amount = (number * Decimal("0.087") / Decimal(factor)).quantize(step)
        change = change.replace(word, f"{amount}{unit}")
    return change


def _case(item: dict[str, Any]) -> Case:
    html = item.get("html")
    return Case(
        id=item["id"],
        area=str(item["area"]),
        year=str(item["year"]),
        hints=item.get("hints", True),
        kind=MediaKind.HTML if html else MediaKind.TEXT,
        body=html or item["text"],
        expected={key: float(value) for key, value in (item.get("expected") or {}).items()},
        may={key: float(value) for key, value in (item.get("may") or {}).items()},
        never=tuple(item.get("never") or ()),
    )


def _key(row: dict[str, Any]) -> str:
    return str(row["indicator"]) + ("+" if row["measure"] == "growth" else "")


def _same(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-9 * max(1.0, abs(a), abs(b))


def sit(case: Case) -> Answer:
    """Read a case as ``gongbao read`` does, up to the gate, and compare."""
    data = case.body.encode()
    snapshot = Snapshot(
        case.id,
        hashlib.sha256(data).hexdigest(),
        "file:///x",
        case.kind,
        len(data),
        NOW,
        None,
        "utf-8",
    )
    release = Release(
        case.id, "exam", "file:///x", case.id, "", "communique",
        ref_area=case.area if case.hints else None,
        time_period=case.year if case.hints else None,
    )  # fmt: skip
    started = time.perf_counter()
    reading = read(data, snapshot=snapshot, release=release, catalog=catalog())
    parts = harmonise(
        reading, release=release, snapshot=snapshot, catalog=catalog(), run_id="", recorded_at=NOW
    )
    answer = Answer(case, seconds=time.perf_counter() - started)
    seen: set[tuple[str, float]] = set()
    known = set(catalog().indicators)
    for row in parts.observations.to_dicts():
        row["measure"] = row["measure"].partition("_at_")[0]  # a bound is read as what it bounds
        if row["indicator"] not in known or row["measure"] not in ("level", "growth"):
            continue
        key, value = _key(row), float(row["obs_value"])
        name = f"{key}={value:g}"
        if name in case.never:
            answer.forbidden.append(name)
        if (row["ref_area"], row["time_period"]) != (case.area, case.year):
            answer.elsewhere.append(f"{name} @{row['ref_area']} {row['time_period']}")
            continue
        if (key, value) in seen:
            continue
        seen.add((key, value))
        if key in case.expected and _same(value, case.expected[key]):
            answer.right.append(key)
        elif not (key in case.may and _same(value, case.may[key])):
            answer.wrong.append(name)
    held = {
        _key(row): f"{row['rule']}: {row['reason']}"
        for row in parts.quarantine.to_dicts()
        if row["indicator"]
    }
    answer.missing = [
        f"{key}={value:g} ({held.get(key, 'not claimed')})"
        for key, value in case.expected.items()
        if key not in answer.right
    ]
    return answer


def sit_all() -> list[Answer]:
    return [sit(case) for case in cases()]


def marks(answers: list[Answer]) -> tuple[float, float, str]:
    """Precision, recall and one line for a person."""
    right = sum(len(answer.right) for answer in answers)
    wrong = sum(len(answer.wrong) for answer in answers)
    missing = sum(len(answer.missing) for answer in answers)
    sound = sum(not (answer.wrong or answer.missing) for answer in answers)
    precision, recall = right / max(1, right + wrong), right / max(1, right + missing)
    line = (
        f"{len(answers)} cases, {sound} without fault; precision {precision:.4f} "
        f"recall {recall:.4f} right {right} wrong {wrong} missing {missing} "
        f"forbidden {sum(len(a.forbidden) for a in answers)}"
    )
    return precision, recall, line


def report(answers: list[Answer]) -> str:
    lines = []
    for answer in answers:
        if answer.wrong or answer.missing or answer.forbidden:
            lines.append(f"{answer.case.id}: {answer.case.body.strip()[:400]}")
            lines += [f"    WRONG   {item}" for item in answer.wrong]
            lines += [f"    missing {item}" for item in answer.missing]
            lines += [f"    NEVER   {item}" for item in answer.forbidden]
        lines += [f"    ({answer.case.id} elsewhere {item})" for item in answer.elsewhere]
    return "\n".join([*lines, marks(answers)[2]])
