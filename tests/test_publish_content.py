"""What a publication holds: tables, exports, descriptions and checksums, the same each time."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import duckdb
import frictionless
import polars as pl
import pyarrow.parquet as pq
import pytest

from flows.ask.query import query
from flows.model.errors import PublishError
from flows.model.settings import Settings
from flows.publish import exports, publications, publish
from flows.publish.models import Column, Table, load_models
from flows.store import Store
from tests.publish_support import CANGNAN, PINGYANG, make
from tests.store_support import Fig, doc, files_of, put, small_catalog


def test_a_publication_has_everything_in_it(settings: Settings) -> None:
    put(settings, PINGYANG, CANGNAN)
    result = make(settings, "run-1")
    assert result.folder == settings.publications / "run-1"
    assert settings.current.resolve() == result.folder.resolve()
    exported = [table.name for table in exports.exported(load_models())]
    assert set(exported) == {
        "observation",
        "latest_observation",
        "league_table",
        "milestone",
        "next_mark",
        "catch_up",
        "structure",
        "freshness",
        "coverage",
        "expected",
        "disagreement",
        "area_sum",
        "sighting_list",
        "source_visit",
        "target",
        "target_outcome",
        "brief",
        "release_list",
        "quarantine_list",
        "area",
        "area_group",
        "authority",
        "indicator",
        "source",
    }
    assert set(files_of(result.folder)) == {
        "warehouse.duckdb",
        "datapackage.json",
        "reports/run.json",
        "SHA256SUMS",
        *(f"parquet/{name}.parquet" for name in exported),
    }
    about = json.loads((result.folder / "reports" / "run.json").read_text())
    assert about["run_id"] == "run-1"
    assert about["rows"]["latest_observation"] == 2
    assert all(one["success"] for one in about["checks"])


def test_the_checksums_are_those_of_the_files(settings: Settings) -> None:
    put(settings, PINGYANG)
    made = make(settings, "run-1").folder
    assert made is not None
    lines = (made / "SHA256SUMS").read_text().splitlines()
    said = {line[66:]: line[:64] for line in lines}
    files = {name: data for name, data in files_of(made).items() if name != "SHA256SUMS"}
    assert said == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


def test_the_warehouse_holds_no_visit_and_no_run(settings: Settings) -> None:
    put(settings, PINGYANG)
    make(settings, "run-1")
    tables = query(settings, "SELECT table_name FROM duckdb_tables()")["table_name"].to_list()
    assert set(tables) == {table.name for table in load_models().tables if not table.view}


def test_every_table_and_column_is_described_in_the_warehouse(settings: Settings) -> None:
    put(settings, PINGYANG)
    make(settings, "run-1")
    silent = query(
        settings,
        """SELECT table_name FROM duckdb_tables() WHERE comment IS NULL
        UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal AND comment IS NULL
        UNION ALL SELECT table_name || '.' || column_name FROM duckdb_columns()
            WHERE NOT internal AND comment IS NULL""",
    )
    assert silent.rows() == []


def test_a_column_that_is_not_described_stops_the_publication(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = load_models()
    table = models.models[-1]
    short = replace(table, columns=table.columns[:-1])
    fewer = replace(models, models=(*models.models[:-1], short))
    monkeypatch.setattr("flows.publish.load_models", lambda: fewer)
    put(settings, PINGYANG)
    with pytest.raises(PublishError, match=f"{table.name} and its description"):
        make(settings, "run-1")
    assert publications(settings) == []


def test_parquet_files_carry_their_own_description(settings: Settings) -> None:
    put(settings, PINGYANG)
    made = make(settings, "run-1").folder
    assert made is not None
    for table in exports.exported(load_models()):
        metadata = pq.read_metadata(made / "parquet" / f"{table.name}.parquet").metadata
        assert metadata[b"description"].decode() == table.description
        assert metadata[b"schema_version"].decode() == exports.SCHEMA_VERSION
        own = table.name in ("area", "area_group", "authority", "indicator", "source")
        assert (metadata[b"licence"] == b"Apache-2.0") is own
        columns = json.loads(metadata[b"columns"])
        assert columns == {column.name: column.description for column in table.columns}
        assert b"run-1" not in b"".join(metadata.values())


def test_polars_and_pandas_read_the_exports(settings: Settings) -> None:
    put(settings, PINGYANG, CANGNAN)
    made = make(settings, "run-1").folder
    assert made is not None
    file = made / "parquet" / "latest_observation.parquet"
    frame = pl.read_parquet(file)
    assert frame["obs_value"].to_list() == [711.8, 488.2]
    assert pq.read_table(file).to_pandas()["obs_value"].to_list() == [711.8, 488.2]


def test_the_data_package_is_valid_and_fits_the_files(settings: Settings) -> None:
    held = Fig(indicator="income_all", unit="元", rule="lost-point")
    put(settings, PINGYANG, CANGNAN, doc("x", held), doc("empty"))
    made = make(settings, "run-1").folder
    assert made is not None
    report = frictionless.validate(made / "datapackage.json")
    assert report.valid, report.to_summary()
    assert len(report.tasks) == len(exports.exported(load_models()))
    assert {task.name: task.stats.get("rows") for task in report.tasks}["latest_observation"] == 2
    package = json.loads((made / "datapackage.json").read_text())
    assert package["sources"] == [{"title": "统计局", "name": "source", "terms": "unknown"}]


def test_the_data_package_claims_no_licence_for_the_figures_of_others(settings: Settings) -> None:
    put(settings, PINGYANG)
    made = make(settings, "run-1").folder
    assert made is not None
    package = json.loads((made / "datapackage.json").read_text())
    assert "licenses" not in package
    licensed = {one["name"] for one in package["resources"] if "licenses" in one}
    assert licensed == {"area", "area_group", "authority", "indicator", "source"}
    source = pl.read_parquet(made / "parquet" / "source.parquet")
    assert source.select("address", "terms").rows() == [("unknown", "unknown")]


def test_parquet_alone_says_what_a_value_is(settings: Settings) -> None:
    put(settings, PINGYANG, doc("quarter", Fig(time_period="2024-Q2", freq="Q-C", value=350.0)))
    made = make(settings, "run-1").folder
    assert made is not None
    frame = pl.read_parquet(made / "parquet" / "latest_observation.parquet")
    named = frame.select("name_zh", "indicator_zh", "indicator_en", "period_start", "period_end")
    assert named.rows() == [
        ("平阳县", "地区生产总值", "GDP", date(2023, 1, 1), date(2023, 12, 31)),
        ("平阳县", "地区生产总值", "GDP", date(2024, 1, 1), date(2024, 6, 30)),
    ]
    for name, key in (("area", "ref_area"), ("indicator", "indicator"), ("source", "source_id")):
        assert key in pl.read_parquet(made / "parquet" / f"{name}.parquet").columns


def test_the_validator_would_notice_another_schema(settings: Settings) -> None:
    put(settings, PINGYANG)
    made = make(settings, "run-1").folder
    assert made is not None
    file = made / "parquet" / "latest_observation.parquet"
    pl.read_parquet(file).rename({"obs_value": "value"}).write_parquet(file)
    assert not frictionless.validate(made / "datapackage.json").valid


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    def of_one_home(name: str) -> dict[str, bytes]:
        settings = Settings(home=tmp_path / name)
        figures = [
            Fig(ref_area=area, time_period=str(year), value=float(year * 7 % 997))
            for area in ("330326", "330327", "330383")
            for year in range(1980, 2024)
        ]
        put(settings, doc("a", *figures), PINGYANG)
        put(settings, doc("b", *reversed(figures), published_on=date(2024, 1, 1)), run=2)
        put(settings, run=3, unchanged=[PINGYANG])
        made = make(settings, f"run-of-{name}").folder
        assert made is not None
        files = files_of(made)
        return {file: files[file] for file in files if "parquet" in file or "package" in file}

    one, other = of_one_home("one"), of_one_home("other")
    assert list(one) == list(other)
    assert [name for name in one if one[name] != other[name]] == []


def test_many_rows_on_many_threads_give_the_same_bytes(settings: Settings) -> None:
    rows = [
        Fig(ref_area=f"{330000 + area}", time_period=str(year), value=float(area * year % 9973))
        for area in range(1300)
        for year in range(1900, 2000)
    ]
    later = rows[::-5]
    put(settings, doc("a", *rows), doc("b", *later, published_on=date(2024, 1, 1)))
    made = []
    for run, threads in enumerate((1, 4), 1):
        with Store.open(settings, run_id=f"run-{run}") as store:
            store.connection.execute(f"SET threads = {threads}")
            result = publish(store, small_catalog(str(run)), settings, run_id=f"run-{run}")
        assert result.folder is not None
        made.append(files_of(result.folder / "parquet"))
    assert made[0].keys() == made[1].keys()
    assert [name for name in made[0] if made[0][name] != made[1][name]] == []
    latest = pl.read_parquet(BytesIO(made[0]["latest_observation.parquet"]))
    assert latest["release_id"].value_counts(sort=True).rows() == [("a", 104_000), ("b", 26_000)]
    every = pl.read_parquet(BytesIO(made[0]["observation.parquet"]))
    for frame in (latest, every):
        order = frame.select("reading_id", "figure_no")
        assert order.equals(order.sort("reading_id", "figure_no"))


def test_an_exported_view_stands_in_its_order(tmp_path: Path) -> None:
    column = Column("n", "BIGINT", "A number.")
    table = Table("numbers", "Numbers.", (column,), "", view=True, exported=True, order=("n",))
    with duckdb.connect() as connection:
        connection.execute("CREATE VIEW numbers AS SELECT -range AS n FROM range(5000)")
        exports.write_parquet(connection, table, tmp_path)
    assert pl.read_parquet(tmp_path / "numbers.parquet")["n"].to_list() == list(range(-4999, 1))
