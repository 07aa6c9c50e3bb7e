"""Bodies and attachments: in CouchDB's databases, as revisions with their history. Used for `archive_YYYYMM` and plain
databases alike."""

from __future__ import annotations

import base64
import secrets
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from sync.attachments import Attachment, Content, Held
from sync.couchdb_store.connection import Connection, document_path, path_of
from sync.couchdb_store.errors import Refused, StoreUnavailable
from sync.couchdb_store.ledger import Entry
from sync.couchdb_store.names import Names
from sync.documents import ECHOED_MEMBERS, splice
from sync.errors import NotFound
from sync.record import Record, Stored
from sync.revisions import Node, Tree, leaves, revisions_of, winner

# Attachments beyond this are streamed in a request of their own instead of standing in the JSON.
INLINE_BYTES = 256 * 1024
BATCH_DOCUMENTS = 500
BATCH_BYTES = 8 * 1024 * 1024
# How many older revisions of one document are asked for; edited documents are few and short-lived here.
OLDER_REVISIONS = 100
SPECIAL = ECHOED_MEMBERS | {"_id", "_rev", "_deleted", "_attachments"}


class Written:
    """One revision on its way to CouchDB: its history, body, and the bytes of its attachments."""

    def __init__(self, document_id: str, path: list[str], deleted: bool, body: bytes, contents: dict[str, Content]):
        self.id, self.path, self.deleted, self.body, self.contents = document_id, path, deleted, body, contents
        self.stubs: dict[str, Held] = {}

    @property
    def is_large(self) -> bool:
        return sum(content.length for content in self.contents.values()) > INLINE_BYTES

    def json(self, *, new_edits: bool, follows: bool = False) -> bytes:
        head: dict[str, Any] = {"_id": self.id}
        if self.path:
            head["_rev"] = self.path[0]
            if not new_edits:
                head["_revisions"] = revisions_of(self.path)
        if self.deleted:
            head["_deleted"] = True
        members: dict[str, Any] = {
            name: {"stub": True, "revpos": held.revpos, "content_type": held.content_type}
            for name, held in self.stubs.items()
        }
        for name, content in self.contents.items():
            member: dict[str, Any] = {"content_type": content.content_type}
            if content.revpos is not None and not new_edits:
                member["revpos"] = content.revpos
            if follows:
                member |= {"follows": True, "length": content.length}
            else:
                member["data"] = base64.b64encode(b"".join(content.chunks())).decode()
            members[name] = member
        return splice(head, self.body, {"_attachments": members} if members else None)

    def multipart(self, *, new_edits: bool) -> tuple[str, int, Iterator[bytes]]:
        """The revision as multipart/related: content type, length, pieces."""
        boundary = secrets.token_hex(16)
        first = (
            f"--{boundary}\r\nContent-Type: application/json\r\n\r\n".encode()
            + self.json(new_edits=new_edits, follows=True)
        )  # fmt: skip
        between, last = f"\r\n--{boundary}\r\n\r\n".encode(), f"\r\n--{boundary}--".encode()
        contents = list(self.contents.values())
        length = len(first) + sum(len(between) + content.length for content in contents) + len(last)

        def pieces() -> Iterator[bytes]:
            yield first
            for content in contents:
                yield between
                yield from content.chunks()
            yield last

        return f'multipart/related; boundary="{boundary}"', length, pieces()


class _Sized:
    """A body of known length for requests, which would else send it in chunks."""

    def __init__(self, length: int, pieces: Iterator[bytes]) -> None:
        self._length, self._pieces = length, pieces

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces


