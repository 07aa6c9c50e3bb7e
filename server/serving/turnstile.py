"""Lets those in who open a live connection, a few at a time, so that others' requests pass between them.

After a cut a thousand ambulances come back in the same second. Each opening costs two milliseconds of the one loop; let
in all at once, they hold up every push and every board for their sum.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import gevent
from gevent.event import Event

from server.serving.unavailable import unavailable

OPENING_PATH = "/socket.io/"
AT_ONCE = 4
# Those who were let in take their first step, then the loop belongs to others for twice as long; within these bounds.
SHORTEST_PAUSE_SECONDS = 0.001
LONGEST_PAUSE_SECONDS = 0.1
# A client of Socket.IO gives up after 20 s: who would be let in later is told at once to come again.
LONGEST_WAIT_SECONDS = 15.0


class Turnstile:
    """A WSGI app around the hub's own."""

    def __init__(self, app: Any, longest_wait_seconds: float = LONGEST_WAIT_SECONDS) -> None:
        self._app = app
        self._longest_wait = longest_wait_seconds
        self._waiting: deque[Event] = deque()
        self._keeper: gevent.Greenlet | None = None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if is_opening(environ) and not self._enter():
            reason = "many devices are connecting; try again soon"
            return [unavailable(start_response, {"error": "service_unavailable", "reason": reason})]
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer

    def _enter(self) -> bool:
        """Wait for one's turn; false when it did not come in time."""
        turn = Event()
        self._waiting.append(turn)
        if self._keeper is None or self._keeper.dead:
            self._keeper = gevent.spawn(self._let_in)
        if turn.wait(self._longest_wait):
            return True
        if turn in self._waiting:
            self._waiting.remove(turn)
        return False

    def _let_in(self) -> None:
        while self._waiting:
            for _ in range(min(AT_ONCE, len(self._waiting))):
                self._waiting.popleft().set()
            began = time.perf_counter()
            gevent.sleep(0)  # they and all others that are ready take their step
            pause = 2 * (time.perf_counter() - began)
            gevent.sleep(min(max(pause, SHORTEST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS))


def is_opening(environ: dict[str, Any]) -> bool:
    """Whether a request opens a live connection; one that has its `sid` is open already."""
    query = environ.get("QUERY_STRING", "")
    return bool(environ.get("PATH_INFO") == OPENING_PATH) and "sid=" not in query
