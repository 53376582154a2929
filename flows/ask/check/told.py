"""Figures and facts as a reason says them."""

from __future__ import annotations

from flows.ask.check.warehouse import Fact
from flows.model.measure import Measure

#: How the reason begins where what is held bears a claim out, and what is not held may not.
SO_FAR = "as far as figures are held"


def figure(value: float) -> str:
    return f"{value:.10g}"


def told(fact: Fact) -> str:
    proof = fact.proof
    unit = "" if proof.unit_measure == "%" else " "
    name = (
        proof.indicator if proof.measure == Measure.LEVEL else f"{proof.indicator} {proof.measure}"
    )
    return (
        f"{name} {proof.time_period}: "
        f"{figure(proof.obs_value)}{unit}{proof.unit_measure} ({proof.release_id})"
    )
