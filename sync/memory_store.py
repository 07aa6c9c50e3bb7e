"""A store in memory: for tests, and as the plainest reading of what a store promises."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from sync import local_documents
from sync.attachments import Attachment, Content
from sync.base_store import NO_DATABASE, BaseStore
from sync.errors import BadRequest, NotFound
from sync.record import Record
from sync.revisions import DEFAULT_REVS_LIMIT, leaves
from sync.sequences import read_seq, write_seq
from sync.store import (
    ARCHIVE,
    Change,
    Changes,
    DatabaseInfo,
    Group,
    Range,
    Receipt,
    Row,
    is_mailbox,
)
from sync.transaction import Shelved

T = TypeVar("T")


@dataclass
class _Shelf:
    records: dict[str, Record] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    receipts: dict[str, list[Receipt]] = field(default_factory=dict)


@dataclass
class _Database(Shelved):
    nonce: str = ""
    created_at_ms: int = 0
    last_seq: int = 0
    sequences: dict[str, int] = field(default_factory=dict)
    order: dict[int, str] = field(default_factory=dict)
    released: set[str] = field(default_factory=set)
    local: dict[str, tuple[int, bytes]] = field(default_factory=dict)


def _copy(record: Record) -> Record:
    return replace(record, tree=dict(record.tree), bodies=dict(record.bodies))


class MemoryTransaction:
    """Changes dictionaries in place, and can take every change back."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._undo: list[Callable[[], None]] = []
        self.touched: set[str] = set()

    def roll_back(self) -> None:
        for undo in reversed(self._undo):
            undo()

    def _set(self, mapping: dict[Any, Any], key: Any, value: Any) -> None:
        if key in mapping:
            before = mapping[key]
            self._undo.append(lambda: mapping.__setitem__(key, before))
        else:
            self._undo.append(lambda: mapping.pop(key, None))
        mapping[key] = value

    def _drop(self, mapping: dict[Any, Any], key: Any) -> None:
        if key in mapping:
            before = mapping.pop(key)
            self._undo.append(lambda: mapping.__setitem__(key, before))

    def database(self, name: str) -> _Database:
        return self._store.find(name)

    def find_database(self, name: str) -> _Database | None:
        return self._store.databases.get(name)

    def all_databases(self, shelf: int) -> list[_Database]:
        return [database for database in self._store.databases.values() if database.shelf == shelf]

    def load(self, shelf: int, document_id: str) -> Record | None:
        found = self._store.shelves[shelf].records.get(document_id)
        return _copy(found) if found is not None else None

    def insert(self, shelf: int, record: Record) -> None:
        room = self._store.shelves[shelf]
        record.number = shelf
        self._set(room.records, record.id, _copy(record))

    def update(self, record: Record, before: str) -> None:
        self._set(self._store.shelves[record.number].records, record.id, _copy(record))

    def keep_bytes(self, content: Content) -> None:
        if content.key not in self._store.bytes:
            self._set(self._store.bytes, content.key, b"".join(content.chunks()))

    def ids_between(self, shelf: int, start: str, end: str) -> list[str]:
        return [i for i in self._store.shelves[shelf].records if start <= i <= end]

    def databases_holding(self, shelf: int, document_id: str) -> list[Shelved]:
        return [database for database in self.all_databases(shelf) if document_id in database.sequences]

    def holds(self, database: Shelved, document_id: str) -> bool:
        return document_id in self._store.databases[database.name].sequences

    def knows(self, database: Shelved, document_id: str) -> bool:
        return self.holds(database, document_id) or document_id in self._store.databases[database.name].released

    def enter(self, database: Shelved, record: Record, *, fresh: bool = False) -> None:
        room = self._store.databases[database.name]
        before, number = room.last_seq, room.last_seq + 1
        room.last_seq = number
        self._undo.append(lambda: setattr(room, "last_seq", before))
        self._drop(room.order, room.sequences.get(record.id))
        self._set(room.sequences, record.id, number)
        self._set(room.order, number, record.id)
        self._forget_release(room, record.id)
        self.touched.add(room.name)

    def _forget_release(self, room: _Database, document_id: str) -> None:
        if document_id in room.released:
            room.released.discard(document_id)
            self._undo.append(lambda: room.released.add(document_id))

    def leave(self, database: Shelved, record: Record) -> None:
        room = self._store.databases[database.name]
        self._drop(room.order, room.sequences.get(record.id))
        self._drop(room.sequences, record.id)
        if record.id not in room.released:
            room.released.add(record.id)
            self._undo.append(lambda: room.released.discard(record.id))

    def add_receipt(self, record: Record, receipt: Receipt) -> None:
        room = self._store.shelves[record.number].receipts
        known = room.get(record.id, [])
        if not any(r.device == receipt.device and r.mailbox == receipt.mailbox for r in known):
            self._set(room, record.id, [*known, receipt])

    def group(self, shelf: int, key: str) -> Group | None:
        return self._store.shelves[shelf].groups.get(key)

    def save_group(self, shelf: int, group: Group) -> None:
        self._set(self._store.shelves[shelf].groups, group.key, group)


