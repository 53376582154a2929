"""Prefect's embedded server: started first, so that its start-up runs beside our imports.

``prepare_environment`` must be called before prefect is imported: it keeps prefect off the
network and sends its log lines to a file. What the operator has set in the environment wins.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

from flows.model.paths import PACKAGE
from flows.model.settings import Settings

_DEFAULTS = {
    # A fresh database is migrated at the first start, which takes longer than prefect allows.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
}


def log_file(settings: Settings) -> Path:
    return (settings.logs / "prefect.log").resolve()


def prepare_environment(settings: Settings, *, verbose: bool) -> None:
    """Quiet, offline defaults for prefect; nothing that is already set is changed."""
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    if not verbose and "PREFECT_LOGGING_SETTINGS_PATH" not in os.environ:
        settings.logs.mkdir(parents=True, exist_ok=True)
        os.environ["PREFECT_LOGGING_SETTINGS_PATH"] = str(
            PACKAGE / "operate" / "prefect_logging.yml"
        )
        os.environ["PREFECT_LOGGING_HANDLERS_FILE_FILENAME"] = str(log_file(settings))


def start_embedded() -> threading.Thread | None:
    """Start the embedded server in the background; None where a server is configured.

    Prefect's own client asks for the same server object, so it finds this one running. A
    failure here is left to that client, which starts it again and reports what went wrong.
    """
    from prefect.settings import PREFECT_API_URL

    if PREFECT_API_URL.value():
        return None
    from prefect.server.api.server import SubprocessASGIServer

    thread = threading.Thread(target=SubprocessASGIServer().start, daemon=True)
    thread.start()
    return thread