class Bodies:
    """Reads and writes revisions in any of CouchDB's databases."""

    def __init__(self, connection: Connection, names: Names) -> None:
        self._connection = connection
        self._names = names
        self._made: set[str] = set()

    # --- writing
    def write(
        self, database: str, revisions: list[Written], *, new_edits: bool, again: bool = True
    ) -> dict[int, dict[str, Any]]:
        """Write revisions; the row of each by its position. Without `new_edits` only refused ones have a row."""
        rows: dict[int, dict[str, Any]] = {}
        small = [at for at, one in enumerate(revisions) if not one.is_large]
        for batch in _batches(small, [len(revisions[at].body) for at in small]):
            packed: list[Any] = [revisions[at].json(new_edits=new_edits) for at in batch]
            found = self._connection.bulk_docs(database, packed, new_edits=new_edits, again=again)
            if new_edits:
                rows.update(zip(batch, found, strict=True))
                continue
            by_id = {str(row["id"]): row for row in found if "error" in row}
            rows.update({at: by_id[revisions[at].id] for at in batch if revisions[at].id in by_id})
        for at, one in enumerate(revisions):
            if one.is_large:
                row = self._write_large(database, one, new_edits)
                if new_edits or "error" in row:
                    rows[at] = row
        return rows

    def _write_large(self, database: str, one: Written, new_edits: bool) -> dict[str, Any]:
        content_type, length, pieces = one.multipart(new_edits=new_edits)
        try:
            response = self._connection.send(
                "PUT",
                document_path(database, one.id),
                params={"new_edits": "true" if new_edits else "false"},
                data=_Sized(length, pieces),
                headers={"Content-Type": content_type, "Accept": "application/json"},
                again=False,
            )
        except Refused as refused:
            return {"id": one.id, "error": refused.error, "reason": refused.reason}
        row: dict[str, Any] = orjson.loads(self._connection.stored(response).content)
        return row

    def archive(self, revisions: list[Written]) -> None:
        """Write bodies into the months where their ids belong. Doing it twice changes nothing."""
        months: defaultdict[str, list[Written]] = defaultdict(list)
        for one in revisions:
            months[self._names.archive(one.id)].append(one)
        for database, ones in months.items():
            self._make(database)
            for row in self.write(database, ones, new_edits=False).values():
                raise StoreUnavailable(
                    f"CouchDB did not archive {row.get('id')}: {row.get('error')} ({row.get('reason')}); "
                    "is a validate_doc_update function of somebody else in the archive?"
                )

    def _make(self, database: str) -> None:
        if database not in self._made:
            self._connection.create(database)
            self._made.add(database)

    # --- archived records
    def archived(self, entries: Iterable[Entry], *, for_reading: bool = True) -> dict[str, Record]:
        """Records by id. Their bodies are fetched together when the first one is asked for."""
        chosen = list(entries)
        fetch = _Together(self._connection, self._names, chosen)
        return {entry.id: self._record(entry, fetch, for_reading) for entry in chosen}

    def _record(self, entry: Entry, fetch: _Together, for_reading: bool) -> Record:
        rev = winner(entry.tree)

        def load() -> dict[str, Stored]:
            found = {}
            for revision, body in fetch.bodies()[entry.id].items():
                attachments = entry.attachments
                if for_reading:
                    where = [self._names.archive(entry.id), entry.id, revision]
                    attachments = {name: _located(held, [*where, name]) for name, held in attachments.items()}
                found[revision] = Stored(body, attachments)
            return found

        return Record(entry.id, dict(entry.tree), rev, entry.tree[rev].deleted, {}, 0, entry.lane, load)

    # --- records of plain databases
    def plain(self, database: str, ids: list[str]) -> list[Record | None]:
        """Records with all leaves, and the older revisions that CouchDB still keeps."""
        if not ids:
            return []
        rows = self._bulk_get(database, [{"id": document_id} for document_id in ids])
        found = [_plain_record(database, row) for row in rows]
        older = [
            {"id": record.id, "rev": revision}
            for record in found
            if record is not None
            for revision in [rev for rev, node in record.tree.items() if not node.stored][:OLDER_REVISIONS]
        ]
        if older:
            self._add_older(database, {record.id: record for record in found if record is not None}, older)
        return found

    def _add_older(self, database: str, records: dict[str, Record], older: list[dict[str, str]]) -> None:
        for row in self._bulk_get(database, older):
            for one in row["docs"]:
                document = one.get("ok")
                if document is None:
                    continue
                record, revision = records[document["_id"]], document["_rev"]
                record.bodies[revision] = _stored_of(database, document)
                node = record.tree[revision]
                record.tree[revision] = Node(node.parent, bool(document.get("_deleted")), True)

    def _bulk_get(self, database: str, wanted: list[dict[str, str]]) -> list[dict[str, Any]]:
        found = self._connection.json("POST", f"{path_of(database)}/_bulk_get", {"docs": wanted}, revs="true")
        results: list[dict[str, Any]] = found["results"]
        return results

    def open(self, key: str, content_type: str, length: int, digest: str) -> Attachment:
        """An attachment by the key that a read record gave it."""
        try:
            database, document_id, revision, name = orjson.loads(key)
        except ValueError as error:
            raise NotFound("the bytes of this attachment are not in the store") from error
        path = f"{document_path(database, document_id)}/{path_of(name)}"

        def read(start: int, stop: int) -> Iterator[bytes]:
            return self._connection.stream(path, {"rev": revision}, start, stop, length)

        return Attachment(content_type, length, digest, read)


