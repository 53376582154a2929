"""Real servers on the loopback interface for the tests of the fetch layer; nothing is mocked.

``Site`` answers like a web server, by true address (a run reaches it as its mirror). ``RawSite``
sends bytes as they are given, for what no decent server sends. ``refresh`` runs ``fetch``
against one of them, with the pauses between attempts left out.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import stamina
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from flows.fetch import Archive, fetch
from flows.fetch.address import find_true_address
from flows.model.nouns import Release, Snapshot, Visit
from flows.model.settings import Settings

Answer = Response | Callable[[Request], Awaitable[Response]]

HOST = "https://tjj.example.gov.cn"
PAGE = f"{HOST}/tjgb/2024.html"
COMMUNIQUE = (
    "<!doctype html><html><head><meta charset='utf-8'><title>2024年平阳县统计公报</title></head>"
    "<body><p>全年地区生产总值711.8亿元，比上年增长6.0%。</p></body></html>"
).encode()


@dataclass(frozen=True)
class Asked:
    url: str  # the true address
    headers: Mapping[str, str]
    method: str = "GET"
    body: bytes = b""


class Site:
    """Answers by true address; what it doesn't know is a 404. ``asked`` is what was asked."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = dict(answers)
        self.asked: list[Asked] = []
        self.under_way = 0
        self.most_under_way = 0
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        self._listener = listener
        self.port: int = listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        app = Starlette(routes=[Route("/{path:path}", self._answer, methods=["GET", "POST"])])
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                log_config=None,
                log_level="critical",
                lifespan="off",
                timeout_graceful_shutdown=1,
            )
        )
        self._thread = threading.Thread(target=self._server.run, args=([listener],), daemon=True)

    async def _answer(self, request: Request) -> Response:
        query = request.scope["query_string"]
        target = request.scope["raw_path"] + (b"?" + query if query else b"")
        url = find_true_address(target.decode()) or f"{self.url}{target.decode()}"
        self.asked.append(Asked(url, dict(request.headers), request.method, await request.body()))
        answer = self.answers.get(url)
        if answer is None:
            return PlainTextResponse("no such page", status_code=404)
        if isinstance(answer, Response):
            return answer
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            return await answer(request)
        finally:
            self.under_way -= 1

    def times(self, url: str) -> int:
        """How often an address was asked for."""
        return sum(asked.url == url for asked in self.asked)

    def last(self, url: str) -> Asked:
        return [asked for asked in self.asked if asked.url == url][-1]

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.005)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Not waited for: uvicorn looks once in 0.1 s, and there are hundreds of tests.
        self._server.should_exit = True
        self._server.force_exit = True


class RawSite:
    """Sends ``chunks`` for every request, ``pause`` seconds apart, and closes the connection.

    A request for a robots.txt gets a decent 404.
    """

    def __init__(self, *chunks: bytes, pause: float = 0.0) -> None:
        self.chunks = chunks
        self.pause = pause
        self.requests = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        while not self._closed.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with connection:
            try:
                request = b""
                while b"\r\n\r\n" not in request:
                    part = connection.recv(65536)
                    if not part:
                        return
                    request += part
                if b"/robots.txt " in request:
                    connection.sendall(
                        b"HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                    )
                    return
                self.requests += 1
                for chunk in self.chunks:
                    connection.sendall(chunk)
                    if self.pause and self._closed.wait(self.pause):
                        return
            except OSError:
                return  # the client left

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed.set()
        self._listener.close()


def release(url: str = PAGE, release_id: str = "pingyang-2024", **more: Any) -> Release:
    return Release(
        release_id=release_id,
        source_id="pingyang",
        url=url,
        title="2024年平阳县统计公报",
        publisher="平阳县统计局",
        reader="communique",
        **more,
    )


def settings(**values: Any) -> Settings:
    return Settings(_env_file=None, **values)


def refresh(
    mirror: str | None,
    archive: Path,
    *releases: Release,
    known: list[Visit] | None = None,
    pauses: bool = False,
    **values: Any,
) -> list[Visit]:
    """Fetch the releases (by default the one at ``PAGE``); ``known`` are earlier visits."""
    snapshots: dict[str, Snapshot] = {
        visit.release_id: visit.snapshot for visit in known or [] if visit.snapshot
    }
    with stamina.set_testing(not pauses, attempts=100, cap=True):
        return asyncio.run(
            fetch(
                releases or (release(),),
                Archive(archive),
                settings=settings(**values),
                known=snapshots,
                mirror=mirror,
            )
        )


def archived(archive: Path) -> list[Path]:
    """Every file in the archive, half-written ones included."""
    return [path for path in archive.rglob("*") if path.is_file()]
