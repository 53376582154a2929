"""A year from a seed: what each bureau publishes and when, and everything that goes wrong.

The same seed gives the same script. Figures are invented; areas are real, since the product takes
them from its gazetteer. ``write_year(seed, last=…)`` gives the beginning of the same year.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import polars as pl

from flows.catalog import load_catalog
from tests.world.pages import LISTINGS, days_between, print_period
from tests.world.script import (
    Break,
    BreakPage,
    Document,
    Edit,
    Event,
    Fault,
    Figure,
    Noise,
    Publish,
    Readdress,
    Rebuild,
    Script,
    Site,
    Withdraw,
)

YEAR = 2025
FIRST, LAST = date(YEAR, 1, 1), date(YEAR + 1, 1, 6)
#: The families of the bureaus; the repost site is a WordPress, as the real one is.
_OFFICIAL = ("html", "hanweb", "jpaas", "feed", "sitemap", "json", "hostile")
_ENDINGS = {"communique": "国民经济和社会发展统计公报", "quarter": "经济运行情况"}
_NUMERALS = str.maketrans("0123456789", "〇一二三四五六七八九")


class Year:
    """Writes one script; ``rng`` decides everything that is not fixed."""

    def __init__(self, seed: int, counties: int) -> None:
        self.seed = seed
        self.rng = Random(seed)  # noqa: S311 - a script, no secret
        self.events: list[Event] = []
        self.published: list[Publish] = []
        self.levels: dict[tuple[str, str], Decimal] = {}
        self.serial = 0
        self.sites, self.places = self._found_sites(counties)

    def write(self) -> None:
        for site in self.sites:
            if site.official:
                for code, place in self.places[site.name]:
                    self._publish_series(site, code, place)
        self._repost()
        Cruelty(self).commit()

    # Sites and places

    def _found_sites(self, counties: int) -> tuple[list[Site], dict[str, list[tuple[str, str]]]]:
        areas = load_catalog().areas.filter(
            (pl.col("valid_from").fill_null(0) <= YEAR - 2) & pl.col("valid_to").is_null()
        )
        rows = areas.select("ref_area", "name_zh", "level", "parent").rows()
        children: dict[str, list[tuple[str, str]]] = {}
        for code, name, level, parent in rows:
            if level == "county":
                children.setdefault(parent, []).append((code, name))
        scopes: dict[str, list[str]] = {}
        for code, _, level, parent in rows:
            if level == "prefecture" and len(children.get(code, ())) >= counties:
                scopes.setdefault(parent, []).append(code)
        provinces = sorted(code for code, own in scopes.items() if len(own) >= len(_OFFICIAL))
        province = "330000" if self.seed == 1 else self.rng.choice(provinces)
        cities = self.rng.sample(sorted(scopes[province]), len(_OFFICIAL))
        sites, places = [], {}
        for number, (name, scope) in enumerate(zip(_OFFICIAL, cities, strict=True)):
            family = "html" if name == "hostile" else name
            sites.append(
                Site(
                    name,
                    family,
                    f"tjj{number}.world.gov.cn",
                    LISTINGS[family],
                    scope,
                    per_page={"feed": 6, "html": 4, "jpaas": 5, "hanweb": 4}.get(name, 20),
                )
            )
            places[name] = self.rng.sample(sorted(children[scope]), counties)
        sites.append(
            Site(
                "repost",
                "wordpress",
                "gongbaoku.world.cn",
                LISTINGS["wordpress"],
                province,
                official=False,
                suffix="-公报资料库",
            )
        )
        return sites, places

    # Documents

    def _publish_series(self, site: Site, code: str, place: str) -> None:
        rng = self.rng
        self.publish(site, code, place, "communique", str(YEAR - 2), _between(rng, 2024, 3, 1, 60))
        self.publish(site, code, place, "work_report", str(YEAR - 1), _between(rng, YEAR, 1, 8, 30))
        self.publish(site, code, place, "communique", str(YEAR - 1), _between(rng, YEAR, 2, 20, 70))
        for quarter, month in (("Q1", 4), ("Q2", 7), ("Q3", 10)):
            day = _between(rng, YEAR, month, 17, 13)
            self.publish(site, code, place, "quarter", f"{YEAR}-{quarter}", day)
        if site.name == "feed":
            for month in (2, 4, 5, 7, 8, 10, 11):
                period = f"{YEAR}-{month:02}"
                self.publish(
                    site, code, place, "months", period, _between(rng, YEAR, month + 1, 11, 14)
                )
        if site.name == "json":
            day = _between(rng, YEAR + 1, 1, 2, 3)
            self.publish(site, code, place, "work_report", str(YEAR), day)

    def publish(self, site: Site, code: str, place: str, kind: str, period: str, day: date) -> None:
        document = Document(
            f"{code}-{kind}-{period}",
            code,
            place,
            period,
            kind,
            self._title(place, kind, period),
            self._figures(code, kind, period),
        )
        counter = self.rng.random() < 0.15
        event = Publish(day, site.name, document, self.path(site, day), day, counter=counter)
        self.add(event)

    def add(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, Publish):
            self.published.append(event)

    def path(self, site: Site, day: date) -> str:
        self.serial += 1
        number = 5000000 + self.serial
        if site.family == "hanweb":
            return f"/art/{day.year}/{day.month}/{day.day}/art_71_{number}.html"
        if site.family == "jpaas":
            return f"/col/col1229/art/{day.year}/art_{self.rng.getrandbits(128):032x}.html"
        if site.family == "wordpress":
            return f"/xjtjgb/{number}.html"
        return f"/tjgb/{day:%Y%m}/t{day:%Y%m%d}_{number}.html"

    def _title(self, place: str, kind: str, period: str) -> str:
        year = period[:4]
        if kind == "work_report":
            return f"{int(year) + 1}年{place}政府工作报告"
        if kind == "months":
            return f"{print_period(period)}{place}主要经济指标"
        if kind == "quarter":
            return self.rng.choice(["{when}{place}{what}", "{place}{when}{what}"]).format(
                when=print_period(period), place=place, what=_ENDINGS[kind]
            )
        when = self.rng.choice([f"{year}年", f"{year}年度", f"{year.translate(_NUMERALS)}年"])
        form = self.rng.choice(["{when}{place}{what}", "{place}{when}{what}"])
        return form.format(when=when, place=place, what=_ENDINGS[kind])

    def _figures(self, code: str, kind: str, period: str) -> tuple[Figure, ...]:
        year, _, part = period.partition("-")
        share = {"": "1", "Q1": "0.22", "Q2": "0.46", "Q3": "0.72"}.get(part)
        share = share or str(round(int(part) / 12, 3))
        grown = self.rng.uniform(4.0, 7.5)

        def level(indicator: str, low: float, high: float, digits: str) -> Figure:
            key = code, indicator
            if key not in self.levels:
                self.levels[key] = Decimal(str(round(self.rng.uniform(low, high), 3)))
            years = int(year) - (YEAR - 2)
            value = self.levels[key] * Decimal("1.05") ** years * Decimal(share)
            value *= Decimal(str(round(self.rng.uniform(0.997, 1.003), 4)))
            text = value.quantize(Decimal(digits))
            while "." in digits and str(text).endswith("0"):  # a printed 0 at the end is rare
                text += Decimal(digits)
            return Figure(indicator, "level", str(text))

        growth = Figure("gdp", "growth", f"{grown:.1f}")
        sales = level("retail_sales", 90, 380, "0.01")
        sold = Figure("retail_sales", "growth", f"{self.rng.uniform(3.1, 8.9):.1f}")
        if kind == "months":
            invested = Figure("fixed_investment", "growth", f"{self.rng.uniform(1.1, 9.9):.1f}")
            return (sales, sold, invested)
        gdp = level("gdp", 210, 890, "0.01")
        if kind == "communique":
            return (
                gdp,
                growth,
                level("resident_population", 21, 96, "0.01"),
                level("income_urban", 41000, 66000, "1"),
                level("income_rural", 21000, 38000, "1"),
                sales,
            )
        return (gdp, growth, sales, sold)

    def _repost(self) -> None:
        """Most communiqués of the year come again on the repost site, days later."""
        site = self.sites[-1]
        for event in list(self.published):
            kind, period = event.document.kind, event.document.period
            share = {str(YEAR - 1): 0.6, str(YEAR - 2): 0.3}.get(period, 0.0)
            if kind == "communique" and self.rng.random() < share:
                day = event.day + timedelta(days=self.rng.randint(2, 25))
                self.add(Publish(day, site.name, event.document, self.path(site, day), day))


class Cruelty:
    """Everything that a year has done to crawlers."""

    def __init__(self, year: Year) -> None:
        self.year = year
        self.rng = year.rng
        self.used: set[str] = set()  # paths that something happens to already

    def commit(self) -> None:
        self._edit()
        self._revise()
        self._break_listings()
        self._rebuild()
        self._publish_twice()
        self._withdraw()
        self._readdress()
        self._break_pages()
        self._add_noise()
        self.add_hostile()
        self._misprint()

    def _pick(self, kind: str, period: str, *sites: str) -> list[Publish]:
        """A release that nothing has happened to yet; none where a small world has no more."""
        wanted = [
            each
            for each in self.year.published
            if each.document.kind == kind
            and each.document.period == period
            and each.path not in self.used
            and (each.site in sites if sites else each.site not in ("repost", "feed"))
        ]
        found = self.rng.sample(sorted(wanted, key=lambda each: each.path), min(1, len(wanted)))
        self.used |= {each.path for each in found}
        return found

    def change(self, document: Document, factor: str) -> Document:
        first = document.figures[0]
        text = (Decimal(first.text) * Decimal(factor)).quantize(Decimal("0.01"))
        if str(text).endswith("0"):
            text += Decimal("0.01")
        return document.revised((replace(first, text=str(text)), *document.figures[1:]))

    def _edit(self) -> None:
        """A figure is put right in place, within days."""
        for _ in range(2):
            for event in self._pick("communique", str(YEAR - 1)):
                day = event.day + timedelta(days=self.rng.randint(2, 9))
                changed = self.change(event.document, "1.012")
                self.year.add(Edit(day, event.site, event.path, changed))

    def _revise(self) -> None:
        """After the census last year's figure is another one, on a page of a year and a half ago."""
        for event in self._pick("communique", str(YEAR - 2)):
            day = _between(self.rng, YEAR, 11, 3, 12)
            self.year.add(Edit(day, event.site, event.path, self.change(event.document, "1.018")))

    def _break_listings(self) -> None:
        rng = self.rng
        names = rng.sample([*_OFFICIAL, "repost"], 8)
        plan = [
            (Fault.WALL, 3, 5, 14),
            (Fault.SCRIPT_WALL, 4, 18, 3),
            (Fault.ERROR, 4, 20, 1),
            (Fault.CUT, 3, 12, 2),
            (Fault.EMPTIED, 5, 6, 3),
            (Fault.RENAMED, 7, 18, 5),
            (Fault.OLD_AGAIN, 10, 19, 2),
            (Fault.ERROR, 12, 30, 4),  # over the year's end
        ]
        for name, (fault, month, earliest, days) in zip(names, plan, strict=True):
            day = _between(rng, YEAR, month, earliest, 6)
            if fault is Fault.RENAMED and self._family(name) not in ("html", "hanweb", "jpaas"):
                fault = Fault.EMPTIED
            self.year.add(Break(day, name, day + timedelta(days=days), fault))

    def _family(self, name: str) -> str:
        return next(site.family for site in self.year.sites if site.name == name)

    def _rebuild(self) -> None:
        """In June a site changes its family; in September another renumbers its column."""
        june = _between(self.rng, YEAR, 6, 3, 12)
        mended = june + timedelta(days=self.rng.randint(5, 12))
        self.year.add(Rebuild(june, "hanweb", mended, "jpaas", LISTINGS["jpaas"]))
        autumn = _between(self.rng, YEAR, 10, 12, 6)
        mended = autumn + timedelta(days=self.rng.randint(3, 9))
        self.year.add(Rebuild(autumn, "html", mended, "html", "/tjgb/nd/index.html"))

    def _publish_twice(self) -> None:
        """The same text under a second address in the same list, the day after."""
        for event in self._pick("communique", str(YEAR - 1), "jpaas", "json", "html"):
            site = next(each for each in self.year.sites if each.name == event.site)
            day = event.day + timedelta(days=1)
            path = self.year.path(site, day)
            self.used.add(path)
            self.year.add(replace(event, day=day, listed_on=day, path=path))

    def _withdraw(self) -> None:
        for keeps_row, status in ((False, 404), (True, 410)):
            for event in self._pick("quarter", f"{YEAR}-Q1"):
                day = event.day + timedelta(days=self.rng.randint(4, 12))
                self.year.add(Withdraw(day, event.site, event.path, status, keeps_row))

    def _readdress(self) -> None:
        for manner in ("stays", "redirects", "gone"):
            for event in self._pick(
                "communique", str(YEAR - 1), "json", "sitemap", "hostile", "jpaas"
            ):
                site = next(each for each in self.year.sites if each.name == event.site)
                day = event.day + timedelta(days=self.rng.randint(5, 15))
                self.year.add(
                    Readdress(day, event.site, event.path, self.year.path(site, day), manner)
                )

    def _break_pages(self) -> None:
        for fault, days in ((Fault.ERROR, 1), (Fault.CUT, 2), (Fault.EMPTIED, 1)):
            for event in self._pick("quarter", f"{YEAR}-Q2"):
                until = event.day + timedelta(days=days)
                self.year.add(BreakPage(event.day, event.site, until, event.path, fault))

    def _add_noise(self) -> None:
        """What stands beside releases and is none, and what may be one and can't be told."""
        for site in self.year.sites[:-1]:
            (_, place), *_ = self.year.places[site.name]
            for title in (
                f"{YEAR - 1}年{place}国民经济和社会发展统计公报解读",
                f"一图读懂{YEAR - 1}年{place}统计公报",
                f"{YEAR}年上半年{place}经济运行情况新闻发布会答记者问",
                f"关于征订《{place}统计年鉴》的通知",
                f"{place}经济技术开发区{YEAR - 1}年经济运行情况",
                f"{place}人民政府关于表彰先进集体的决定",
            ):
                day = _between(self.rng, YEAR, self.rng.randint(2, 11), 1, 27)
                self.year.add(Noise(day, site.name, title, self.year.path(site, day), day))
            if site.name in ("json", "jpaas"):
                day = _between(self.rng, YEAR, 4, 1, 20)
                title = f"{YEAR - 1}年云梦泽县国民经济和社会发展统计公报"
                path = self.year.path(site, day)
                self.year.add(Noise(day, site.name, title, path, day, held=True))
            if site.name in ("html", "sitemap"):
                day = _between(self.rng, YEAR, 8, 1, 20)
                path = self.year.path(site, day)
                self.year.add(
                    Noise(day, site.name, f"1—7月{place}主要经济指标", path, None, held=True)
                )

    def add_hostile(self, on: date | None = None) -> None:
        """Rows that tempt: the title of a communiqué, and an address that must never be asked."""
        site = next(each for each in self.year.sites if each.name == "hostile")
        (_, place), *_ = self.year.places["hostile"]
        title = f"{YEAR - 1}年{place}国民经济和社会发展统计公报"
        for href in (
            "javascript:location='https://evil.example/1.html'",
            "https://evil.example/tjgb/1.html",
            "//evil.example/tjgb/2.html",
            f"https://{site.host}@evil.example/3.html",
            f"https://{site.host}:8443/4.html",
            f"https://{site.host}.evil.example/5.html",
            "data:text/html,6",
            "http://169.254.169.254/latest/meta-data",
            "file:///etc/passwd",
        ):
            day = on or _between(self.rng, YEAR, self.rng.randint(2, 6), 1, 27)
            self.year.add(Noise(day, "hostile", title, href, day))
        for name in (
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "x'; DROP TABLE release; --",
            "统" * 60000,
        ):
            day = on or _between(self.rng, YEAR, 3, 1, 27)
            self.year.add(Noise(day, "hostile", name, self.year.path(site, day), day))

    def _misprint(self) -> None:
        """The repost site prints another figure than the bureau: the bureau's counts."""
        copies = [
            (place, each)
            for place, each in enumerate(self.year.events)
            if isinstance(each, Publish) and each.site == "repost" and each.day >= FIRST
        ]
        place, event = self.rng.choice(copies)
        self.year.events[place] = replace(event, document=self.change(event.document, "1.009"))


