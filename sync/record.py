"""One document as a store holds it: its revision tree, and the bodies of the revisions that are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from sync.attachments import Held
from sync.documents import splice
from sync.revisions import Node, Tree, winner


@dataclass(slots=True)
class Stored:
    """The body of one revision and the attachments that it names."""

    body: bytes
    attachments: dict[str, Held] = field(default_factory=dict)


@dataclass(slots=True)
class Record:
    """A document of one shelf. `load_others` reads bodies other than the winner's, when somebody asks for one."""

    id: str
    tree: Tree
    rev: str
    deleted: bool
    bodies: dict[str, Stored]
    number: int = 0
    lane: str = ""
    load_others: Callable[[], dict[str, Stored]] | None = None

    def stored(self, revision: str) -> Stored | None:
        """The body of a revision, or None when it is not kept."""
        if revision not in self.bodies and self.load_others is not None:
            self.bodies = {**self.load_others(), **self.bodies}
            self.load_others = None
        return self.bodies.get(revision)

    def document_json(self, revision: str | None = None) -> bytes:
        """The stored document of a revision (default: the winner) as JSON, attachments as stubs."""
        revision = revision or self.rev
        stored = self.stored(revision)
        if stored is None:
            raise KeyError(revision)
        head: dict[str, Any] = {"_id": self.id, "_rev": revision}
        if self.tree[revision].deleted:
            head["_deleted"] = True
        tail = {"_attachments": stubs_of(stored)} if stored.attachments else None
        return splice(head, stored.body, tail)

    def document(self, revision: str | None = None) -> dict[str, Any]:
        """The stored document of a revision (default: the winner) as a dictionary in its key order."""
        found: dict[str, Any] = orjson.loads(self.document_json(revision))
        return found

    def choose_winner(self) -> None:
        """Recompute the winner after the tree changed."""
        self.rev = winner(self.tree)
        self.deleted = self.tree[self.rev].deleted


def first_record(document_id: str, path: list[str], deleted: bool, stored: Stored) -> Record:
    """A record of a document that was not known before."""
    tree: Tree = {path[0]: Node(path[1] if len(path) > 1 else None, deleted, True)}
    for position, revision in enumerate(path[1:], 1):
        tree[revision] = Node(path[position + 1] if position + 1 < len(path) else None)
    return Record(document_id, tree, path[0], deleted, {path[0]: stored})


def stubs_of(stored: Stored) -> dict[str, Any]:
    return {name: held.as_stub() for name, held in stored.attachments.items()}


def encode_attachments(attachments: dict[str, Held]) -> bytes | None:
    """Pack the names of a revision's attachments for storage."""
    if not attachments:
        return None
    return orjson.dumps({n: [a.content_type, a.length, a.digest, a.key, a.revpos] for n, a in attachments.items()})


def decode_attachments(packed: bytes | None) -> dict[str, Held]:
    return {name: Held(*values) for name, values in orjson.loads(packed).items()} if packed else {}


def keys_of(stored: Iterable[Stored]) -> list[str]:
    """Keys of all bytes that some bodies name."""
    return [held.key for body in stored for held in body.attachments.values()]
