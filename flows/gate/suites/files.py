"""Suites: plain JSON in ``expectations/``, in the form that Great Expectations itself writes.

    {"name": "observation",
     "meta": {},
     "expectations": [
        {"type": "expect_column_values_to_be_between",
         "kwargs": {"column": "sectors_sum_gap", "min_value": -1, "max_value": 1},
         "severity": "critical",
         "meta": {"rule": "sectors-sum", "reason": "the sectors add up to {right}, not {left}"}}]}

``severity``: critical (a failing row is held), warning or info (it passes, the check is
recorded). ``meta`` of an expectation:

    rule        short name in kebab case; one a suite
    reason      for an editor, with the numbers: fields in braces
    hold        "row" or "none", where it is not what the severity says: a repeat is held as info
    optional    true: the column may be null throughout (growth in a model)

``meta`` of a suite, both for models: ``key`` (columns that together name a row), ``may_be_empty``
(true where a model can rightly have no row).

Great Expectations logs and drops what it cannot build from a suite, so each expectation is built
by itself here: a misspelt type or argument is a GateError that names file and expectation.
"""

from __future__ import annotations

import difflib
import json
import re
import string
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flows.gate.suites.engine import find_problem, list_types
from flows.gate.suites.suite import Expectation, Suite, columns_in
from flows.model.errors import GateError

_RULE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_SEVERITIES = ("critical", "warning", "info")
_EXPECTATION = {"type": True, "kwargs": True, "severity": True, "meta": True, "description": False}
_SUITE = {"name": True, "expectations": True, "meta": False}
_META = {"rule": str, "reason": str, "hold": str, "optional": bool}


def load_suites(folder: Path, *, lint: bool = True) -> dict[str, Suite]:
    """Every suite of the folder by its file's stem.

    ``lint``: ask Great Expectations about types and arguments, which imports it.
    """
    files = sorted(folder.glob("*.json"))
    if not files:
        raise GateError("there is no suite here", where=str(folder))
    return {file.stem: load_suite(file, lint=lint) for file in files}


def load_suite(path: Path, *, lint: bool = True) -> Suite:
    """One suite file."""
    content = _load_json(path)
    _require_keys(content, _SUITE, str(path))
    if content["name"] != path.stem:
        raise GateError(f"its name must be {path.stem!r}, as the file's", where=str(path))
    meta = content.get("meta", {})
    _require_keys(meta, {"may_be_empty": False, "key": False}, f"{path}: meta")
    raw = content["expectations"]
    if not isinstance(raw, list) or not raw:
        raise GateError("a suite without expectations checks nothing", where=str(path))
    expectations = tuple(
        _build_expectation(each, f"{path}: expectation {at}", lint)
        for at, each in enumerate(raw, 1)
    )
    rules = [each.rule for each in expectations]
    for rule in rules:
        if rules.count(rule) > 1:
            raise GateError(f"rule {rule!r} is there twice", where=str(path))
    return Suite(
        path.stem,
        path,
        expectations,
        may_be_empty=bool(meta.get("may_be_empty", False)),
        key=tuple(meta.get("key", ())),
    )


def _load_json(path: Path) -> Any:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        near = difflib.get_close_matches(path.stem, [p.stem for p in path.parent.glob("*.json")])
        raise GateError(
            "no such suite", where=str(path), remedy=f"did you mean {near[0]}?" if near else None
        ) from error
    except (OSError, ValueError) as error:
        raise GateError(f"cannot be read: {error}", where=str(path)) from error
    return content


def list_columns(path: Path) -> tuple[str, ...]:
    """Columns that a suite file looks at, its key first. It is not linted, nothing is imported."""
    content = _load_json(path)
    named = [column for each in content["expectations"] for column in columns_in(each["kwargs"])]
    return tuple(dict.fromkeys([*content.get("meta", {}).get("key", ()), *named]))


def _build_expectation(raw: Any, where: str, lint: bool) -> Expectation:
    _require_keys(raw, _EXPECTATION, where)
    kind = str(raw["type"])
    where = f"{where} ({kind})"
    if raw["severity"] not in _SEVERITIES:
        raise GateError(
            f"severity {raw['severity']!r} must be one of {', '.join(_SEVERITIES)}", where=where
        )
    if lint:
        _lint(kind, raw, where)
    meta = raw["meta"]
    _require_keys(meta, {key: key in ("rule", "reason") for key in _META}, f"{where}: meta")
    for key, value in meta.items():
        if not isinstance(value, _META[key]):
            raise GateError(f"meta.{key} must be {_META[key].__name__}", where=where)
    if not _RULE.fullmatch(meta["rule"]):
        raise GateError(f"rule {meta['rule']!r} must be in kebab case", where=where)
    hold = meta.get("hold", "row" if raw["severity"] == "critical" else "none")
    if hold not in ("row", "none"):
        raise GateError(f"meta.hold {hold!r} must be row or none", where=where)
    try:
        list(string.Formatter().parse(meta["reason"]))
    except ValueError as error:
        raise GateError(f"meta.reason is no template: {error}", where=where) from error
    return Expectation(
        meta["rule"],
        raw["severity"],
        kind,
        dict(raw["kwargs"]),
        meta["reason"],
        hold == "row",
        bool(meta.get("optional", False)),
    )


def _lint(kind: str, raw: Any, where: str) -> None:
    """GateError for a type that is none, or arguments that it cannot take."""
    if kind not in list_types():
        near = difflib.get_close_matches(kind, list_types(), n=1)
        raise GateError(
            "no such expectation type",
            where=where,
            remedy=f"did you mean {near[0]}?" if near else None,
        )
    fault = find_problem(kind, raw["kwargs"], raw["severity"])
    if fault is not None:
        raise GateError(f"arguments it cannot take: {fault}", where=where)


def _require_keys(found: Any, allowed: Mapping[str, bool], where: str) -> None:
    """Every key known, every required one there."""
    if not isinstance(found, dict):
        raise GateError("must be an object", where=where)
    for key in found:
        if key not in allowed:
            near = difflib.get_close_matches(key, allowed, n=1)
            raise GateError(
                f"unknown key {key!r}",
                where=where,
                remedy=f"did you mean {near[0]}?" if near else f"known: {', '.join(allowed)}",
            )
    for key, required in allowed.items():
        if required and key not in found:
            raise GateError(f"{key!r} is missing", where=where)
