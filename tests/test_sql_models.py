"""Each SQL model: rows in, rows out."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.ask.query import query, sample_queries
from flows.catalog.calendar import Due
from flows.model.errors import PublishError
from flows.model.kinds import Kind
from flows.model.nouns import Authority
from flows.model.paths import SQL
from flows.model.settings import Settings
from flows.publish import publish
from flows.publish.models import load_models, model_order, tables_read
from flows.store import Store
from tests.store_support import Doc, Fig, doc, put, small_catalog

PINGYANG, CANGNAN, LONGGANG = "330326", "330327", "330383"


def ask(settings: Settings, *docs: Doc, sql: str) -> list[tuple[object, ...]]:
    """Publish these releases, and ask."""
    put(settings, *docs)
    with Store.open(settings, run_id="publish") as store:
        result = publish(store, small_catalog(), settings, run_id="publish")
    assert result.folder is not None, result
    return query(settings, sql).rows()


def gdp(area: str, value: float, year: str = "2023", **more: object) -> Fig:
    return Fig(ref_area=area, value=value, time_period=year, **more)  # type: ignore[arg-type]


def test_latest_observation_leads_back_to_the_printed_sentence(settings: Settings) -> None:
    assert ask(
        settings,
        doc("old", Fig(value=711.8), published_on=date(2024, 3, 1)),
        doc("new", Fig(value=712.5), published_on=date(2024, 12, 1), title="统计年鉴"),
        sql="""SELECT obs_value, release_id, title, publisher, authority, url, value_text,
            unit_text, context_text, locator, published_on, obs_status FROM latest_observation""",
    ) == [
        (
            712.5,
            "new",
            "统计年鉴",
            "统计局",
            "official",
            "https://example.org/new.html",
            "712.5",
            "亿元",
            "2023年gdp712.5亿元。",
            "char:0-5",
            date(2024, 12, 1),
            "A",
        )
    ]


def test_a_value_whose_newer_print_is_held_is_marked(settings: Settings) -> None:
    put(settings, doc("a", gdp(PINGYANG, 700.0)), doc("b", gdp(CANGNAN, 400.0)))
    put(settings, doc("a", gdp(PINGYANG, 7.0, rule="lost-point")), run=2)
    sql = "SELECT ref_area, obs_value, stale_since::DATE FROM {} ORDER BY 1"
    stale = [(PINGYANG, 700.0, date(2025, 1, 2)), (CANGNAN, 400.0, None)]
    assert ask(settings, sql=sql.format("latest_observation")) == stale
    assert query(settings, sql.format("league_table")).rows() == stale
    facts = "brief WHERE fact = 'level'"
    assert query(settings, sql.format(facts)).rows() == stale


def test_standing_in_are_the_last_sound_values_of_what_is_held(settings: Settings) -> None:
    people = Fig(indicator="resident_population", value=80.0)
    put(settings, doc("a", gdp(PINGYANG, 700.0), people, gdp(PINGYANG, 650.0, "2022")))
    again = gdp(PINGYANG, 651.0, "2022")
    put(settings, doc("a", gdp(PINGYANG, 7.0, rule="lost-point"), again), run=2)
    assert ask(
        settings,
        sql="""SELECT indicator, time_period, obs_value FROM standing_in
            JOIN observation USING (reading_id, figure_no)""",
    ) == [("gdp", "2023", 700.0)]
    counting = "SELECT indicator, time_period, obs_value FROM counting_observation ORDER BY ALL"
    assert query(settings, counting).rows() == [("gdp", "2022", 651.0), ("gdp", "2023", 700.0)]


def test_latest_observation_names_an_area_as_it_was_called_then(settings: Settings) -> None:
    """Cangnan has two rows in the catalogue, and each observation has one name."""
    assert ask(
        settings,
        doc("a", gdp(CANGNAN, 1.0, "2018"), gdp(CANGNAN, 2.0, "2019"), gdp("999999", 3.0, "2019")),
        sql="SELECT ref_area, time_period, name_zh FROM latest_observation ORDER BY ALL",
    ) == [
        (CANGNAN, "2018", "苍南县"),
        (CANGNAN, "2019", "苍南县"),
        ("999999", "2019", None),
    ]


def test_league_table_ranks_the_members_that_have_a_figure(settings: Settings) -> None:
    assert ask(
        settings,
        doc(
            "a",
            gdp(PINGYANG, 700.0),
            gdp(CANGNAN, 400.0),
            gdp("330000", 90000.0),
            Fig(ref_area=PINGYANG, measure="growth", value=6.8, unit="%"),
        ),
        sql="""SELECT rank, ref_area, name_zh, obs_value, growth, gap_to_leader, gap_to_next,
            members_with_figure, members, share_of_sum FROM league_table
            WHERE measure = 'level' ORDER BY rank""",
    ) == [
        (1, PINGYANG, "平阳县", 700.0, 6.8, 0.0, None, 2, 3, 63.6364),
        (2, CANGNAN, "苍南县", 400.0, None, 300.0, 300.0, 2, 3, 36.3636),
    ]


def test_equal_values_share_a_rank_and_the_gap_to_the_next_higher(settings: Settings) -> None:
    assert ask(
        settings,
        doc("a", gdp(PINGYANG, 400.0), gdp(CANGNAN, 400.0), gdp(LONGGANG, 500.0)),
        sql="SELECT rank, ref_area, gap_to_next FROM league_table ORDER BY rank, ref_area",
    ) == [(1, LONGGANG, None), (2, PINGYANG, 100.0), (2, CANGNAN, 100.0)]


@pytest.mark.parametrize(
    ("period", "freq", "members"),
    [
        ("2020", "A", None),  # the group began in 2021
        ("2021", "A", 3),
        ("2023", "A", 3),
        ("2024", "A", None),  # and ended in August 2024
        ("2024-Q2", "Q-C", 3),
        ("2024-Q3", "Q-C", None),
        ("2024-07", "M", 3),
        ("2024-08", "M", None),
    ],
)
def test_members_are_those_of_the_last_day_of_the_period(
    settings: Settings, period: str, freq: str, members: int | None
) -> None:
    found = ask(
        settings,
        doc("a", gdp(PINGYANG, 700.0, period, freq=freq)),
        sql="SELECT members FROM league_table",
    )
    assert found == ([(members,)] if members else [])


def test_an_area_has_the_name_and_the_single_row_of_its_time(settings: Settings) -> None:
    assert ask(
        settings,
        doc("a", gdp(CANGNAN, 400.0, "2023"), gdp(CANGNAN, 500.0, "2022")),
        sql="SELECT time_period, name_zh FROM league_table ORDER BY 1",
    ) == [("2022", "苍南县"), ("2023", "苍南县")]


def test_only_amounts_have_a_share_of_the_sum(settings: Settings) -> None:
    shares = ask(
        settings,
        doc(
            "a",
            gdp(PINGYANG, 100.0),
            Fig(indicator="gdp_primary_share", value=5.0, unit="%"),
            Fig(indicator="income_all", value=50000.0, unit="元"),
            Fig(measure="growth", value=6.8, unit="%"),
        ),
        sql="SELECT indicator, measure, share_of_sum FROM league_table ORDER BY ALL",
    )
    assert shares == [
        ("gdp", "growth", None),
        ("gdp", "level", 100.0),
        ("gdp_primary_share", "level", None),
        ("income_all", "level", None),
    ]


def test_ranks_and_targets_are_not_ranked(settings: Settings) -> None:
    assert (
        ask(
            settings,
            doc("a", Fig(measure="rank", value=1.0), Fig(measure="target_level", value=7.0)),
            sql="FROM league_table",
        )
        == []
    )


def test_milestone_is_the_first_year_past_each_mark(settings: Settings) -> None:
    series = {"2018": 45.0, "2019": 120.0, "2020": 90.0, "2021": 210.0, "2023": 700.0}
    assert ask(
        settings,
        doc("a", *(gdp(PINGYANG, value, year) for year, value in series.items())),
        sql="SELECT mark, time_period, obs_value, value_before, certain FROM milestone ORDER BY 1",
    ) == [
        (50.0, "2019", 120.0, 45.0, True),
        (100.0, "2019", 120.0, 45.0, True),
        (200.0, "2021", 210.0, 90.0, True),
        # 2022 is not known: it may have been then.
        (300.0, "2023", 700.0, None, False),
        (400.0, "2023", 700.0, None, False),
        (500.0, "2023", 700.0, None, False),
        (600.0, "2023", 700.0, None, False),
        (700.0, "2023", 700.0, None, False),
    ]


def test_a_first_known_year_past_a_mark_is_not_certain(settings: Settings) -> None:
    assert ask(
        settings,
        doc("a", gdp(PINGYANG, 60.0, "2005"), gdp(PINGYANG, 99.99, "2006")),
        sql="SELECT mark, time_period, certain FROM milestone",
    ) == [(50.0, "2005", False)]


def test_a_mark_that_is_just_reached_is_passed_then_and_not_again(settings: Settings) -> None:
    series = {"2018": 49.999, "2019": 50.0, "2020": 200.0, "2021": 150.0, "2022": 250.0}
    assert ask(
        settings,
        doc("a", *(gdp(PINGYANG, value, year) for year, value in series.items())),
        sql="SELECT mark, time_period, obs_value FROM milestone ORDER BY mark",
    ) == [(50.0, "2019", 50.0), (100.0, "2020", 200.0), (200.0, "2020", 200.0)]


@pytest.mark.parametrize("power", range(2, 6))
def test_marks_are_round_in_each_magnitude(settings: Settings, power: int) -> None:
    """At 9 × 10ⁿ, 10ⁿ⁺¹ less a little and 10ⁿ⁺¹ itself: each the first time, none too early."""
    nine, ten = 9.0 * 10**power, 10.0 * 10**power
    values = (nine - 0.01, nine, ten - 0.01, ten)
    found = ask(
        settings,
        doc("a", *(gdp(PINGYANG, value, str(2018 + at)) for at, value in enumerate(values))),
        sql="SELECT mark, time_period FROM milestone ORDER BY mark DESC LIMIT 2",
    )
    last = [(ten, "2021")] if power < 5 else []  # 900,000 is the highest mark there is
    assert found[: len(last) + 1] == [*last, (nine, "2019")]


@pytest.mark.parametrize(
    ("amount", "mark"),
    [
        (0.01, 50.0),
        (49.99, 50.0),
        (50.0, 100.0),
        (99.99, 100.0),
        *((10.0**n * digit, 10.0**n * (digit + 1)) for n in range(2, 6) for digit in range(1, 10)),
        *((10.0**n - 0.01, 10.0**n) for n in range(3, 7)),
    ],
)
def test_the_next_mark_lies_above_one_that_is_reached(amount: float, mark: float) -> None:
    with duckdb.connect() as connection:
        connection.execute((SQL / "macros" / "mark_above.sql").read_text())
        found = connection.execute("SELECT mark_above(?)::DOUBLE", [amount]).fetchall()
    assert found == [(mark,)]


def test_milestones_are_of_yearly_amounts_only(settings: Settings) -> None:
    assert (
        ask(
            settings,
            doc(
                "a",
                gdp(PINGYANG, 160.0, "2025-Q1", freq="Q-C"),
                Fig(indicator="income_all", value=50000.0, unit="元"),
                Fig(measure="target_level", value=700.0),
            ),
            sql="FROM milestone",
        )
        == []
    )


def test_coverage_tells_present_held_and_missing_apart(settings: Settings) -> None:
    assert ask(
        settings,
        doc("a", gdp(PINGYANG, 700.0), gdp(CANGNAN, 4.0, rule="level-and-growth")),
        sql="SELECT ref_area, indicator, time_period, status, rule FROM coverage ORDER BY 1",
    ) == [
        (PINGYANG, "gdp", "2023", "present", None),
        (CANGNAN, "gdp", "2023", "held", "level-and-growth"),
        (LONGGANG, "gdp", "2023", "missing", None),
    ]


def test_a_figure_held_in_one_release_and_sound_in_another_is_present(settings: Settings) -> None:
    assert ask(
        settings,
        doc("a", gdp(PINGYANG, 7.0, rule="lost-point")),
        doc("b", gdp(PINGYANG, 700.0)),
        sql=f"SELECT status, rule FROM coverage WHERE ref_area = '{PINGYANG}'",
    ) == [("present", None)]


def test_release_list_accounts_for_every_number(settings: Settings) -> None:
    put(settings, doc("a", Fig()), run=1)
    newer = doc("a", Fig(rule="lost-point"), Fig(indicator=None), Fig(kind="date"), data="new")
    put(settings, newer, doc("b"), run=2, held={"a": "all of it is damaged"})
    assert ask(
        settings,
        sql="""SELECT release_id, outcome, reason, figures, observations, unmapped, quarantined,
            not_a_figure, counts, snapshot_sha256, last_changed::DATE FROM release_list""",
    ) == [
        (
            "a",
            "held",
            "all of it is damaged",
            3,
            0,
            1,
            1,
            1,
            False,
            newer.sha256,
            date(2025, 1, 2),
        ),
        ("b", "accepted", None, 0, 0, 0, 0, 0, False, doc("b").sha256, date(2025, 1, 2)),
    ]


def test_release_list_has_releases_that_were_never_fetched(settings: Settings) -> None:
    with Store.open(settings, run_id="run-1") as store:
        store.record((doc("a").release,))
    assert ask(settings, sql="SELECT release_id, media_kind, counts FROM release_list") == [
        ("a", None, False)
    ]


def test_quarantine_list_is_that_of_the_newest_readings(settings: Settings) -> None:
    put(settings, doc("a", Fig(value=985.0, rule="old-rule")), run=1)
    put(settings, doc("a", Fig(value=985.0, rule="lost-point", suggestion=98.5)), run=2)
    assert ask(
        settings,
        sql="""SELECT release_id, rule, value_text, suggestion, context_text, title, url
            FROM quarantine_list""",
    ) == [
        (
            "a",
            "lost-point",
            "985.0",
            98.5,
            "2023年gdp985.0亿元。",
            "统计公报",
            "https://example.org/a.html",
        )
    ]
    assert query(settings, "SELECT count(*) FROM quarantine").item() == 2


def test_superseded_are_the_observations_that_do_not_count(settings: Settings) -> None:
    assert ask(
        settings,
        doc("press", Fig(), authority=Authority.PRESS),
        doc("official", Fig(), Fig(), Fig(time_period="2022")),
        sql="""SELECT release_id, figure_no FROM superseded
            JOIN reading USING (reading_id) ORDER BY ALL""",
    ) == [("official", 1), ("press", 0)]


def test_every_model_is_tested_here() -> None:
    here = Path(__file__).parent
    files = [*sorted(here.glob("test_sql_*.py")), here / "test_run_discover.py"]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    through_others = {
        *("snapshot_reading", "current_reading", "newest_reading", "counting_observation"),
        *("latest_vintage", "group_member"),
    }
    for model in load_models().models:
        own = here / f"test_sql_{model.name}.py"
        named = f"def test_{model.name}_" in text or own.exists()
        assert model.name in through_others or named, model.name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the project's models, to be spoilt."""
    return Path(shutil.copytree(SQL / "models", tmp_path / "models"))


