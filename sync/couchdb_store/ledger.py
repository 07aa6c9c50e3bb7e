"""The ledger: one entry for each archived document, with its revisions, receipts and mailboxes. No bodies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from sync.attachments import Held
from sync.couchdb_store.connection import Connection
from sync.couchdb_store.registry import Place
from sync.record import decode_attachments, encode_attachments
from sync.revisions import Tree, decode_tree, encode_tree, leaves
from sync.store import Receipt


@dataclass(slots=True)
class Entry:
    """What is known of a document. `inside` and `left` name mailboxes and the generation in which each was made.

    Attachments carry the sha256 of their bytes as key; `number` is the order of arrival in the document's group; `turn`
    counts how often the document came into some feed anew.
    """

    id: str
    tree: Tree
    lane: str = ""
    number: int = 0
    attachments: dict[str, Held] = field(default_factory=dict)
    receipts: list[Receipt] = field(default_factory=list)
    inside: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    turn: int = 0
    rev: str | None = None

    def is_in(self, place: Place) -> bool:
        return self.inside.get(place.name) == place.born

    def is_known_to(self, place: Place) -> bool:
        """Whether the mailbox holds the document or once held it."""
        return place.born in (self.inside.get(place.name), self.left.get(place.name))

    def leaves(self) -> list[str]:
        return leaves(self.tree)

    def as_document(self) -> dict[str, Any]:
        """The entry as it is kept. Written on top of `rev`."""
        packed = encode_attachments(self.attachments)
        document: dict[str, Any] = {
            "_id": self.id,
            "tree": orjson.loads(encode_tree(self.tree)),
            "lane": self.lane,
            "number": self.number,
            "turn": self.turn,
            "receipts": [[r.staff, r.device, r.mailbox, r.received_at, r.late] for r in self.receipts],
            "in": self.inside,
            "left": self.left,
        }
        if packed is not None:
            document["attachments"] = orjson.loads(packed)
        if self.rev is not None:
            document["_rev"] = self.rev
        return document


def entry_of(document: dict[str, Any]) -> Entry:
    attachments = document.get("attachments")
    return Entry(
        document["_id"],
        decode_tree(orjson.dumps(document["tree"])),
        document["lane"],
        document["number"],
        decode_attachments(orjson.dumps(attachments)) if attachments else {},
        [Receipt(*values) for values in document["receipts"]],
        dict(document["in"]),
        dict(document["left"]),
        document["turn"],
        document.get("_rev"),
    )


class Ledger:
    """Reads entries. Writing them is part of a commit."""

    def __init__(self, connection: Connection, database: str) -> None:
        self._connection = connection
        self.database = database

    def entries(self, ids: Iterable[str]) -> dict[str, Entry]:
        """Entries by document id; unknown ids are left out."""
        found = self._connection.documents(self.database, list(dict.fromkeys(ids)))
        return {document_id: entry_of(document) for document_id, document in found.items()}

    def between(self, start: str, end: str) -> list[Entry]:
        """Entries with start <= id <= end, in order of id."""
        return [entry_of(document) for document in self._connection.between(self.database, start, end)]
