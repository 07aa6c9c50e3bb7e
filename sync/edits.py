"""The write path of ordinary databases: edits with conflict control, and replicated histories (`new_edits: false`).

Runs inside a store's transaction; the same for every store. Mailboxes go through `mailboxes` instead.
"""

from __future__ import annotations

from sync.attachments import Content, Held
from sync.documents import Edit, Outcome
from sync.errors import Conflict, MissingStub, SyncError
from sync.record import Record, Stored, first_record
from sync.revisions import ancestry, merge, new_revision, parse_revision, stem
from sync.transaction import Shelved, Transaction


def apply_edits(tx: Transaction, database: Shelved, edits: list[Edit], *, new_edits: bool) -> list[Outcome]:
    """Store edits one after the other; a refused edit does not hold up the next one."""
    return [_apply_one(tx, database, edit, new_edits) for edit in edits]


def _apply_one(tx: Transaction, database: Shelved, edit: Edit, new_edits: bool) -> Outcome:
    record = tx.load(database.shelf, edit.id)
    try:
        path = _child_path(record, edit) if new_edits else _given_path(edit)
        attachments = hold_attachments(edit, record, path, is_own=new_edits)
    except SyncError as problem:
        return Outcome(edit.id, edit.path[0] if edit.path else None, problem.error, problem.reason)
    stored = Stored(edit.body, attachments)
    keep_contents(tx, edit)
    if record is None:
        record = first_record(edit.id, path[: database.revs_limit], edit.deleted, stored)
        tx.insert(database.shelf, record)
        tx.enter(database, record, fresh=True)
        return Outcome(edit.id, path[0], is_new=True)
    return _graft(tx, database, record, path, edit.deleted, stored)


def _graft(
    tx: Transaction, database: Shelved, record: Record, path: list[str], deleted: bool, stored: Stored
) -> Outcome:
    before = record.rev
    known = len(record.tree)
    is_new = merge(record.tree, path, deleted)
    if not is_new and len(record.tree) == known:
        return Outcome(record.id, path[0])
    if is_new:
        record.stored(path[0])  # bring in the other bodies before adding to them
        record.bodies[path[0]] = stored
    for revision in stem(record.tree, database.revs_limit):
        record.stored(revision)
        record.bodies.pop(revision, None)
    record.choose_winner()
    tx.update(record, before)
    for holder in tx.databases_holding(database.shelf, record.id):
        tx.enter(holder, record)
    return Outcome(record.id, path[0], is_new=is_new)


def _given_path(edit: Edit) -> list[str]:
    if not edit.path:
        raise SyncError("a replicated document needs _rev or _revisions", error="bad_request", status=400)
    return edit.path


def _child_path(record: Record | None, edit: Edit) -> list[str]:
    """The history of an ordinary edit. Raises Conflict unless it extends a leaf."""
    parent = edit.path[0] if edit.path else None
    if record is None:
        if parent is not None:
            raise Conflict("Document update conflict.")
    elif parent is None:
        if not record.deleted:
            raise Conflict("Document update conflict.")
        parent = record.rev  # a deleted document is written again on top of its tombstone
    elif parent not in record.tree or any(node.parent == parent for node in record.tree.values()):
        raise Conflict("Document update conflict.")
    digests = [f"{n}:{a.digest}" for n, a in edit.attachments.items() if a.digest is not None]
    revision = new_revision(parent, edit.deleted, edit.body, digests)
    history = ancestry(record.tree, parent) if record is not None and parent is not None else []
    return [revision, *history]


def hold_attachments(edit: Edit, record: Record | None, path: list[str], *, is_own: bool = False) -> dict[str, Held]:
    """Name the attachments of a new revision, finding stubs in the history. Raises MissingStub.

    `is_own`: the revision is made here, so bytes that come with it are of its generation, whatever `revpos` says.
    """
    generation = parse_revision(path[0])[0]
    held = {}
    for name, given in edit.attachments.items():
        if isinstance(given, Content):
            revpos = generation if is_own else min(given.revpos or generation, generation)
            held[name] = Held(given.content_type, given.length, given.digest, given.key, revpos)
            continue
        found = _known_attachment(record, path, name, given.digest)
        if found is None:
            raise MissingStub(f"Invalid attachment stub in {edit.id} for {name}; send its data")
        held[name] = found
    return held


def _known_attachment(record: Record | None, path: list[str], name: str, digest: str | None) -> Held | None:
    if record is None:
        return None
    near = [revision for revision in path if revision in record.tree]
    for revision in [*near, *(revision for revision in record.tree if revision not in near)]:
        stored = record.stored(revision)
        found = stored.attachments.get(name) if stored else None
        if found is not None and (revision in near or digest in (None, found.digest)):
            return found
    return None


def keep_contents(tx: Transaction, edit: Edit) -> None:
    for given in edit.attachments.values():
        if isinstance(given, Content):
            tx.keep_bytes(given)
