"""Reading a request's query and body. Every wrong value is a BadRequest that names it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from sync.errors import BadRequest, TooLarge, UnsupportedMedia

READ_BYTES = 64 * 1024


class Options:
    """The query of a request."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self._query = query

    def __contains__(self, name: str) -> bool:
        return name in self._query

    def text(self, name: str, default: str | None = None) -> str | None:
        return self._query.get(name, default)

    def flag(self, name: str, default: bool = False) -> bool:
        value = self._query.get(name)
        if value is None:
            return default
        if value.lower() in ("true", "false"):
            return value.lower() == "true"
        raise BadRequest(f"{name} must be true or false", error="query_parse_error")

    def number(self, name: str, default: int | None = None) -> int | None:
        """A whole number, not negative."""
        value = self._query.get(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit() and len(value) < 16):
            raise BadRequest(f"{name} must be a whole number", error="query_parse_error")
        return int(value)

    def json(self, name: str) -> Any:
        """A value that is written as JSON in the query."""
        value = self._query.get(name)
        if value is None:
            return None
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError as error:
            raise BadRequest(f"{name} must be JSON, such as %22text%22 for text") from error

    def key(self, *names: str) -> str | None:
        """A document id that is written as JSON, under any of several names.

        A key that is no text stands before all ids, as CouchDB sorts it: no document has it, and a range can use it.
        """
        for name in names:
            if name in self._query:
                value = self.json(name)
                return value if isinstance(value, str) else ""
        return None


def inflate(read: Callable[[int], bytes], encoding: str, limit: int) -> Iterator[bytes]:
    """The bytes of a body, unpacked if it is gzipped. Raises TooLarge when they exceed `limit` (a gzip bomb too)."""
    total = 0
    for piece in _unpacked(read, encoding, limit):
        total += len(piece)
        if total > limit:
            raise TooLarge(f"the request is larger than {limit} bytes; send fewer or smaller documents at a time")
        yield piece


def _unpacked(read: Callable[[int], bytes], encoding: str, limit: int) -> Iterator[bytes]:
    if encoding in ("", "identity"):
        while piece := read(READ_BYTES):
            yield piece
        return
    if encoding not in ("gzip", "x-gzip"):
        raise UnsupportedMedia(f"Content-Encoding {encoding[:20]} is not spoken here; use gzip or none")
    unpack = zlib.decompressobj(wbits=31)
    try:
        while packed := read(READ_BYTES):
            while packed:
                yield unpack.decompress(packed, READ_BYTES * 4)
                packed = unpack.unconsumed_tail
        yield unpack.flush()
    except zlib.error as error:
        raise BadRequest("the body is not gzip, though Content-Encoding says so") from error
    if not unpack.eof:
        raise BadRequest("the gzipped body ends in the middle; send it again")


def parse_json(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"invalid UTF-8 JSON: {error}; nothing was stored") from error


def parse_object(data: bytes) -> dict[str, Any]:
    value = parse_json(data)
    if not isinstance(value, dict):
        raise BadRequest("Request body must be a JSON object")
    return value


def list_of(body: Mapping[str, Any], name: str) -> list[Any]:
    """A list that a body must have."""
    value = body.get(name)
    if not isinstance(value, list):
        raise BadRequest(f"the body must have a list `{name}`")
    return value
