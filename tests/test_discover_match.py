"""A link is a release where its title settles kind, area and period; else it is held and says why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from flows.catalog import Catalog, load_catalog
from flows.catalog.model import Discovery, Source, Want
from flows.discover.match import Match, Matched, SightingFate, match_sightings
from flows.model.kinds import Kind
from flows.model.listing import Sighting
from flows.model.nouns import Authority, Release
from flows.model.request import Request

SITE = "https://tjj.example.cn"


def source(
    name: str = "counties",
    authority: Authority = Authority.OFFICIAL,
    ref_area: str | None = None,
    releases: tuple[Release, ...] = (),
    **declared: Any,
) -> Source:
    prototype = Release(
        "found", name, SITE, "各县统计局", "各县统计局", "communique", authority, ref_area=ref_area
    )
    listing = Request(f"https://{declared.pop('host', 'tjj.example.cn')}/list/")
    discovery = Discovery(listing, "html", **declared)
    return Source(name, "各县统计局", releases, discovery=discovery, prototype=prototype)


def sighting(
    title: str,
    url: str = f"{SITE}/art/1.html",
    day: date | None = date(2026, 3, 5),
    of: str = "counties",
    first_seen: int = 1,
) -> Sighting:
    seen = datetime(2026, 3, first_seen, tzinfo=UTC)
    return Sighting(of, Request(url), title, str(day) if day else None, day, seen)


def match(
    *sightings: Sighting, sources: Collection[Source] = (), withdrawn: Collection[str] = ()
) -> Matched:
    given = tuple(sources) or (source(within="330000"),)
    return match_sightings(sightings, catalog(given), withdrawn)


def catalog(sources: tuple[Source, ...]) -> Catalog:
    return replace(load_catalog(), sources=sources)


def match_one(title: str, *, day: date | None = date(2026, 3, 5), **declared: Any) -> Match:
    given = source(**{"within": "330000"} | declared)
    (only,) = match(sighting(title, day=day), sources=[given]).matches
    return only


def test_one_declaration_takes_the_communiques_of_every_county_and_year() -> None:
    found = match(
        sighting("平阳县2025年国民经济和社会发展统计公报", f"{SITE}/1"),
        sighting("2024年龙港市国民经济和社会发展统计公报", f"{SITE}/2"),
    )
    assert [
        (each.release_id, each.ref_area, each.time_period, each.url) for each in found.releases
    ] == [
        ("longgang-communique-2024", "330383", "2024", f"{SITE}/2"),
        ("pingyang-communique-2025", "330326", "2025", f"{SITE}/1"),
    ]


def test_the_day_of_an_official_listing_is_the_day_of_publication_and_that_of_a_copy_is_not() -> (
    None
):
    for authority, day in ((Authority.OFFICIAL, date(2026, 3, 5)), (Authority.REPOST, None)):
        given = source(authority=authority, within="330000")
        (release,) = match(sighting("平阳县2025年统计公报"), sources=[given]).releases
        assert release.published_on == day


def test_the_publisher_may_be_named_after_the_area() -> None:
    given = source(within="330000", publisher="{area}统计局")
    (release,) = match(sighting("2025年平阳县统计公报"), sources=[given]).releases
    assert release.publisher == "平阳县统计局"


@pytest.mark.parametrize(
    ("title", "rule"),
    [
        ("2025年国民经济和社会发展统计公报", "no-area"),
        ("2025年某阳县国民经济和社会发展统计公报", "no-area"),
        ("2025年平阳县、苍南县国民经济和社会发展统计公报", "ambiguous-area"),
        ("2025年辰溪县国民经济和社会发展统计公报", "area-outside"),
        ("平阳县国民经济和社会发展统计公报", "unknown-period"),
    ],
)
def test_what_is_not_settled_is_held_with_its_reason(title: str, rule: str) -> None:
    found = match_one(title)
    assert (found.fate, found.rule, found.release) == (SightingFate.HELD, rule, None)
    assert found.reason


def test_a_part_of_a_year_without_the_year_needs_the_day_beside_it() -> None:
    title = "平阳县1—7月份经济运行情况"
    held = match_one(title, day=None)
    assert held.fate is SightingFate.HELD
    taken = match_one(title, day=date(2026, 8, 20))
    assert taken.release is not None
    assert taken.release.time_period == "2026-07"


@pytest.mark.parametrize(
    ("title", "declared", "rule"),
    [
        ("2025年平阳县统计公报解读", {}, "kind"),
        ("一图读懂2025年平阳县统计公报", {}, "kind"),
        ("平阳县统计局召开年度工作会议", {}, "kind"),
        ("2025年平阳县统计公报", {"want": Want(unless="平阳")}, "unless"),
        ("2025年平阳县统计公报", {"want": Want(title="^平阳")}, "title"),
        ("2025年平阳县统计公报", {"want": Want(path="/tjgb/")}, "path"),
        ("2025年平阳县统计公报", {"host": "other.example.cn"}, "host"),
        ("平阳县2026年一季度经济运行情况", {"want": Want(kinds=(Kind.COMMUNIQUE,))}, "kind"),
    ],
)
def test_what_a_source_does_not_want_is_excluded_with_its_reason(
    title: str, declared: dict[str, Any], rule: str
) -> None:
    found = match_one(title, **declared)
    assert (found.fate, found.rule) == (SightingFate.EXCLUDED, rule)


def test_a_source_of_one_area_need_not_print_it_and_takes_no_other() -> None:
    own: dict[str, Any] = {"within": None, "ref_area": "330326"}
    plain = match_one("2025年国民经济和社会发展统计公报", **own)
    assert plain.release is not None
    assert plain.release.ref_area == "330326"
    other = match_one("2025年苍南县国民经济和社会发展统计公报", **own)
    assert other.fate is SightingFate.HELD


def test_a_title_of_a_bare_year_is_of_the_kind_that_is_declared() -> None:
    bare = Want(title=r"^20\d\d年$", kinds=(Kind.COMMUNIQUE,))
    found = match_one("2025年", within=None, ref_area="100000", want=bare)
    assert found.release is not None
    assert found.release.release_id == "100000-communique-2025"


def test_a_source_that_only_proposes_gives_no_release() -> None:
    given = source(within="330000", follow=False)
    found = match(sighting("2025年平阳县统计公报"), sources=[given])
    assert found.releases == ()
    assert [each.fate for each in found.matches] == [SightingFate.PROPOSED]


OLD, NEW = f"{SITE}/art/2026/3/1/art_1_2.html", f"{SITE}/col/col1/art/2026/art_ab.html"
TITLE = "2025年平阳县统计公报"


def test_a_release_at_two_addresses_is_one_with_the_newest_first() -> None:
    found = match(sighting(TITLE, OLD, first_seen=1), sighting(TITLE, NEW, first_seen=9))
    assert [each.url for each in found.releases] == [NEW]
    assert [each.fate for each in found.matches] == [SightingFate.EDITION, SightingFate.TAKEN]


def test_an_address_that_is_withdrawn_gives_way_to_another() -> None:
    found = match(
        sighting(TITLE, OLD, first_seen=1), sighting(TITLE, NEW, first_seen=9), withdrawn={NEW}
    )
    assert [each.url for each in found.releases] == [OLD]


@pytest.mark.parametrize("copied_first", [True, False])
def test_the_official_address_counts_before_a_copy(copied_first: bool) -> None:
    copy = "https://copies.example.cn/1"
    sources = [
        source(within="330000"),
        source("copies", Authority.REPOST, within="330000", host="copies.example.cn"),
    ]
    found = match(
        sighting(TITLE, NEW, first_seen=9 if copied_first else 1),
        sighting(TITLE, copy, of="copies", first_seen=1 if copied_first else 9),
        sources=sources,
    )
    assert [each.url for each in found.releases] == [NEW]
    assert found.matches[1].fate is SightingFate.EDITION


def test_what_the_catalogue_lists_is_not_found_a_second_time() -> None:
    listed = Release(
        "pingyang-communique-2025", "counties", OLD, TITLE, "某局", "communique", ref_area="330326"
    )
    given = source(within="330000", releases=(listed,))
    found = match(sighting(TITLE, OLD), sighting(TITLE, NEW), sources=[given])
    assert found.releases == ()
    assert [each.rule for each in found.matches] == ["listed", "edition"]


def test_a_mended_title_at_one_address_is_the_release_that_it_names_now() -> None:
    (release,) = match(sighting("2024年平阳县统计公报", OLD)).releases
    (mended,) = match(sighting("2025年平阳县统计公报", OLD)).releases
    assert (release.time_period, mended.time_period) == ("2024", "2025")


def test_a_sighting_whose_source_has_left_is_none() -> None:
    assert match(sighting(TITLE, of="gone")) == Matched((), ())
