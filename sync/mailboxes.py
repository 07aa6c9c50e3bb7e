"""The write path of mailboxes: a document is stored once, and routed in the same transaction.

The store keeps groups and memberships; which document goes where is the router's decision, a pure function given from
outside. A document is never changed and never deleted here: the same body again is welcome, another body is forbidden.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import orjson

from sync.attachments import Content
from sync.documents import Edit, Outcome, encode_body
from sync.edits import hold_attachments, keep_contents
from sync.errors import SyncError
from sync.record import Record, Stored, first_record
from sync.revisions import ancestry, merge, new_revision
from sync.store import ARCHIVE, TWIN_SUFFIX, Arrival, Decide, Notice, Receipt, Router, Verdict
from sync.transaction import Shelved, Transaction

# The first character after every character of an id, so that prefix + END closes the prefix's range.
END = "\uffff"


def accept_edits(
    tx: Transaction, mailbox: Shelved, edits: list[Edit], router: Router, receipt: Receipt
) -> list[Outcome]:
    """Store, route and receipt documents that came into a mailbox."""
    return [_accept_one(tx, mailbox, edit, router, receipt) for edit in edits]


def _accept_one(tx: Transaction, mailbox: Shelved, edit: Edit, router: Router, receipt: Receipt) -> Outcome:
    given = edit.path[0] if edit.path else None
    if edit.deleted:
        return Outcome(edit.id, given, "forbidden", "documents here are never deleted; write a retraction instead")
    record = tx.load(mailbox.shelf, edit.id)
    known = record is not None
    if record is None:
        path = edit.path or [new_revision(None, False, edit.body, _digests(edit))]
        try:
            record = first_record(edit.id, path, False, Stored(edit.body, hold_attachments(edit, None, path)))
        except SyncError as problem:
            return Outcome(edit.id, given, problem.error, problem.reason)
    elif not _is_same(record, edit):
        reason = "documents here are never changed; write a new document that supersedes this one"
        return Outcome(edit.id, given, "forbidden", reason)
    key = router.key_of(edit.id)
    group = tx.group(mailbox.shelf, key) if key is not None else None
    arrival = Arrival(mailbox.name, edit.id, edit.fields, known, receipt)
    verdict = router.decide(arrival, group)
    if verdict.error is not None:
        return Outcome(edit.id, given, verdict.error, verdict.reason)
    if verdict.group is not None and verdict.group.notice is not None:
        tell(tx, mailbox.shelf, verdict.group.notice)
        verdict = replace(verdict, group=replace(verdict.group, notice=None))
    if known:
        _learn_revision(tx, record, edit)
    else:
        record.lane = verdict.lane
        keep_contents(tx, edit)
        tx.insert(mailbox.shelf, record)
        tx.enter(tx.database(ARCHIVE), record, fresh=True)
    _place(tx, mailbox, record, verdict, receipt, fresh=not known)
    return Outcome(edit.id, given or record.rev, is_new=not known)


def _place(
    tx: Transaction, mailbox: Shelved, record: Record, verdict: Verdict, receipt: Receipt, *, fresh: bool
) -> None:
    tx.add_receipt(record, replace(receipt, late=verdict.late))
    _backfill(tx, mailbox, verdict)
    # A known document that moves something after all: who follows the archive must look at its group again.
    if not fresh and verdict.group is not None:
        tx.enter(tx.database(ARCHIVE), record)
    # No mailbox can know a document that was stored just now; not asking them halves the work of a push.
    fresh = fresh and not verdict.backfill
    for name in dict.fromkeys(verdict.deliver_to):
        if not fresh:
            _enter(tx, name, record, again=False)
        elif (database := tx.find_database(name + record.lane)) is not None:
            tx.enter(database, record, fresh=True)
    for name in verdict.pass_over:
        database = tx.find_database(name + record.lane)
        if database is not None and not tx.knows(database, record.id):
            tx.leave(database, record)
    if verdict.group is not None:
        tx.save_group(mailbox.shelf, verdict.group)


def _backfill(tx: Transaction, mailbox: Shelved, verdict: Verdict) -> None:
    """Give new members the group's history, in the order in which it arrived."""
    if not verdict.backfill or verdict.group is None:
        return
    prefix = verdict.group.key
    for document_id in tx.ids_between(mailbox.shelf, prefix, prefix + END):
        member = tx.load(mailbox.shelf, document_id) if document_id not in verdict.withhold else None
        if member is not None:
            for name in verdict.backfill:
                _enter(tx, name, member, again=True)


