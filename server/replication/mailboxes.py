"""Which databases exist and may be opened: mailboxes of known units and sites are made when first needed."""

from __future__ import annotations

from typing import Any, Protocol

from server.errors import WireError
from server.replication.rules import (
    ARCHIVE,
    MEDIA_SUFFIX,
    QUARANTINE_PREFIX,
    ROSTER,
    base_of,
    is_mailbox,
    is_quarantine,
)
from sync.store import Store


class Session(Protocol):
    """What this room needs of `server.accounts` sessions."""

    @property
    def staff(self) -> Any: ...

    @property
    def device(self) -> str | None: ...

    @property
    def expired(self) -> bool: ...

    def may_read(self, database: str) -> bool: ...

    def may_write(self, database: str) -> bool: ...


def open_database(store: Store, session: Session, name: str, *, to_write: bool) -> None:
    """Raise 404 or 403 with the remedy unless the session may use the database; make a mailbox that is due."""
    exists = store.has_database(name) or _make_if_due(store, session, name)
    if not exists:
        raise WireError(404, "not_found", f"no database is called {name[:80]}; GET /api/session lists yours")
    if session.expired and not is_quarantine(name):
        raise WireError(401, "unauthorized", "token_expired: sign in again")
    if not session.may_read(name) or (to_write and not session.may_write(name)):
        verb = "write into" if to_write else "read"
        raise WireError(403, "forbidden", f"you may not {verb} {name}; GET /api/session lists what you may")


def _make_if_due(store: Store, session: Session, name: str) -> bool:
    base = base_of(name)
    if not is_mailbox(name) or not is_due(store, session, base):
        return False
    ensure_mailbox(store, base)
    return True


def is_due(store: Store, session: Session | None, base: str) -> bool:
    """Whether a mailbox should exist: its unit or site is on the roster, or the session's rights name it."""
    kind, _, place = base.partition("_")
    if kind in ("unit", "site"):
        return is_on_roster(store, f"{kind}:{place}")
    if session is None or not session.may_write(base):
        return False
    return kind == "incident" or base == f"{QUARANTINE_PREFIX}{session.device}"


def is_on_roster(store: Store, document_id: str) -> bool:
    return store.has_database(ROSTER) and store.get(ROSTER, document_id) is not None


def ensure_mailbox(store: Store, base: str) -> None:
    """Make both lanes of a mailbox."""
    store.ensure_database(base)
    store.ensure_database(base + MEDIA_SUFFIX)


def ensure_roster_mailboxes(store: Store) -> None:
    """Make the mailboxes of every unit and site on the roster."""
    existing = set(store.database_names())  # asked once: a city has a thousand ambulances
    if ROSTER not in existing:
        return
    for kind in ("unit", "site"):
        for document in store.read_range(ROSTER, f"{kind}:", f"{kind}:\uffff"):
            base = f"{kind}_{str(document['_id']).partition(':')[2]}"
            if not {base, base + MEDIA_SUFFIX} <= existing:
                ensure_mailbox(store, base)


def visible_databases(store: Store, session: Session) -> list[str]:
    """Names of the databases that exist and that the session may read."""
    return [name for name in store.database_names() if session.may_read(name)]


def is_reserved(name: str) -> bool:
    """Whether a name belongs to the hub itself, also in conformance mode."""
    return is_mailbox(name) or name in (ARCHIVE, ROSTER) or name.startswith("_")
