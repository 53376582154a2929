"""TLS is always verified, and HTTP/2 is spoken with servers that offer it.

The server here is a small one made of ``ssl`` and ``h2``, with a certificate made for the test.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from io import BytesIO
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived

from flows.fetch.failure import LastingFailure
from flows.fetch.session import Session, Trace
from flows.model.errors import FetchError
from flows.model.request import Request
from tests.fetch_sites import COMMUNIQUE, settings

x509 = pytest.importorskip("cryptography.x509")


def certificate(folder: Path, name: str) -> Path:
    """A self-signed certificate and its key, in one file."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    names = [x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.2"))]
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


class TlsSite:
    """Offers HTTP/2 alone: every path is the communiqué, robots.txt is a 404."""

    def __init__(self, pem: Path, *, declared: int = len(COMMUNIQUE)) -> None:
        self.requests: list[str] = []
        self._declared = declared
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pem)
        self._context.set_alpn_protocols(["h2"])
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(
            asyncio.start_server(self._one, sock=self._listener, ssl=self._context)
        )
        self._loop.run_forever()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        while data := await reader.read(65536):
            for event in connection.receive_data(data):
                if isinstance(event, RequestReceived):
                    self._answer(connection, event)
                elif isinstance(event, DataReceived):
                    connection.acknowledge_received_data(
                        event.flow_controlled_length, event.stream_id
                    )
            writer.write(connection.data_to_send())
        writer.close()

    def _answer(self, connection: H2Connection, event: RequestReceived) -> None:
        headers = {str(name): str(value) for name, value in event.headers or []}
        path, stream = headers[":path"], event.stream_id
        assert stream is not None
        self.requests.append(path)
        if path == "/robots.txt":
            connection.send_headers(stream, [(":status", "404")], end_stream=True)
            return
        answer = [
            (":status", "200"),
            ("content-type", "text/html"),
            ("content-length", str(self._declared)),
        ]
        connection.send_headers(stream, answer)
        connection.send_data(stream, COMMUNIQUE, end_stream=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        async def stop() -> None:
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            self._loop.stop()

        asyncio.run_coroutine_threadsafe(stop(), self._loop)
        self._thread.join(10)
        self._loop.close()


def get(site: TlsSite, host: str = "localhost", *paths: str) -> list[str]:
    """Fetch all paths at once; gives their addresses."""

    async def run() -> list[str]:
        allowed = frozenset({(host, site.port)})
        async with Session(settings(), allowed=allowed) as session:

            async def one(path: str) -> str:
                body = BytesIO()
                reply = await session.get(
                    Request(f"https://{host}:{site.port}{path}"), sink=lambda: body
                )
                assert body.getvalue() == COMMUNIQUE
                return reply.url

            return list(await asyncio.gather(*[one(path) for path in paths or ("/a.html",)]))

    return asyncio.run(run())


def test_http2_is_spoken_with_a_server_that_offers_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server knows no other protocol. An authority of one's own comes by SSL_CERT_FILE."""
    pem = certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    paths = [f"/{n}.html" for n in range(8)]
    with TlsSite(pem) as site:
        urls = get(site, "localhost", *paths)
        assert sorted(site.requests) == sorted([*paths, "/robots.txt"])
    assert len(urls) == 8


def test_a_body_that_is_shorter_than_declared_is_broken_off_in_http2_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with TlsSite(pem, declared=len(COMMUNIQUE) + 10) as site, pytest.raises(FetchError) as failure:
        get(site)
    assert not isinstance(failure.value, LastingFailure)


def test_a_self_signed_certificate_is_refused_and_not_tried_again(tmp_path: Path) -> None:
    async def run(port: int) -> Trace:
        trace = Trace()
        allowed = frozenset({("localhost", port)})
        async with Session(settings(fetch_attempts=3), allowed=allowed) as session:

            async def once() -> object:
                return await session.get(
                    Request(f"https://localhost:{port}/a.html"),
                    sink=BytesIO,
                    trace=trace,
                    heed_robots=False,
                )

            with pytest.raises(LastingFailure, match=r"identity of localhost:[0-9]+ could not be"):
                await session.persistently(once)
        return trace

    with TlsSite(certificate(tmp_path, "localhost")) as site:
        trace = asyncio.run(run(site.port))
        assert site.requests == []
    assert trace.attempts == 1


def test_a_certificate_for_another_name_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pem = certificate(tmp_path, "tjj.example.gov.cn")
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with TlsSite(pem) as site, pytest.raises(FetchError, match="could not be verified"):
        get(site)
    assert site.requests == []
