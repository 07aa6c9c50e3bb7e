"""What a store's transaction offers to the write paths (`edits`, `mailboxes`), which are the same for every store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sync.attachments import Content
from sync.record import Record
from sync.store import Group, Receipt


@dataclass(slots=True)
class Shelved:
    """A database as the write paths need it."""

    number: int
    name: str
    shelf: int
    revs_limit: int


class Transaction(Protocol):
    """One atomic change. Everything done through it is kept together or not at all."""

    def database(self, name: str) -> Shelved: ...

    def find_database(self, name: str) -> Shelved | None: ...

    def load(self, shelf: int, document_id: str) -> Record | None: ...

    def insert(self, shelf: int, record: Record) -> None: ...

    def update(self, record: Record, before: str) -> None: ...

    def keep_bytes(self, content: Content) -> None: ...

    def ids_between(self, shelf: int, start: str, end: str) -> list[str]:
        """Ids in a range, in the order in which the documents arrived."""
        ...

    def databases_holding(self, shelf: int, document_id: str) -> list[Shelved]: ...

    def holds(self, database: Shelved, document_id: str) -> bool: ...

    def knows(self, database: Shelved, document_id: str) -> bool: ...

    def enter(self, database: Shelved, record: Record, *, fresh: bool = False) -> None:
        """Give a document the next sequence. `fresh` promises that the database never knew it."""
        ...

    def leave(self, database: Shelved, record: Record) -> None: ...

    def add_receipt(self, record: Record, receipt: Receipt) -> None: ...

    def group(self, shelf: int, key: str) -> Group | None: ...

    def save_group(self, shelf: int, group: Group) -> None: ...

    def all_databases(self, shelf: int) -> Iterable[Shelved]: ...
