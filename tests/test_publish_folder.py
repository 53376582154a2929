"""A publication appears whole or not at all, is kept, pruned and rolled back."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.ask.query import query
from flows.model.errors import LockHeld, PublishError, UsageError
from flows.model.nouns import Check
from flows.model.publication import current_folder
from flows.model.settings import Settings
from flows.publish import publications, rollback
from flows.publish.models import load_models
from flows.store import Store
from tests.homes import copy_home
from tests.publish_support import CANGNAN, PINGYANG, make
from tests.store_support import Fig, doc, files_of, put


def gdp(settings: Settings) -> list[float]:
    found = query(settings, "SELECT obs_value FROM latest_observation ORDER BY 1")
    return found["obs_value"].to_list()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = Settings(home=tmp_path_factory.mktemp("made") / "data")
    put(home, PINGYANG)
    make(home, "run-1")
    put(home, CANGNAN, run=2)
    return home


@pytest.fixture
def published(made: Settings, tmp_path: Path) -> Settings:
    """A home with one publication, and something new in its store."""
    return copy_home(made, tmp_path / "data")


def test_an_unchanged_day_publishes_nothing(published: Settings) -> None:
    make(published, "run-2")
    before = files_of(published.publications)
    put(published, run=3, unchanged=[PINGYANG, CANGNAN])
    result = make(published, "run-3")
    assert result.folder is None
    assert "run-2" in result.reason
    assert files_of(published.publications) == before


def test_a_changed_catalogue_is_published(published: Settings) -> None:
    make(published, "run-2")
    assert make(published, "run-3", fingerprint="catalogue-2").folder is not None


def failing(model: str, severity: str) -> Callable[[str, pl.DataFrame], list[Check]]:
    def check(name: str, frame: pl.DataFrame) -> list[Check]:
        return [Check(name, "a-rule", severity, name != model, frame.height, int(name == model))]

    return check


def test_a_critical_check_holds_the_publication_back(published: Settings) -> None:
    before = files_of(published.publications)
    result = make(published, "run-2", check=failing("league_table", "critical"))
    assert result.folder is None
    assert result.held == ("league_table: a-rule: 1 of 2 rows fail",)
    assert files_of(published.publications) == before
    assert gdp(published) == [711.8]
    assert make(published, "run-3", check=failing("league_table", "warning")).folder is not None
    assert gdp(published) == [488.2, 711.8]


def test_a_check_sees_each_exported_model(published: Settings) -> None:
    seen: dict[str, list[str]] = {}

    def check(name: str, frame: pl.DataFrame) -> list[Check]:
        seen[name] = frame.columns
        return []

    make(published, "run-2", check=check)
    models = load_models().models
    assert seen == {
        model.name: [column.name for column in model.columns] for model in models if model.exported
    }


def test_a_check_that_raises_leaves_the_last_publication(published: Settings) -> None:
    def check(name: str, frame: pl.DataFrame) -> list[Check]:
        raise ValueError(name)

    with pytest.raises(ValueError, match="sighting_list"):
        make(published, "run-2", check=check)
    assert gdp(published) == [711.8]
    assert [path.name for path in published.publications.iterdir()] == ["run-1"]


def test_a_listed_test_that_fails_holds_the_publication_back(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = load_models()
    wrong = tuple(
        replace(one, key=("indicator",)) if one.name == "latest_vintage" else one
        for one in models.models
    )
    monkeypatch.setattr("flows.publish.load_models", lambda: replace(models, models=wrong))
    result = make(published, "run-2")
    assert result.held == ("latest_vintage: unique indicator: 2 of 2 rows fail",)
    assert gdp(published) == [711.8]


#: What is made in the new folder (as far as "seal") is made one step like the other; then it counts.
STEPS = (
    "copy",
    "model league_table",
    "export league_table",
    "close",
    "seal",
    "name",
    "switch",
    "prune",
    "done",
)


def test_the_steps_where_a_run_is_killed_are_real_ones(published: Settings) -> None:
    steps: list[str] = []
    make(published, "run-2", on_step=steps.append)
    assert set(STEPS) <= set(steps)


KILLED = """
import os, signal, sys
from pathlib import Path
from flows.publish import publish
from flows.model.settings import Settings
from flows.store import Store
from tests.store_support import small_catalog

def on_step(name):
    if name == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)

settings = Settings(home=Path(sys.argv[1]))
with Store.open(settings, run_id="killed") as store:
    publish(store, small_catalog(), settings, run_id="killed", on_step=on_step)
