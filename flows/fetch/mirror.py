"""A mirror: a folder with an ``index.csv``, or a server, that has documents by true address.

``MirrorServer(folder)`` serves a folder on the loopback interface, the way a real server would:
``{url}/https/host/path?query`` gives the file that the index lists for that address, with its
ETag, Last-Modified and Content-Type (no charset is made up), 304 where nothing changed, 404 for
everything the index doesn't list, robots.txt included. Only files that the index names can be
asked for. ``mirror_releases`` gives the releases of a mirror that the catalogue doesn't have.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from flows.fetch.address import MirrorBase
from flows.fetch.index import NAME, Index, list_releases, parse_index, read_index
from flows.model.errors import UsageError
from flows.model.nouns import Release
from flows.model.settings import Settings

if TYPE_CHECKING:
    from uvicorn import Server

_START_SECONDS = 30.0
_STOP_SECONDS = 10.0


class MirrorServer:
    """``with MirrorServer(folder) as mirror:`` it is served at ``mirror.url``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.index = read_index(self.folder)
        self.url = ""
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> MirrorServer:
        from uvicorn import Config, Server

        from flows.fetch.mirror_app import make_mirror_app

        # asyncio turns Nagle's algorithm off only for sockets whose protocol is named; with it
        # on, every answer in two parts costs the client's delayed acknowledgement of 40 ms.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        self._server = Server(
            Config(
                make_mirror_app(self.folder, self.index),
                loop="asyncio",
                log_config=None,
                log_level="warning",
                access_log=False,
                lifespan="off",
                ws="none",
                timeout_graceful_shutdown=1,
            )
        )
        self._thread = threading.Thread(
            target=self._server.run, args=([listener],), name="mirror", daemon=True
        )
        self._thread.start()
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        waited_until = time.monotonic() + _START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > waited_until:
                raise UsageError("the mirror could not be served", where=str(self.folder))
            time.sleep(0.005)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(timeout=_STOP_SECONDS)


def mirror_index(mirror: str | Path, *, settings: Settings | None = None) -> Index:
    """What a mirror (a folder or an http(s) address) has: ``index.holds(release)``."""
    if isinstance(mirror, Path):
        return read_index(mirror)
    where = f"{MirrorBase.at(mirror).base}/{NAME}"
    return parse_index(_index_text(where, settings or Settings()), where)


def mirror_releases(
    mirror: str | Path | Index, known: Sequence[Release] = (), *, settings: Settings | None = None
) -> tuple[list[Release], list[str]]:
    """Releases that only the mirror has, and rows of its index left out, each with the reason.

    ``mirror`` is a folder, an http(s) address, or its index; ``known`` are the catalogue's
    releases.
    """
    index = mirror if isinstance(mirror, Index) else mirror_index(mirror, settings=settings)
    return list_releases(index, known)


def _index_text(address: str, settings: Settings) -> str:
    """The index of a mirror that the operator named; a plain request, for the sake of callers
    without an event loop."""
    import httpx

    headers = {"User-Agent": settings.user_agent, "Accept-Encoding": "identity"}
    body = bytearray()
    try:
        with (
            httpx.Client(
                headers=headers,
                timeout=settings.fetch_timeout,
                trust_env=False,
                verify=address.startswith("https:"),  # loading certificates takes its time
            ) as client,
            client.stream("GET", address) as response,
        ):
            if response.status_code != 200:
                raise UsageError(
                    f"the mirror answered {response.status_code}",
                    where=address,
                    remedy="a mirror offers an index.csv with the columns file,url",
                )
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > settings.max_bytes:
                    raise UsageError("the mirror's index is too large", where=address)
        return body.decode("utf-8-sig")
    except httpx.HTTPError as error:
        raise UsageError(
            f"the mirror cannot be reached: {error}", where=address, remedy="is it running?"
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError("the mirror's index is not in UTF-8", where=address) from error
