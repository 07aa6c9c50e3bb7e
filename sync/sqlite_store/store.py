"""The SQLite store: one file, one writer, readers beside it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from sync.attachments import Attachment
from sync.base_store import BaseStore, InlineOffload
from sync.errors import NotFound
from sync.record import Record
from sync.sqlite_store import reader, upkeep
from sync.sqlite_store.connections import ReaderPool, open_writer
from sync.sqlite_store.transaction import SqliteTransaction, group_of
from sync.sqlite_store.writer import Writer
from sync.store import ARCHIVE, Changes, DatabaseInfo, Group, Offload, Range, Receipt, Row

T = TypeVar("T")
# Reads beyond this size leave the event loop; below, the way there costs more than the read.
HEAVY_ROWS = 100


class SqliteStore(BaseStore):
    """All promises of a store, durable: what was answered is on the disk."""

    def __init__(self, path: Path, offload: Offload | None) -> None:
        super().__init__()
        self.path = path
        self._thread = threading.get_native_id()
        self._offload_read = offload
        connection = open_writer(path)
        self._uuid = upkeep.meta(connection, "uuid")
        self._pool = ReaderPool(path)
        self._writer = Writer(connection, path, offload or InlineOffload(), self.signals.ring)
        self.ensure_database(ARCHIVE)

    @property
    def uuid(self) -> str:
        return self._uuid

    def renew_uuid(self) -> str:
        """After a restore or a move: nobody may go on from a checkpoint of before."""
        self._uuid = self._write(upkeep.renew_uuid)
        return self._uuid

    def _write(self, job: Callable[[SqliteTransaction], T]) -> T:
        return self._writer.run(job)

    def _read(self, query: Callable[..., T], *arguments: Any, heavy: bool = False) -> T:
        def run() -> T:
            with self._pool.lend() as connection:
                return query(connection, *arguments)

        if heavy and self._offload_read is not None and threading.get_native_id() == self._thread:
            result: T = self._offload_read(run)
            return result
        return run()

    # databases
    def ensure_database(self, name: str) -> None:
        if not self.has_database(name):
            self.create_database(name)

    def create_database(self, name: str) -> bool:
        return self._write(lambda tx: upkeep.create_database(tx, name))

    def delete_database(self, name: str) -> bool:
        return self._write(lambda tx: upkeep.delete_database(tx, name))

    def database_names(self) -> list[str]:
        names = self._read(lambda connection: connection.execute("SELECT name FROM database ORDER BY name").fetchall())
        return [name for (name,) in names]

    def has_database(self, name: str) -> bool:
        return self._read(reader.find, name) is not None

    def info(self, database: str) -> DatabaseInfo:
        return self._read(reader.info, database)

    def compact(self, database: str) -> None:
        self._write(lambda tx: upkeep.compact(tx, database))

    def revs_limit(self, database: str) -> int:
        return self._read(reader.place, database).revs_limit

    def set_revs_limit(self, database: str, limit: int) -> None:
        def job(tx: SqliteTransaction) -> None:
            found = tx.database(database)
            tx.connection.execute("UPDATE database SET revs_limit = ? WHERE number = ?", (limit, found.number))
            found.revs_limit = limit

        self._write(job)

    # reading
    def records(self, database: str, ids: Iterable[str]) -> list[Record | None]:
        wanted = list(ids)
        return self._read(reader.records, database, wanted, heavy=len(wanted) > HEAVY_ROWS)

    def released_records(self, database: str, ids: Iterable[str]) -> list[Record]:
        wanted = list(ids)
        return self._read(reader.released_records, database, wanted, heavy=len(wanted) > HEAVY_ROWS)

    def read_range(self, database: str, start_key: str, end_key: str) -> list[dict[str, Any]]:
        found = self._read(reader.range_records, database, start_key, end_key, heavy=True)
        return [record.document() for record in found]

    def rows(self, database: str, wanted: Range) -> list[Row]:
        is_heavy = wanted.limit is None or wanted.limit > HEAVY_ROWS or wanted.skip > HEAVY_ROWS
        return self._read(reader.rows, database, wanted, heavy=is_heavy)

    def count_before(self, database: str, wanted: Range) -> int:
        return self._read(reader.count_before, database, wanted, heavy=True)

    def changes(
        self,
        database: str,
        since: str | int = "0",
        limit: int | None = None,
        *,
        descending: bool = False,
        ids: Iterable[str] | None = None,
    ) -> Changes:
        is_heavy = limit is None or limit > HEAVY_ROWS
        return self._read(reader.changes, database, since, limit, descending, ids, heavy=is_heavy)

    def local(self, database: str, document_id: str) -> dict[str, Any] | None:
        return self._read(lambda c: upkeep.local(c, reader.place(c, database).number, document_id))

    def open_bytes(self, key: str, content_type: str, length: int, digest: str) -> Attachment:
        def read(start: int, stop: int) -> Iterator[bytes]:
            with self._pool.lend() as connection:
                yield from reader.pieces(connection, key, start, stop)

        return Attachment(content_type, length, digest, read)

    def receipts(self, ids: Iterable[str]) -> dict[str, list[Receipt]]:
        wanted = list(ids)
        return self._read(lambda c: reader.receipts(c, reader.place(c, ARCHIVE).shelf, wanted))

    def mailboxes_of(self, document_id: str) -> list[str]:
        return self._read(lambda c: reader.mailboxes_of(c, reader.place(c, ARCHIVE).shelf, document_id))

    # `_local` documents
    def put_local(self, database: str, document: Mapping[str, Any]) -> str:
        return self._write(lambda tx: upkeep.put_local(tx, database, document))

    def delete_local(self, database: str, document_id: str, rev: str | None) -> None:
        self._write(lambda tx: upkeep.delete_local(tx, database, document_id, rev))

    # groups
    def group(self, key: str) -> Group | None:
        sql = "SELECT key, members, facts, due_at FROM routed WHERE shelf = ? AND key = ?"
        row = self._read(lambda c: c.execute(sql, (reader.place(c, ARCHIVE).shelf, key)).fetchone())
        return group_of(row) if row is not None else None

    def groups_due(self, now: str, limit: int = 100) -> list[Group]:
        sql = (
            "SELECT key, members, facts, due_at FROM routed "
            "WHERE shelf = ? AND due_at IS NOT NULL AND due_at <= ? ORDER BY due_at, key LIMIT ?"
        )
        rows = self._read(lambda c: c.execute(sql, (reader.place(c, ARCHIVE).shelf, now, limit)).fetchall())
        return [group_of(row) for row in rows]

    def check(self) -> list[str]:
        """What SQLite's own integrity check finds wrong with the file; empty when it is sound."""

        def query(connection: Any) -> list[str]:
            found = [text for (text,) in connection.execute("PRAGMA integrity_check").fetchall()]
            return [] if found == ["ok"] else found

        return self._read(query, heavy=True)

    def close(self) -> None:
        self._pool.close()
        self._writer.close()


def open_store(path: str | Path, *, offload: Offload | None = None) -> SqliteStore:
    """Open or make the store at `path`. Raises StoreDamaged with the remedy in one line.

    `offload(function, *arguments)` runs blocking work elsewhere and returns its result; a server on an event loop gives
    its thread pool's `apply`. Writing is for the loop that opened the store; reading is for any thread.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise NotFound(f"the folder {path.parent} does not exist; make it, or choose another instance")
    return SqliteStore(path, offload)
