"""Reasons for an editor: the suites' templates filled with what is known of one figure.

Fields that a template may use: every column of the observation, its bounds (``low``, ``high``,
``usual_low``, ``usual_high``), ``expected_unit``, and

    printed      "gdp of 2021 in 330326: 6005 亿元"
    what         indicator and measure: "gdp", "gdp growth"
    neighbours   "534.5 in 2020, 653.05 in 2022"
    others       other values of the same key
    growth, before, implied     printed growth, the level a year before, growth of the levels
    says, members, left, right  of an identity
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from flows.evidence.identities import Identity
from flows.evidence.misprint import number
from flows.gate.judge.members import Member
from flows.model.errors import GateError


def figure_fields(member: Member) -> dict[str, object]:
    facts: dict[str, object] = dict(member.facts)
    what = member.name.replace(":", " ")
    unit = facts.get("unit_measure") or ""
    sound = number(member.text)
    as_text = ""
    if member.text and (sound is None or sound[0] != member.value):
        as_text = f" (printed {member.text!r})"
    value = "no value" if math.isnan(member.value) else f"{member.value:.10g} {unit}"
    neighbours = [
        f"{' or '.join(f'{value:.10g}' for value in values)} in {year}"
        for year, values in member.years
    ] + [f"{value:.10g} in another release" for value in member.others]
    others = [f"{value:.10g}" for value in (*member.same, *member.others)]
    return (
        facts
        | dict(member.grown)
        | {
            "what": what,
            "printed": f"{what} of {facts['time_period']} in {facts['ref_area']}: {value}{as_text}",
            "neighbours": ", ".join(neighbours) or "the years around it",
            "others": ", ".join(others) or "the same value",
        }
    )


def identity_fields(
    identity: Identity, values: Mapping[str, tuple[float, float]]
) -> dict[str, object]:
    """What an identity adds: its members as printed, and its two sides."""
    left = values[identity.left][0] if isinstance(identity.left, str) else identity.left
    return {
        "says": identity.says,
        "members": ", ".join(f"{name} {values[name][0]:.10g}" for name in identity.members),
        "left": left,
        "right": identity.right(values),
    }


def fill_template(template: str, known: Mapping[str, object], *, rule: str) -> str:
    """The template with its fields; raises GateError for a field that a row does not have."""
    try:
        return template.format_map(known)
    except KeyError as error:
        raise GateError(
            f"the reason of rule {rule!r} names a field that is not known: {error}",
            remedy="flows/gate/judge/reasons.py lists the fields",
        ) from error
    except (ValueError, TypeError) as error:
        raise GateError(f"the reason of rule {rule!r} cannot be filled: {error}") from error
