"""The next generation of a mailbox: what stays is copied, the current one is replaced, then deleted.

Writers look at the generation after they have written, and write again into the next one when it changed; so the copy
that is made after the change catches all who looked before it.
"""

from __future__ import annotations

from sync.couchdb_store.connection import path_of
from sync.couchdb_store.errors import Refused
from sync.couchdb_store.parts import Parts
from sync.couchdb_store.pointers import pointer_of
from sync.couchdb_store.registry import SHARDS, Place, info_of

PAGE = 1000
# A generation ends when it holds this many deleted pointers, and more of them than live ones.
DELETED_LIMIT = 1000


def is_due(parts: Parts, place: Place) -> bool:
    """Whether reading the feed has to pass over more than it shows."""
    info = info_of(parts.connection, place.couch_name)
    deleted: int = info.get("doc_del_count", 0)
    return deleted >= DELETED_LIMIT and deleted > info["doc_count"]


def advance(parts: Parts, place: Place) -> Place | None:
    """Bring a mailbox to its next generation; None when another hub did so at the same time."""
    following = parts.names.generation(place.name, place.generation + 1)
    parts.connection.create(following, shards=SHARDS)
    after = _copy(parts, place.couch_name, following, "0")
    now = parts.registry.advance(place)
    if now is None:
        return None
    _copy(parts, place.couch_name, following, after)
    parts.connection.delete(place.couch_name)
    return now


def _copy(parts: Parts, source: str, target: str, since: str) -> str:
    """Copy live pointers in the order of the feed, and take away those that left meanwhile; returns where it ended."""
    while True:
        try:
            page = parts.connection.json(
                "GET", f"{path_of(source)}/_changes", since=since, limit=PAGE, include_docs="true"
            )
        except Refused as refused:
            if refused.status == 404:  # another hub that advanced at the same time has finished
                return since
            raise
        rows = page["results"]
        at = Place("", target, 0, 0, 0)
        parts.pointers.put(at, {row["id"]: pointer_of(row["doc"]) for row in rows if not row.get("deleted")})
        if since != "0":
            parts.pointers.remove(at, [row["id"] for row in rows if row.get("deleted")])
        since = page["last_seq"]
        if len(rows) < PAGE:
            return str(since)
