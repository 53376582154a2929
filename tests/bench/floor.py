"""The bare floor of the main job: the two heavy imports, the embedded server, an empty flow."""

from __future__ import annotations

import os
import tempfile

from flows.model.settings import Settings
from flows.operate.server import prepare_environment


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ["GONGBAO_HOME"] = home
        prepare_environment(Settings(), verbose=False)
        # Prefect's own start allows less than a first migration takes on a busy machine.
        os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "180")
        import great_expectations  # noqa: F401 - its import is what is measured
        from prefect import flow

        @flow
        def empty() -> None:
            """Nothing: what is measured is everything around it."""

        empty()


if __name__ == "__main__":
    main()
