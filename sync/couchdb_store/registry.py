"""Which databases there are, and the generation in which each of them lives now: documents `database:<name>`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from sync.base_store import NO_DATABASE
from sync.couchdb_store.connection import Connection, document_path, path_of
from sync.couchdb_store.errors import Refused, StoreUnavailable
from sync.couchdb_store.names import Names
from sync.errors import NotFound
from sync.store import ARCHIVE, is_mailbox

T = TypeVar("T")
PREFIX = "database:"
END = "\uffff"
TRIES = 20
# A feed over several shards is in no order; with one, documents come as they arrived. Pointers are small.
SHARDS = 1


@dataclass(frozen=True, slots=True)
class Place:
    """A database as it is now. `born`: the generation in which it was made; memberships name it."""

    name: str
    couch_name: str
    generation: int
    born: int
    created_at_ms: int

    @property
    def is_plain(self) -> bool:
        """Whether documents lie in it themselves; archive and mailboxes hold pointers to archived bodies."""
        return not is_mailbox(self.name) and self.name != ARCHIVE


class Registry:
    """Finds databases. What it has seen it remembers; a generation that is gone is looked up again."""

    def __init__(self, connection: Connection, names: Names) -> None:
        self._connection = connection
        self._names = names
        self._known: dict[str, Place] = {}

    def find(self, name: str) -> Place | None:
        known = self._known.get(name)
        return known if known is not None else self._look_up(name)

    def place(self, name: str) -> Place:
        """The database of that name. Raises NotFound."""
        found = self.find(name)
        if found is None:
            raise NotFound(NO_DATABASE)
        return found

    def use(self, name: str, work: Callable[[Place], T]) -> T:
        """Work on the current generation; once more when it was replaced meanwhile."""
        place = self.place(name)
        try:
            return work(place)
        except Refused as refused:
            if refused.status != 404 or "Database" not in refused.reason:
                raise
        self._known.pop(name, None)
        again = self.place(name)
        if again == place:
            raise StoreUnavailable(f"CouchDB has lost the database {place.couch_name}; restore it from a backup")
        return work(again)

    def look_up(self, names: Iterable[str]) -> dict[str, Place]:
        """Databases as they are this moment, whatever is remembered."""
        documents = self._connection.documents(self._names.control, [PREFIX + name for name in names])
        found = {}
        for document in documents.values():
            place = self._remember(document)
            if place is not None:
                found[place.name] = place
        return found

    def all(self) -> list[Place]:
        documents = self._connection.between(self._names.control, PREFIX, PREFIX + END)
        places = [self._remember(document) for document in documents]
        return sorted((place for place in places if place is not None), key=lambda place: place.name)

    def _look_up(self, name: str) -> Place | None:
        document = self._connection.get_or_none(document_path(self._names.control, PREFIX + name))
        return self._remember(document) if document is not None else None

    def _remember(self, document: dict[str, Any]) -> Place | None:
        name = str(document["name"])
        if document["deleted"]:
            self._known.pop(name, None)
            return None
        generation = int(document["generation"])
        place = Place(
            name, self._names.generation(name, generation), generation, document["born"], document["created_at_ms"]
        )
        self._known[name] = place
        return place

    # --- making, deleting, going on
    def create(self, name: str) -> bool:
        """Make a database; False if it exists. A later one of the same name takes the next generation."""
        for _ in range(TRIES):
            before = self._connection.get_or_none(document_path(self._names.control, PREFIX + name))
            if before is not None and not before["deleted"]:
                self._remember(before)
                return False
            generation = before["generation"] + 1 if before is not None else 1
            self._connection.create(self._names.generation(name, generation), shards=SHARDS)
            if self._write(before, name, generation, born=generation):
                return True
        raise StoreUnavailable(f"the database {name} is being made by others at the same time; send again")

    def delete(self, name: str) -> bool:
        for _ in range(TRIES):
            before = self._connection.get_or_none(document_path(self._names.control, PREFIX + name))
            if before is None or before["deleted"]:
                self._known.pop(name, None)
                return False
            if self._connection.update(self._names.control, {**before, "deleted": True}) is not None:
                self._known.pop(name, None)
                self._connection.delete(self._names.generation(name, before["generation"]))
                return True
        raise StoreUnavailable(f"the database {name} is being changed by others at the same time; send again")

    def advance(self, place: Place) -> Place | None:
        """Make the next generation the current one; None when somebody else did it first."""
        before = self._connection.get_or_none(document_path(self._names.control, PREFIX + place.name))
        if before is None or before["deleted"] or before["generation"] != place.generation:
            return None
        if not self._write(before, place.name, place.generation + 1, born=place.born):
            return None
        return self.place(place.name)

    def _write(self, before: dict[str, Any] | None, name: str, generation: int, *, born: int) -> bool:
        is_new = before is None or before["deleted"]
        made = {
            "_id": PREFIX + name,
            "name": name,
            "generation": generation,
            "born": born,
            "created_at_ms": time.time_ns() // 1_000_000 if is_new or before is None else before["created_at_ms"],
            "deleted": False,
        }  # fmt: skip
        if before is not None:
            made["_rev"] = before["_rev"]
        if self._connection.update(self._names.control, made) is None:
            return False
        self._remember(made)
        return True


def info_of(connection: Connection, couch_name: str) -> dict[str, Any]:
    found: dict[str, Any] = connection.json("GET", path_of(couch_name))
    return found