class _Together:
    """Fetches the bodies of some archived documents at once, when the first of them is needed."""

    def __init__(self, connection: Connection, names: Names, entries: list[Entry]) -> None:
        self._connection = connection
        self._names = names
        self._entries = entries
        self._found: dict[str, dict[str, bytes]] | None = None

    def bodies(self) -> dict[str, dict[str, bytes]]:
        """By id and leaf. Raises StoreUnavailable when the ledger names a body that the archive does not have."""
        if self._found is None:
            months: defaultdict[str, list[Entry]] = defaultdict(list)
            for entry in self._entries:
                months[self._names.archive(entry.id)].append(entry)
            found: dict[str, dict[str, bytes]] = {}
            for database, entries in months.items():
                self._fetch(database, entries, found)
            self._found = found
        return self._found

    def _fetch(self, database: str, entries: list[Entry], found: dict[str, dict[str, bytes]]) -> None:
        winners = self._connection.documents(database, [entry.id for entry in entries])
        several = []
        for entry in entries:
            wanted = entry.leaves()
            document = winners.get(entry.id)
            if document is not None and wanted == [document["_rev"]]:
                found[entry.id] = {document["_rev"]: _body_of(document)}
            else:
                several += [{"id": entry.id, "rev": revision} for revision in wanted]
        if several:
            answer = self._connection.json("POST", f"{path_of(database)}/_bulk_get", {"docs": several})
            for row in answer["results"]:
                for one in row["docs"]:
                    document = one.get("ok")
                    if document is None:
                        raise StoreUnavailable(
                            f"{database} lacks {row['id']}, which the ledger names; restore it from a backup"
                        )
                    found.setdefault(row["id"], {})[document["_rev"]] = _body_of(document)


def _located(held: Held, where: list[str]) -> Held:
    return Held(held.content_type, held.length, held.digest, orjson.dumps(where).decode(), held.revpos)


def _body_of(document: dict[str, Any]) -> bytes:
    return orjson.dumps({name: value for name, value in document.items() if name not in SPECIAL})


def _stored_of(database: str, document: dict[str, Any]) -> Stored:
    attachments = {
        name: Held(
            stub["content_type"], stub["length"], stub["digest"],
            orjson.dumps([database, document["_id"], document["_rev"], name]).decode(), stub["revpos"],
        )
        for name, stub in document.get("_attachments", {}).items()
    }  # fmt: skip
    return Stored(_body_of(document), attachments)


def _plain_record(database: str, row: dict[str, Any]) -> Record | None:
    tree: Tree = {}
    bodies: dict[str, Stored] = {}
    for one in row["docs"]:
        document = one.get("ok")
        if document is None:
            continue
        history = document["_revisions"]
        path = [f"{history['start'] - at}-{digest}" for at, digest in enumerate(history["ids"])]
        for at, revision in enumerate(path):
            parent = path[at + 1] if at + 1 < len(path) else None
            known = tree.get(revision)
            if known is None or (known.parent is None and parent is not None):
                tree[revision] = Node(parent, known.deleted if known else False, known.stored if known else False)
        tree[path[0]] = Node(tree[path[0]].parent, bool(document.get("_deleted")), True)
        bodies[path[0]] = _stored_of(database, document)
    if not tree:
        return None
    rev = leaves(tree)[0]
    return Record(row["id"], tree, rev, tree[rev].deleted, bodies)


def _batches(positions: list[int], sizes: list[int]) -> Iterator[list[int]]:
    batch: list[int] = []
    total = 0
    for position, size in zip(positions, sizes, strict=True):
        if batch and (len(batch) >= BATCH_DOCUMENTS or total + size > BATCH_BYTES):
            yield batch
            batch, total = [], 0
        batch.append(position)
        total += size
    if batch:
        yield batch