def _enter(tx: Transaction, name: str, record: Record, *, again: bool) -> None:
    """Put a document into a mailbox's lane; one that was released comes back only with its whole group."""
    database = tx.find_database(name + record.lane)
    if database is None or tx.holds(database, record.id):
        return
    if again or not tx.knows(database, record.id):
        tx.enter(database, record)


def _digests(edit: Edit) -> list[str]:
    return [f"{name}:{given.digest}" for name, given in edit.attachments.items() if given.digest is not None]


def _is_same(record: Record, edit: Edit) -> bool:
    """Whether an edit says what the stored document says: equal fields, equal bytes of attachments."""
    stored = record.stored(record.rev)
    if stored is None or (stored.body != edit.body and orjson.loads(stored.body) != edit.fields):
        return False
    if stored.attachments.keys() != edit.attachments.keys():
        return False
    return all(
        not isinstance(given, Content) or given.key == stored.attachments[name].key
        for name, given in edit.attachments.items()
    )


def _learn_revision(tx: Transaction, record: Record, edit: Edit) -> None:
    """Remember another name of the same content, so that its sender's `_revs_diff` finds it."""
    if not edit.path or edit.path[0] in record.tree:
        return
    before, stored = record.rev, record.stored(record.rev)
    assert stored is not None
    merge(record.tree, edit.path, False)
    record.bodies[edit.path[0]] = stored
    record.choose_winner()
    tx.update(record, before)


def release_group(tx: Transaction, shelf: int, key: str, decide: Decide, keep: str = "") -> int | None:
    """Take a group's documents out of every mailbox (never out of the archive); returns how many memberships ended.

    `decide` sees the group as it is in this very transaction; None leaves everything as it is, and is returned.
    Mailboxes whose names begin with `keep` hold on to theirs.
    Their revisions stay known there, so that nobody who pushes them again puts them back.
    """
    ids = tx.ids_between(shelf, key, key + END)
    group = decide(tx.group(shelf, key), len(ids))
    if group is None:
        return None
    count = 0
    released: dict[str, None] = {}
    for document_id in ids:
        record = tx.load(shelf, document_id)
        if record is None:
            continue
        for database in tx.databases_holding(shelf, document_id):
            if database.name != ARCHIVE and not (keep and database.name.startswith(keep)):
                tx.leave(database, record)
                released[database.name.removesuffix(TWIN_SUFFIX)] = None
                count += 1
    if group.notice is not None:
        tell(tx, shelf, group.notice, released)
    tx.save_group(shelf, replace(group, notice=None))
    return count


def revise_group(tx: Transaction, shelf: int, key: str, decide: Decide) -> None:
    """Keep what `decide` makes of a group as it is in this very transaction; None leaves it alone."""
    group = decide(tx.group(shelf, key), len(tx.ids_between(shelf, key, key + END)))
    if group is not None:
        tx.save_group(shelf, group)


def tell(tx: Transaction, shelf: int, notice: Notice, also: Iterable[str] = ()) -> None:
    """Write a notice's next revision, seen anew where it stands and in the mailboxes `also` named."""
    record = tx.load(shelf, notice.id)
    holders = tx.databases_holding(shelf, notice.id) if record is not None else [tx.database(ARCHIVE)]
    if not notice.fields:
        if record is not None:
            _leave_mailboxes(tx, record, holders)
        return
    stored = Stored(encode_body(notice.fields))
    if record is None:
        record = first_record(notice.id, [new_revision(None, False, stored.body, [])], False, stored)
        tx.insert(shelf, record)
    else:
        before = record.rev
        revision = new_revision(before, False, stored.body, [])
        merge(record.tree, [revision, *ancestry(record.tree, before)], False)
        record.stored(revision)  # bring in the other bodies before adding to them
        record.bodies[revision] = stored
        record.choose_winner()
        tx.update(record, before)
    for name in dict.fromkeys([*(holder.name for holder in holders), *also]):
        database = tx.find_database(name)
        if database is not None:
            tx.enter(database, record)


def _leave_mailboxes(tx: Transaction, record: Record, holders: Iterable[Shelved]) -> None:
    for holder in holders:
        if holder.name != ARCHIVE:
            tx.leave(holder, record)


def twin_of(name: str) -> str:
    """The media lane of a mailbox."""
    return name + TWIN_SUFFIX
