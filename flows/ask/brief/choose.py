"""What is worth saying, whatever the language."""

from __future__ import annotations

from decimal import Decimal
from math import ceil

from flows.ask.brief.facts import BriefFact, BriefFacts

SECTORS = ("gdp_primary", "gdp_secondary", "gdp_tertiary")
#: beside the sectors, the first that are known
OTHERS = ("industrial_va", "budget_revenue", "retail_sales", "income_all", "income_urban",
          "income_rural", "trade_total", "exports", "industrial_va_above_scale",
          "fixed_investment")  # fmt: skip
#: what a growth can be measured by
LEADS = frozenset(("in_step", "above_city", "above_province", "above_country"))
_MOST_SECTORS = 2
_MOST_OTHERS = 2
_REALISTIC = 15.0  # % a year; a county that would have to grow faster is not catching up
_FAR = 10.0  # years; a mark that is further off is no next step …
_NEAR = 1.25  # … unless it is at most a quarter more than the value
#: The part of a group's members that must have a figure. With fewer, most of them may stand
#: anywhere: the place among the rest, and who is next to it there, tell who prints and not who leads.
_RANKED = 0.5


def choose_sectors(
    facts: BriefFacts,
) -> list[tuple[str, BriefFact | None, BriefFact | None, BriefFact | None]]:
    """The largest sectors: code, value, share, growth; none where the largest is not certain."""
    known = []
    for code in SECTORS:
        value, share = facts.get("level", code), facts.get("share", code)
        if value is not None or share is not None:
            known.append((code, value, share, facts.get("growth", code)))
    if len(known) < len(SECTORS) and not any(s and s.obs_value > 50 for _, _, s, _ in known):
        return []
    known.sort(key=lambda k: -(k[2].obs_value if k[2] else k[1].obs_value if k[1] else 0.0))
    return known[:_MOST_SECTORS]


def compute_percent_of_gdp(share: BriefFact, facts: BriefFacts) -> Decimal:
    """A share to be rounded. One that the model computed is rounded there, and to round it again
    makes 44.1 of 44.046: it is computed anew from the values that it rests on."""
    part, whole = facts.get("level", share.indicator), facts.get("level")
    if share.qualifier != "computed" or part is None or whole is None or whole.value <= 0:
        return share.value
    return 100 * part.value / whole.value


def choose_others(facts: BriefFacts) -> list[tuple[str, BriefFact | None, BriefFact | None]]:
    """Code, level and growth of what else is known."""
    found = [
        (code, facts.get("level", code), facts.get("growth", code))
        for code in OTHERS
        if facts.get("level", code) or facts.get("growth", code)
    ]
    return found[:_MOST_OTHERS]


def choose_rank(facts: BriefFacts) -> tuple[BriefFact, BriefFact] | None:
    """The rank and the members that it is among, where it says something."""
    found, members = facts.get("rank"), facts.get("members")
    if found is None or members is None or members.obs_value < 2 or _has_few(members):
        return None
    return found, members


def _has_few(members: BriefFact | None) -> bool:
    """Whether too few of the group have a figure for a rank or a neighbour."""
    return members is not None and members.obs_value < _RANKED * (members.upper or 0.0)


def choose_catch_up(facts: BriefFacts) -> BriefFact | None:
    """The shortest time in which the next above can be reached by a growth that happens."""
    if _has_few(facts.get("members")):
        return None
    realistic = [f for f in facts.list_kinds("catch_up") if 0 < f.obs_value <= _REALISTIC]
    return min(realistic, key=lambda f: f.upper or 0.0, default=None)


def choose_mark(facts: BriefFacts) -> tuple[BriefFact, BriefFact | None] | None:
    """The next round mark and, where it is known and within ten years, the pace towards it."""
    found = facts.get("mark")
    if found is None:
        return None
    level = facts.get("level")
    reached = found.upper is not None and found.upper <= _FAR
    near = level is not None and found.obs_value <= _NEAR * level.obs_value
    if not reached and not near:
        return None
    return found, facts.get("pace") if reached else None


def find_year_of_mark(mark_: BriefFact, facts: BriefFacts) -> int:
    """The first year at whose end the mark is passed at that pace."""
    return int(facts.time_period) + max(1, ceil(mark_.upper or 0.0))


def choose_targets(facts: BriefFacts) -> list[BriefFact]:
    """What is aimed at for the year after."""
    return [
        fact
        for fact in facts.list_kinds("target_growth", "target_level", "target_lead")
        if fact.fact != "target_lead" or fact.qualifier in LEADS
    ]
