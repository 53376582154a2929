"""Ten days of March in which everything goes wrong at once: the year's short form.

Every site publishes twice, and each has its own trouble between the two. The seed decides who the
counties are, what they say and how they say it; the days are fixed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from tests.world.pages import LISTINGS, days_between
from tests.world.script import (
    Break,
    BreakPage,
    Edit,
    Fault,
    Noise,
    Publish,
    Readdress,
    Rebuild,
    Script,
    Site,
    Withdraw,
)
from tests.world.year import YEAR, Cruelty, Year

START = date(YEAR, 3, 3)
DAYS = 10
#: When each site's two counties publish, counted from START.
_PUBLISHED = {
    "html": (1, 6),
    "hanweb": (1, 5),  # the second while the site is another one
    "jpaas": (3, 7),  # the first behind a wall
    "feed": (2, 7),
    "sitemap": (4, 7),
    "json": (2, 7),  # the second while the list is empty
    "hostile": (3, 5),
}


def day(number: int) -> date:
    return START + timedelta(days=number)


def write_weeks(seed: int, *, days: int = DAYS) -> Script:
    """The days of a seed."""
    year = Year(seed, counties=2)
    cruelty = Cruelty(year)
    first: dict[str, Publish] = {}
    for site in year.sites[:-1]:
        for number, (code, place) in enumerate(year.places[site.name]):
            year.publish(site, code, place, "communique", str(YEAR - 2), date(YEAR - 1, 3, 20))
            year.publish(
                site, code, place, "work_report", str(YEAR - 1), date(YEAR, 1, 20 + number)
            )
            on = day(_PUBLISHED[site.name][number])
            year.publish(site, code, place, "communique", str(YEAR - 1), on)
            if number == 0:
                first[site.name] = year.published[-1]
    year.events = [
        replace(each, counter=each.site == "json" and each.day > START)
        if isinstance(each, Publish)
        else each
        for each in year.events
    ]
    sites = {site.name: site for site in year.sites}
    _trouble_listings(year, sites)
    _trouble_pages(year, cruelty, sites, first)
    _copy(year, cruelty, sites["repost"], first)
    cruelty.add_hostile(day(2))
    _add_rows(year, sites)
    events = sorted(enumerate(year.events), key=lambda pair: (pair[1].day, pair[0]))
    return Script(
        seed,
        tuple(days_between(START, day(days - 1))),
        tuple(year.sites),
        tuple(event for _, event in events),
        hours={day(5): 0.02, day(6): 23.97},
        back={day(9): 1.0},
    )


def _trouble_listings(year: Year, sites: dict[str, Site]) -> None:
    year.add(Break(day(6), "html", day(8), Fault.FIRST_AGAIN))
    year.add(Rebuild(day(4), "hanweb", day(7), "jpaas", LISTINGS["jpaas"]))
    year.add(Break(day(2), "jpaas", day(8), Fault.WALL))
    year.add(Break(day(9), "feed", day(10), Fault.CUT))
    year.add(Break(day(6), "sitemap", day(7), Fault.ERROR))
    year.add(Break(day(7), "json", day(9), Fault.EMPTIED))
    year.add(Break(day(6), "hostile", day(8), Fault.RENAMED))
    year.add(Break(day(6), "repost", day(8), Fault.SCRIPT_WALL))
    year.add(Break(day(9), "html", day(10), Fault.OLD_AGAIN))
    # Pages that push the release of the day off the first page, or out of the feed.
    for name, on, rows in (("html", 6, 5), ("feed", 8, 6)):
        for number in range(rows):
            path = year.path(sites[name], day(on))
            title = f"{YEAR - 1}年统计公报解读之{number + 1}"
            year.add(Noise(day(on), name, title, path, day(on)))


def _trouble_pages(
    year: Year, cruelty: Cruelty, sites: dict[str, Site], first: dict[str, Publish]
) -> None:
    sitemap, json, hostile = first["sitemap"], first["json"], first["hostile"]
    year.add(BreakPage(sitemap.day, "sitemap", day(5), sitemap.path, Fault.CUT))
    year.add(
        Readdress(day(9), "sitemap", sitemap.path, year.path(sites["sitemap"], day(9)), "gone")
    )
    again = year.path(sites["json"], day(3))
    year.add(replace(json, day=day(3), listed_on=day(3), path=again))
    year.add(Edit(day(7), "hostile", hostile.path, cruelty.change(hostile.document, "1.012")))
    html, feed = first["html"], first["feed"]
    year.add(Edit(day(9), "html", html.path, cruelty.change(html.document, "0.991")))
    year.add(Withdraw(day(8), "feed", feed.path, 410, keeps_row=True))


def _copy(year: Year, cruelty: Cruelty, site: Site, first: dict[str, Publish]) -> None:
    """The repost site: last year's, one before its bureau can be read, one with a misprint."""
    before = next(each for each in year.published if each.site == "html")
    year.add(replace(before, site=site.name, path=year.path(site, START)))
    for name, on in (("jpaas", 4), ("html", 8)):
        document = first[name].document
        if name == "html":
            document = cruelty.change(document, "1.009")
        year.add(Publish(day(on), site.name, document, year.path(site, day(on)), day(on)))


def _add_rows(year: Year, sites: dict[str, Site]) -> None:
    (_, place), *_ = year.places["json"]
    unknown = f"{YEAR - 1}年云梦泽县国民经济和社会发展统计公报"
    path = year.path(sites["json"], day(4))
    year.add(Noise(day(4), "json", unknown, path, day(4), held=True))
    (_, place), *_ = year.places["sitemap"]
    path = year.path(sites["sitemap"], day(5))
    year.add(Noise(day(5), "sitemap", f"1—7月{place}主要经济指标", path, None, held=True))
    for name in ("html", "jpaas", "hostile"):
        (_, place), *_ = year.places[name]
        for title in (
            f"{YEAR - 1}年{place}国民经济和社会发展统计公报解读",
            f"一图读懂{YEAR - 1}年{place}统计公报",
            f"{place}经济技术开发区{YEAR - 1}年经济运行情况",
        ):
            year.add(Noise(day(4), name, title, year.path(sites[name], day(4)), day(4)))
