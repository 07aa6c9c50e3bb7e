"""Pointers: the small documents that a generation of a mailbox (and of `archive`) is made of.

A pointer says that a document stands here, and which leaves it has; the body lies in the archive of its month. CouchDB
gives it its place in the feed. To leave a mailbox is to delete the pointer, which no device ever sees: feeds show live
pointers only, and the next generation starts without the deleted ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sync.couchdb_store.connection import Connection
from sync.couchdb_store.errors import StoreUnavailable
from sync.couchdb_store.registry import Place

BATCH = 1000
TRIES = 5


@dataclass(frozen=True, slots=True)
class Pointer:
    """What a pointer says. With a later `turn` it takes a new place in the feed, though its leaves are the same."""

    leaves: list[str]
    turn: int = 0

    def members(self) -> dict[str, Any]:
        return {"revs": self.leaves, "turn": self.turn}

    def is_told_by(self, document: dict[str, Any]) -> bool:
        return bool(document["revs"] == self.leaves and document["turn"] >= self.turn)


def pointer_of(document: dict[str, Any]) -> Pointer:
    return Pointer(document["revs"], document["turn"])


class Pointers:
    """Writes pointers, so that doing it twice changes nothing. `own_writes` counts them for the watcher."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.own_writes: Counter[str] = Counter()

    def put(self, place: Place, pointers: dict[str, Pointer]) -> None:
        """Have a pointer for each id. One that says so already stays where it is in the feed."""
        for batch in _batches(list(pointers.items())):
            self._put(place, dict(batch))

    def _put(self, place: Place, pointers: dict[str, Pointer]) -> None:
        wanted = {i: {"_id": i} | pointer.members() for i, pointer in pointers.items()}
        for _ in range(TRIES):
            rows = self._connection.bulk_docs(place.couch_name, list(wanted.values()))
            self.own_writes[place.couch_name] += sum("error" not in row for row in rows)
            there = [row["id"] for row in rows if row.get("error") == "conflict"]
            self._refuse_others(place, rows)
            if not there:
                return
            known = self._connection.documents(place.couch_name, there)
            wanted = {
                i: known.get(i, {"_id": i}) | pointers[i].members()
                for i in there
                if i not in known or not pointers[i].is_told_by(known[i])
            }
            if not wanted:
                return
        raise StoreUnavailable(f"{place.name} is being changed by others at the same time; send again")

    def remove(self, place: Place, ids: Iterable[str]) -> None:
        """Take pointers away. Those that are gone already stay gone."""
        for batch in _batches(list(ids)):
            rows = self._connection.by_keys(place.couch_name, batch, include_docs=False)
            live = [row for row in rows if "value" in row and not row["value"].get("deleted")]
            gone = [{"_id": row["id"], "_rev": row["value"]["rev"], "_deleted": True} for row in live]
            if gone:
                done = self._connection.bulk_docs(place.couch_name, gone)
                self.own_writes[place.couch_name] += sum("error" not in row for row in done)
                self._refuse_others(place, done)

    def _refuse_others(self, place: Place, rows: list[dict[str, Any]]) -> None:
        for row in rows:
            if row.get("error") not in (None, "conflict"):
                raise StoreUnavailable(f"CouchDB refused a place in {place.name}: {row['error']} ({row.get('reason')})")


def _batches(found: list[Any]) -> list[list[Any]]:
    return [found[at : at + BATCH] for at in range(0, len(found), BATCH)]
