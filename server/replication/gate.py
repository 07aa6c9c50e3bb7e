"""Who is behind a request under /db/, and whether the database is open to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from flask import Request

from server.audit.logged_store import LoggedStore
from server.errors import WireError
from server.hub import Hub
from server.replication.mailboxes import Session, is_reserved, open_database
from server.replication.rules import ROSTER, is_mailbox

SESSION_COOKIE = "AuthSession"
LOOPBACK = ("127.0.0.1", "::1")


@dataclass(frozen=True)
class _Nobody:
    """The staff of a conformance run."""

    id: str = "conformance"
    role: str = "conformance"
    units: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    username: str = "conformance"


@dataclass(frozen=True)
class ScratchSession:
    """Everything is allowed in scratch databases, nothing elsewhere."""

    staff: Any = field(default_factory=_Nobody)
    device: str | None = None
    expired: bool = False

    def may_read(self, database: str) -> bool:
        return not is_reserved(database)

    may_write = may_read


def is_scratch(hub: Hub, request: Request, database: str) -> bool:
    """Whether a database is free for foreign test suites: conformance mode, on this machine only."""
    return hub.settings.conformance and request.remote_addr in LOOPBACK and not is_reserved(database)


def authenticate(hub: Hub, request: Request, database: str = "") -> Session:
    """The session of a request. Raises 401. An expired token opens the device's quarantine only."""
    if is_scratch(hub, request, database):
        return ScratchSession()
    token = request.cookies.get(SESSION_COOKIE)
    if request.authorization is None and token:
        return cast(Session, hub.accounts.session_of_token(token, allow_expired=True))
    return cast(Session, hub.accounts.authenticate(request, allow_expired=True))


def enter(hub: Hub, request: Request, database: str, *, to_write: bool = False) -> Session:
    """Authenticate, and open the database for reading or writing. Raises 401, 403, 404 with the remedy."""
    session = authenticate(hub, request, database)
    if isinstance(session, ScratchSession):
        if not hub.store.has_database(database):
            raise WireError(404, "not_found", "Database does not exist.")
        return session
    open_database(hub.store, session, database, to_write=to_write)
    return session


def store_for(hub: Hub, session: Session) -> Any:
    """The store that answers a session's reading: documents of patients are in the access log before they go out."""
    if isinstance(session, ScratchSession):
        return hub.store
    return LoggedStore(hub.store, lambda encounters: hub.audit.record_replicated(session, encounters))


def require_ordinary(session: Session, database: str) -> None:
    """Documents of the hub's own databases are edited by the hub alone."""
    if database == ROSTER or (not is_mailbox(database) and not isinstance(session, ScratchSession)):
        raise WireError(403, "forbidden", f"{database} is read-only for devices; the hub writes it")


def user_context(session: Session | None) -> Mapping[str, Any]:
    if session is None:
        return {"name": None, "roles": []}
    return {"name": session.staff.username, "roles": [session.staff.role]}