"""


@pytest.mark.parametrize("step", STEPS)
def test_a_run_killed_at_any_step_leaves_a_whole_publication(
    published: Settings, step: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(published.home), step],
        cwd=Path(__file__).parents[1],
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    switched = step in ("prune", "done")
    assert gdp(published) == ([488.2, 711.8] if switched else [711.8])
    for one in publications(published):
        assert (one.folder / "SHA256SUMS").exists()
        for line in (one.folder / "SHA256SUMS").read_text().splitlines():
            data = (one.folder / line[66:]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == line[:64]
    # The next run carries on.
    result = make(published, "next")
    assert (result.folder is None) == switched
    assert gdp(published) == [488.2, 711.8]
    assert not list(published.publications.glob(".*.partial"))
    assert not list(published.home.glob(".current.*"))


def full_disk(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    "where",
    [
        "flows.publish.warehouse._copy",
        "flows.publish.exports.write_parquet",
        "flows.publish.exports.write_datapackage",
        "flows.publish.folder._fsync",
        "flows.publish.folder.finish",
        "flows.publish.folder.switch",
    ],
)
def test_a_full_disk_leaves_the_last_publication_and_no_rest(
    published: Settings, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    before = files_of(published.publications)
    with monkeypatch.context() as patch:
        patch.setattr(where, full_disk)
        with pytest.raises(PublishError) as error:
            make(published, "run-2")
    assert "No space left on device" in str(error.value)
    assert "free some space" in str(error.value)
    assert gdp(published) == [711.8]
    left = files_of(published.publications)
    if where.endswith("switch"):  # whole and named already, but nobody was pointed at it
        left = {name: data for name, data in left.items() if not name.startswith("run-2/")}
    assert left == before
    assert make(published, "run-3").folder is not None


def test_a_truly_full_disk_leaves_the_last_publication(published: Settings, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    size = sum(file.stat().st_size for file in published.home.rglob("*") if file.is_file())
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size + 1_000_000}", "tmpfs", str(small)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no permission to mount a small disk")
    try:
        home = small / "data"
        subprocess.run(["cp", "-a", str(published.home), str(home)], check=True)
        settings = Settings(home=home)
        with pytest.raises(PublishError, match="free some space"):
            make(settings, "run-2")
        assert gdp(settings) == [711.8]
        assert [path.name for path in settings.publications.iterdir()] == ["run-1"]
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_old_publications_are_pruned_and_never_the_current_one(settings: Settings) -> None:
    settings = settings.model_copy(update={"keep_publications": 2})
    for run in range(1, 6):
        put(settings, doc(f"r{run}", Fig(time_period=str(2000 + run))), run=run)
        make(settings, f"run-{run}")
    assert [one.name for one in publications(settings)] == ["run-5", "run-4", "run-3"]
    assert [one.name for one in publications(settings) if one.current] == ["run-5"]


def test_a_reader_keeps_a_publication_that_is_pruned_under_it(settings: Settings) -> None:
    settings = settings.model_copy(update={"keep_publications": 1})
    put(settings, PINGYANG)
    make(settings, "run-1")
    with duckdb.connect(str(settings.current / "warehouse.duckdb"), read_only=True) as reader:
        for run in (2, 3):
            put(settings, doc(f"r{run}", Fig(time_period=str(2000 + run))), run=run)
            make(settings, f"run-{run}")
        assert not (settings.publications / "run-1").exists()
        assert reader.execute("SELECT count(*) FROM latest_observation").fetchall() == [(1,)]
        assert reader.execute("SELECT count(*) FROM figure").fetchall() == [(2,)]


def test_rollback_goes_one_back_and_stays_there(published: Settings) -> None:
    make(published, "run-2")
    back = rollback(published)
    assert (back.name, back.current) == ("run-1", True)
    assert gdp(published) == [711.8]
    # The next run finds the same content as before: it does not bring it back by itself.
    result = make(published, "run-3")
    assert result.folder is None
    assert "rolled back" in result.reason
    assert gdp(published) == [711.8]
    # New content is published again.
    put(published, doc("more", Fig(time_period="2022", value=655.0)), run=4)
    assert make(published, "run-4").folder is not None
    assert gdp(published) == [488.2, 655.0, 711.8]


def test_rollback_to_a_named_one_goes_forward_too(published: Settings) -> None:
    make(published, "run-2")
    rollback(published, "run-1")
    assert rollback(published, "run-2").current
    assert gdp(published) == [488.2, 711.8]
    assert "nothing changed" in make(published, "run-3").reason


def test_rollback_names_the_nearest_and_what_there_is_not(published: Settings) -> None:
    with pytest.raises(UsageError, match="did you mean run-1"):
        rollback(published, "run-11")
    with pytest.raises(UsageError, match="no earlier publication"):
        rollback(published)
    assert gdp(published) == [711.8]


def test_rollback_waits_for_no_run_but_says_that_one_is_going_on(published: Settings) -> None:
    with Store.open(published, run_id="busy"), pytest.raises(LockHeld, match="busy"):
        rollback(published)


def test_a_run_that_publishes_twice_gets_two_names(published: Settings) -> None:
    assert make(published, "run-1").folder == published.publications / "run-1-2"


def test_current_that_is_no_link_is_left_alone(published: Settings) -> None:
    published.current.unlink()
    published.current.mkdir()
    (published.current / "mine").write_text("keep")
    with pytest.raises(PublishError, match="not a link"):
        make(published, "run-2")
    assert (published.current / "mine").read_text() == "keep"


def test_current_is_relative_so_that_a_home_can_be_moved(
    published: Settings, tmp_path: Path
) -> None:
    published.home.rename(tmp_path / "moved")
    moved = Settings(home=tmp_path / "moved")
    assert gdp(moved) == [711.8]
    assert current_folder(moved) == (tmp_path / "moved" / "publications" / "run-1").resolve()
