"""What every test may rely on: no network beyond loopback's own servers, no home of the user.

No outcome depends on how fast the machine is: hypothesis measures no time, here once for all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from flows.model.settings import Settings
from tests.homes import copy_home, make_small_mirror, sizes_of
from tests.prefect_server import Server, serving

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")

hypothesis.settings.register_profile(
    "untimed",
    deadline=None,
    suppress_health_check=[
        hypothesis.HealthCheck.too_slow,
        hypothesis.HealthCheck.function_scoped_fixture,  # `_own_settings`: the same for each example
    ],
)
hypothesis.settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With xdist's loadgroup: a module's tests are on one worker, and Prefect's all on the same.

    Two groups of one test would be a third one, with a server of its own. Prefect's long chain
    comes first and modules with slow tests next, so that no worker is alone at the end.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (not item.get_closest_marker("prefect"), item.path not in slow))
    for item in items:
        if item.get_closest_marker("xdist_group") is not None:
            raise pytest.UsageError(f"{item.nodeid}: xdist_group is given here, by conftest")
        with_prefect = item.get_closest_marker("prefect") is not None
        group = "prefect" if with_prefect else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One Prefect server for the suite, with a home of its own."""
    with serving(tmp_path_factory.mktemp("prefect")) as running:
        yield running


@pytest.fixture(scope="session")
def prefect_server(server: Server) -> str:
    """The API's address of the suite's Prefect server."""
    return server.api


@pytest.fixture(scope="session")
def bundled_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home with the bundled releases published; only to be read."""
    from tests.runs import run_path  # with prefect, which few tests need

    home = Settings(home=tmp_path_factory.mktemp("bundled") / "data", lock_wait=0)
    run_path(home)
    made = sizes_of(home.home)
    yield home
    assert sizes_of(home.home) == made, "a test has changed the home that all share"


@pytest.fixture
def own_bundled_home(bundled_home: Settings, tmp_path: Path) -> Settings:
    """The same for a test that changes it."""
    return copy_home(bundled_home, tmp_path / "data")


@pytest.fixture(scope="session")
def small_mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mirror of three bundled releases; only to be read."""
    return make_small_mirror(tmp_path_factory.mktemp("small"))


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No GONGBAO_ variable of the shell that runs the tests reaches them."""
    for name in list(os.environ):
        if name.startswith("GONGBAO_"):
            monkeypatch.delenv(name)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "data", lock_wait=0)
