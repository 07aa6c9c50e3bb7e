"""Memory and SQLite under the same long stories, closed and opened again in between: they never tell them apart."""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sync.documents import parse_edit
from sync.errors import SyncError
from sync.memory_store import MemoryStore
from sync.sqlite_store import open_store
from sync.store import ARCHIVE, Arrival, Group, Range, Receipt, Verdict

PLAIN = "plain"
MAILBOXES = ("unit_a", "unit_b", "site_c")
DATABASES = (PLAIN, ARCHIVE, *MAILBOXES, *(f"{name}-media" for name in MAILBOXES))
IDS = ("a", "b", "c", "d")
GROUP_IDS = tuple(f"{group}:{name}" for group in ("g", "h") for name in "abc")
VALUES = st.one_of(st.none(), st.integers(0, 3), st.just("é"), st.just({"z": 1, "a": [2.5, {}]}))
REVISIONS = st.lists(st.sampled_from("abcd"), min_size=1, max_size=4)
MEMBERS = st.sets(st.sampled_from(MAILBOXES)).map(sorted)


class Told:
    """A router that does as it is told, so that the store alone is tried."""

    def __init__(self, lane: str, members: list[str], backfill: list[str], pass_over: list[str]) -> None:
        self.lane, self.members, self.backfill, self.pass_over = lane, members, backfill, pass_over

    def key_of(self, document_id: str) -> str:
        return document_id.partition(":")[0] + ":"

    def decide(self, arrival: Arrival, group: Group | None) -> Verdict:
        seen = [*((group.facts.get("seen") or []) if group else []), arrival.id, arrival.known]
        after = Group(self.key_of(arrival.id), tuple(self.members), {"seen": seen}, arrival.receipt.received_at)
        lists = (tuple(self.members), tuple(self.backfill), tuple(self.pass_over))
        return Verdict(after, self.lane, *lists)


