"""Which Prefect server a run talks to: the one that is configured, or an embedded one of its own.

``prepare_environment`` and ``PrefectServer`` come before prefect is imported: they keep it off the
network, send its log lines to a file, and tell it the server's address. What the operator has set
in the environment wins.
"""

from __future__ import annotations

import atexit
import os
import select
import subprocess
from pathlib import Path

import httpx

from flows.model.errors import PrefectError, StoreError
from flows.model.paths import PACKAGE
from flows.model.settings import Settings
from flows.operate.child import EMBEDDED, Child

_DEFAULTS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
}
_START_UP_SECONDS = 180  # a fresh database is migrated at the first start
_ANSWER_SECONDS = 5
_OLD_LOGS = 3


def log_file(settings: Settings) -> Path:
    return (settings.logs / "prefect.log").resolve()


def rotate_log(settings: Settings) -> None:
    """Put a log that has grown past ``log_bytes`` aside as ``prefect.log.1``; three are kept.

    Whoever writes to it notices and goes on in a new file (``WatchedFileHandler``).
    """
    log = log_file(settings)
    if not log.exists() or log.stat().st_size <= settings.log_bytes:
        return
    for number in range(_OLD_LOGS, 1, -1):
        older = log.with_name(f"{log.name}.{number - 1}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number}"))
    log.replace(log.with_name(f"{log.name}.1"))


def prepare_environment(settings: Settings, *, verbose: bool) -> None:
    """Set quiet, offline defaults for prefect; nothing that is already set is changed.

    StoreError where the home cannot hold a log.
    """
    for name, value in _DEFAULTS.items():
        os.environ.setdefault(name, value)
    try:
        settings.logs.mkdir(parents=True, exist_ok=True)
        log_file(settings).touch()
        rotate_log(settings)
    except OSError as error:
        raise StoreError(
            f"cannot be written: {error.strerror}",
            where=str(error.filename or settings.logs),
            remedy="name a folder of yours with GONGBAO_HOME",
        ) from error
    if not verbose and "PREFECT_LOGGING_SETTINGS_PATH" not in os.environ:
        os.environ["PREFECT_LOGGING_SETTINGS_PATH"] = str(
            PACKAGE / "operate" / "prefect_logging.yml"
        )
        os.environ["PREFECT_LOGGING_HANDLERS_FILE_FILENAME"] = str(log_file(settings))


class PrefectServer:
    """The server of one run: the object, then ``connect``, then ``wait``, then the flow.

    The embedded one starts at once and comes up while its caller imports what it needs; it ends
    with the process, after Prefect has sent its last log lines (``atexit`` goes backwards).
    Prefect keeps its configuration in several places (environment, profiles, files), and asking
    takes seconds; so the embedded server itself asks first, and ends where another is configured.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._child: Child | None = None
        if not os.environ.get("PREFECT_API_URL"):
            with log_file(settings).open("ab") as log:
                self._child = Child(EMBEDDED, stdout=subprocess.PIPE, stderr=log)
            atexit.register(self._child.end)

    def connect(self) -> str | None:
        """Tell prefect, not yet imported, where the server is; its address, None for our own.

        Raises PrefectError where the configured server does not answer.
        """
        if self._child is None:
            address = os.environ["PREFECT_API_URL"]
        else:
            word, _, address = self._line().partition(" ")
            if word == "refused":
                raise PrefectError(
                    "no server is configured and an embedded one is not allowed",
                    remedy="set PREFECT_API_URL, or PREFECT_SERVER_ALLOW_EPHEMERAL_MODE=true",
                )
            if word == "serving":
                os.environ["PREFECT_API_URL"] = address
                return None
        raise_if_silent(address)
        return address

    def wait(self) -> None:
        """Return when the embedded server answers; PrefectError where it did not come up."""
        if self._child is not None and self._child.process.poll() is None:
            self._line()

    def _line(self) -> str:
        """The next line that the embedded server says of itself."""
        assert self._child is not None  # noqa: S101 - for the type checker
        out = self._child.process.stdout
        assert out is not None  # noqa: S101 - for the type checker
        ready, _, _ = select.select([out], [], [], _START_UP_SECONDS)
        line = out.readline().decode().strip() if ready else ""
        if not line:
            raise PrefectError(
                "Prefect's embedded server did not start",
                remedy=f"its last words are in {log_file(self._settings)}",
            )
        return line


def raise_if_silent(address: str) -> None:
    """Raise PrefectError where nothing answers at a configured address."""
    try:
        httpx.get(f"{address.rstrip('/')}/health", timeout=_ANSWER_SECONDS)
    except (httpx.TransportError, httpx.InvalidURL) as error:
        raise PrefectError(
            f"no Prefect server answers ({error})",
            where=f"PREFECT_API_URL={address}",
            remedy="start it, mend the address, or unset it: an embedded server is used then",
        ) from error
