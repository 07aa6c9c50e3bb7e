"""The network of the journeys must itself be what it says: cut means cut."""

from __future__ import annotations

import http.client
import http.server
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from relay import Break, Relay

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
BODY = b"x" * 40_000


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the relay's own record is looked at."""


@pytest.fixture
def relay() -> Iterator[Relay]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    relay = Relay(server.server_port)
    yield relay
    relay.close()
    server.shutdown()
    server.server_close()


def fetch(relay: Relay, path: str = "/a", timeout: float = 10) -> bytes:
    with OPENER.open(f"http://127.0.0.1:{relay.port}{path}", timeout=timeout) as answer:
        return bytes(answer.read())


def test_what_passes_is_whole_and_noted(relay: Relay) -> None:
    assert fetch(relay, "/first") == BODY
    assert fetch(relay, "/second?x=1") == BODY
    assert [r.path for r in relay.passed(r"^/(first|second)")] == ["/first", "/second?x=1"]


def test_a_cut_relay_refuses_and_a_restored_one_serves_again(relay: Relay) -> None:
    relay.cut()
    with pytest.raises(urllib.error.URLError, match="refused"):
        fetch(relay)
    relay.restore()
    assert fetch(relay) == BODY


def test_a_cut_ends_an_answer_that_is_under_way(relay: Relay) -> None:
    relay.throttle(4_000)
    threading.Timer(0.3, relay.cut).start()
    with pytest.raises((OSError, http.client.HTTPException)):
        fetch(relay)


def test_a_stalled_relay_lets_nothing_pass_until_it_flows(relay: Relay) -> None:
    relay.stall()
    with pytest.raises(TimeoutError):
        fetch(relay, timeout=0.5)
    relay.flow()
    assert fetch(relay) == BODY


def test_a_throttled_relay_is_never_faster_than_its_line(relay: Relay) -> None:
    relay.throttle(40_000, latency_seconds=0.1)
    began_at = time.monotonic()
    fetch(relay)
    # A lower bound only: load can make it slower, never faster.
    assert time.monotonic() - began_at >= len(BODY) / 40_000 + 0.2


def test_a_break_cuts_the_answer_at_its_byte_and_only_that_one(relay: Relay) -> None:
    relay.break_at(down=Break(after_bytes=20_000))
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        fetch(relay)
    assert relay.cuts_made == 1
    assert fetch(relay) == BODY


def test_a_stall_without_a_cut_delays_and_loses_nothing(relay: Relay) -> None:
    relay.break_at(down=Break(after_bytes=100, stall_seconds=0.1, is_cut=False))
    assert fetch(relay) == BODY
    assert (relay.stalls_made, relay.cuts_made) == (1, 0)
