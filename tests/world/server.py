"""The world over HTTP on the loopback interface, below true addresses, as a mirror is asked.

It answers as the sites do at ``now``, with ETags, and keeps a list of all that was asked. Any host
that is no site of the script is a failure of the product, and so is a path no site ever printed.
"""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

import uvicorn

from tests.world.pages import Answer, make_last_modified, print_listing, print_page
from tests.world.script import Fault, Script
from tests.world.state import PageState, SiteState, fold

_Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    day: date
    host: str
    target: str  # path and query
    status: int


class World:
    """``with World(script) as world:`` it is at ``world.url``; ``world.dawn(day)`` sets its day."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.asked: list[Asked] = []
        self.today = script.days[0]
        self._states: dict[str, SiteState] = {}
        self._hosts = {site.host: site.name for site in script.sites}
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        self._listener = listener
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._server = uvicorn.Server(
            uvicorn.Config(
                self._serve,
                log_config=None,
                log_level="critical",
                lifespan="off",
                ws="none",
                interface="asgi3",
                timeout_graceful_shutdown=1,
            )
        )
        self._thread = threading.Thread(target=self._server.run, args=([listener],), daemon=True)

    def dawn(self, today: date) -> None:
        self.today = today
        self._states = {
            site.name: fold(self.script, site.name, today) for site in self.script.sites
        }

    def __enter__(self) -> Self:
        self.dawn(self.today)
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
        self._server.should_exit = True
        self._server.force_exit = True
        self._thread.join(timeout=10)

    async def _serve(
        self,
        scope: Mapping[str, Any],
        receive: Callable[[], Awaitable[_Message]],
        send: Callable[[_Message], Awaitable[None]],
    ) -> None:
        if scope["type"] != "http":
            return
        path, query = scope["raw_path"].decode("ascii"), scope["query_string"].decode("ascii")
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        answer = self.answer(path, query, headers)
        length = len(answer.data)
        given = [
            (b"content-type", answer.media_type.encode()),
            *((name.encode(), value.encode()) for name, value in answer.headers),
        ]
        if answer.status != 304:
            given.append((b"content-length", str(length).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": given})
        if answer.cut:
            half = answer.data[: length // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            raise ConnectionResetError("the site hangs up")
        await send(
            {
                "type": "http.response.body",
                "body": b"" if scope["method"] == "HEAD" else answer.data,
            }
        )

    def answer(self, path: str, query: str, headers: Mapping[str, str]) -> Answer:
        """The site's answer, with its validators."""
        if path == "/index.csv":
            return Answer(200, self._index().encode(), "text/csv; charset=utf-8")
        _, _, host, rest = [*path.split("/", 3), "", "", ""][:4]
        host, target = unquote(host), "/" + rest
        found = self._answer_site(host, target, query)
        status = found.status
        if status == 200:
            tag = '"' + hashlib.sha256(found.data).hexdigest()[:16] + '"'
            if headers.get("if-none-match") == tag and not found.cut:
                found, status = Answer(304, headers=(("etag", tag),)), 304
            elif not found.cut:
                found = Answer(200, found.data, found.media_type, (*found.headers, ("etag", tag)))
        self.asked.append(Asked(self.today, host, target + (f"?{query}" if query else ""), status))
        return found

    def _index(self) -> str:
        """The mirror's index: where the listings are, and every page that there is or was.

        It says nothing of the pages: what they are is for the product to find out.
        """
        sites = [self._states[site.name] for site in self.script.sites]
        names = [f"https://{each.site.host}{path}" for each in sites for path in each.pages]
        names += [f"https://{each.site.host}{path}" for each in sites for path in each.listings]
        rows = [f'{number}.html,"{url}",listing' for number, url in enumerate(names)]
        return "\n".join(["file,url,role", *rows]) + "\n"

    def _answer_site(self, host: str, path: str, query: str) -> Answer:
        name = self._hosts.get(host)
        if name is None:
            return Answer(404, b"no such site in this world", "text/plain")
        if path == "/robots.txt":
            return Answer(404, b"none", "text/plain")
        state = self._states[name]
        listing = print_listing(state, path, query, self.today)
        if listing is not None:
            return listing
        page = state.pages.get(path)
        if page is None:
            return Answer(404, b"<html><body>404</body></html>")
        return self._answer_page(page, host)

    def _answer_page(self, page: PageState, host: str) -> Answer:
        if page.moved:
            return Answer(301, b"", headers=(("location", f"https://{host}{page.moved}"),))
        if page.document is None:
            return Answer(page.status, b"<html><body>404</body></html>")
        data = print_page(page.document, self.today, counter=page.counter)
        if page.fault is Fault.ERROR:
            return Answer(500, b"<html><body>HTTP Status 500</body></html>")
        if page.fault is Fault.WALL:
            return Answer(403, b"403 Forbidden\nreason:UrlACL", "text/plain")
        if page.fault is Fault.EMPTIED:
            return Answer(200, b"")
        if page.fault is Fault.CUT:
            return Answer(200, data, cut=True)
        return Answer(200, data, headers=(("last-modified", make_last_modified(page.since)),))
