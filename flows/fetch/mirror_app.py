"""The mirror as an ASGI application; only ``MirrorServer`` loads it, and with it starlette."""

from __future__ import annotations

import hashlib
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from flows.fetch.address import find_true_address
from flows.fetch.index import NAME, Index, IndexRow

_TYPES = {
    ".html": "text/html",
    ".htm": "text/html",
    ".shtml": "text/html",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def make_mirror_app(folder: Path, index: Index) -> Starlette:
    """Serves the index's rows; any other address is a 404."""
    rows: dict[str, list[IndexRow]] = {}
    for row in index.rows:
        rows.setdefault(row.request.url, []).append(row)
    etags: dict[tuple[str, int, int], str] = {}

    def etag(path: Path, size: int, modified: int) -> str:
        """By content, so that a touched or copied file is the same document."""
        key = (str(path), size, modified)
        if key not in etags:
            etags[key] = f'"{hashlib.sha256(path.read_bytes()).hexdigest()[:32]}"'
        return etags[key]

    async def answer(request: Request) -> Response:
        query = request.scope["query_string"]
        target = request.scope["raw_path"] + (b"?" + query if query else b"")
        if target == f"/{NAME}".encode():
            path, media_type = folder / NAME, "text/csv; charset=utf-8"
        else:
            url = find_true_address(target.decode("ascii"))
            row = await _find_row(request, rows.get(url, [])) if url else None
            if row is None:
                return PlainTextResponse("not in this mirror", status_code=404)
            path = folder / row.file
            media_type = row.fields.get("content_type") or _TYPES.get(
                path.suffix.lower(), "application/octet-stream"
            )
        try:
            stat = path.stat()
            tag = etag(path, stat.st_size, stat.st_mtime_ns)
        except OSError:
            return PlainTextResponse("listed in this mirror, but its file is gone", status_code=404)
        headers = {
            "content-type": media_type,  # given here, lest a charset is made up
            "etag": tag,
            "last-modified": formatdate(stat.st_mtime, usegmt=True),
        }
        if _is_current(request, tag, stat.st_mtime):
            del headers["content-type"]
            return Response(status_code=304, headers=headers)
        return FileResponse(path, headers=headers, stat_result=stat)

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])


async def _find_row(request: Request, rows: list[IndexRow]) -> IndexRow | None:
    """The row that answers what is asked: the one that names the most headers, all as sent."""
    body = (await request.body()).decode("utf-8", errors="replace") or None
    fitting = [
        row
        for row in rows
        if (row.request.method, row.request.body) == (request.method, body)
        and all(request.headers.get(name) == value for name, value in row.request.headers)
    ]
    return max(fitting, key=lambda row: len(row.request.headers), default=None)


def _is_current(request: Request, tag: str, modified: float) -> bool:
    """RFC 9110: only a GET has conditions; If-Modified-Since counts only without If-None-Match."""
    if request.method != "GET":
        return False
    wanted = request.headers.get("if-none-match")
    if wanted is not None:
        tags = {part.strip().removeprefix("W/") for part in wanted.split(",")}
        return tag in tags or "*" in tags
    since = request.headers.get("if-modified-since")
    try:
        return since is not None and int(modified) <= parsedate_to_datetime(since).timestamp()
    except ValueError:
        return False