@pytest.mark.parametrize(
    ("gone", "says"),
    [("milestone.yml", "milestone has no description"), ("milestone.sql", "milestone has no SEL")],
)
def test_a_model_without_select_or_description_is_named(folder: Path, gone: str, says: str) -> None:
    (folder / gone).unlink()
    with pytest.raises(PublishError, match=says):
        load_models(folder)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("name: milestone", "name: millstone", "describes model millstone"),
        ("doc('indicator')", "doc('indicater')", "milestone.yml: cannot be read.*indicater"),
        ("[not_null]", "[not_nil]", "milestone.yml: cannot be read"),
        ("models:", "modles:", "milestone.yml: cannot be read"),
    ],
)
def test_a_description_that_does_not_fit_is_named(
    folder: Path, before: str, after: str, says: str
) -> None:
    file = folder / "milestone.yml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(PublishError, match=says):
        load_models(folder)


def test_a_shared_text_is_written_once_and_used_by_two_or_more() -> None:
    models = SQL / "models"
    names = re.findall(r"{% docs (\w+) %}", (models / "columns.md").read_text(encoding="utf-8"))
    assert len(names) == len(set(names))
    used = "".join(file.read_text(encoding="utf-8") for file in models.glob("*.yml"))
    assert [name for name in names if used.count(f"doc('{name}')") < 2] == []


