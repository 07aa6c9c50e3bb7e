"""CouchDB down, slow, refusing, full, or no CouchDB at all: 503 with what to do, and no password in any word of it."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from server.serving.certificates import server_context
from sync.couchdb_store import open_store
from sync.errors import StoreDamaged
from tests.server.replication.live_hub import free_port

PASSWORD = "s3cret-word"


def problem_of(port: int, *, scheme: str = "http", user: str = "admin") -> StoreDamaged:
    with pytest.raises(StoreDamaged) as caught:
        open_store(f"{scheme}://{user}:{PASSWORD}@127.0.0.1:{port}/x", connect_seconds=2, read_seconds=0.3)
    assert PASSWORD not in caught.value.reason
    return caught.value


@contextmanager
def answering(status: int, body: bytes, content_type: str = "application/json") -> Iterator[int]:
    """A server that gives one answer to everything."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_PUT = do_POST = do_GET

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def test_a_couchdb_that_is_down_is_told_as_unreachable() -> None:
    problem = problem_of(free_port())
    assert (problem.status, problem.error) == (503, "store_unavailable")
    assert "cannot be reached" in problem.reason
    assert "devices keep their data" in problem.reason


def test_a_couchdb_that_does_not_answer_is_told_as_slow() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        problem = problem_of(listener.getsockname()[1])
    assert problem.status == 503
    assert "does not answer in time" in problem.reason


@pytest.mark.parametrize(
    ("status", "body", "expected", "words"),
    [
        (401, b'{"error":"unauthorized","reason":"Name or password is incorrect."}', 503, "check user and password"),
        (403, b'{"error":"forbidden","reason":"You are not a server admin."}', 503, "server administrator"),
        (500, b'{"error":"case_clause","reason":"enospc"}', 507, "disk of CouchDB"),
        (503, b'{"error":"service_unavailable","reason":"overload"}', 503, "see its log"),
        (429, b'{"error":"too_many_requests","reason":"slow down"}', 503, "see its log"),
        (502, b"<html>bad gateway</html>", 503, "fails"),
        (200, b"<html>a shop</html>", 503, "no CouchDB"),
        (200, b'{"hello":"world"}', 503, "no CouchDB"),
        (302, b"", 503, "refuses"),
    ],
)
def test_a_couchdb_that_refuses_is_the_hubs_trouble_and_never_the_devices(
    status: int, body: bytes, expected: int, words: str
) -> None:
    with answering(status, body) as port:
        problem = problem_of(port)
    assert problem.status == expected
    assert words in problem.reason


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    context = server_context(tmp_path, ["127.0.0.1"])
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        problem = problem_of(server.server_port, scheme="https")
    finally:
        server.shutdown()
        server.server_close()
    assert "certificate" in problem.reason
    assert "REQUESTS_CA_BUNDLE" in problem.reason


@pytest.mark.parametrize(
    "url", ["/var/lib/x.sqlite", "ftp://a:b@c/", "https://", "http://a:b@host:port/x", "http://h/Ä"]
)
def test_an_address_that_is_none_is_told_without_repeating_it(url: str) -> None:
    with pytest.raises(StoreDamaged) as caught:
        open_store(url, connect_seconds=0.2)
    assert "GREENLANE_STORE" in caught.value.reason