def write_year(
    seed: int, *, counties: int = 2, first: date = FIRST, last: date = LAST, step: int = 1
) -> Script:
    """The script of a seed. A later ``first`` begins with what was there by then.

    ``step``: the product looks only every so many days, which costs so many times less.
    """
    year = Year(seed, counties)
    year.write()
    rng = Random(seed + 1_000_003)  # noqa: S311
    hours = dict(_choose_hours(rng))
    back = {_between(rng, YEAR, 3, 3, 20): 2.0, _between(rng, YEAR, 9, 1, 25): 1.0}
    events = sorted(enumerate(year.events), key=lambda pair: (pair[1].day, pair[0]))
    return Script(
        seed,
        tuple(days_between(first, last)[::step]),
        tuple(year.sites),
        tuple(event for _, event in events),
        hours,
        back,
    )


def _choose_hours(rng: Random) -> Iterator[tuple[date, float]]:
    """On some days the product looks just after midnight, or just before."""
    for month in range(2, 12):
        yield _between(rng, YEAR, month, 1, 13), 0.05
        yield _between(rng, YEAR, month, 15, 12), 23.97
    yield date(YEAR, 12, 31), 23.97
    yield date(YEAR + 1, 1, 1), 0.02


def _between(rng: Random, year: int, month: int, day: int, days: int) -> date:
    """A day of the ``days`` from a day on."""
    return date(year, month, day) + timedelta(days=rng.randrange(days))
