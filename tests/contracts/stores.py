"""The stores that the shared suite runs over, and the words it is written in. A further store joins by its factory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sync.documents import Edit, Outcome, parse_edit
from sync.memory_store import MemoryStore
from sync.sqlite_store import open_store
from sync.store import Arrival, Decide, Group, Receipt, Store, Verdict
from tests.sync import couchdb

# Where COUCHDB_URL names no CouchDB: as far as pouchdb-server can go. What it cannot show is skipped, and said.
COUCHDB = "couchdb" if couchdb.URL else "pouchdb-server"
STORES: dict[str, Callable[[Path], Any]] = {
    "memory": lambda folder: MemoryStore(),
    "sqlite": lambda folder: open_store(folder / "store.sqlite"),
    COUCHDB: lambda folder: couchdb.open_one(couchdb.new_prefix()),
}
RECEIPT = Receipt("s-1", "d-1", "unit_a", "2026-11-21T09:00:00.000Z")


class Everyone:
    """A router that gives each document to the mailboxes named, and the history to `backfill`."""

    def __init__(self, *members: str, backfill: tuple[str, ...] = (), lane: str = "") -> None:
        self.members, self.backfill, self.lane = members, backfill, lane

    def key_of(self, document_id: str) -> str:
        return document_id.partition(":")[0] + ":"

    def decide(self, arrival: Arrival, group: Group | None) -> Verdict:
        seen = [*((group.facts.get("seen") or []) if group else []), arrival.id]
        after = Group(self.key_of(arrival.id), self.members, {"seen": seen}, arrival.receipt.received_at)
        return Verdict(after, self.lane, self.members, self.backfill)


def becomes(group: Group) -> Decide:
    """Whatever the group is by now, it shall be this."""
    return lambda _now, _documents: group


def release(store: Store, group: Group, keep: str = "") -> int | None:
    return store.release(group.key, becomes(group), keep=keep)


def replicate(store: Store, database: str, *documents: dict[str, Any]) -> list[Outcome]:
    return store.apply(database, [parse_edit(one, new_edits=False) for one in documents], new_edits=False)


def edits(*documents: dict[str, Any]) -> list[Edit]:
    return [parse_edit(one, new_edits=False) for one in documents]


def ids(store: Store, database: str, since: str = "0") -> list[str]:
    return [change.id for change in store.changes(database, since).results]
