"""Attachments at their own address: reading with ranges, and PUT and DELETE in ordinary databases."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

from flask import Response, request

from server.errors import WireError
from server.hub import Hub
from server.replication import gate
from server.replication.database_routes import DatabaseRoutes, answer_of_row
from server.replication.exchange import body_limit, body_pieces, by_method
from server.replication.rules import is_mailbox
from sync.attachments import DEFAULT_TYPE, Content, spool
from sync.errors import Conflict, NotFound
from sync.protocol.ranges import parse_range_header
from sync.record import Record, stubs_of

# The bytes were sent by somebody; in a browser they must not run as a page of the hub.
SAFETY_HEADERS = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}

# A content type is what its sender called it; one that cannot stand in a header is kept, and not repeated there.
HEADER_TEXT = re.compile(r"[ -~]+")


class AttachmentRoutes:
    """Handlers for /db/<name>/<id>/<attachment>."""

    def __init__(self, hub: Hub, databases: DatabaseRoutes) -> None:
        self._hub = hub
        self._store = hub.store
        self._databases = databases

    def one(self, name: str, document_id: str, attachment: str) -> Response:
        return by_method(
            {
                "GET": lambda: self._get(name, document_id, attachment),
                "PUT": lambda: self._put(name, document_id, attachment),
                "DELETE": lambda: self._delete(name, document_id, attachment),
            }
        )

    def _get(self, name: str, document_id: str, attachment: str) -> Response:
        store = gate.store_for(self._hub, gate.enter(self._hub, request, name))
        opened = store.open_attachment(name, document_id, attachment, request.args.get("rev"))
        if opened is None:
            raise NotFound("Document is missing attachment")
        wanted = parse_range_header(request.headers.get("Range"), opened.length)
        start, stop = wanted or (0, opened.length)
        kind = opened.content_type if HEADER_TEXT.fullmatch(opened.content_type) else DEFAULT_TYPE
        response = Response(opened.chunks(start, stop), status=206 if wanted else 200, content_type=kind)
        response.headers.update(SAFETY_HEADERS)
        response.headers["Accept-Ranges"] = "bytes"
        response.headers["Content-Length"] = str(stop - start)
        if wanted:
            response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{opened.length}"
        response.set_etag(opened.digest)
        if not wanted:
            response.make_conditional(request)
        return response

    def _put(self, name: str, document_id: str, attachment: str) -> Response:
        session = gate.enter(self._hub, request, name, to_write=True)
        if is_mailbox(name):
            reason = "documents here are never changed; push the document with its attachment, inline or multipart"
            raise WireError(403, "forbidden", reason)
        limit = body_limit(self._hub.settings, name)
        content = spool(body_pieces(limit), request.content_type or DEFAULT_TYPE, limit=limit)
        self._check_md5(content)
        document = self._next_document(name, document_id)
        document.setdefault("_attachments", {})[attachment] = {"content": content}
        return answer_of_row(self._databases.write(session, name, [document], new_edits=True)[0])

    @staticmethod
    def _check_md5(content: Content) -> None:
        declared = request.headers.get("Content-MD5")
        if declared is None:
            return
        found = hashlib.md5(usedforsecurity=False)
        for piece in content.chunks():
            found.update(piece)
        if declared.strip() != base64.b64encode(found.digest()).decode():
            raise WireError(400, "content_md5_mismatch", "the bytes differ from their Content-MD5; send them again")

    def _delete(self, name: str, document_id: str, attachment: str) -> Response:
        session = gate.enter(self._hub, request, name, to_write=True)
        if self._store.record(name, document_id) is None:
            raise NotFound("missing")
        document = self._next_document(name, document_id)
        if document.get("_attachments", {}).pop(attachment, None) is None:
            raise NotFound("Document is missing attachment")
        return answer_of_row(self._databases.write(session, name, [document], new_edits=True)[0], 200)

    def _next_document(self, name: str, document_id: str) -> dict[str, Any]:
        """The document as it is, ready to be written with another set of attachments."""
        rev = request.args.get("rev") or (request.headers.get("If-Match") or "").strip().strip('"') or None
        record: Record | None = self._store.record(name, document_id)
        if record is None:
            if rev is not None:
                raise NotFound("missing")
            return {"_id": document_id}
        if rev is None:
            if not record.deleted:
                raise Conflict("Document update conflict.")
            return {"_id": document_id}
        stored = record.stored(rev)
        if stored is None:
            raise Conflict("Document update conflict.")
        document = record.document(rev)
        document.pop("_deleted", None)
        if stored.attachments:
            document["_attachments"] = stubs_of(stored)
        return document
