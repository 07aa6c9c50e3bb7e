"""Errors of the replication protocol, each with CouchDB's status and word, and a reason that says what to do."""

from __future__ import annotations


class SyncError(Exception):
    """One wire error: HTTP status, CouchDB's error word, and a reason for a human."""

    status = 500
    error = "internal_server_error"

    def __init__(self, reason: str, *, error: str | None = None, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.error = error or type(self).error
        self.status = status or type(self).status


class BadRequest(SyncError):
    status = 400
    error = "bad_request"


class Forbidden(SyncError):
    status = 403
    error = "forbidden"


class NotFound(SyncError):
    status = 404
    error = "not_found"


class MethodNotAllowed(SyncError):
    status = 405
    error = "method_not_allowed"


class NotAcceptable(SyncError):
    status = 406
    error = "not_acceptable"


class Conflict(SyncError):
    status = 409
    error = "conflict"


class DatabaseExists(SyncError):
    status = 412
    error = "file_exists"


class MissingStub(SyncError):
    status = 412
    error = "missing_stub"


class TooLarge(SyncError):
    status = 413
    error = "document_too_large"


class UnsupportedMedia(SyncError):
    status = 415
    error = "bad_content_type"


class RangeNotSatisfiable(SyncError):
    status = 416
    error = "requested_range_not_satisfiable"


class StoreDamaged(SyncError):
    """The database file cannot be opened or written; the reason names the remedy."""

    status = 503
    error = "store_unavailable"
    # Whether it may be over by itself in a while: a server that is still starting, not a damaged file.
    may_pass = False
