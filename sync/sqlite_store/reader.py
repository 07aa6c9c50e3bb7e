"""Queries of the SQLite store. Each runs on a lent connection and reads one page; nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sync.attachments import CHUNK_BYTES
from sync.base_store import NO_DATABASE
from sync.errors import NotFound
from sync.record import Record
from sync.revisions import decode_tree, leaves
from sync.sequences import read_seq, write_seq
from sync.sqlite_store.schema import PIECES_PER_BYTES
from sync.sqlite_store.transaction import RECORD_COLUMNS, record_of
from sync.store import Change, Changes, DatabaseInfo, Range, Receipt, Row

# Counting what is pending costs as much as reading it, so beyond this it is an upper bound.
COUNTED_PENDING = 2_000


@dataclass(frozen=True, slots=True)
class Place:
    """A database as queries need it."""

    number: int
    shelf: int
    nonce: str
    last_seq: int
    revs_limit: int


def find(connection: Any, name: str) -> Place | None:
    row = connection.execute(
        "SELECT number, shelf, nonce, last_seq, revs_limit FROM database WHERE name = ?", (name,)
    ).fetchone()
    return Place(*row) if row is not None else None


def place(connection: Any, name: str) -> Place:
    """The database of that name. Raises NotFound."""
    found = find(connection, name)
    if found is None:
        raise NotFound(NO_DATABASE)
    return found


def info(connection: Any, name: str) -> DatabaseInfo:
    row = connection.execute(
        "SELECT last_seq, nonce, live, gone, created_at_ms FROM database WHERE name = ?", (name,)
    ).fetchone()
    if row is None:
        raise NotFound(NO_DATABASE)
    last_seq, nonce, live, gone, created_at_ms = row
    size = connection.execute("PRAGMA page_count").get * connection.execute("PRAGMA page_size").get
    return DatabaseInfo(name, write_seq(last_seq, nonce), live, gone, size, False, created_at_ms)


def records(connection: Any, name: str, ids: Iterable[str]) -> list[Record | None]:
    number = place(connection, name).number
    found: list[Record | None] = []
    for document_id in ids:
        row = connection.execute(
            f"SELECT {RECORD_COLUMNS} FROM member m JOIN document d ON d.number = m.document "
            "WHERE m.database = ? AND m.id = ?",
            (number, document_id),
        ).fetchone()
        found.append(_whole(connection, row) if row is not None else None)
    return found


def released_records(connection: Any, name: str, ids: Iterable[str]) -> list[Record]:
    at = place(connection, name)
    found = []
    for document_id in ids:
        row = connection.execute(
            f"SELECT {RECORD_COLUMNS} FROM document d JOIN released r ON r.document = d.number AND r.database = ? "
            "WHERE d.shelf = ? AND d.id = ?",
            (at.number, at.shelf, document_id),
        ).fetchone()
        if row is not None:
            found.append(_whole(connection, row))
    return found


def _whole(connection: Any, row: tuple[Any, ...]) -> Record:
    """A record that no longer needs the connection, which goes back to the pool."""
    record = record_of(connection, row)
    if record.load_others is not None:
        record.stored("")
    return record


def range_records(connection: Any, name: str, start: str, end: str) -> list[Record]:
    rows = connection.execute(
        f"SELECT {RECORD_COLUMNS} FROM member m JOIN document d ON d.number = m.document "
        "WHERE m.database = ? AND m.id >= ? AND m.id <= ? AND m.deleted = 0 ORDER BY m.id",
        (place(connection, name).number, start, end),
    ).fetchall()
    return [_whole(connection, row) for row in rows]


def rows(connection: Any, name: str, wanted: Range) -> list[Row]:
    where, values = _range_where(wanted)
    order = "DESC" if wanted.descending else "ASC"
    limit = -1 if wanted.limit is None else wanted.limit
    found = connection.execute(
        "SELECT m.id, d.rev FROM member m JOIN document d ON d.number = m.document "
        f"WHERE m.database = ? AND m.deleted = 0{where} ORDER BY m.id {order} LIMIT ? OFFSET ?",
        (place(connection, name).number, *values, limit, wanted.skip),
    ).fetchall()
    return [Row(document_id, rev, False) for document_id, rev in found]


def count_before(connection: Any, name: str, wanted: Range) -> int:
    if wanted.start is None:
        return 0
    comparison = ">" if wanted.descending else "<"
    count: int = connection.execute(
        f"SELECT COUNT(*) FROM member WHERE database = ? AND deleted = 0 AND id {comparison} ?",
        (place(connection, name).number, wanted.start),
    ).get
    return count


def _range_where(wanted: Range) -> tuple[str, list[str]]:
    first, last = ("<=", ">") if wanted.descending else (">=", "<")
    where, values = "", []
    if wanted.start is not None:
        where, values = f" AND m.id {first} ?", [wanted.start]
    if wanted.end is not None:
        where += f" AND m.id {last}{'=' if wanted.inclusive_end else ''} ?"
        values.append(wanted.end)
    return where, values


def changes(
    connection: Any,
    name: str,
    since: str | int,
    limit: int | None,
    descending: bool,
    ids: Iterable[str] | None,
) -> Changes:
    at = place(connection, name)
    after = read_seq(since, at.nonce, at.last_seq)
    found = (
        _changes_page(connection, at, after, limit, descending)
        if ids is None
        else _changes_of(connection, at, after, limit, descending, ids)
    )
    results = [
        Change(
            write_seq(seq, at.nonce),
            document_id,
            [rev] if tree is None else leaves(decode_tree(tree)),
            bool(deleted),
        )
        for seq, document_id, rev, deleted, tree in found
    ]
    is_whole = limit is None or len(found) < limit
    if descending:
        return Changes(results, results[-1].seq if results else write_seq(after, at.nonce), 0)
    # A feed that is read to its end goes on from the database's end, also where the last sequence was released.
    last = max(at.last_seq, after) if is_whole and ids is None else found[-1][0] if found else after
    if is_whole and ids is not None:
        last = max(at.last_seq, after)
    pending = 0 if is_whole else _pending(connection, at, last)
    return Changes(results, write_seq(last, at.nonce), pending)


def _changes_page(connection: Any, at: Place, after: int, limit: int | None, descending: bool) -> list[tuple[Any, ...]]:
    page: list[tuple[Any, ...]] = connection.execute(
        "SELECT m.seq, d.id, d.rev, d.deleted, d.tree FROM member m INDEXED BY member_by_seq "
        "JOIN document d ON d.number = m.document WHERE m.database = ? AND m.seq > ? AND m.seq <= ? "
        f"ORDER BY m.seq {'DESC' if descending else 'ASC'} LIMIT ?",
        (at.number, after, at.last_seq, -1 if limit is None else limit),
    ).fetchall()
    return page


def _changes_of(
    connection: Any, at: Place, after: int, limit: int | None, descending: bool, ids: Iterable[str]
) -> list[tuple[Any, ...]]:
    found = []
    for document_id in dict.fromkeys(ids):
        row = connection.execute(
            "SELECT m.seq, d.id, d.rev, d.deleted, d.tree FROM member m JOIN document d ON d.number = m.document "
            "WHERE m.database = ? AND m.id = ? AND m.seq > ?",
            (at.number, document_id, after),
        ).fetchone()
        if row is not None:
            found.append(row)
    found.sort(key=lambda row: row[0], reverse=descending)
    return found if limit is None else found[:limit]


def _pending(connection: Any, at: Place, last: int) -> int:
    counted: int = connection.execute(
        "SELECT COUNT(*) FROM (SELECT 1 FROM member INDEXED BY member_by_seq WHERE database = ? AND seq > ? LIMIT ?)",
        (at.number, last, COUNTED_PENDING),
    ).get
    return counted if counted < COUNTED_PENDING else at.last_seq - last


def receipts(connection: Any, shelf: int, ids: Iterable[str]) -> dict[str, list[Receipt]]:
    found: dict[str, list[Receipt]] = {}
    for document_id in ids:
        given = connection.execute(
            "SELECT r.staff, r.device, r.mailbox, r.received_at, r.late FROM receipt r "
            "JOIN document d ON d.number = r.document WHERE d.shelf = ? AND d.id = ? ORDER BY r.received_at",
            (shelf, document_id),
        ).fetchall()
        if given:
            found[document_id] = [Receipt(s, device or None, m, at, bool(late)) for s, device, m, at, late in given]
    return found


def mailboxes_of(connection: Any, shelf: int, document_id: str) -> list[str]:
    names = connection.execute(
        "SELECT b.name FROM database b JOIN member m ON m.database = b.number AND m.id = ? "
        "WHERE b.shelf = ? AND b.number != b.shelf ORDER BY b.name",
        (document_id, shelf),
    ).fetchall()
    return [name for (name,) in names]


def pieces(connection: Any, key: str, start: int, stop: int) -> Iterator[bytes]:
    """The bytes [start, stop) of an attachment, piece by piece."""
    number = connection.execute("SELECT number FROM bytes WHERE key = ?", (key,)).get
    if number is None:
        raise NotFound("the bytes of this attachment are not in the store")
    position = start // CHUNK_BYTES
    while position * CHUNK_BYTES < stop:
        data: bytes = connection.execute(
            "SELECT data FROM piece WHERE number = ?", (number * PIECES_PER_BYTES + position,)
        ).get
        offset = position * CHUNK_BYTES
        yield data[max(0, start - offset) : stop - offset]
        position += 1
