"""/db/<mailbox>-media/_uploads/<document id>: a photograph's original in pieces, resumed by offset.

GET or HEAD tells the offset, PATCH (or PUT) with Content-Range appends there, POST with the document finishes, DELETE
gives up. docs/replication.md has the contract that the phone relies on.
"""

from __future__ import annotations

import errno
import re
from functools import partial
from typing import Any

from flask import Response, request

from server.errors import WireError
from server.hub import Hub
from server.replication import gate
from server.replication.database_routes import answer_of_row
from server.replication.exchange import answer, body_object, by_method
from server.replication.mailboxes import Session
from server.replication.rules import MEDIA_SUFFIX, is_mailbox
from server.replication.uploads import Progress, Upload, UploadProblem, Uploads
from sync.attachments import DEFAULT_TYPE
from sync.errors import UnsupportedMedia

CONTENT_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")
SHA256 = re.compile(r"[0-9a-f]{64}")
# What a cut takes back at most: a read that is not filled is lost, and a bad link may be cut before 64 kB are through.
READ_BYTES = 4 * 1024
ROUND_SECONDS = 3600.0


class UploadRoutes:
    """Handlers for /db/<mailbox>-media/_uploads/<document id>."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._uploads = Uploads(hub.settings.instance / "uploads")
        hub.every(ROUND_SECONDS, "uploads", lambda: self._uploads.expire(hub.clock.now()))

    def one(self, name: str, rest: list[str]) -> Response:
        if len(rest) != 1:
            raise WireError(404, "not_found", "the id of one rendition document follows _uploads/")
        if not is_mailbox(name) or not name.endswith(MEDIA_SUFFIX):
            raise WireError(404, "not_found", "uploads go into the media lane of a mailbox: <mailbox>-media/_uploads/…")
        handlers = {"GET": self._tell, "PATCH": self._append, "PUT": self._append}
        handlers |= {"POST": self._finish, "DELETE": self._discard}

        def run(method: str) -> Response:
            session = gate.enter(self._hub, request, name, to_write=True)
            try:
                return handlers[method](session, Upload(session.device or session.staff.id, name, rest[0]))
            except UploadProblem as problem:
                raise _wire(problem) from problem
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise WireError(507, "insufficient_storage", "the hub's disk is full; send again later") from error
                raise

        return by_method({method: partial(run, method) for method in handlers})

    def _tell(self, session: Session, upload: Upload) -> Response:
        is_complete = self._hub.store.record(upload.mailbox, upload.document_id) is not None
        return _progress(self._uploads.progress(upload), complete=is_complete)

    def _append(self, session: Session, upload: Upload) -> Response:
        start, stop, length = _content_range()
        limit = self._hub.settings.media_body_limit_bytes
        if length > limit:
            raise WireError(413, "document_too_large", f"an attachment may have {limit} bytes; send a smaller one")
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise UnsupportedMedia("pieces of an upload are sent as they are, without Content-Encoding")
        if request.content_length is not None and request.content_length != stop - start:
            raise WireError(400, "bad_request", "Content-Length and Content-Range disagree")
        request.max_content_length = None
        with self._uploads.append(upload, start, length) as target:
            left = stop - start
            while left and (piece := request.stream.read(min(READ_BYTES, left))):
                target.write(piece)
                left -= len(piece)
        if left:
            raise WireError(400, "bad_request", "the body ended in the middle; ask the offset and go on from there")
        return _progress(self._uploads.progress(upload), status=202)

    def _finish(self, session: Session, upload: Upload) -> Response:
        given = body_object(self._hub.settings.text_body_limit_bytes)
        document, name = given.get("document"), given.get("attachment", "bytes")
        if not isinstance(document, dict) or document.get("_id") != upload.document_id:
            raise WireError(400, "bad_request", "`document` must be the document that the address names")
        if not isinstance(name, str):
            raise WireError(400, "bad_request", "`attachment` must be the name of the attachment")
        sha256, length, content_type = _promised(given)
        if self._is_stored(upload, document):
            self._uploads.discard(upload)
            members: dict[str, Any] = {name: {"stub": True}}
            return self._deliver(session, upload, {**document, "_attachments": members})
        with self._uploads.content(upload, sha256, length, content_type) as content:
            members = {name: {"content": content}}
            done = self._deliver(session, upload, {**document, "_attachments": members})
            self._uploads.remove_finished(upload)
            return done

    def _is_stored(self, upload: Upload, document: dict[str, Any]) -> bool:
        """Whether an earlier finish went through and only its answer was lost. A released document counts."""
        if self._uploads.progress(upload).length is not None or not isinstance(document.get("_rev"), str):
            return False
        wanted = {upload.document_id: [document["_rev"]]}
        return not self._hub.store.revs_diff(upload.mailbox, wanted)

    def _deliver(self, session: Session, upload: Upload, document: dict[str, Any]) -> Response:
        return answer_of_row(self._hub.delivery.deliver(session, upload.mailbox, [document])[0])

    def _discard(self, session: Session, upload: Upload) -> Response:
        if not self._uploads.discard(upload):
            raise WireError(404, "not_found", "nothing of this upload is here")
        return answer({"ok": True})


def _content_range() -> tuple[int, int, int]:
    """[start, stop) and the whole length. Raises 400."""
    match = CONTENT_RANGE.fullmatch(request.headers.get("Content-Range", "").strip())
    if match is not None:
        start, last, length = (int(number) for number in match.groups())
        if start <= last < length:
            return start, last + 1, length
    raise WireError(400, "bad_request", "send Content-Range: bytes <first>-<last>/<length of the whole>")


def _promised(given: dict[str, Any]) -> tuple[str, int, str]:
    sha256, length, content_type = given.get("sha256"), given.get("length"), given.get("content_type", DEFAULT_TYPE)
    if not isinstance(sha256, str) or not SHA256.fullmatch(sha256) or type(length) is not int or length < 0:
        raise WireError(400, "bad_request", "send `sha256` (64 hexadecimal digits) and `length` of the whole")
    if not isinstance(content_type, str) or not content_type:
        raise WireError(400, "bad_request", "`content_type` must be a media type")
    return sha256, length, content_type


def _progress(progress: Progress, *, status: int = 200, complete: bool = False) -> Response:
    body = {"offset": progress.offset, "length": progress.length, "complete": complete}
    response = answer(body, status)
    response.headers["Upload-Offset"] = str(progress.offset)
    response.headers["Cache-Control"] = "no-store"
    return response


def _wire(problem: UploadProblem) -> WireError:
    more = {} if problem.offset is None else {"offset": problem.offset}
    error = WireError(problem.status, problem.error, problem.reason, **more)
    if problem.offset is not None:
        error.headers["Upload-Offset"] = str(problem.offset)
    return error
