"""Comparing two stores: databases, every document with leaves, bodies and attachments, receipts, groups, mailboxes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from server.cli.moving import NOBODY, feed, key_of
from sync.record import Record
from sync.revisions import leaves
from sync.store import ARCHIVE, Receipt, Store, is_mailbox

Progress = Callable[..., None]


def differences(source: Store, target: Store, say: Progress) -> Iterator[str]:
    """What differs, one line each; nothing when the target holds exactly what the source holds."""
    names = set(source.database_names()), set(target.database_names())
    yield from (f"database {name} is missing in the target" for name in sorted(names[0] - names[1]))
    yield from (f"database {name} is in the target only" for name in sorted(names[1] - names[0]))
    for name in sorted(names[0] & names[1]):
        yield from differing_counts(source, target, name)
        if is_mailbox(name):
            yield from differing_members(source, target, name)
        else:
            yield from differing_documents(source, target, name, say)


def differing_counts(source: Store, target: Store, name: str) -> Iterator[str]:
    one, other = source.info(name), target.info(name)
    for what in ("doc_count", "doc_del_count"):
        here, there = getattr(one, what), getattr(other, what)
        if here != there:
            yield f"{name}: {what} is {here} in the source, {there} in the target"


def differing_members(source: Store, target: Store, name: str) -> Iterator[str]:
    here, there = standing_in(source, name), standing_in(target, name)
    for document_id in sorted(here.keys() | there.keys()):
        if here.get(document_id) != there.get(document_id):
            yield f"{name}: {document_id} stands differently"


def standing_in(store: Store, name: str) -> dict[str, list[str]]:
    return {change.id: change.revs for page in feed(store, name, "0") for change in page.results}


def differing_documents(source: Store, target: Store, name: str, say: Progress) -> Iterator[str]:
    done = 0
    for page in feed(source, name, "0"):
        ids = [change.id for change in page.results]
        pairs = zip(source.records(name, ids), target.records(name, ids), strict=True)
        for document_id, (here, there) in zip(ids, pairs, strict=True):
            if digest_of(source, here) != digest_of(target, there):
                yield f"{name}: {document_id} differs"
        if name == ARCHIVE:
            yield from differing_deliveries(source, target, ids)
        done += len(ids)
        say(f"verified {name}", done)


def differing_deliveries(source: Store, target: Store, ids: list[str]) -> Iterator[str]:
    here, there = source.receipts(ids), target.receipts(ids)
    for document_id in ids:
        if told_by(here.get(document_id, [])) != told_by(there.get(document_id, [])):
            yield f"{document_id}: receipts differ"
    for key in sorted({key_of(document_id) for document_id in ids}):
        if source.group(key) != target.group(key):
            yield f"{key}: what the router keeps differs"


def told_by(receipts: list[Receipt]) -> list[str]:
    return sorted(repr(receipt) for receipt in receipts if receipt != NOBODY)


def digest_of(store: Store, record: Record | None) -> str | None:
    """A digest of all leaves: revisions, deletion, bodies in their key order, names and bytes of attachments."""
    if record is None:
        return None
    found = hashlib.sha256()

    def add(*parts: Any) -> None:
        found.update(orjson.dumps(parts) + b"\0")

    for leaf in leaves(record.tree):
        stored = record.stored(leaf)
        add(record.id, leaf, record.tree[leaf].deleted, None if stored is None else orjson.loads(stored.body))
        for name, held in sorted((stored.attachments if stored else {}).items()):
            add(name, held.content_type, held.length)
            for piece in store.open_bytes(held.key, held.content_type, held.length, held.digest).chunks():
                found.update(piece)
    return found.hexdigest()
