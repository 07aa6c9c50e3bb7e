"""The one wire shape of every error: {"error": "...", "reason": "..."}.

Rooms raise WireError; what Flask, webargs or a fault raise is turned into the same shape here. The reason says what
to do next. A fault's details go to the log with an id, never to the client, and never with patient content.
"""

from __future__ import annotations

import secrets
from typing import Any

import apsw
import structlog
from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from sync.errors import SyncError

log = structlog.get_logger("greenlane")

# CouchDB's words, because replicators read them.
ERROR_WORDS = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "request_timeout",
    409: "conflict",
    412: "precondition_failed",
    413: "document_too_large",
    415: "bad_content_type",
    416: "requested_range_not_satisfiable",
    422: "validation_failed",
    429: "too_many_requests",
    500: "internal_server_error",
    501: "not_implemented",
    503: "service_unavailable",
    507: "insufficient_storage",
}
REASONS = {
    400: "the request cannot be read; send a body of JSON as /api/docs describes it",
    404: "nothing is at this address; the addresses are listed at /api/docs",
    405: "this address does not take this method",
    413: "the request is larger than the limit; send fewer or smaller documents at a time",
    415: "send the body as application/json",
    422: "the request does not fit the description at /api/docs",
}
# For replicators and balancers that go by it; the app has its own back-off.
RETRY_AFTER_SECONDS = 5
MACHINE_PREFIXES = ("/api", "/db", "/healthz", "/metrics", "/live", "/socket.io", "/assets", "/catalogue")


class WireError(Exception):
    """An answer other than success; `extra` fields stand beside error and reason."""

    def __init__(self, status: int, error: str, reason: str, **extra: Any) -> None:
        super().__init__(f"{status} {error}: {reason}")
        self.status = status
        self.error = error
        self.reason = reason
        self.headers: dict[str, str] = {}
        self.extra = extra


def wire_response(status: int, error: str, reason: str, **extra: Any) -> Response:
    """Build the JSON answer of an error."""
    response = jsonify({"error": error, "reason": reason, **extra})
    response.status_code = status
    return response


def wants_page() -> bool:
    """Whether the asker is a person with a browser, outside of the machine's addresses."""
    if request.path.startswith(MACHINE_PREFIXES):
        return False
    best = request.accept_mimetypes.best_match(["application/json", "text/html"], default="application/json")
    return best == "text/html"


def answer_error(status: int, error: str, reason: str, **extra: Any) -> Response:
    """Answer in JSON, or as a small page for a person's browser."""
    if not wants_page():
        return wire_response(status, error, reason, **extra)
    page = render_template("error.html", status=status, error=error, reason=reason)
    return Response(page, status=status, mimetype="text/html")


def answer_wire_error(error: WireError) -> Response:
    response = answer_error(error.status, error.error, error.reason, **error.extra)
    response.headers.update(error.headers)
    return response


def answer_sync_error(error: SyncError) -> Response:
    return answer_error(error.status, error.error, error.reason)


def answer_http_exception(error: HTTPException) -> Response:
    """Turn an exception of Werkzeug or webargs into the wire shape."""
    status = error.code or 500
    if status < 400:
        return Response(error.get_body(), status=status, headers=error.get_headers())
    data = getattr(error, "data", None) or {}
    # A description of its own says more than ours; Werkzeug's standing one speaks of browsers and proxies.
    own = error.description if status == 400 and error.description != type(error).description else None
    reason = data.get("message") or own or REASONS.get(status) or error.description or error.name
    extra: dict[str, Any] = {}
    problems = data.get("errors") or data.get("messages")
    if problems:
        extra["problems"] = problems
    response = answer_error(status, ERROR_WORDS.get(status, "error"), str(reason), **extra)
    if status == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods or [])  # type: ignore[attr-defined]
    return response


def answer_fault(error: Exception) -> Response:
    """Answer an unforeseen fault: its trace goes to the log under an id, the client gets the id."""
    fault = secrets.token_hex(6)
    log.error("fault", fault=fault, method=request.method, endpoint=request.endpoint, exc_info=error)
    reason = f"the hub made an error, nothing was half-written; try again, and report the number {fault}"
    return answer_error(500, ERROR_WORDS[500], reason, fault=fault)


def answer_full_disk(_error: apsw.FullError) -> Response:
    """Accounts and the access log write too: what needs them waits for room, and nobody looks for a fault of ours."""
    reason = "the hub's disk is full, nothing was stored; free space, then send again"
    return answer_error(507, ERROR_WORDS[507], reason)


def say_when_to_come_back(response: Response) -> Response:
    """Trouble of the hub's own passes: whatever route answers, a client is told when to ask again."""
    if response.status_code in (503, 507):
        response.headers.setdefault("Retry-After", str(RETRY_AFTER_SECONDS))
    return response


def register_error_handlers(app: Flask) -> None:
    """Give the app the one shape for every error."""
    app.after_request(say_when_to_come_back)
    app.register_error_handler(WireError, answer_wire_error)
    app.register_error_handler(SyncError, answer_sync_error)
    app.register_error_handler(apsw.FullError, answer_full_disk)
    app.register_error_handler(HTTPException, answer_http_exception)
    app.register_error_handler(Exception, answer_fault)
