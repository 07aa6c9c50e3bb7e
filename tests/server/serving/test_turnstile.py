"""Many devices that connect at once are let in a few at a time."""

from __future__ import annotations

import json
from typing import Any

import gevent

from server.serving.turnstile import AT_ONCE, Turnstile

OPENING = {"PATH_INFO": "/socket.io/", "QUERY_STRING": "EIO=4&transport=websocket"}
POLLING = {"PATH_INFO": "/socket.io/", "QUERY_STRING": "EIO=4&transport=polling&sid=abc"}
ASKING = {"PATH_INFO": "/api/clock", "QUERY_STRING": ""}


def call(app: Turnstile, environ: dict[str, str]) -> tuple[str, list[bytes]]:
    statuses: list[str] = []
    answer = list(app(dict(environ), lambda status, _headers: statuses.append(status)))
    return statuses[0], answer


class Hub:
    """Notes whom it serves; those who open a connection stay."""

    def __init__(self) -> None:
        self.served: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.served.append("opening" if environ["PATH_INFO"] == "/socket.io/" else "asking")
        start_response("200 OK", [])
        return []


def test_others_are_served_between_those_who_connect() -> None:
    hub = Hub()
    app = Turnstile(hub)
    openings = [gevent.spawn(call, app, OPENING) for _ in range(50 * AT_ONCE)]

    def ask() -> None:
        while not all(one.dead for one in openings):
            call(app, ASKING)
            gevent.sleep(0)

    gevent.joinall([*openings, gevent.spawn(ask)], timeout=60, raise_error=True)
    assert hub.served.count("opening") == 50 * AT_ONCE
    together = "".join("o" if one == "opening" else " " for one in hub.served).split()
    assert max(len(run) for run in together) <= AT_ONCE


def test_who_is_connected_already_does_not_wait() -> None:
    hub = Hub()
    app = Turnstile(hub)
    waiting = [gevent.spawn(call, app, OPENING) for _ in range(10 * AT_ONCE)]
    gevent.sleep(0)
    assert call(app, POLLING)[0] == "200 OK"
    assert hub.served.count("opening") < 10 * AT_ONCE
    gevent.joinall(waiting, timeout=60, raise_error=True)


def test_who_would_wait_too_long_is_told_to_come_again_and_a_later_one_gets_in() -> None:
    hub = Hub()
    app = Turnstile(hub, longest_wait_seconds=0.02)  # at a millisecond a turn, 500 turns last longer
    crowd = [gevent.spawn(call, app, OPENING) for _ in range(500 * AT_ONCE)]
    gevent.joinall(crowd, timeout=60, raise_error=True)
    answers = [one.value for one in crowd]
    refused = [json.loads(body)["error"] for status, (*bodies,) in answers if status[:3] == "503" for body in bodies]
    assert refused
    assert set(refused) == {"service_unavailable"}
    assert len(hub.served) == len(crowd) - len(refused)
    assert call(Turnstile(hub), OPENING)[0] == "200 OK"
