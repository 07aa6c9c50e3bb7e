"""One change of one group, in memory: what the shared write paths read and decide. `commit` carries it out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sync.attachments import Content
from sync.base_store import NO_DATABASE
from sync.couchdb_store.bodies import Written
from sync.couchdb_store.groups import Kept, Pending
from sync.couchdb_store.ledger import Entry
from sync.couchdb_store.registry import Place
from sync.documents import Edit
from sync.errors import NotFound
from sync.record import Record
from sync.revisions import ancestry
from sync.store import ARCHIVE, Group, Receipt
from sync.transaction import Shelved

if TYPE_CHECKING:
    from sync.couchdb_store.parts import Parts

# Archive and mailboxes stand on one shelf; plain databases are CouchDB's own and never come here.
SHELF = 0


class CouchTransaction:
    """Reads through, writes into memory. Nothing reaches CouchDB before `commit`."""

    def __init__(self, parts: Parts, kept: Kept, entries: dict[str, Entry | None], records: dict[str, Record]) -> None:
        self._parts = parts
        self._before = kept
        self.kept = replace(kept)
        self._entries = entries
        self._records = records
        self._whole: tuple[str, str] | None = None
        self._changed: set[str] = set()
        self._enter: dict[str, list[str]] = {}
        self._leave: dict[str, list[str]] = {}
        self._contents: dict[str, Content] = {}
        self.written: list[Written] = []
        self.touched: set[str] = set()

    # --- databases
    def database(self, name: str) -> Shelved:
        found = self.find_database(name)
        if found is None:
            raise NotFound(NO_DATABASE)
        return found

    def find_database(self, name: str) -> Shelved | None:
        place = self._parts.registry.find(name)
        return None if place is None or place.is_plain else _shelved(place)

    def all_databases(self, shelf: int) -> list[Shelved]:
        return [_shelved(place) for place in self._parts.registry.all() if not place.is_plain]

    def _place(self, database: Shelved) -> Place:
        return self._parts.registry.place(database.name)

    # --- documents
    def _entry(self, document_id: str) -> Entry | None:
        if document_id not in self._entries:
            is_read = self._whole is not None and self._whole[0] <= document_id <= self._whole[1]
            self._entries[document_id] = None if is_read else self._parts.ledger.entries([document_id]).get(document_id)
        return self._entries[document_id]

    def _known(self, document_id: str) -> Entry:
        entry = self._entry(document_id)
        assert entry is not None, document_id
        return entry

    def load(self, shelf: int, document_id: str) -> Record | None:
        entry = self._entry(document_id)
        if entry is None:
            return None
        if document_id not in self._records:
            self._records.update(self._parts.bodies.archived([entry], for_reading=False))
        found = self._records[document_id]
        return replace(found, tree=dict(found.tree), bodies=dict(found.bodies))

    def insert(self, shelf: int, record: Record) -> None:
        number = self.kept.count + 1
        self.kept.count = number
        stored = record.bodies[record.rev]
        self._entries[record.id] = Entry(record.id, dict(record.tree), record.lane, number, dict(stored.attachments))
        self._records[record.id] = replace(record, tree=dict(record.tree), bodies=dict(record.bodies))
        self._write(record, record.rev)

    def update(self, record: Record, before: str) -> None:
        """Keep further names of a body; everywhere where the document stands it is seen again with them."""
        entry = self._known(record.id)
        for revision in [revision for revision in record.tree if revision not in entry.tree]:
            if revision in record.bodies:
                self._write(record, revision)
        entry.tree = dict(record.tree)
        self._records[record.id] = replace(record, tree=dict(record.tree), bodies=dict(record.bodies))
        for holder in self.databases_holding(shelf=SHELF, document_id=record.id):
            self._put_into(holder.name, record.id)

    def _write(self, record: Record, revision: str) -> None:
        stored = record.bodies[revision]
        contents = {}
        for name, held in stored.attachments.items():
            content = self._contents.get(held.key)
            if content is None:  # another name of bytes that the archive holds already
                content = self._parts.archived_content(record.id, name)
            contents[name] = replace(content, content_type=held.content_type, revpos=held.revpos)
        path = ancestry(record.tree, revision)
        self.written.append(Written(record.id, path, False, stored.body, contents))
        self._changed.add(record.id)

    def keep_bytes(self, content: Content) -> None:
        self._contents[content.key] = content

    def ids_between(self, shelf: int, start: str, end: str) -> list[str]:
        if self._whole != (start, end):
            for entry in self._parts.ledger.between(start, end):
                if self._entries.get(entry.id) is None:
                    self._entries[entry.id] = entry
            self._whole = (start, end)
        found = [e for e in self._entries.values() if e is not None and start <= e.id <= end]
        return [entry.id for entry in sorted(found, key=lambda entry: entry.number)]

    # --- membership
    def databases_holding(self, shelf: int, document_id: str) -> list[Shelved]:
        archive = self.database(ARCHIVE)
        held = [self.find_database(name) for name in self._known(document_id).inside]
        return [archive, *(one for one in held if one is not None and self.holds(one, document_id))]

    def holds(self, database: Shelved, document_id: str) -> bool:
        entry = self._entry(document_id)
        return entry is not None and entry.is_in(self._place(database))

    def knows(self, database: Shelved, document_id: str) -> bool:
        entry = self._entry(document_id)
        return entry is not None and entry.is_known_to(self._place(database))

    def enter(self, database: Shelved, record: Record, *, fresh: bool = False) -> None:
        entry = self._known(record.id)
        if entry.rev is not None:  # it may stand there already, and shall be seen anew
            entry.turn += 1
            self._changed.add(record.id)
        if database.name != ARCHIVE:
            entry.inside[database.name] = self._place(database).born
            entry.left.pop(database.name, None)
            self._changed.add(record.id)
        self._put_into(database.name, record.id)

    def _put_into(self, name: str, document_id: str) -> None:
        ids = self._enter.setdefault(name, [])
        if document_id not in ids:
            ids.append(document_id)
        self.touched.add(name)

    def leave(self, database: Shelved, record: Record) -> None:
        entry = self._known(record.id)
        was_inside = entry.inside.pop(database.name, None)
        entry.left[database.name] = self._place(database).born
        self._changed.add(record.id)
        entering = self._enter.get(database.name, [])
        if record.id in entering:
            entering.remove(record.id)
        if was_inside is not None:
            self._leave.setdefault(database.name, []).append(record.id)

    def add_receipt(self, record: Record, receipt: Receipt) -> None:
        entry = self._known(record.id)
        if not any(r.device == receipt.device and r.mailbox == receipt.mailbox for r in entry.receipts):
            entry.receipts.append(receipt)
            self._changed.add(record.id)

    # --- the group
    def group(self, shelf: int, key: str) -> Group | None:
        return self.kept.group

    def save_group(self, shelf: int, group: Group) -> None:
        self.kept.group = group

    # --- what came of it
    @property
    def left(self) -> set[str]:
        """Mailboxes that lose documents."""
        return set(self._leave)

    @property
    def is_changed(self) -> bool:
        return bool(self._changed or self._enter or self._leave) or self.kept.group != self._before.group

    def decide(self) -> Kept:
        """The group's document with everything that is to be done once it is written."""
        ledger = [entry.as_document() for name in sorted(self._changed) if (entry := self._entries[name]) is not None]
        pending = Pending(ledger, {name: ids for name, ids in self._enter.items() if ids}, self._leave)
        self.kept.pending = None if pending.is_empty else pending
        return self.kept


def _shelved(place: Place) -> Shelved:
    return Shelved(SHELF, place.name, SHELF, 0)


def ids_of(edits: list[Edit]) -> list[str]:
    return list(dict.fromkeys(edit.id for edit in edits))
