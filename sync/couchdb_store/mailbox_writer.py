"""Taking documents into mailboxes, and releasing them: the shared write paths over groups of CouchDB.

Within this process a group is changed by one at a time; other processes are noticed when the group's document is
written, and the work is done again on top of theirs.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager

from sync.couchdb_store import generations
from sync.couchdb_store.commit import commit, finish
from sync.couchdb_store.errors import StoreUnavailable
from sync.couchdb_store.groups import Kept
from sync.couchdb_store.ledger import Entry
from sync.couchdb_store.parts import Parts
from sync.couchdb_store.transaction import SHELF, CouchTransaction, ids_of
from sync.documents import Edit, Outcome
from sync.mailboxes import accept_edits, release_group, revise_group
from sync.record import Record
from sync.store import Decide, Receipt, Router

LOCKS = 64
TRIES = 12


class MailboxWriter:
    """Changes groups. `ring` hears of the databases that moved, after everything is written."""

    def __init__(self, parts: Parts, in_flight: Counter[str], ring: Callable[[frozenset[str]], None]) -> None:
        self._parts = parts
        self._in_flight = in_flight
        self._ring = ring
        self._locks = [threading.RLock() for _ in range(LOCKS)]

    def accept(self, mailbox: str, edits: list[Edit], router: Router, receipt: Receipt) -> list[Outcome]:
        """Store, route and receipt documents; each group's part of them is one change."""
        self._parts.registry.place(mailbox)
        by_key: dict[str, list[Edit]] = {}
        for edit in edits:
            by_key.setdefault(router.key_of(edit.id) or edit.id, []).append(edit)
        outcomes: dict[int, Outcome] = {}

        def work(key: str, tx: CouchTransaction) -> None:
            found = accept_edits(tx, tx.database(mailbox), by_key[key], router, receipt)
            outcomes.update(zip(map(id, by_key[key]), found, strict=True))

        self._change({key: ids_of(ones) for key, ones in by_key.items()}, work)
        return [outcomes[id(edit)] for edit in edits]

    def release(self, key: str, decide: Decide, keep: str) -> int | None:
        """Take a group out of its mailboxes; a mailbox that shows little of what it holds goes on to its next one."""
        counts: list[int | None] = []
        touched: set[str] = set()

        def work(_key: str, tx: CouchTransaction) -> None:
            counts.append(release_group(tx, SHELF, key, decide, keep))
            touched.update(tx.left)

        self._change({key: []}, work)
        for name in sorted(touched):
            place = self._parts.registry.find(name)
            if place is not None and generations.is_due(self._parts, place):
                generations.advance(self._parts, place)
        return counts[-1]

    def revise_group(self, key: str, decide: Decide) -> None:
        self._change({key: []}, lambda _key, tx: revise_group(tx, SHELF, key, decide))

    # --- changing groups
    def _change(self, wanted: dict[str, list[str]], work: Callable[[str, CouchTransaction], None]) -> None:
        """Do `work` for each group and carry it out, again for those that others changed at the same time."""
        with self._alone(wanted):
            touched: set[str] = set()
            left = wanted
            for _ in range(TRIES):
                changes = self._read(left)
                for key, tx in changes.items():
                    work(key, tx)
                moved = self._carry_out(list(changes.values()))
                touched |= {name for tx in changes.values() if tx not in moved for name in tx.touched}
                left = {tx.kept.key: wanted[tx.kept.key] for tx in moved}
                if not left:
                    break
        if touched:
            self._ring(frozenset(touched))
        if left:
            raise StoreUnavailable("others write to the same encounter all the time; send again")

    def _carry_out(self, changes: list[CouchTransaction]) -> list[CouchTransaction]:
        places = {name: self._parts.registry.find(name) for tx in changes for name in tx.touched | tx.left}
        busy = [place.couch_name for place in places.values() if place is not None]
        with in_flight(self._in_flight, busy):
            return commit(self._parts, changes)

    def _read(self, wanted: dict[str, list[str]]) -> dict[str, CouchTransaction]:
        """Groups and the named documents as they are now; what somebody left unfinished is finished first."""
        kept = self._parts.groups.get(wanted)
        unfinished = [one for one in kept.values() if one.pending is not None]
        if unfinished:
            finish(self._parts, unfinished)
            kept |= self._parts.groups.get(one.key for one in unfinished)
        entries = self._parts.ledger.entries(i for ids in wanted.values() for i in ids)
        records = self._parts.bodies.archived(entries.values(), for_reading=False)
        return {key: self._transaction(kept[key], ids, entries, records) for key, ids in wanted.items()}

    def _transaction(
        self, kept: Kept, ids: list[str], entries: dict[str, Entry], records: dict[str, Record]
    ) -> CouchTransaction:
        return CouchTransaction(
            self._parts, kept, {i: entries.get(i) for i in ids}, {i: records[i] for i in ids if i in records}
        )

    @contextmanager
    def _alone(self, keys: Iterable[str]) -> Iterator[None]:
        """Nobody else in this process changes these groups. Locks are taken in one order: no deadlocks."""
        with ExitStack() as stack:
            for number in sorted({hash(key) % LOCKS for key in keys}):
                stack.enter_context(self._locks[number])
            yield


@contextmanager
def in_flight(counter: Counter[str], couch_names: list[str]) -> Iterator[None]:
    """While this lasts, the watcher leaves these databases alone: what moves there may be our own."""
    counter.update(couch_names)
    try:
        yield
    finally:
        counter.subtract(couch_names)
