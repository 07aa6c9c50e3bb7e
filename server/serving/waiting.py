"""Opens the hub while its store may still be coming up: until then every request is answered 503, with the reason."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from gevent.event import Event

from server.serving.unavailable import unavailable
from server.settings import VERSION
from sync.errors import StoreDamaged

TRY_AGAIN_SECONDS = 3.0
log = structlog.get_logger("greenlane.serving")


class Door:
    """The WSGI app of the listeners: the hub once there is one, and what is wrong until then."""

    def __init__(self) -> None:
        self.app: Any = None
        self.reason = "the hub is starting"

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if self.app is not None:
            answer: Iterable[bytes] = self.app(environ, start_response)
            return answer
        told = {
            "status": "unavailable",
            "version": VERSION,
            "error": "store_unavailable",
            "reason": self.reason,
            "checks": {"store": self.reason},
        }
        body = unavailable(start_response, told)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def open_patiently(open_app: Callable[[], Any], door: Door, told: Event, listen: Callable[[], None]) -> bool:
    """Put the hub behind the door, waiting for its store where that may come; False when told to stop first.

    `listen` is called before the first wait, so that devices hear why. What waiting does not mend is raised.
    """
    is_listening, said = False, ""
    while not told.is_set():
        try:
            door.app = open_app()
        except StoreDamaged as problem:
            if not problem.may_pass:
                raise
            door.reason = problem.reason
            if problem.reason != said:
                said = problem.reason
                print(f"greenlane: {said}; trying again every {TRY_AGAIN_SECONDS:.0f} s", file=sys.stderr, flush=True)
            if not is_listening:
                listen()
                is_listening = True
            told.wait(TRY_AGAIN_SECONDS)
            continue
        if said:
            log.info("store_found")
        if not is_listening:
            listen()
        return True
    return False
