"""The main job over the bundled releases, without Prefect: what must hold of a run as a whole."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flows.fetch import Archive
from flows.model.nouns import MediaKind, Outcome
from flows.model.paths import SAMPLES
from flows.model.settings import Settings
from flows.read import printed_text
from flows.run.issues import read_issues
from flows.run.summary import RunSummary, summaries
from tests.homes import copy_home
from tests.runs import published, run_path

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def home(bundled_home: Settings) -> Settings:
    return bundled_home


@pytest.fixture
def first(bundled_home: Settings) -> RunSummary:
    [only] = summaries(bundled_home.runs)
    return only


def test_the_bundled_releases_make_a_league_table_of_the_26(
    first: RunSummary, home: Settings
) -> None:
    rows = published(home, "SELECT rank, name_zh, obs_value FROM league_table WHERE group_id = "
        "'zhejiang-mountain-26' AND indicator = 'gdp' AND measure = 'level' AND "
        "time_period = '2023' ORDER BY rank")  # fmt: skip
    assert rows[0] == (1, "平阳县", 711.81)
    assert len(rows) == 24  # 柯城's only figure is damaged, 莲都 has none printed for 2023


def test_every_number_that_was_read_has_one_fate(first: RunSummary, home: Settings) -> None:
    lines = first.readings
    (figures,) = published(home, "SELECT count(*) FROM figure")
    assert sum(line.read for line in lines) == figures[0] > 0  # type: ignore[operator]
    for line in lines:
        fates = line.observation + line.unmapped + line.quarantined + line.not_a_figure
        assert line.read == fates, line.release_id


def test_every_observation_leads_back_to_its_printed_text(
    first: RunSummary, home: Settings
) -> None:
    archive = Archive(home.archive)
    rows = published(home, "SELECT DISTINCT o.locator, o.value_text, s.sha256, s.media_kind, "
        "s.charset FROM latest_observation o JOIN snapshot s ON s.sha256 = o.snapshot_sha256")  # fmt: skip
    assert rows
    for locator, value_text, sha256, kind, charset in rows:
        data = archive.read(str(sha256))
        found = printed_text(str(locator), data, MediaKind(str(kind)), charset)  # type: ignore[arg-type]
        assert found == value_text


def test_a_cell_has_its_heads_for_a_sentence_wherever_it_is_shown(
    first: RunSummary, home: Settings
) -> None:
    shown = published(
        home,
        """SELECT o.context_text, f.context_text
        FROM latest_observation AS o JOIN figure AS f USING (reading_id, figure_no)""",
    )
    assert all(sentence and sentence == of_figure for sentence, of_figure in shown)
    assert "松阳县 比上年增长（%）" in [sentence for sentence, _ in shown]


def test_a_damaged_figure_is_never_an_observation(first: RunSummary, home: Settings) -> None:
    """6005 and 6707 亿元 stand in the bundled rendition of the article that began it all."""
    assert not published(home, "FROM observation WHERE obs_value IN (6005, 6707, 985)")
    held = published(
        home,
        "SELECT value_text, suggestion FROM quarantine WHERE value_text IN ('6005', '6707')",
    )
    assert ("6005", 600.5) in held


def test_a_later_release_states_an_earlier_year_anew_and_says_that_it_is_final(
    first: RunSummary, home: Settings
) -> None:
    """The communiqué of a year gives the finally verified GDP of the year before."""
    stated = published(
        home,
        "SELECT release_id, time_period, obs_value, obs_status FROM observation"
        " WHERE indicator = 'gdp' AND measure = 'level' AND release_id IN"
        " ('pingyang-communique-2023', 'changshan-communique-2022') ORDER BY ALL",
    )
    assert stated == [
        ("changshan-communique-2022", "2021", 189.8704, "A"),
        ("changshan-communique-2022", "2022", 200.6008, "P"),
        ("pingyang-communique-2023", "2022", 653.05, "A"),
        ("pingyang-communique-2023", "2023", 711.81, "P"),
    ]


def test_both_values_of_two_releases_are_kept_and_the_official_one_counts(
    first: RunSummary, home: Settings
) -> None:
    """711.81 by the communiqué's repost, 7118145 万元 by the yearbook's compilation."""
    gdp = "ref_area = '330326' AND indicator = 'gdp' AND measure = 'level' AND time_period = '2023'"
    assert published(
        home, f"SELECT DISTINCT obs_value FROM observation WHERE {gdp} ORDER BY 1"
    ) == [
        (711.81,),
        (711.8145,),
    ]
    assert published(home, f"SELECT obs_value FROM latest_observation WHERE {gdp}") == [(711.81,)]


def test_a_second_run_adds_no_row_and_publishes_nothing(
    first: RunSummary, own_bundled_home: Settings
) -> None:
    """It has checked what it saw: ``checked_at`` moves on, ``changed_at`` stays."""
    home = own_bundled_home
    before = home.current.resolve()
    counts = "SELECT count(*) FROM observation UNION ALL SELECT count(*) FROM figure"
    rows = published(home, counts)
    again = run_path(home, look_back=True)
    assert again.visits_by_outcome() == {Outcome.UNCHANGED: len(first.visits)}
    assert again.outcome == "nothing-new"
    assert home.current.resolve() == before
    assert published(home, counts) == rows
    then = {visit.release_id: visit for visit in first.visits}
    for visit in again.visits:
        assert visit.checked_at > then[visit.release_id].checked_at
        assert visit.changed_at == then[visit.release_id].changed_at


def test_the_same_releases_from_a_fresh_start_give_the_same_values(
    first: RunSummary, home: Settings, settings: Settings
) -> None:
    run_path(settings)
    values = (
        "SELECT ref_area, indicator, measure, time_period, obs_value, unit_measure, locator,"
        " release_id FROM observation ORDER BY ALL"
    )
    assert published(settings, values) == published(home, values)


_KILLED = """
import os, signal, sys
from pathlib import Path
from flows.model.settings import Settings
from tests.runs import run_path
mirror, home, last = sys.argv[1:]
def after(stage):
    if stage == last:
        os.kill(os.getpid(), signal.SIGKILL)
