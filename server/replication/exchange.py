"""One request and its answer: the parts of HTTP that every /db/ route needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import unquote

import orjson
from flask import Response, request

from server.errors import WireError
from server.replication.rules import MEDIA_SUFFIX
from server.settings import Settings
from sync.errors import TooLarge
from sync.protocol.options import Options, inflate, parse_object

PREFIX = "/db/"
JSON = "application/json"


def raw_segments() -> list[str]:
    """The path below /db/ in segments, an escaped slash within a segment kept, where the server tells the raw path."""
    raw = request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI")
    if raw:
        path = raw.partition("?")[0]
        at = path.find(PREFIX)
        if at >= 0:
            return [unquote(part) for part in path[at + len(PREFIX) :].split("/") if part]
    return [part for part in request.path.removeprefix(PREFIX).split("/") if part]


def options() -> Options:
    return Options(request.args.to_dict())


def body_limit(settings: Settings, database: str) -> int:
    """How large a request into a database may be, unpacked."""
    is_media = database.endswith(MEDIA_SUFFIX) or settings.conformance
    return settings.media_body_limit_bytes if is_media else settings.text_body_limit_bytes


def body_pieces(limit: int) -> Iterator[bytes]:
    """The request's body, unpacked, at most `limit` bytes. Raises TooLarge, also for a gzip bomb."""
    # inflate counts what comes out; Werkzeug's own limit would count what goes in.
    request.max_content_length = None
    if request.content_length is not None and request.content_length > limit:
        raise TooLarge(f"the request is larger than {limit} bytes; send fewer or smaller documents at a time")
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    return inflate(request.stream.read, encoding, limit)


def body_bytes(limit: int) -> bytes:
    return b"".join(body_pieces(limit))


def body_object(limit: int) -> dict[str, Any]:
    """The body as a JSON object."""
    require_json()
    return parse_object(body_bytes(limit))


def body_object_or_empty(limit: int) -> dict[str, Any]:
    """The body as a JSON object; no body at all is an empty one."""
    data = body_bytes(limit)
    return parse_object(data) if data.strip() else {}


def require_json() -> None:
    """A form could be sent by any page without asking; JSON cannot."""
    if request.content_type and request.mimetype != JSON and not request.mimetype.endswith("+json"):
        raise WireError(415, "bad_content_type", "send the body as application/json")


def answer(value: Any, status: int = 200, **headers: str) -> Response:
    """A JSON answer."""
    data = value if isinstance(value, bytes) else orjson.dumps(value)
    response = Response(data, status=status, mimetype=JSON)
    for name, text in headers.items():
        response.headers[name.replace("_", "-")] = text
    return response


def stream(pieces: Iterable[bytes], content_type: str = JSON, *, gather: int = 64 * 1024) -> Response:
    """A streamed answer; small pieces are gathered, so that a row is not a packet of its own."""
    return Response(_gathered(pieces, gather) if gather else pieces, content_type=content_type)


def _gathered(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    held: list[bytes] = []
    count = 0
    for piece in pieces:
        held.append(piece)
        count += len(piece)
        if count >= size:
            yield b"".join(held)
            held, count = [], 0
    if held:
        yield b"".join(held)


def by_method(handlers: dict[str, Callable[[], Response]]) -> Response:
    """Call the handler of the request's method; 405 names the methods that there are."""
    method = "GET" if request.method == "HEAD" else request.method
    handler = handlers.get(method)
    if handler is None:
        allowed = ",".join(sorted({*handlers, "HEAD"} if "GET" in handlers else handlers))
        error = WireError(405, "method_not_allowed", f"Only {allowed} allowed")
        error.headers["Allow"] = allowed
        raise error
    return handler()
