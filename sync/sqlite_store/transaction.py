"""A transaction of the SQLite store: the write paths' view of the tables."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from sync.attachments import Content
from sync.base_store import NO_DATABASE
from sync.errors import NotFound
from sync.record import Record, Stored, decode_attachments, encode_attachments
from sync.revisions import Node, decode_tree, encode_tree
from sync.sqlite_store.schema import PIECES_PER_BYTES
from sync.store import Group, Receipt
from sync.transaction import Shelved

RECORD_COLUMNS = "d.number, d.id, d.rev, d.deleted, d.lane, d.tree, d.attachments, d.body"


@dataclass(slots=True)
class DatabaseRow(Shelved):
    """A row of `database`, counted on in memory and written back before the commit."""

    last_seq: int = 0
    live: int = 0
    gone: int = 0
    is_dirty: bool = False


def record_of(connection: Any, row: tuple[Any, ...]) -> Record:
    """A record from RECORD_COLUMNS; bodies of other revisions are read when asked for."""
    number, document_id, rev, deleted, lane, tree, attachments, body = row
    stored = Stored(body, decode_attachments(attachments) if attachments else {})
    if tree is None:
        return Record(
            document_id, {rev: Node(None, bool(deleted), True)}, rev, bool(deleted), {rev: stored}, number, lane
        )

    def load_others() -> dict[str, Stored]:
        rows = connection.execute("SELECT rev, attachments, body FROM revision WHERE document = ?", (number,))
        return {other: Stored(text, decode_attachments(names)) for other, names, text in rows}

    return Record(document_id, decode_tree(tree), rev, bool(deleted), {rev: stored}, number, lane, load_others)


class SqliteTransaction:
    """Implements `sync.transaction.Transaction` on the writer's connection."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self._execute = connection.execute
        self._databases: dict[str, DatabaseRow] = {}
        self._groups: dict[tuple[int, str], Group | None] = {}
        self._changed_groups: set[tuple[int, str]] = set()
        self.touched: set[str] = set()
        self._before: tuple[Any, ...] = ()

    # one job of a batch
    def begin(self) -> None:
        self._execute("SAVEPOINT job")
        self._before = (
            {name: copy.copy(row) for name, row in self._databases.items()},
            dict(self._groups),
            set(self._changed_groups),
            set(self.touched),
        )

    def keep(self) -> None:
        self._execute("RELEASE job")

    def roll_back(self) -> None:
        self._execute("ROLLBACK TO job")
        self._execute("RELEASE job")
        self._databases, self._groups, self._changed_groups, self.touched = self._before

    def flush(self) -> None:
        """Write what was counted in memory; the last step before the commit."""
        for row in self._databases.values():
            if row.is_dirty:
                values = (row.last_seq, row.live, row.gone, row.number)
                self._execute("UPDATE database SET last_seq = ?, live = ?, gone = ? WHERE number = ?", values)
        for shelf, key in self._changed_groups:
            group = self._groups[shelf, key]
            assert group is not None
            members, facts = orjson.dumps(group.members).decode(), orjson.dumps(group.facts).decode()
            values = (shelf, key, members, facts, group.due_at)  # type: ignore[assignment]
            self._execute("INSERT OR REPLACE INTO routed VALUES (?, ?, ?, ?, ?)", values)

    # databases
    def database(self, name: str) -> DatabaseRow:
        found = self.find_database(name)
        if found is None:
            raise NotFound(NO_DATABASE)
        return found

    def find_database(self, name: str) -> DatabaseRow | None:
        found = self._databases.get(name)
        if found is None:
            row = self._execute(
                "SELECT number, name, shelf, revs_limit, last_seq, live, gone FROM database WHERE name = ?", (name,)
            ).fetchone()
            if row is None:
                return None
            found = self._databases[name] = DatabaseRow(*row)
        return found

    def forget_database(self, name: str) -> None:
        """Drop what is remembered of a database that this transaction deleted."""
        self._databases.pop(name, None)

    def all_databases(self, shelf: int) -> list[DatabaseRow]:
        names = self._execute("SELECT name FROM database WHERE shelf = ? ORDER BY name", (shelf,)).fetchall()
        return [self.database(name) for (name,) in names]

    # documents
    def load(self, shelf: int, document_id: str) -> Record | None:
        row = self._execute(
            f"SELECT {RECORD_COLUMNS} FROM document d WHERE d.shelf = ? AND d.id = ?", (shelf, document_id)
        ).fetchone()
        return record_of(self.connection, row) if row is not None else None

    def insert(self, shelf: int, record: Record) -> None:
        stored = record.bodies[record.rev]
        tree = encode_tree(record.tree) if len(record.tree) > 1 or not record.tree[record.rev].stored else None
        packed = encode_attachments(stored.attachments)
        self._execute(
            "INSERT INTO document (shelf, id, rev, deleted, lane, tree, attachments, body) VALUES (?,?,?,?,?,?,?,?)",
            (shelf, record.id, record.rev, int(record.deleted), record.lane, tree, packed, stored.body),
        )
        record.number = self.connection.last_insert_rowid()

    def update(self, record: Record, before: str) -> None:
        """Write a changed tree; the winning body moves into the document's row, the former one out of it."""
        winner = record.stored(record.rev)
        assert winner is not None, "a winner always has its body"
        record.stored("")  # read all other bodies before their rows are replaced
        kept = {rev: stored for rev, stored in record.bodies.items() if rev != record.rev}
        held = {rev for (rev,) in self._execute("SELECT rev FROM revision WHERE document = ?", (record.number,))}
        for rev in held - kept.keys():
            self._execute("DELETE FROM revision WHERE document = ? AND rev = ?", (record.number, rev))
        for rev in kept.keys() - held:
            values = (record.number, rev, encode_attachments(kept[rev].attachments), kept[rev].body)
            self._execute("INSERT INTO revision (document, rev, attachments, body) VALUES (?, ?, ?, ?)", values)
        self._execute(
            "UPDATE document SET rev = ?, deleted = ?, tree = ?, attachments = ?, body = ? WHERE number = ?",
            (
                record.rev,
                int(record.deleted),
                encode_tree(record.tree),
                encode_attachments(winner.attachments),
                winner.body,
                record.number,
            ),
        )

    def keep_bytes(self, content: Content) -> None:
        if self._execute("SELECT 1 FROM bytes WHERE key = ?", (content.key,)).fetchone():
            return
        self._execute("INSERT INTO bytes (key, length) VALUES (?, ?)", (content.key, content.length))
        first = self.connection.last_insert_rowid() * PIECES_PER_BYTES
        for position, piece in enumerate(content.chunks()):
            self._execute("INSERT INTO piece VALUES (?, ?)", (first + position, piece))

    def ids_between(self, shelf: int, start: str, end: str) -> list[str]:
        rows = self._execute(
            "SELECT id FROM document WHERE shelf = ? AND id >= ? AND id <= ? ORDER BY number", (shelf, start, end)
        )
        return [document_id for (document_id,) in rows.fetchall()]

    # membership
    def databases_holding(self, shelf: int, document_id: str) -> list[DatabaseRow]:
        rows = self._execute(
            "SELECT b.name FROM database b JOIN member m ON m.database = b.number AND m.id = ? "
            "WHERE b.shelf = ? ORDER BY b.number",
            (document_id, shelf),
        ).fetchall()
        return [self.database(name) for (name,) in rows]

    def holds(self, database: Shelved, document_id: str) -> bool:
        found = self._execute("SELECT 1 FROM member WHERE database = ? AND id = ?", (database.number, document_id))
        return found.fetchone() is not None

    def knows(self, database: Shelved, document_id: str) -> bool:
        if self.holds(database, document_id):
            return True
        found = self._execute(
            "SELECT 1 FROM released r JOIN document d ON d.number = r.document "
            "WHERE r.database = ? AND d.shelf = ? AND d.id = ?",
            (database.number, database.shelf, document_id),
        )
        return found.fetchone() is not None

    def enter(self, database: Shelved, record: Record, *, fresh: bool = False) -> None:
        """Give a document the database's next sequence, as a new member or as a changed one."""
        room = self.database(database.name)
        room.last_seq += 1
        values = (room.number, record.id, record.number, room.last_seq, int(record.deleted))
        was = None
        if not fresh:
            was = self._execute(
                "SELECT deleted FROM member WHERE database = ? AND id = ?", (room.number, record.id)
            ).fetchone()
        if was is None:
            self._execute("INSERT INTO member VALUES (?, ?, ?, ?, ?)", values)
        if was is None and not fresh:
            self._execute("DELETE FROM released WHERE database = ? AND document = ?", (room.number, record.number))
        if was is not None:
            self._count(room, bool(was[0]), -1)
            self._execute(
                "UPDATE member SET seq = ?, deleted = ? WHERE database = ? AND id = ?",
                (room.last_seq, int(record.deleted), room.number, record.id),
            )
        self._count(room, record.deleted, 1)
        self.touched.add(room.name)

    def leave(self, database: Shelved, record: Record) -> None:
        """End a membership; the database goes on knowing the document's revisions."""
        room = self.database(database.name)
        was = self._execute(
            "DELETE FROM member WHERE database = ? AND id = ? RETURNING deleted", (room.number, record.id)
        ).fetchall()
        if was:
            self._count(room, bool(was[0][0]), -1)
        self._execute("INSERT OR IGNORE INTO released VALUES (?, ?)", (room.number, record.number))

    @staticmethod
    def _count(room: DatabaseRow, deleted: bool, by: int) -> None:
        room.is_dirty = True
        if deleted:
            room.gone += by
        else:
            room.live += by

    # receipts and groups
    def add_receipt(self, record: Record, receipt: Receipt) -> None:
        """Keep the first receipt of a document by mailbox and device."""
        values = (
            record.number,
            receipt.mailbox,
            receipt.device or "",
            receipt.staff,
            receipt.received_at,
            int(receipt.late),
        )
        self._execute("INSERT OR IGNORE INTO receipt VALUES (?, ?, ?, ?, ?, ?)", values)

    def group(self, shelf: int, key: str) -> Group | None:
        if (shelf, key) not in self._groups:
            row = self._execute(
                "SELECT key, members, facts, due_at FROM routed WHERE shelf = ? AND key = ?", (shelf, key)
            ).fetchone()
            self._groups[shelf, key] = group_of(row) if row is not None else None
        return self._groups[shelf, key]

    def save_group(self, shelf: int, group: Group) -> None:
        self._groups[shelf, group.key] = group
        self._changed_groups.add((shelf, group.key))


def group_of(row: Iterable[Any]) -> Group:
    key, members, facts, due_at = row
    return Group(key, tuple(orjson.loads(members)), orjson.loads(facts), due_at)
