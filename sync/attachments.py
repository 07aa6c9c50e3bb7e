"""Attachments: their bytes, digests and stubs.

Bytes are read once on the way in (base64 in JSON, or a stream that is spooled to a temporary file), so that the store's
one writer never waits for a slow sender. Digests of other servers are opaque; our own are md5 of the bytes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from sync.errors import BadRequest, TooLarge

CHUNK_BYTES = 256 * 1024
SPOOL_BYTES = 1024 * 1024
DEFAULT_TYPE = "application/octet-stream"
# What CouchDB packs by itself, as it is delivered.
COMPRESSED_TYPES = ("text/", "application/javascript", "application/json", "application/xml")


@dataclass(frozen=True, slots=True)
class Stub:
    """A reference to bytes that the server should already hold."""

    digest: str | None = None
    revpos: int | None = None


@dataclass(frozen=True, slots=True)
class Follows:
    """Bytes that come in a later part of the same multipart request."""

    content_type: str
    length: int | None = None
    revpos: int | None = None
    gzipped: bool = False


@dataclass(slots=True)
class Content:
    """Bytes that came with an edit, already counted and digested."""

    content_type: str
    length: int
    digest: str
    key: str
    source: bytes | IO[bytes]
    revpos: int | None = None

    def chunks(self) -> Iterator[bytes]:
        """The bytes, in pieces of CHUNK_BYTES."""
        if isinstance(self.source, bytes):
            for start in range(0, self.length, CHUNK_BYTES):
                yield self.source[start : start + CHUNK_BYTES]
            return
        self.source.seek(0)
        while piece := self.source.read(CHUNK_BYTES):
            yield piece


@dataclass(frozen=True, slots=True)
class Held:
    """An attachment as a stored revision names it. `key` finds the bytes; it never leaves the hub."""

    content_type: str
    length: int
    digest: str
    key: str
    revpos: int

    def as_stub(self) -> dict[str, Any]:
        return {
            "content_type": self.content_type,
            "revpos": self.revpos,
            "digest": self.digest,
            "length": self.length,
            "stub": True,
        }


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment opened for reading; `chunks(start, stop)` yields the bytes of a range."""

    content_type: str
    length: int
    digest: str
    _read: Callable[[int, int], Iterator[bytes]]

    def chunks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        return self._read(start, self.length if stop is None else stop)

    def read(self) -> bytes:
        """All bytes at once."""
        return b"".join(self.chunks())


def content_of(data: bytes, content_type: str = DEFAULT_TYPE, revpos: int | None = None) -> Content:
    """Digest bytes that are already in memory."""
    digest = "md5-" + base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
    return Content(content_type, len(data), digest, hashlib.sha256(data).hexdigest(), data, revpos)


def spool(
    pieces: Iterable[bytes], content_type: str = DEFAULT_TYPE, *, limit: int | None = None, revpos: int | None = None
) -> Content:
    """Take bytes from a stream to a temporary file, counting and digesting. Raises TooLarge beyond `limit`."""
    md5, sha256, length = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0
    target: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - closed with its Content
    for piece in pieces:
        length += len(piece)
        if limit is not None and length > limit:
            target.close()
            raise TooLarge(f"the attachment is larger than {limit} bytes; send a smaller rendition")
        md5.update(piece)
        sha256.update(piece)
        target.write(piece)
    digest = "md5-" + base64.b64encode(md5.digest()).decode()
    return Content(content_type, length, digest, sha256.hexdigest(), target, revpos)


def parse_attachments(members: object, *, is_replicated: bool = False) -> dict[str, Content | Stub]:
    """Read a document's `_attachments`: base64 `data`, or `stub`. Raises BadRequest.

    What is replicated is held to its digest. An ordinary edit may carry the digest of the bytes that it replaces.
    """
    if members is None:
        return {}
    if not isinstance(members, dict):
        raise BadRequest("_attachments must be an object")
    return {name: _parse_attachment(name, value, is_replicated) for name, value in members.items()}


def _parse_attachment(name: str, value: object, is_replicated: bool) -> Content | Stub:
    if not isinstance(value, dict):
        raise BadRequest(f"attachment {name!r} must be an object")
    if not name or name.startswith("_"):
        raise BadRequest(
            f"Attachment name {name!r} starts with prohibited character '_'; choose another name", error="bad_request"
        )
    revpos = value.get("revpos") if type(value.get("revpos")) is int else None
    content = value.get("content")
    if isinstance(content, Content):  # a part of a multipart request, already spooled
        return content
    if "data" in value:
        content = content_of(_decode(name, value["data"]), _content_type(value), revpos)
        if is_replicated:
            verify(name, value, content)
        return content
    if value.get("stub") is True:
        digest = value.get("digest")
        return Stub(digest if isinstance(digest, str) else None, revpos)
    if value.get("follows") is True:
        raise BadRequest(f"attachment {name!r} follows, but the request has no part for it")
    raise BadRequest(f"attachment {name!r} has neither data nor stub")


def verify(name: str, member: Mapping[str, Any], content: Content) -> None:
    """Hold bytes that arrived to the length and digest that their sender states. Raises BadRequest."""
    length, digest = member.get("length"), member.get("digest")
    if type(length) is int and length != content.length:
        raise BadRequest(f"attachment {name!r} has {content.length} bytes instead of {length}; send it again")
    # CouchDB packs what compresses before it digests it, so such a digest says nothing of these bytes.
    is_stated = isinstance(digest, str) and digest.startswith("md5-") and "encoding" not in member
    if is_stated and digest != content.digest and not content.content_type.startswith(COMPRESSED_TYPES):
        raise BadRequest(
            f"attachment {name!r} differs from its digest; it was damaged, send it again", error="content_md5_mismatch"
        )


def _content_type(value: Mapping[str, Any]) -> str:
    content_type = value.get("content_type")
    return content_type if isinstance(content_type, str) and content_type else DEFAULT_TYPE


def _decode(name: str, data: object) -> bytes:
    if not isinstance(data, str):
        raise BadRequest(f"attachment {name!r}: data must be base64 text")
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequest(
            f"attachment {name!r} is not a valid base64 string; encode its bytes again", error="bad_request"
        ) from error


def inline(attachment: Attachment) -> str:
    """The bytes as base64 text, for `_attachments` in JSON."""
    return base64.b64encode(attachment.read()).decode()