def order_of(models: dict[str, str]) -> list[str]:
    return model_order({name: tables_read(sql, f"{name}.sql") for name, sql in models.items()}, [])


def test_models_are_ordered_by_what_they_read() -> None:
    order = order_of(
        {"c": "SELECT * FROM b", "a": "WITH b AS (SELECT 1) SELECT * FROM b", "b": "FROM a"}
    )
    assert order == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("models", "says"),
    [
        ({"a": "SELECT * FROM b", "b": "SELECT * FROM a"}, "circle"),
        ({"a": "SELECT * FROM nowhere"}, "nowhere"),
        ({"a": "SELECT FROM WHERE"}, "a.sql"),
    ],
)
def test_models_that_cannot_be_ordered_are_named(models: dict[str, str], says: str) -> None:
    with pytest.raises(PublishError, match=says):
        order_of(models)


def test_every_model_is_one_select_that_runs_in_a_plain_shell(settings: Settings) -> None:
    ask(settings, doc("a", Fig()), sql="SELECT 1")
    with duckdb.connect(str(settings.current / "warehouse.duckdb"), read_only=True) as shell:
        for file in (SQL / "models").glob("*.sql"):
            shown = shell.sql(f"SELECT * FROM {file.stem} ORDER BY ALL").fetchall()
            assert sorted(shell.sql(file.read_text()).fetchall(), key=str) == sorted(shown, key=str)
            assert tables_read(file.read_text(), file.name)


