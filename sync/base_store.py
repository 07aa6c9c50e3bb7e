"""What every store does in the same way on top of its own few primitives."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from sync.attachments import Attachment
from sync.documents import Edit, Outcome, parse_edit
from sync.edits import apply_edits
from sync.errors import Conflict, Forbidden, NotFound, SyncError
from sync.mailboxes import accept_edits, release_group, revise_group
from sync.record import Record
from sync.revisions import parse_revision
from sync.signals import Signals
from sync.store import (
    ARCHIVE,
    Changes,
    CommitListener,
    Decide,
    Range,
    Receipt,
    Router,
    is_mailbox,
)
from sync.transaction import Transaction

T = TypeVar("T")
NO_DATABASE = "Database does not exist."


class BaseStore(ABC):
    """The shared half of a store. Subclasses give transactions, reading primitives and `uuid`."""

    def __init__(self) -> None:
        self.signals = Signals()

    # primitives of each store
    @abstractmethod
    def _write(self, job: Callable[[Any], T]) -> T:
        """Run a job in a transaction of its own; returns when it is durable, and rings the touched databases."""

    @abstractmethod
    def records(self, database: str, ids: Iterable[str]) -> list[Record | None]: ...

    @abstractmethod
    def rows(self, database: str, wanted: Range) -> list[Any]: ...

    @abstractmethod
    def changes(
        self,
        database: str,
        since: str | int = "0",
        limit: int | None = None,
        *,
        descending: bool = False,
        ids: Iterable[str] | None = None,
    ) -> Changes: ...

    @abstractmethod
    def has_database(self, name: str) -> bool: ...

    @abstractmethod
    def released_records(self, database: str, ids: Iterable[str]) -> list[Record]:
        """Records that a mailbox once held and no longer shows."""

    @abstractmethod
    def open_bytes(self, key: str, content_type: str, length: int, digest: str) -> Attachment: ...

    # reading
    def record(self, database: str, document_id: str) -> Record | None:
        return self.records(database, [document_id])[0]

    def get(self, database: str, document_id: str) -> dict[str, Any] | None:
        """The winning revision of a live document, or None."""
        record = self.record(database, document_id)
        return None if record is None or record.deleted else record.document()

    def read_range(self, database: str, start_key: str, end_key: str) -> list[dict[str, Any]]:
        """Winning, live documents with start_key <= _id <= end_key, in order of id."""
        found = self.records(database, [row.id for row in self.rows(database, Range(start_key, end_key))])
        return [record.document() for record in found if record is not None]

    def revs_diff(self, database: str, wanted: Mapping[str, list[str]]) -> dict[str, dict[str, list[str]]]:
        """Which of the named revisions the database never had. Released ones count as had."""
        known = {record.id: record for record in self.records(database, wanted) if record is not None}
        unknown = [document_id for document_id in wanted if document_id not in known]
        known.update({record.id: record for record in self.released_records(database, unknown)})
        answer: dict[str, dict[str, list[str]]] = {}
        for document_id, revisions in wanted.items():
            tree = known[document_id].tree if document_id in known else {}
            missing = [
                r for r in dict.fromkeys(revisions) if r not in tree or (not tree[r].stored and not _is_inner(tree, r))
            ]
            if missing:
                answer[document_id] = {"missing": missing}
                ancestors = _possible_ancestors(tree, missing)
                if ancestors:
                    answer[document_id]["possible_ancestors"] = ancestors
        return answer

    def open_attachment(self, database: str, document_id: str, name: str, rev: str | None = None) -> Attachment | None:
        """An attachment of a revision (default: the winner); None when there is no such thing."""
        record = self.record(database, document_id)
        if record is None or (rev is None and record.deleted):
            return None
        stored = record.stored(rev or record.rev)
        held = stored.attachments.get(name) if stored else None
        return self.open_bytes(held.key, held.content_type, held.length, held.digest) if held else None

    # writing
    def put(self, database: str, document: Mapping[str, Any]) -> str:
        """An ordinary edit: `_rev` must be a current leaf of an existing document. Returns the new revision."""
        outcome = self.apply(database, [parse_edit(dict(document))])[0]
        if outcome.error is not None or outcome.rev is None:
            if outcome.error == "conflict":
                raise Conflict(outcome.reason or "")
            raise SyncError(outcome.reason or "", error=outcome.error, status=400)
        return outcome.rev

    def apply(self, database: str, edits: list[Edit], *, new_edits: bool = True) -> list[Outcome]:
        """Store edits of an ordinary database. Raises Forbidden for a mailbox, whose way in is `accept`."""
        if is_mailbox(database) or database == ARCHIVE:
            raise Forbidden("documents come into a mailbox by delivery only")

        def job(tx: Transaction) -> list[Outcome]:
            return apply_edits(tx, tx.database(database), edits, new_edits=new_edits)

        return self._write(job)

    def accept(self, mailbox: str, edits: list[Edit], router: Router, receipt: Receipt) -> list[Outcome]:
        """Store, route and receipt documents that came into a mailbox, in one transaction."""

        def job(tx: Transaction) -> list[Outcome]:
            return accept_edits(tx, tx.database(mailbox), edits, router, receipt)

        return self._write(job)

    def release(self, key: str, decide: Decide, *, keep: str = "") -> int | None:
        """Take a group out of all mailboxes and keep what `decide` makes of it; returns how many memberships ended.

        Mailboxes whose names begin with `keep` hold on to theirs. None: `decide` left the group alone.
        """

        def job(tx: Transaction) -> int | None:
            return release_group(tx, tx.database(ARCHIVE).shelf, key, decide, keep)

        return self._write(job)

    def revise_group(self, key: str, decide: Decide) -> None:
        """Keep what `decide` makes of a group; its documents stay where they are."""

        def job(tx: Transaction) -> None:
            revise_group(tx, tx.database(ARCHIVE).shelf, key, decide)

        self._write(job)

    # signals
    def on_commit(self, listener: CommitListener) -> None:
        """Call `listener` with the names of the databases that moved, after each commit. It must be quick."""
        self.signals.on_commit(listener)

    def wait(self, database: str, since: str, timeout_seconds: float) -> bool:
        """Wait until the database moves beyond `since`; False when the time is over first."""
        event = self.signals.expect(database)
        try:
            if not self.has_database(database):
                raise NotFound(NO_DATABASE)
            if self.changes(database, since, 1).results:
                return True
            return event.wait(timeout_seconds)
        finally:
            self.signals.forget(database, event)


def _is_inner(tree: Mapping[str, Any], revision: str) -> bool:
    return any(node.parent == revision for node in tree.values())


def _possible_ancestors(tree: Mapping[str, Any], missing: list[str]) -> list[str]:
    if not tree:
        return []
    highest = max(parse_revision(revision)[0] for revision in missing)
    return [r for r, node in tree.items() if node.stored and not _is_inner(tree, r) and parse_revision(r)[0] < highest]


class InlineOffload:
    """Runs blocking work where it stands, one at a time: the default outside of a server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __call__(self, function: Callable[..., T], *arguments: Any) -> T:
        with self._lock:
            return function(*arguments)