run_path(Settings(home=Path(home)), mirror, after=after)
"""


def write_index(mirror: Path, share: float) -> None:
    """Let the mirror name the first of a few bundled releases."""
    lines = (SAMPLES / "index.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    index = [line for line in lines if line.startswith(("file,", "pingyang", "cangnan"))]
    (mirror / "index.csv").write_text("".join(index[: int(share * len(index))]), encoding="utf-8")


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mirror") / "pages"
    shutil.copytree(SAMPLES, folder)
    return folder


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory, mirror: Path) -> Settings:
    """A home with the first half of the mirror published."""
    home = Settings(home=tmp_path_factory.mktemp("half") / "data")
    write_index(mirror, 0.5)
    run_path(home, mirror)
    return home


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, mirror: Path) -> Settings:
    """A home with all of it published in one run."""
    home = Settings(home=tmp_path_factory.mktemp("whole") / "data")
    write_index(mirror, 1)
    run_path(home, mirror)
    return home


#: Stages after which a killed run leaves something else behind: sightings in the store, files in the
#: archive, visits, work files, rows in the store. (The others only take from these and give values.)
LEAVE = ["adopt_releases", "fetch_releases", "record_visits", "harmonise_batch", "load_batches"]


@pytest.mark.slow
@pytest.mark.parametrize("last", LEAVE)
def test_a_killed_run_leaves_the_old_publication_and_the_next_one_carries_on(
    mirror: Path, half: Settings, whole: Settings, tmp_path: Path, last: str
) -> None:
    settings = copy_home(half, tmp_path / "data")
    before = settings.current.resolve()
    rows = published(settings, "SELECT count(*) FROM observation")
    write_index(mirror, 1)
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(mirror), str(settings.home), last],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert settings.current.resolve() == before
    assert published(settings, "SELECT count(*) FROM observation") == rows

    carried_on = run_path(settings, mirror)
    assert carried_on.outcome == "published"
    assert list((settings.home / "work").iterdir()) == []  # also of the one that was killed
    values = "SELECT release_id, locator, indicator, obs_value FROM observation ORDER BY ALL"
    assert published(settings, values) == published(whole, values)


def test_another_run_that_loads_in_between_is_seen_and_gated_against(
    settings: Settings, tmp_path: Path
) -> None:
    """The gate's verdict rests on what was known: it is taken again where that has changed."""
    gated = []

    def after(stage: str) -> None:
        if stage == "gate_batches":
            gated.append(stage)
            if len(gated) == 1:
                run_path(settings, SAMPLES, source="cangnan-*")

    summary = run_path(settings, SAMPLES, source="pingyang-*", after=after)
    assert len(gated) == 2
    assert summary.outcome == "published"
    releases = published(settings, "SELECT DISTINCT release_id[:4] FROM observation ORDER BY 1")
    assert releases == [("cang",), ("ping",)]


def test_nothing_is_published_where_nothing_could_ever_be_fetched(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "index.csv").write_text("file,url\nnone.html,https://a.example.cn/1.html\n")
    summary = run_path(settings, tmp_path)
    assert summary.all_failed
    assert summary.outcome == "nothing-new"
    assert not settings.current.exists()


def test_a_runs_issues_are_lines_written_when_they_happen(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text("<html><body><p>404 页面不存在</p></body></html>")
    (tmp_path / "index.csv").write_text(
        "file,url\npage.html,https://a.example.cn/1.html\nnone.html,\n", encoding="utf-8"
    )
    seen: dict[str, list[str]] = {}

    def after(stage: str) -> None:
        (name,) = [path.name.partition(".")[0] for path in settings.runs.glob("*.issues.jsonl")]
        seen[stage] = [issue.kind for issue in read_issues(settings.runs, name)]

    summary = run_path(settings, tmp_path, after=after)
    assert seen["fetch_releases"] == ["skipped", "visit"]
    assert summary.issues == {"skipped": 1, "visit": 1}
    assert "issues: 1 skipped, 1 visit" in summary.describe()
    first, second = read_issues(settings.runs, summary.run_id)
    assert "no url" in first.text
    assert second.release_id == "page"
