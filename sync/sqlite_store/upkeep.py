"""Making, deleting and compacting databases: jobs for the writer."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sync import local_documents
from sync.errors import BadRequest, NotFound
from sync.record import decode_attachments
from sync.revisions import DEFAULT_REVS_LIMIT, decode_tree, encode_tree, leaves
from sync.sqlite_store.schema import PIECES_PER_BYTES
from sync.sqlite_store.transaction import SqliteTransaction
from sync.store import ARCHIVE, is_mailbox


def create_database(tx: SqliteTransaction, name: str) -> bool:
    """Make a database; False if it exists. A mailbox stands on the archive's shelf, any other on its own."""
    if tx.find_database(name) is not None:
        return False
    created_at_ms = time.time_ns() // 1_000_000
    tx.connection.execute(
        "INSERT INTO database (name, shelf, nonce, created_at_ms, revs_limit) VALUES (?, 0, ?, ?, ?)",
        (name, secrets.token_hex(4), created_at_ms, DEFAULT_REVS_LIMIT),
    )
    number = tx.connection.last_insert_rowid()
    shelf = tx.database(ARCHIVE).shelf if is_mailbox(name) else number
    tx.connection.execute("UPDATE database SET shelf = ? WHERE number = ?", (shelf, number))
    tx.forget_database(name)
    return True


def delete_database(tx: SqliteTransaction, name: str) -> bool:
    """Delete a database, and its documents if it is alone on its shelf; False if there is none."""
    found = tx.find_database(name)
    if found is None:
        return False
    execute = tx.connection.execute
    if found.shelf == found.number:
        execute("DELETE FROM revision WHERE document IN (SELECT number FROM document WHERE shelf = ?)", (found.shelf,))
        execute("DELETE FROM document WHERE shelf = ?", (found.shelf,))
    for table in ("member", "released", "local"):
        execute(f"DELETE FROM {table} WHERE database = ?", (found.number,))
    execute("DELETE FROM database WHERE number = ?", (found.number,))
    tx.forget_database(name)
    tx.touched.add(name)
    return True


def compact(tx: SqliteTransaction, name: str) -> None:
    """Forget bodies of revisions that are no leaves, and bytes that nothing names any more."""
    shelf = tx.database(name).shelf
    execute = tx.connection.execute
    trees = execute("SELECT number, rev, tree FROM document WHERE shelf = ? AND tree IS NOT NULL", (shelf,)).fetchall()
    for number, _, packed in trees:
        tree = decode_tree(packed)
        ends = set(leaves(tree))
        inner = [revision for revision, node in tree.items() if node.stored and revision not in ends]
        for revision in inner:
            tree[revision] = replace(tree[revision], stored=False)
            execute("DELETE FROM revision WHERE document = ? AND rev = ?", (number, revision))
        if inner:
            execute("UPDATE document SET tree = ? WHERE number = ?", (encode_tree(tree), number))
    _drop_unnamed_bytes(execute)


def _drop_unnamed_bytes(execute: Callable[..., Any]) -> None:
    named: set[str] = set()
    for table in ("document", "revision"):
        for (packed,) in execute(f"SELECT attachments FROM {table} WHERE attachments IS NOT NULL"):
            named.update(held.key for held in decode_attachments(packed).values())
    for number, key in execute("SELECT number, key FROM bytes").fetchall():
        if key not in named:
            first = number * PIECES_PER_BYTES
            execute("DELETE FROM piece WHERE number >= ? AND number < ?", (first, first + PIECES_PER_BYTES))
            execute("DELETE FROM bytes WHERE number = ?", (number,))


def put_local(tx: SqliteTransaction, name: str, document: Mapping[str, Any]) -> str:
    database, document_id = tx.database(name).number, str(document["_id"])
    number = local_documents.next_number(_local_number(tx, database, document_id), document.get("_rev"))
    values = (database, document_id, number, local_documents.body_of(document))
    tx.connection.execute("INSERT OR REPLACE INTO local VALUES (?, ?, ?, ?)", values)
    return f"0-{number}"


def delete_local(tx: SqliteTransaction, name: str, document_id: str, rev: str | None) -> None:
    database = tx.database(name).number
    current = _local_number(tx, database, document_id)
    if current is None:
        raise NotFound("missing")
    if rev is None:
        raise BadRequest("give the document's rev")
    local_documents.next_number(current, rev)
    tx.connection.execute("DELETE FROM local WHERE database = ? AND id = ?", (database, document_id))


def _local_number(tx: SqliteTransaction, database: int, document_id: str) -> int | None:
    number: int | None = tx.connection.execute(
        "SELECT number FROM local WHERE database = ? AND id = ?", (database, document_id)
    ).get
    return number


def local(connection: Any, database: int, document_id: str) -> dict[str, Any] | None:
    row = connection.execute(
        "SELECT number, body FROM local WHERE database = ? AND id = ?", (database, document_id)
    ).fetchone()
    return local_documents.document_of(document_id, row[0], row[1]) if row is not None else None


def meta(connection: Any, key: str) -> str:
    value: str = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).get
    return value


def renew_uuid(tx: SqliteTransaction) -> str:
    """Give the hub a new uuid, so that no device trusts a checkpoint of before; also all sequences' nonces."""
    uuid = secrets.token_hex(16)
    tx.connection.execute("UPDATE meta SET value = ? WHERE key = 'uuid'", (uuid,))
    for (number,) in tx.connection.execute("SELECT number FROM database").fetchall():
        tx.connection.execute("UPDATE database SET nonce = ? WHERE number = ?", (secrets.token_hex(4), number))
    return uuid
