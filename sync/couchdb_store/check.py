"""Whether ledger, archive and feeds agree, and whether attachments' bytes are those that were delivered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sync.couchdb_store.bodies import Bodies
from sync.couchdb_store.connection import path_of
from sync.couchdb_store.ledger import Entry, entry_of
from sync.couchdb_store.parts import Parts
from sync.errors import SyncError
from sync.record import Record
from sync.store import ARCHIVE

PAGE = 500


def check(parts: Parts) -> list[str]:
    """What is wrong, one line each; empty when all is sound. Reads every document and every attachment."""
    problems: list[str] = []
    archive = parts.registry.place(ARCHIVE)
    for page in _pages(parts):
        ids = [entry.id for entry in page]
        shown = parts.connection.documents(archive.couch_name, ids)
        problems += [f"{document_id} is not in the archive's feed" for document_id in ids if document_id not in shown]
        for record in parts.bodies.archived(page).values():
            problems += _problems_of(parts.bodies, record, {entry.id: entry for entry in page}[record.id])
    return problems


def _pages(parts: Parts) -> Iterator[list[Entry]]:
    path, after = f"{path_of(parts.ledger.database)}/_changes", "0"
    while True:
        page = parts.connection.json("GET", path, since=after, limit=PAGE, include_docs="true")
        entries = [entry_of(row["doc"]) for row in page["results"] if not row.get("deleted")]
        if not page["results"]:
            return
        yield entries
        after = page["last_seq"]


def _problems_of(bodies: Bodies, record: Record, entry: Entry) -> list[str]:
    try:
        stored = record.stored(record.rev)
    except SyncError as problem:
        return [problem.reason]
    if stored is None:
        return [f"{record.id} has no body in the archive"]
    problems = []
    for name, held in stored.attachments.items():
        found = hashlib.sha256()
        try:
            for piece in bodies.open(held.key, held.content_type, held.length, held.digest).chunks():
                found.update(piece)
        except SyncError as problem:
            problems.append(f"{record.id}/{name}: {problem.reason}")
            continue
        if found.hexdigest() != entry.attachments[name].key:
            problems.append(f"{record.id}/{name}: the bytes differ from those that were delivered")
    return problems
