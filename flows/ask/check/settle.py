"""Which release would settle a claim that nothing here can judge."""

from __future__ import annotations

from flows.ask.check.nouns import Claim, Kind
from flows.catalog.model import Catalog


def settling(claim: Claim, catalog: Catalog) -> str:
    """For a person: what is missing, and who publishes it."""
    name = _name(claim.ref_area, catalog)
    year = claim.time_period or "the year"
    if claim.kind is Kind.COUNT:
        return f"no indicator counts this; the work report of {name} of {year} would say"
    if claim.kind is Kind.RANK and claim.group_id is None:
        whose = claim.group_text or "this list"
        return f"{whose!r} is no group of the catalogue; who publishes the list would settle it"
    if claim.kind is Kind.RANK and claim.indicator is None:
        return "by what they are ranked is not said"
    if claim.kind is Kind.TARGET:
        return f"the government work report of {name} of {year} would settle it"
    if claim.indicator is None:
        return f"{claim.phrase} is no indicator of the catalogue"
    known = [
        release.title
        for source in catalog.sources
        for release in source.releases
        if release.ref_area == claim.ref_area and release.time_period == claim.time_period
    ]
    if known:
        return f"nothing accepted of it; {known[0]} is in the catalogue but does not say"
    return f"the statistical communiqué of {name} of {year} would settle it; it is not held"


def _name(code: str | None, catalog: Catalog) -> str:
    if code is None:
        return "the area"
    return catalog.gazetteer.name(code) or code