@pytest.mark.parametrize("name", sorted(sample_queries()))
def test_every_sample_query_says_what_it_answers_and_runs(settings: Settings, name: str) -> None:
    sources = [
        doc("a", gdp(PINGYANG, 700.0), gdp(CANGNAN, 4.0, rule="x", suggestion=400.0)),
        doc("c", gdp(LONGGANG, 380.0)),
        doc("b", gdp(PINGYANG, 710.0), published_on=date(2025, 1, 1)),
    ]
    put(settings, *sources)
    with Store.open(settings, run_id="publish") as store:
        due = Due("yearly", Kind.COMMUNIQUE, "year", "05-31", "2023", None, "three")
        publish(store, small_catalog(calendar=(due,)), settings, run_id="publish")
    assert len(sample_queries()[name].split()) > 5
    query(settings, name)
    text = (SQL / "queries" / f"{name}.sql").read_text(encoding="utf-8")
    # The samples ask of the real groups; here there is another.
    here = query(settings, text.replace("zhejiang-mountain-26", "three"))
    assert here.height > 0


def test_revisions_show_what_changed_and_not_what_was_only_rounded(settings: Settings) -> None:
    docs = [
        doc("a", gdp(PINGYANG, 711.83, decimals=2), published_on=date(2024, 1, 1)),
        doc("b", gdp(PINGYANG, 711.8, decimals=1), published_on=date(2024, 2, 1)),
        doc("c", gdp(PINGYANG, 715.0, decimals=1), published_on=date(2024, 3, 1)),
    ]
    ask(settings, *docs, sql="SELECT 1")
    found = query(settings, "revisions").select("value_before", "value", "change", "release_id")
    assert found.rows() == [(711.8, 715.0, 3.2, "c")]


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2023", "2023-01-01", "2023-12-31"),
        ("2025-Q1", "2025-01-01", "2025-03-31"),
        ("2025-Q4", "2025-01-01", "2025-12-31"),  # quarters are cumulated from January
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-12", "2024-12-01", "2024-12-31"),
        ("2024-13", None, None),
        ("2024-00", None, None),
        ("2024-Q5", None, None),
        ("2024-Q0", None, None),
        ("十四五", None, None),
    ],
)
def test_a_period_has_a_first_and_a_last_day(
    period: str, first: str | None, last: str | None
) -> None:
    with duckdb.connect() as connection:
        for macro in ("period_start", "period_end"):
            connection.execute((SQL / "macros" / f"{macro}.sql").read_text())
        days = "SELECT period_start($1)::VARCHAR, period_end($1)::VARCHAR"
        assert connection.execute(days, [period]).fetchall() == [(first, last)]