class MemoryStore(BaseStore):
    """All promises of a store but durability."""

    def __init__(self, *, uuid: str | None = None) -> None:
        super().__init__()
        self._uuid = uuid or secrets.token_hex(16)
        self._lock = threading.RLock()
        self._next_number = 1
        self.databases: dict[str, _Database] = {}
        self.shelves: dict[int, _Shelf] = {}
        self.bytes: dict[str, bytes] = {}
        self.ensure_database(ARCHIVE)

    @property
    def uuid(self) -> str:
        return self._uuid

    def find(self, name: str) -> _Database:
        found = self.databases.get(name)
        if found is None:
            raise NotFound(NO_DATABASE)
        return found

    def _write(self, job: Callable[[Any], T]) -> T:
        with self._lock:
            tx = MemoryTransaction(self)
            try:
                result = job(tx)
            except BaseException:
                tx.roll_back()
                raise
        self.signals.ring(frozenset(tx.touched))
        return result

    # databases
    def ensure_database(self, name: str) -> None:
        self.create_database(name)

    def create_database(self, name: str) -> bool:
        with self._lock:
            if name in self.databases:
                return False
            number = self._next_number
            self._next_number += 1
            shelf = self.databases[ARCHIVE].shelf if is_mailbox(name) else number
            self.shelves.setdefault(shelf, _Shelf())
            self.databases[name] = _Database(
                number, name, shelf, DEFAULT_REVS_LIMIT, secrets.token_hex(4), time.time_ns() // 1_000_000
            )
            return True

    def delete_database(self, name: str) -> bool:
        with self._lock:
            found = self.databases.pop(name, None)
            if found is not None and found.shelf == found.number:
                del self.shelves[found.shelf]
        if found is not None:
            self.signals.ring(frozenset({name}))
        return found is not None

    def database_names(self) -> list[str]:
        return sorted(self.databases)

    def has_database(self, name: str) -> bool:
        return name in self.databases

    def info(self, database: str) -> DatabaseInfo:
        with self._lock:
            found = self.find(database)
            records = [self.shelves[found.shelf].records[i] for i in found.sequences]
            gone = sum(record.deleted for record in records)
            size = sum(len(s.body) for record in records for s in record.bodies.values())
            seq = write_seq(found.last_seq, found.nonce)
            return DatabaseInfo(database, seq, len(records) - gone, gone, size, False, found.created_at_ms)

    def compact(self, database: str) -> None:
        with self._lock:
            for record in self.shelves[self.find(database).shelf].records.values():
                ends = leaves(record.tree)
                for revision in set(record.bodies) - set(ends):
                    del record.bodies[revision]
                    record.tree[revision] = replace(record.tree[revision], stored=False)

    def revs_limit(self, database: str) -> int:
        return self.find(database).revs_limit

    def set_revs_limit(self, database: str, limit: int) -> None:
        self.find(database).revs_limit = limit

    # reading
    def records(self, database: str, ids: Iterable[str]) -> list[Record | None]:
        with self._lock:
            found = self.find(database)
            held = self.shelves[found.shelf].records
            return [_copy(held[i]) if i in found.sequences else None for i in ids]

    def released_records(self, database: str, ids: Iterable[str]) -> list[Record]:
        with self._lock:
            found = self.find(database)
            held = self.shelves[found.shelf].records
            return [_copy(held[i]) for i in ids if i in found.released]

    def rows(self, database: str, wanted: Range) -> list[Row]:
        with self._lock:
            chosen = self._rows_between(database, wanted)
        stop = None if wanted.limit is None else wanted.skip + wanted.limit
        return chosen[wanted.skip : stop]

    def _rows_between(self, database: str, wanted: Range) -> list[Row]:
        found = self.find(database)
        held = self.shelves[found.shelf].records
        low, high = (wanted.end, wanted.start) if wanted.descending else (wanted.start, wanted.end)
        rows = []
        for document_id in sorted(found.sequences, reverse=wanted.descending):
            if (low is not None and document_id < low) or (high is not None and document_id > high):
                continue
            if document_id == wanted.end and not wanted.inclusive_end:
                continue
            record = held[document_id]
            if not record.deleted:
                rows.append(Row(document_id, record.rev, False))
        return rows

    def count_before(self, database: str, wanted: Range) -> int:
        """How many live documents stand before the range, in its direction."""
        if wanted.start is None:
            return 0
        before = Range(None, wanted.start, inclusive_end=False, descending=wanted.descending)
        with self._lock:
            return len(self._rows_between(database, before))

    def changes(
        self,
        database: str,
        since: str | int = "0",
        limit: int | None = None,
        *,
        descending: bool = False,
        ids: Iterable[str] | None = None,
    ) -> Changes:
        with self._lock:
            found = self.find(database)
            after = read_seq(since, found.nonce, found.last_seq)
            wanted = None if ids is None else set(ids)
            numbers = [
                n for n, i in sorted(found.order.items(), reverse=descending)
                if n > after and (wanted is None or i in wanted)
            ]  # fmt: skip
            page = numbers if limit is None else numbers[:limit]
            held = self.shelves[found.shelf].records
            results = []
            for number in page:
                record = held[found.order[number]]
                seq = write_seq(number, found.nonce)
                results.append(Change(seq, record.id, leaves(record.tree), record.deleted))
            rest = len(numbers) - len(page)
            last = (
                page[-1] if page and rest else max(found.last_seq, after) if not descending else (page or [after])[-1]
            )
            return Changes(results, write_seq(last, found.nonce), rest)

    def local(self, database: str, document_id: str) -> dict[str, Any] | None:
        kept = self.find(database).local.get(document_id)
        return local_documents.document_of(document_id, *kept) if kept else None

    def put_local(self, database: str, document: Mapping[str, Any]) -> str:
        with self._lock:
            local, document_id = self.find(database).local, str(document["_id"])
            number = local_documents.next_number(local.get(document_id, (None,))[0], document.get("_rev"))
            local[document_id] = (number, local_documents.body_of(document))
            return f"0-{number}"

    def delete_local(self, database: str, document_id: str, rev: str | None) -> None:
        with self._lock:
            local = self.find(database).local
            if document_id not in local:
                raise NotFound("missing")
            if rev is None:
                raise BadRequest("give the document's rev")
            local_documents.next_number(local[document_id][0], rev)
            del local[document_id]

    def open_bytes(self, key: str, content_type: str, length: int, digest: str) -> Attachment:
        data = self.bytes[key]

        def read(start: int, stop: int) -> Iterator[bytes]:
            yield data[start:stop]

        return Attachment(content_type, length, digest, read)

    def receipts(self, ids: Iterable[str]) -> dict[str, list[Receipt]]:
        with self._lock:
            kept = self.shelves[self.find(ARCHIVE).shelf].receipts
            return {i: list(kept[i]) for i in ids if i in kept}

    def mailboxes_of(self, document_id: str) -> list[str]:
        with self._lock:
            return sorted(d.name for d in self.databases.values() if is_mailbox(d.name) and document_id in d.sequences)

    # groups
    def group(self, key: str) -> Group | None:
        return self.shelves[self.find(ARCHIVE).shelf].groups.get(key)

    def groups_due(self, now: str, limit: int = 100) -> list[Group]:
        with self._lock:
            groups = self.shelves[self.find(ARCHIVE).shelf].groups.values()
            due = [g for g in groups if g.due_at is not None and g.due_at <= now]
            return sorted(due, key=lambda g: (g.due_at or "", g.key))[:limit]

    def close(self) -> None:
        """Nothing to give back."""
