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
from tests.prefect_server import serving

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
    """With xdist's loadgroup: a module's tests are on one worker, and Prefect's all on the same."""
    for item in items:
        with_prefect = item.get_closest_marker("prefect") is not None
        group = "prefect" if with_prefect else item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The API's address of one Prefect server for the suite, with a home of its own."""
    with serving(tmp_path_factory.mktemp("prefect")) as api:
        yield api


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No GONGBAO_ variable of the shell that runs the tests reaches them."""
    for name in list(os.environ):
        if name.startswith("GONGBAO_"):
            monkeypatch.delenv(name)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "data", lock_wait=0)
