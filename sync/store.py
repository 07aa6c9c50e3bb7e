"""What a store promises, and the small values that pass through it. Stores: memory_store, sqlite_store.

A *shelf* is where documents lie; a *database* is a view of a shelf with its own sequence. A plain database is alone on
its shelf. Mailboxes share the shelf of `archive`: a document is stored there once, and a mailbox is rows of membership.
A *group* is the set of documents that a router keeps together; its key is the prefix that their ids have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sync.attachments import Attachment
from sync.documents import Edit, Outcome
from sync.record import Record

ARCHIVE = "archive"
# Names of databases that are mailboxes on the archive's shelf.
MAILBOX_PREFIXES = ("unit_", "site_", "incident_", "quarantine_")
TWIN_SUFFIX = "-media"

Offload = Callable[..., Any]
CommitListener = Callable[[frozenset[str]], None]


def is_mailbox(name: str) -> bool:
    """Whether a database is a view of the archive's shelf."""
    return name.startswith(MAILBOX_PREFIXES)


@dataclass(frozen=True, slots=True)
class Change:
    """One row of a change feed: the newest sequence of a document, its leaves (winner first), its winner's deletion."""

    seq: str
    id: str
    revs: list[str]
    deleted: bool


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of a change feed. `pending` is how many rows may follow at most."""

    results: list[Change]
    last_seq: str
    pending: int


@dataclass(frozen=True, slots=True)
class DatabaseInfo:
    name: str
    update_seq: str
    doc_count: int
    doc_del_count: int
    size_bytes: int
    compact_running: bool
    created_at_ms: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """Who delivered a document, by which device, into which mailbox, when; `late`: after its group was closed."""

    staff: str | None
    device: str | None
    mailbox: str
    received_at: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """A range of ids, as `_all_docs` asks for it."""

    start: str | None = None
    end: str | None = None
    inclusive_end: bool = True
    descending: bool = False
    limit: int | None = None
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    rev: str
    deleted: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """A document of the hub's own that tells mailboxes what became of a group: the next revision of `id`.

    It stays where it stands. Without fields it leaves all mailboxes as it is.
    """

    id: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """What the store remembers of a group for its router. `members` receive every document, in both lanes.

    `accept` and `release` tell a group's `notice` in the same transaction: the former ahead of the document that
    arrives, the latter also to all mailboxes that lose something. The notice itself is not remembered.
    """

    key: str
    members: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    due_at: str | None = None
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """One document on its way in, as the router sees it. `known`: the archive holds it already."""

    mailbox: str
    id: str
    fields: Mapping[str, Any]
    known: bool
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the router decided: the group as it is from now on, and where this document and the history go.

    Names are those of text mailboxes; a document whose `lane` is set goes to their twins. `withhold` names documents of
    the group that a backfill leaves out.
    """

    group: Group | None
    lane: str = ""
    deliver_to: tuple[str, ...] = ()
    backfill: tuple[str, ...] = ()
    withhold: frozenset[str] = frozenset()
    pass_over: tuple[str, ...] = ()
    late: bool = False
    error: str | None = None
    reason: str | None = None


class Router(Protocol):
    """A pure decision about each arriving document."""

    def key_of(self, document_id: str) -> str | None: ...

    def decide(self, arrival: Arrival, group: Group | None) -> Verdict: ...


# What becomes of a group, decided inside the transaction: from the group as it is there (None: unknown) and how many
# documents it has. None leaves everything alone. A store may ask more than once, so it is pure.
Decide = Callable[[Group | None, int], Group | None]


class Store(Protocol):
    """The promises; tests/contracts/ holds every implementation to them."""

    @property
    def uuid(self) -> str: ...

    # databases
    def ensure_database(self, name: str) -> None: ...
    def create_database(self, name: str) -> bool: ...
    def delete_database(self, name: str) -> bool: ...
    def database_names(self) -> list[str]: ...
    def has_database(self, name: str) -> bool: ...
    def info(self, database: str) -> DatabaseInfo: ...
    def compact(self, database: str) -> None: ...
    def revs_limit(self, database: str) -> int: ...
    def set_revs_limit(self, database: str, limit: int) -> None: ...

    # reading
    def get(self, database: str, document_id: str) -> dict[str, Any] | None: ...
    def record(self, database: str, document_id: str) -> Record | None: ...
    def records(self, database: str, ids: Iterable[str]) -> list[Record | None]: ...
    def read_range(self, database: str, start_key: str, end_key: str) -> list[dict[str, Any]]: ...
    def rows(self, database: str, wanted: Range) -> list[Row]: ...
    def count_before(self, database: str, wanted: Range) -> int: ...
    def changes(
        self,
        database: str,
        since: str | int = "0",
        limit: int | None = None,
        *,
        descending: bool = False,
        ids: Iterable[str] | None = None,
    ) -> Changes: ...
    def revs_diff(self, database: str, wanted: Mapping[str, list[str]]) -> dict[str, dict[str, list[str]]]: ...
    def local(self, database: str, document_id: str) -> dict[str, Any] | None: ...
    def open_attachment(
        self, database: str, document_id: str, name: str, rev: str | None = None
    ) -> Attachment | None: ...
    def open_bytes(self, key: str, content_type: str, length: int, digest: str) -> Attachment: ...
    def receipts(self, ids: Iterable[str]) -> dict[str, list[Receipt]]: ...
    def mailboxes_of(self, document_id: str) -> list[str]: ...

    # writing
    def put(self, database: str, document: Mapping[str, Any]) -> str: ...
    def apply(self, database: str, edits: list[Edit], *, new_edits: bool = True) -> list[Outcome]: ...
    def put_local(self, database: str, document: Mapping[str, Any]) -> str: ...
    def delete_local(self, database: str, document_id: str, rev: str | None) -> None: ...

    # mailboxes
    def accept(self, mailbox: str, edits: list[Edit], router: Router, receipt: Receipt) -> list[Outcome]: ...
    def group(self, key: str) -> Group | None: ...
    def groups_due(self, now: str, limit: int = 100) -> list[Group]: ...
    def release(self, key: str, decide: Decide, *, keep: str = "") -> int | None: ...
    def revise_group(self, key: str, decide: Decide) -> None: ...

    # signals
    def on_commit(self, listener: CommitListener) -> None: ...
    def wait(self, database: str, since: str, timeout_seconds: float) -> bool: ...
    def close(self) -> None: ...


def pages(store: Store, database: str, since: str | int = "0", size: int = 500) -> Iterator[Changes]:
    """The whole change feed from `since`, page by page, until nothing follows."""
    while True:
        page = store.changes(database, since, size)
        if not page.results:
            return
        yield page
        since = page.last_seq
