"""Socket.IO namespace /live: tells devices that something new can be pulled, and boards that they changed.

A nudge carries a database's name and no content; a device that misses one finds out at its next poll.
"""

from __future__ import annotations

from typing import Any

import structlog
from flask import Flask, request
from flask_socketio import ConnectionRefusedError, SocketIO, join_room

from server.accounts.accounts import Accounts
from server.accounts.rules import Session
from server.errors import WireError

NAMESPACE = "/live"
log = structlog.get_logger("greenlane.live")


class Live:
    """The /live namespace of one hub."""

    def __init__(self, message_queue: str = "") -> None:
        # Origins other than the hub's own are refused by default; a badge or token in a foreign page opens nothing.
        self.socketio = SocketIO(async_mode="gevent", serve_client=False)
        # By which hubs on one store tell each other's screens; without it each tells those connected to itself.
        self._message_queue = message_queue
        self.connected = 0

    def open(self, app: Flask, accounts: Accounts) -> None:
        """Attach the namespace to the app."""
        self.socketio.init_app(app, message_queue=self._message_queue or None, channel="greenlane")

        @self.socketio.on("connect", namespace=NAMESPACE)
        def connect(auth: Any = None) -> None:
            session = session_of(accounts, auth)
            for room in rooms_of(session):
                join_room(room)
            self.connected += 1

        @self.socketio.on("disconnect", namespace=NAMESPACE)
        def disconnect(*_reason: Any) -> None:
            self.connected = max(0, self.connected - 1)

        @self.socketio.on_error(NAMESPACE)
        def on_error(error: Exception) -> None:
            log.error("live_fault", event_name=getattr(request, "event", {}).get("message"), exc_info=error)

    def nudge(self, databases: frozenset[str]) -> None:
        """Tell those entitled to a database that it has new sequences."""
        for database in databases:
            # Every hub hears of every commit from the store itself: no queue in between that could be down.
            rooms = [f"db:{database}", *pattern_rooms(database)]
            self._emit("nudge", {"database": database}, rooms, ignore_queue=True)

    def board(self, site: str) -> None:
        """Tell a site's boards that an encounter on them changed."""
        self._emit("board", {"site": site}, [f"board:{site}", "board:*"])

    def _emit(self, event: str, message: dict[str, str], rooms: list[str], **how: Any) -> None:
        self.socketio.emit(event, message, namespace=NAMESPACE, to=rooms, **how)


def session_of(accounts: Accounts, auth: Any) -> Session:
    """The session of a connecting client; a refusal names its reason."""
    token = auth.get("token") if isinstance(auth, dict) else None
    if not isinstance(token, str):
        raise refusal(WireError(401, "unauthorized", 'connect with auth {"token": "…"}'))
    try:
        return accounts.session_of_token(token)
    except WireError as error:
        raise refusal(error) from error


def refusal(error: WireError) -> ConnectionRefusedError:
    """A refused connection; the client finds error and reason in the error's `data`."""
    return ConnectionRefusedError(error.error, {"error": error.error, "reason": error.reason})


def rooms_of(session: Session) -> list[str]:
    """The rooms of a session: its databases, and the boards it may see."""
    rooms = [f"db:{name}" for name in session.databases]
    rooms += [f"board:{site}" for site in session.staff.sites]
    if session.staff.role in ("admin", "quality"):
        rooms.append("board:*")
    return rooms


def pattern_rooms(database: str) -> list[str]:
    """Rooms of sessions that hold a pattern instead of a name."""
    prefix, underscore, _ = database.partition("_")
    return ["db:*", f"db:{prefix}_*"] if underscore else ["db:*"]
