"""Groups: documents `group:<key>` of the control database. Writing one is the moment at which a change is decided.

A group's document carries, in `pending`, what remains to be done for the change that it records (ledger entries, places
in mailboxes). Whoever comes next finishes that first, so that a hub that dies in between leaves nothing half-done.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sync.couchdb_store.connection import Connection, path_of
from sync.store import Group

PREFIX = "group:"
DUE = ("greenlane", "due")
PENDING = ("greenlane", "pending")
SWEEP_PAGE = 100


@dataclass(slots=True)
class Pending:
    """What a decided change still asks for: ledger entries as they shall be, ids to enter and to leave by mailbox."""

    ledger: list[dict[str, Any]] = field(default_factory=list)
    enter: dict[str, list[str]] = field(default_factory=dict)
    leave: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.ledger or self.enter or self.leave)

    def as_document(self) -> dict[str, Any]:
        return {"ledger": self.ledger, "enter": self.enter, "leave": self.leave}


@dataclass(slots=True)
class Kept:
    """A group's document: the group itself (None while only outsiders wrote to it), arrivals, what is pending."""

    key: str
    group: Group | None = None
    count: int = 0
    pending: Pending | None = None
    rev: str | None = None

    def as_document(self, now: str) -> dict[str, Any]:
        group = self.group or Group(self.key)
        document: dict[str, Any] = {
            "_id": PREFIX + self.key,
            "exists": self.group is not None,
            "members": list(group.members),
            "facts": dict(group.facts),
            "due_at": group.due_at,
            "count": self.count,
            "pending_at": None if self.pending is None else now,
            "pending": None if self.pending is None else self.pending.as_document(),
        }
        if self.rev is not None:
            document["_rev"] = self.rev
        return document


def kept_of(document: dict[str, Any]) -> Kept:
    key = document["_id"].removeprefix(PREFIX)
    group = Group(key, tuple(document["members"]), document["facts"], document["due_at"])
    pending = document["pending"]
    return Kept(
        key,
        group if document["exists"] else None,
        document["count"],
        Pending(**pending) if pending is not None else None,
        document["_rev"],
    )


class Groups:
    """Reads groups, and writes them where nobody else did meanwhile."""

    def __init__(self, connection: Connection, database: str) -> None:
        self._connection = connection
        self._database = database

    def prepare(self) -> None:
        """Have CouchDB keep the two orders in which groups are asked for."""
        for (design, name), member in ((DUE, "due_at"), (PENDING, "pending_at")):
            index = {"index": {"fields": [member, "_id"]}, "ddoc": design, "name": name, "type": "json"}
            self._connection.json("POST", f"{path_of(self._database)}/_index", index)

    def get(self, keys: Iterable[str]) -> dict[str, Kept]:
        """Groups by key; one that was never written is empty."""
        wanted = list(dict.fromkeys(keys))
        found = self._connection.documents(self._database, [PREFIX + key for key in wanted])
        return {
            key: kept_of(found[PREFIX + key]) if PREFIX + key in found else Kept(key) for key in wanted
        }  # fmt: skip

    def save(self, kept: list[Kept], now: str) -> list[Kept]:
        """Write groups, each on top of the revision it was read at; returns those that had moved."""
        rows = self._connection.bulk_docs(self._database, [one.as_document(now) for one in kept])
        moved = []
        for one, row in zip(kept, rows, strict=True):
            if "error" in row:
                moved.append(one)
            else:
                one.rev = row["rev"]
        return moved

    def due(self, now: str, limit: int) -> list[Group]:
        found = self._find({"due_at": {"$gt": None, "$lte": now}}, "due_at", DUE, limit)
        return [group for document in found if (group := kept_of(document).group) is not None]

    def pending(self) -> list[Kept]:
        """Some of the groups whose last change is not finished."""
        return [
            kept_of(document)
            for document in self._find({"pending_at": {"$gt": None}}, "pending_at", PENDING, SWEEP_PAGE)
        ]

    def _find(self, selector: dict[str, Any], member: str, index: tuple[str, str], limit: int) -> list[dict[str, Any]]:
        query = {"selector": selector, "sort": [member, "_id"], "limit": limit, "use_index": list(index)}
        found: list[dict[str, Any]] = self._connection.json("POST", f"{path_of(self._database)}/_find", query)["docs"]
        return found
