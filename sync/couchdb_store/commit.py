"""Carrying out changes of groups: archive first, then the decision, then the mailboxes.

1. Bodies and attachments go into the archive of their month. Until the ledger names them, nobody sees them.
2. The groups' documents are written, each on top of the revision it was read at, with all that remains to be done. From
   here on the change is decided: it is finished by this process, or by whoever comes next.
3. Ledger, archive feed and mailboxes are written; each of these steps changes nothing when it is done again.
4. The groups' documents are cleared of what was pending. Only now is anybody answered.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from sync.couchdb_store.errors import StoreUnavailable
from sync.couchdb_store.groups import Kept, Pending
from sync.couchdb_store.ledger import entry_of
from sync.couchdb_store.parts import Parts
from sync.couchdb_store.pointers import Pointer
from sync.couchdb_store.transaction import CouchTransaction
from sync.store import ARCHIVE

GENERATION_TRIES = 5


def commit(parts: Parts, changes: list[CouchTransaction]) -> list[CouchTransaction]:
    """Carry out changes of different groups; returns those whose group had moved and that did nothing."""
    changed = [one for one in changes if one.is_changed]
    if not changed:
        return []
    parts.bodies.archive([written for one in changed for written in one.written])
    decisions = [one.decide() for one in changed]
    moved = parts.groups.save(decisions, _now())
    finish(parts, [one for one in decisions if all(one is not other for other in moved)])
    return [one for one in changed if any(one.kept is other for other in moved)]


def finish(parts: Parts, decided: list[Kept]) -> None:
    """Do what is pending in some groups, and say so in their documents. Safe to do twice, by anybody, at any time."""
    waiting = [one for one in decided if one.pending is not None]
    if not waiting:
        return
    together = _together([one.pending for one in waiting if one.pending is not None])
    _settle(parts, _write_ledger(parts, together), together)
    for one in waiting:
        one.pending = None
    # A group that moved in the meantime was finished by somebody else first.
    parts.groups.save(waiting, _now())


def sweep(parts: Parts) -> int:
    """Finish what hubs that died left behind; returns how many groups."""
    count = 0
    while found := parts.groups.pending():
        finish(parts, found)
        count += len(found)
    return count


def _together(pending: list[Pending]) -> Pending:
    """The work of several groups, which share no documents, as one."""
    ledger: list[dict[str, Any]] = []
    enter: defaultdict[str, list[str]] = defaultdict(list)
    leave: defaultdict[str, list[str]] = defaultdict(list)
    for one in pending:
        ledger += one.ledger
        for name, ids in one.enter.items():
            enter[name] += ids
        for name, ids in one.leave.items():
            leave[name] += ids
    return Pending(ledger, enter, leave)


def _write_ledger(parts: Parts, work: Pending) -> dict[str, Pointer]:
    """Write the entries; returns each document's pointer.

    Entries change under their group's decisions only, so a conflict says that somebody else has finished this work. The
    entry may have moved on since, and then what it says now counts: `work` is cut down to that.
    """
    entries = {document["_id"]: entry_of(document) for document in work.ledger}
    rows = parts.connection.bulk_docs(parts.ledger.database, work.ledger) if work.ledger else []
    stale = [row["id"] for row in rows if row.get("error") == "conflict"]
    for row in rows:
        if row.get("error") not in (None, "conflict"):
            raise StoreUnavailable(f"CouchDB refused an entry of the ledger: {row['error']} ({row.get('reason')})")
    if stale:
        now = parts.ledger.entries(stale)
        entries.update(now)
        for name, ids in work.enter.items():
            work.enter[name] = [i for i in ids if i not in now or name == ARCHIVE or name in now[i].inside]
        for name, ids in work.leave.items():
            work.leave[name] = [i for i in ids if i not in now or name not in now[i].inside]
    return {document_id: Pointer(entry.leaves(), entry.turn) for document_id, entry in entries.items()}


def _settle(parts: Parts, pointers: dict[str, Pointer], work: Pending) -> None:
    """Write and take away pointers, also where a mailbox goes on to its next generation at the same time."""
    places = {name: parts.registry.find(name) for name in {*work.enter, *work.leave}}
    for _ in range(GENERATION_TRIES):
        # The archive's feed first: nobody is told of a document that the archive does not show.
        for name in sorted(places, key=lambda name: (name != ARCHIVE, name)):
            _settle_one(parts, name, {i: pointers[i] for i in work.enter.get(name, [])}, work.leave.get(name, []))
        now = parts.registry.look_up(places)
        places = {name: now[name] for name, place in places.items() if name in now and now[name] != place}
        if not places:
            return
    raise StoreUnavailable("mailboxes change their generation again and again; send again")


def _settle_one(parts: Parts, name: str, enter: dict[str, Pointer], leave: list[str]) -> None:
    if parts.registry.find(name) is None:  # deleted meanwhile: there is nowhere to stand
        return
    if enter:
        parts.registry.use(name, lambda place: parts.pointers.put(place, enter))
    if leave:
        parts.registry.use(name, lambda place: parts.pointers.remove(place, leave))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
