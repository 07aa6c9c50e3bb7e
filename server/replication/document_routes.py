"""One document: reading, writing, deleting; its attachments; `_local` documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Response, request

from server.errors import WireError
from server.hub import Hub
from server.replication import gate
from server.replication.attachment_routes import AttachmentRoutes
from server.replication.database_routes import DatabaseRoutes, answer_of_row
from server.replication.exchange import answer, body_limit, body_object, body_pieces, by_method, options, stream
from server.replication.mailboxes import Session
from server.replication.rules import is_mailbox
from sync.errors import BadRequest, NotFound
from sync.protocol import multipart, reading
from sync.protocol.reading import Beside
from sync.revisions import path_of

LOCAL_LIMIT_BYTES = 1024 * 1024


class DocumentRoutes:
    """Handlers for /db/<name>/<id>, /db/<name>/<id>/<attachment> and /db/<name>/_local/<id>."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._store = hub.store
        self._databases = DatabaseRoutes(hub)
        self._attachments = AttachmentRoutes(hub, self._databases)

    def _enter(self, name: str, *, to_write: bool = False) -> Session:
        return gate.enter(self._hub, request, name, to_write=to_write)

    def one(self, name: str, document_id: str, rest: list[str]) -> Response:
        """A document, or with `rest` an attachment of it (whose name may hold slashes)."""
        if rest:
            return self._attachments.one(name, document_id, "/".join(rest))
        handlers: dict[str, Callable[[], Response]] = {
            "GET": lambda: self._get(name, document_id),
            "PUT": lambda: self._put(name, document_id),
            "DELETE": lambda: self._delete(name, document_id),
            "COPY": lambda: self._copy(name, document_id),
        }
        return by_method(handlers)

    # --- reading
    def _get(self, name: str, document_id: str) -> Response:
        store = gate.store_for(self._hub, self._enter(name))
        asked = options()
        if "open_revs" in asked:
            return self._open_revs(store, name, document_id)
        if asked.flag("attachments") and "multipart/related" in request.headers.get("Accept", ""):
            return self._related(store, name, document_id)
        document, rev = reading.read_document(store, name, document_id, asked)
        response = answer(document)
        response.set_etag(rev)
        response.make_conditional(request)
        return response

    @staticmethod
    def _open_revs(store: Any, name: str, document_id: str) -> Response:
        accept = request.headers.get("Accept", "")
        if "multipart/mixed" not in accept:
            return stream(reading.open_revs_json(store, name, document_id, options()))
        record = store.record(name, document_id)
        wanted = reading.parse_open_revs(options())
        if record is None and wanted is None:
            raise NotFound("missing")
        found = reading.open_revisions(record, wanted, latest=options().flag("latest"))
        boundary = multipart.new_boundary()
        # Who asks for parts wants the bytes with them; CouchDB's replicator says so by nothing else.
        beside = replace(Beside.of(options()), attachments=True)
        pieces = multipart.open_revs_parts(store, name, found, beside, boundary)
        return stream(pieces, f'multipart/mixed; boundary="{boundary}"')

    @staticmethod
    def _related(store: Any, name: str, document_id: str) -> Response:
        record = reading.find_record(store, name, document_id)
        asked = options()
        rev = reading.choose_revision(record, asked.text("rev"), latest=asked.flag("latest"))
        boundary = multipart.new_boundary()
        pieces = multipart.document_parts(store, name, record, rev, Beside.of(asked), boundary)
        return stream(pieces, f'multipart/related; boundary="{boundary}"')

    # --- writing
    def _put(self, name: str, document_id: str) -> Response:
        session = self._enter(name, to_write=True)
        limit = body_limit(self._hub.settings, name)
        if request.mimetype == "multipart/related":
            document = multipart.parse_related(body_pieces(limit), request.content_type or "", limit=limit)
        else:
            document = body_object(limit)
        self._complete(document, document_id)
        new_edits = options().flag("new_edits", True) or is_mailbox(name)  # a mailbox keeps what it is given anyway
        rows = self._databases.write(session, name, [document], new_edits=new_edits)
        if not rows:  # stored as it came: such an answer names failures only
            rows = [{"id": document_id, "rev": _newest_of(document)}]
        return answer_of_row(rows[0])

    @staticmethod
    def _complete(document: dict[str, Any], document_id: str) -> None:
        """Put what the address says into the document. Raises BadRequest where they disagree."""
        if document.setdefault("_id", document_id) != document_id:
            raise BadRequest("Document ID in the body must match the one in the address")
        rev = revision_of_request()
        if rev is not None and document.setdefault("_rev", rev) != rev:
            raise BadRequest("Document rev from request body and query string have different values")

    def _delete(self, name: str, document_id: str) -> Response:
        session = self._enter(name, to_write=True)
        rev = revision_of_request()
        record = self._store.record(name, document_id)
        if record is None or (rev is None and record.deleted):
            raise NotFound("missing" if record is None else "deleted")
        document = {"_id": document_id, "_deleted": True}
        if rev is not None:
            document["_rev"] = rev
        return answer_of_row(self._databases.write(session, name, [document], new_edits=True)[0], 200)

    def _copy(self, name: str, document_id: str) -> Response:
        raise WireError(501, "not_implemented", "COPY is not spoken here; read the document and write it anew")

    # --- checkpoints
    def local(self, name: str, document_id: str) -> Response:
        """A `_local` document: whoever may read a database may keep checkpoints in it."""
        return by_method(
            {
                "GET": lambda: self._get_local(name, document_id),
                "PUT": lambda: self._put_local(name, document_id),
                "DELETE": lambda: self._delete_local(name, document_id, revision_of_request()),
            }
        )

    def _get_local(self, name: str, document_id: str) -> Response:
        self._enter(name)
        found = self._store.local(name, document_id)
        if found is None:
            raise NotFound("missing")
        return answer(found)

    def _put_local(self, name: str, document_id: str) -> Response:
        self._enter(name)
        document = body_object(LOCAL_LIMIT_BYTES)
        self._complete(document, document_id)
        if document.get("_deleted") is True:
            return self._delete_local(name, document_id, document.get("_rev"))
        rev = self._store.put_local(name, document)
        return answer({"ok": True, "id": document_id, "rev": rev}, 201)

    def _delete_local(self, name: str, document_id: str, rev: str | None) -> Response:
        self._enter(name)
        if rev is None:
            rev = (self._store.local(name, document_id) or {}).get("_rev")
        self._store.delete_local(name, document_id, rev)
        return answer({"ok": True, "id": document_id, "rev": "0-0"})


def revision_of_request() -> str | None:
    """The revision that a write names: `?rev=` or If-Match."""
    rev = request.args.get("rev")
    if rev is None and request.headers.get("If-Match"):
        rev = request.headers["If-Match"].strip().strip('"')
    return rev


def _newest_of(document: dict[str, Any]) -> str:
    """The revision of a document that was stored as it came: its history counts before its `_rev`."""
    return path_of(document["_revisions"])[0] if "_revisions" in document else str(document["_rev"])
