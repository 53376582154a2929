"""Judging claims against a publication; nothing here reads an article."""

from flows.ask.check.verdicts.judge import judge_claims
from flows.ask.check.verdicts.known import KnownFigures

__all__ = ["KnownFigures", "judge_claims"]
