"""The CouchDB store: the hub's data in a CouchDB 3 cluster, shared by several hub processes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sync.attachments import Attachment
from sync.base_store import BaseStore
from sync.couchdb_store import generations
from sync.couchdb_store.check import check
from sync.couchdb_store.checkpoints import Checkpoints
from sync.couchdb_store.commit import sweep
from sync.couchdb_store.connection import CONNECT_SECONDS, READ_SECONDS, Connection, path_of
from sync.couchdb_store.errors import Refused, StoreMisused
from sync.couchdb_store.feed import Feed, write_seq
from sync.couchdb_store.mailbox_writer import MailboxWriter, in_flight
from sync.couchdb_store.names import PREFIX, Names
from sync.couchdb_store.parts import Parts
from sync.couchdb_store.plain import PlainWriter
from sync.couchdb_store.ranges import count_before, rows_of
from sync.couchdb_store.registry import Place, info_of
from sync.couchdb_store.watcher import Watcher
from sync.documents import Edit, Outcome
from sync.errors import Forbidden
from sync.record import Record
from sync.store import ARCHIVE, Changes, DatabaseInfo, Decide, Group, Range, Receipt, Router, Row, is_mailbox

T = TypeVar("T")
DEFAULT_PREFIX = "greenlane"
COMPACTION_SECONDS = 120.0


class CouchdbStore(BaseStore):
    """All promises of a store. What was answered is archived, and in every mailbox it belongs to."""

    def __init__(self, connection: Connection, prefix: str, *, watch: bool = False) -> None:
        super().__init__()
        self._connection = connection
        self.parts = Parts.of(connection, Names(prefix))
        connection.welcome()
        self._uuid = self.parts.prepare()
        self._plain = PlainWriter(connection, self.parts.bodies)
        self._checkpoints = Checkpoints(connection, self.parts.names.checkpoints)
        self._in_flight: Counter[str] = Counter()
        self._mailboxes = MailboxWriter(self.parts, self._in_flight, self.signals.ring)
        self._watcher = Watcher(
            connection, self.parts.names, self.parts.pointers.own_writes, self._in_flight, self.signals.ring
        )
        self.ensure_database(ARCHIVE)
        sweep(self.parts)
        if watch:
            self._watcher.start()

    @property
    def uuid(self) -> str:
        return self._uuid

    @property
    def names(self) -> Names:
        return self.parts.names

    def renew_uuid(self) -> str:
        """After a restore or a move: nobody may go on from a checkpoint of before."""
        self._uuid = self.parts.renew_uuid()
        return self._uuid

    def _write(self, job: Callable[[Any], T]) -> T:
        raise NotImplementedError("changes here belong to a group, or to a plain database")

    # --- databases
    def ensure_database(self, name: str) -> None:
        if not self.has_database(name):
            self.create_database(name)

    def create_database(self, name: str) -> bool:
        return self.parts.registry.create(name)

    def delete_database(self, name: str) -> bool:
        place = self.parts.registry.find(name)
        deleted = self.parts.registry.delete(name)
        if deleted:
            if place is not None:
                self._checkpoints.forget(place)
            self.signals.ring(frozenset({name}))
        return deleted

    def database_names(self) -> list[str]:
        return [place.name for place in self.parts.registry.all()]

    def has_database(self, name: str) -> bool:
        return self.parts.registry.find(name) is not None

    def info(self, database: str) -> DatabaseInfo:
        def read(place: Place) -> DatabaseInfo:
            info = info_of(self._connection, place.couch_name)
            size = info.get("sizes", {}).get("file", 0)
            deleted = info.get("doc_del_count", 0) if place.is_plain else 0
            seq = write_seq(place, info["update_seq"])
            compacting = bool(info.get("compact_running", False))
            return DatabaseInfo(place.name, seq, info["doc_count"], deleted, size, compacting, place.created_at_ms)

        return self.parts.registry.use(database, read)

    def compact(self, database: str) -> None:
        """A plain database forgets old bodies; a mailbox goes on to its next generation; the archive is compacted."""
        place = self.parts.registry.place(database)
        if is_mailbox(database):
            generations.advance(self.parts, place)
            return
        names = [place.couch_name]
        if database == ARCHIVE:
            names += [name for name in self._connection.names() if self.parts.names.is_archive(name)]
        for name in names:
            self._connection.compact(name)
        deadline = time.monotonic() + COMPACTION_SECONDS
        while any(info_of(self._connection, name).get("compact_running") for name in names):
            if time.monotonic() > deadline:  # CouchDB goes on by itself
                return
            time.sleep(0.05)

    def revs_limit(self, database: str) -> int:
        def read(place: Place) -> int:
            return int(self._connection.json("GET", f"{path_of(place.couch_name)}/_revs_limit"))

        return self.parts.registry.use(database, read)

    def set_revs_limit(self, database: str, limit: int) -> None:
        path = f"{path_of(self.parts.registry.place(database).couch_name)}/_revs_limit"
        self._connection.json("PUT", path, limit)

    # --- reading
    def records(self, database: str, ids: Iterable[str]) -> list[Record | None]:
        wanted = list(ids)

        def read(place: Place) -> list[Record | None]:
            if place.is_plain:
                return self.parts.bodies.plain(place.couch_name, wanted)
            entries = self.parts.ledger.entries(wanted)
            held = [entry for entry in entries.values() if place.name == ARCHIVE or entry.is_in(place)]
            found = self.parts.bodies.archived(held)
            return [found.get(document_id) for document_id in wanted]

        return self.parts.registry.use(database, read)

    def released_records(self, database: str, ids: Iterable[str]) -> list[Record]:
        place = self.parts.registry.place(database)
        if place.is_plain or place.name == ARCHIVE:
            return []
        entries = self.parts.ledger.entries(ids).values()
        left = [entry for entry in entries if entry.is_known_to(place) and not entry.is_in(place)]
        return list(self.parts.bodies.archived(left).values())

    def read_range(self, database: str, start_key: str, end_key: str) -> list[dict[str, Any]]:
        place = self.parts.registry.place(database)
        if place.is_plain:
            return super().read_range(database, start_key, end_key)
        entries = self.parts.ledger.between(start_key, end_key)
        held = [entry for entry in entries if place.name == ARCHIVE or entry.is_in(place)]
        return [record.document() for record in self.parts.bodies.archived(held).values()]

    def rows(self, database: str, wanted: Range) -> list[Row]:
        return self.parts.registry.use(database, lambda place: rows_of(self._connection, place, wanted))

    def count_before(self, database: str, wanted: Range) -> int:
        return self.parts.registry.use(database, lambda place: count_before(self._connection, place, wanted))

    def changes(
        self,
        database: str,
        since: str | int = "0",
        limit: int | None = None,
        *,
        descending: bool = False,
        ids: Iterable[str] | None = None,
    ) -> Changes:
        chosen = None if ids is None else list(ids)

        def read(place: Place) -> Changes:
            feed = Feed(self._connection, place)
            if chosen is not None:
                return feed.of(chosen, since, limit, descending=descending)
            return feed.backwards(since, limit) if descending else feed.page(since, limit)

        return self.parts.registry.use(database, read)

    def local(self, database: str, document_id: str) -> dict[str, Any] | None:
        return self._checkpoints.get(self.parts.registry.place(database), document_id)

    def open_bytes(self, key: str, content_type: str, length: int, digest: str) -> Attachment:
        return self.parts.bodies.open(key, content_type, length, digest)

    def receipts(self, ids: Iterable[str]) -> dict[str, list[Receipt]]:
        return {
            document_id: sorted(entry.receipts, key=lambda receipt: receipt.received_at)
            for document_id, entry in self.parts.ledger.entries(ids).items()
            if entry.receipts
        }

    def mailboxes_of(self, document_id: str) -> list[str]:
        entry = self.parts.ledger.entries([document_id]).get(document_id)
        if entry is None:
            return []
        places = [self.parts.registry.find(name) for name in entry.inside]
        return sorted(place.name for place in places if place is not None and entry.is_in(place))

    # --- writing plain databases
    def apply(self, database: str, edits: list[Edit], *, new_edits: bool = True) -> list[Outcome]:
        if is_mailbox(database) or database == ARCHIVE:
            raise Forbidden("documents come into a mailbox by delivery only")

        def write(place: Place) -> list[Outcome]:
            with in_flight(self._in_flight, [place.couch_name]):
                outcomes = self._plain.apply(place, edits, new_edits=new_edits)
                self.parts.pointers.own_writes[place.couch_name] += sum(one.error is None for one in outcomes)
                return outcomes

        outcomes = self.parts.registry.use(database, write)
        if any(outcome.error is None for outcome in outcomes):
            self.signals.ring(frozenset({database}))
        return outcomes

    def put_local(self, database: str, document: Mapping[str, Any]) -> str:
        return self._checkpoints.put(self.parts.registry.place(database), document)

    def delete_local(self, database: str, document_id: str, rev: str | None) -> None:
        self._checkpoints.delete(self.parts.registry.place(database), document_id, rev)

    # --- mailboxes
    def accept(self, mailbox: str, edits: list[Edit], router: Router, receipt: Receipt) -> list[Outcome]:
        return self._mailboxes.accept(mailbox, edits, router, receipt)

    def release(self, key: str, decide: Decide, *, keep: str = "") -> int | None:
        return self._mailboxes.release(key, decide, keep)

    def revise_group(self, key: str, decide: Decide) -> None:
        self._mailboxes.revise_group(key, decide)

    def group(self, key: str) -> Group | None:
        return self.parts.groups.get([key])[key].group

    def groups_due(self, now: str, limit: int = 100) -> list[Group]:
        """Groups to look at again, oldest first. Also the moment to finish what a hub that died left behind."""
        sweep(self.parts)
        return self.parts.groups.due(now, limit)

    # --- upkeep
    def ping(self) -> None:
        """Raises StoreUnavailable within seconds when CouchDB cannot be asked now."""
        self._connection.ping(self.parts.names.control)

    def check(self) -> list[str]:
        """What is wrong between ledger, archive and feeds; empty when all is sound."""
        return check(self.parts)

    def close(self) -> None:
        self._watcher.stop()
        self._connection.close()


def open_store(
    url: str,
    *,
    prefix: str | None = None,
    watch: bool = False,
    connect_seconds: float = CONNECT_SECONDS,
    read_seconds: float = READ_SECONDS,
) -> CouchdbStore:
    """Open the store in a CouchDB, or make it there. Raises StoreUnavailable with the remedy in one line.

    The URL's path is the prefix of the databases' names ("greenlane" if there is none), so that several hubs can share
    a server. `watch` listens for commits of other processes; listeners are then called on a thread of the store.
    """
    connection = Connection(url, connect_seconds=connect_seconds, read_seconds=read_seconds)
    chosen = prefix or urlsplit(url).path.strip("/") or DEFAULT_PREFIX
    if not PREFIX.fullmatch(chosen):
        raise StoreMisused("the path of GREENLANE_STORE must begin with a-z and hold only a-z, 0-9, _ and -")
    try:
        return CouchdbStore(connection, chosen, watch=watch)
    except Refused as refused:
        connection.close()
        raise StoreMisused(f"CouchDB at {connection.host} refuses ({refused.error}: {refused.reason})") from refused
    except BaseException:
        connection.close()
        raise