class Stores(RuleBasedStateMachine):
    """Each rule does the same to both and compares the answers; the invariant compares all that can be read."""

    @initialize()
    def make(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "store.sqlite"
        self.memory: Any = MemoryStore()
        self.sqlite: Any = open_store(self.path)
        self.clock = 0
        self.marks: list[tuple[str, str, str]] = []
        for name in (*DATABASES,):
            self.both(lambda store, name=name: store.ensure_database(name))  # type: ignore[misc]

    def teardown(self) -> None:
        if hasattr(self, "sqlite"):
            self.sqlite.close()
            self.folder.cleanup()

    def both(self, act: Callable[[Any], Any]) -> Any:
        """Do it to both stores; their answers, or the errors they raise, are equal."""
        answers = []
        for store in (self.memory, self.sqlite):
            try:
                answers.append(act(store))
            except SyncError as problem:
                answers.append((problem.status, problem.error, problem.reason))
        assert answers[0] == answers[1]
        return answers[0]

    # --- ordinary databases
    @rule(document_id=st.sampled_from(IDS), value=VALUES, is_current=st.booleans(), deleted=st.booleans())
    def edit(self, document_id: str, value: Any, is_current: bool, deleted: bool) -> None:
        record = self.memory.record(PLAIN, document_id)
        document: dict[str, Any] = {"_id": document_id, "value": value}
        if record is not None and is_current:
            document["_rev"] = record.rev
        if deleted:
            document["_deleted"] = True
        self.both(lambda store: store.apply(PLAIN, [parse_edit(document)]))

    @rule(
        document_id=st.sampled_from(IDS),
        digests=REVISIONS,
        cut=st.integers(1, 4),
        deleted=st.booleans(),
        data=st.sampled_from([None, b"bytes", b"others"]),
    )
    def replicate(self, document_id: str, digests: list[str], cut: int, deleted: bool, data: bytes | None) -> None:
        """A branch of the history, cut at some depth; the same revision always has the same body."""
        start = len(digests)
        document: dict[str, Any] = {
            "_id": document_id,
            "_revisions": {"start": start, "ids": [f"{digest}{start}" for digest in digests][:cut]},
            "value": "".join(digests),
        }
        if deleted:
            document["_deleted"] = True
        if data is not None:
            document["_attachments"] = {"file": {"data": base64.b64encode(data).decode()}}
        self.both(lambda store: store.apply(PLAIN, [parse_edit(document, new_edits=False)], new_edits=False))

    @rule(document_id=st.sampled_from(IDS), value=VALUES, is_current=st.booleans())
    def keep_checkpoint(self, document_id: str, value: Any, is_current: bool) -> None:
        local = f"_local/{document_id}"
        known = self.memory.local(PLAIN, local) if is_current else None
        rev = {"_rev": known["_rev"]} if known else {}
        self.both(lambda store: store.put_local(PLAIN, {"_id": local, **rev, "value": value}))

    @rule(limit=st.integers(1, 5))
    def stem(self, limit: int) -> None:
        self.both(lambda store: store.set_revs_limit(PLAIN, limit))

    @rule()
    def compact(self) -> None:
        self.both(lambda store: store.compact(PLAIN))

    # --- mailboxes
    @rule(
        ids=st.lists(st.sampled_from(GROUP_IDS), min_size=1, max_size=4),
        mailbox=st.sampled_from(MAILBOXES),
        body=st.sampled_from([1, 1, 1, 2]),
        digest=st.sampled_from(["x", "y"]),
        lane=st.sampled_from(["", "-media"]),
        members=MEMBERS,
        backfill=MEMBERS,
        pass_over=MEMBERS,
    )
    def deliver(
        self,
        ids: list[str],
        mailbox: str,
        body: int,
        digest: str,
        lane: str,
        members: list[str],
        backfill: list[str],
        pass_over: list[str],
    ) -> None:
        self.clock += 1
        router = Told(lane, members, [one for one in backfill if one in members], pass_over)
        receipt = Receipt("s-1", "d-1", mailbox, f"2026-11-21T09:{self.clock // 60:02}:{self.clock % 60:02}.000Z")
        documents = [{"_id": one, "_rev": f"1-{digest}{one}", "body": body} for one in ids]
        edits = [parse_edit(one, new_edits=False) for one in documents]
        self.both(lambda store: store.accept(mailbox, edits, router, receipt))

    @rule(group=st.sampled_from(["g:", "h:", "nobody:"]), keep=st.sampled_from(["", "unit_"]))
    def release(self, group: str, keep: str) -> None:
        after = Group(group, ("unit_a",), {"released": True})
        self.both(lambda store: store.release(group, lambda _now, _documents: after, keep=keep))

    @rule(group=st.sampled_from(["g:", "h:", "nobody:"]), keep=st.sampled_from(["", "unit_"]))
    def release_what_is_there(self, group: str, keep: str) -> None:
        """The decision hears the group as it is; one that nobody knows is left alone."""

        def decide(now: Group | None, documents: int) -> Group | None:
            return replace(now, facts={**now.facts, "documents": documents}) if now is not None else None

        self.both(lambda store: store.release(group, decide, keep=keep))

    @rule(since=st.sampled_from(DATABASES))
    def mark(self, since: str) -> None:
        """A device keeps its place in a feed."""
        places = [store.changes(since).last_seq for store in (self.memory, self.sqlite)]
        self.marks.append((since, *places))

    @rule()
    def open_again(self) -> None:
        self.sqlite.close()
        self.sqlite = open_store(self.path)

    # --- everything that can be read
    @invariant()
    def the_stores_read_alike(self) -> None:
        if not hasattr(self, "sqlite"):
            return
        for name in DATABASES:
            self.both(lambda store, name=name: feed_of(store, name))  # type: ignore[misc]
            self.both(lambda store, name=name: (store.info(name).doc_count, store.info(name).doc_del_count))  # type: ignore[misc]
            self.both(lambda store, name=name: store.rows(name, Range()))  # type: ignore[misc]
            for one in (*IDS, *GROUP_IDS):
                self.both(lambda store, name=name, one=one: record_of(store, name, one))  # type: ignore[misc]
            asked = {one: [f"1-x{one}", f"1-y{one}", "1-a1", "2-b2", "9-z"] for one in (*IDS, *GROUP_IDS)}
            self.both(lambda store, name=name, asked=asked: store.revs_diff(name, asked))  # type: ignore[misc]
        self.both(lambda store: store.receipts(GROUP_IDS))
        self.both(lambda store: [store.group(key) for key in ("g:", "h:")])
        self.both(lambda store: [store.mailboxes_of(one) for one in GROUP_IDS])

    @invariant()
    def no_feed_forgets_what_came_after_a_mark(self) -> None:
        for database, *places in getattr(self, "marks", []):
            stores = (self.memory, self.sqlite)
            pages = [
                [(number_of(change.seq), change.id) for change in store.changes(database, place).results]
                for store, place in zip(stores, places, strict=True)
            ]
            assert pages[0] == pages[1]


def number_of(seq: str) -> int:
    """A sequence without the nonce, which is each store's own."""
    return int(seq.partition("-")[0])


def feed_of(store: Any, name: str) -> Any:
    found = store.changes(name)
    rows = [(number_of(change.seq), change.id, change.revs, change.deleted) for change in found.results]
    pages = store.changes(name, limit=2)
    return rows, number_of(found.last_seq), [change.id for change in pages.results], pages.pending


def record_of(store: Any, name: str, document_id: str) -> Any:
    record = store.record(name, document_id)
    if record is None:
        return None
    bodies = {}
    for revision in record.tree:
        stored = record.stored(revision)
        if stored is not None:
            bodies[revision] = (stored.body, {name: held.digest for name, held in stored.attachments.items()})
    return record.rev, record.deleted, record.lane, dict(sorted(record.tree.items())), bodies


TestStores = Stores.TestCase
TestStores.settings = settings(max_examples=10, stateful_step_count=30, deadline=None, derandomize=True)


@pytest.mark.skipif("GREENLANE_LONG" not in os.environ, reason="for as long as it takes: GREENLANE_LONG=1")
class TestStoresLong(Stores.TestCase):  # type: ignore[name-defined,misc]
    """The same for longer, with stories that nobody has tried yet."""

    settings = settings(max_examples=300, stateful_step_count=50, deadline=None)
