"""Reading a whole SQLite store: every document's leaves have a body, every attachment the bytes its digest names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import orjson

from server.cli.moving import feed
from sync.errors import SyncError
from sync.record import Record
from sync.revisions import leaves
from sync.store import ARCHIVE, Store, is_mailbox


def store_problems(store: Store) -> Iterator[str]:
    """What is wrong, one line each; mailboxes hold memberships of what the archive has."""
    for name in store.database_names():
        if is_mailbox(name) and name != ARCHIVE:
            continue
        for page in feed(store, name, "0"):
            ids = [change.id for change in page.results]
            for document_id, record in zip(ids, store.records(name, ids), strict=True):
                found = ["is named, and not there"] if record is None else record_problems(store, record)
                yield from (f"{name}: {document_id} {problem}" for problem in found)


def record_problems(store: Store, record: Record) -> list[str]:
    problems = []
    for leaf in leaves(record.tree):
        try:
            stored = record.stored(leaf)
            if stored is None:
                problems.append(f"has no body of {leaf}")
                continue
            orjson.loads(stored.body)
            for name, held in stored.attachments.items():
                found = hashlib.sha256()
                for piece in store.open_bytes(held.key, held.content_type, held.length, held.digest).chunks():
                    found.update(piece)
                if found.hexdigest() != held.key:
                    problems.append(f"/{name} of {leaf} differs from what was delivered")
        except (SyncError, ValueError) as problem:
            problems.append(f"{leaf} cannot be read ({problem})")
    return problems
