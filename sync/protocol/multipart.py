"""multipart/related and multipart/mixed, as CouchDB's replicator sends and expects them. Streaming both ways."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from email.message import Message
from email.parser import HeaderParser
from typing import Any

import orjson

from sync.attachments import DEFAULT_TYPE, Content, spool, verify
from sync.errors import BadRequest
from sync.protocol.options import inflate, parse_object
from sync.protocol.reading import Beside, OpenRevision, document_bytes, wanted_attachments
from sync.record import Record
from sync.store import Store

READ_BYTES = 64 * 1024
LONGEST_HEADER = 16 * 1024
CRLF = b"\r\n"


def new_boundary() -> str:
    return secrets.token_hex(16)


# --- writing
def document_parts(
    store: Store, database: str, record: Record, rev: str, beside: Beside, boundary: str
) -> Iterator[bytes]:
    """A document as multipart/related: its JSON, then the bytes of the attachments that follow."""
    stored = record.stored(rev)
    names = wanted_attachments(record, rev, stored, beside) if stored else []
    mark = b"--" + boundary.encode()
    follows = Beside(
        beside.revs, beside.revs_info, beside.conflicts, beside.deleted_conflicts, beside.local_seq,
        beside.attachments, beside.atts_since, frozenset(names),
    )  # fmt: skip
    json = document_bytes(store, database, record, rev, follows)
    yield mark + b"\r\nContent-Type: application/json\r\n\r\n" + json
    for name in names:
        assert stored is not None
        held = stored.attachments[name]
        yield CRLF + mark + CRLF + _attachment_header(name, held.content_type, held.length)
        yield from store.open_bytes(held.key, held.content_type, held.length, held.digest).chunks()
    yield CRLF + mark + b"--"


def _attachment_header(name: str, content_type: str, length: int) -> bytes:
    quoted = re.sub(r'[\r\n"\\]', "_", name)
    kind = re.sub(r"[\r\n]", " ", content_type)
    lines = (
        f'Content-Disposition: attachment; filename="{quoted}"',
        f"Content-Type: {kind}",
        f"Content-Length: {length}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def open_revs_parts(
    store: Store, database: str, found: list[OpenRevision], beside: Beside, boundary: str
) -> Iterator[bytes]:
    """The answer to `open_revs` as multipart/mixed: a part for each revision."""
    mark = b"--" + boundary.encode()
    for one in found:
        yield mark + CRLF
        if one.record is None:
            missing = orjson.dumps({"missing": one.rev})
            yield b'Content-Type: application/json; error="true"\r\n\r\n' + missing + CRLF
            continue
        stored = one.record.stored(one.rev)
        if stored is not None and wanted_attachments(one.record, one.rev, stored, beside):
            inner = new_boundary()
            yield f'Content-Type: multipart/related; boundary="{inner}"\r\n\r\n'.encode()
            yield from document_parts(store, database, one.record, one.rev, beside, inner)
        else:
            json = document_bytes(store, database, one.record, one.rev, beside)
            yield b"Content-Type: application/json\r\n\r\n" + json
        yield CRLF
    yield mark + b"--"


# --- reading
def boundary_of(content_type: str) -> bytes:
    """The boundary that a Content-Type names. Raises BadRequest."""
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_boundary()
    if not boundary:
        raise BadRequest("the Content-Type of a multipart request must name its boundary")
    return boundary.encode("latin-1", "replace")


class PartReader:
    """Reads the parts of a multipart body one after the other, never holding more than a piece of one."""

    def __init__(self, pieces: Iterator[bytes], boundary: bytes) -> None:
        self._pieces = pieces
        self._buffer = CRLF  # so that the first mark, which has no line before it, looks like the others
        self._mark = b"\r\n--" + boundary
        self.is_over = False

    def _fill(self) -> None:
        piece = next(self._pieces, None)
        if piece is None:
            raise BadRequest("the multipart body ends in the middle; send it again")
        self._buffer += piece

    def start(self) -> None:
        """Pass over what stands before the first part."""
        for _ in self.body():
            pass

    def header(self) -> Message:
        """The header of the part that begins here."""
        while b"\r\n\r\n" not in self._buffer and not self._buffer.startswith(CRLF):
            if len(self._buffer) > LONGEST_HEADER:
                raise BadRequest("a part's header is too long")
            self._fill()
        if self._buffer.startswith(CRLF):  # a part without a header
            self._buffer = self._buffer[2:]
            return Message()
        text, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        return HeaderParser().parsestr(text.decode("utf-8", "replace"))

    def body(self) -> Iterator[bytes]:
        """The bytes up to the next mark; afterwards the reader stands at the next part, or is over."""
        while (at := self._buffer.find(self._mark)) < 0:
            safe = len(self._buffer) - len(self._mark)
            if safe > 0:
                yield self._buffer[:safe]
                self._buffer = self._buffer[safe:]
            self._fill()
        if at:
            yield self._buffer[:at]
        self._buffer = self._buffer[at + len(self._mark) :]
        while len(self._buffer) < 2:
            self._fill()
        self.is_over = self._buffer.startswith(b"--")
        if not self.is_over:
            while CRLF not in self._buffer:
                self._fill()
            self._buffer = self._buffer.partition(CRLF)[2]


def parse_related(pieces: Iterator[bytes], content_type: str, *, limit: int) -> dict[str, Any]:
    """A document from multipart/related, its following attachments spooled and digested."""
    reader = PartReader(pieces, boundary_of(content_type))
    reader.start()
    if reader.is_over:
        raise BadRequest("the multipart body has no parts")
    reader.header()
    document = parse_object(b"".join(reader.body()))
    members = document.get("_attachments")
    members = members if isinstance(members, dict) else {}
    following = [n for n, member in members.items() if isinstance(member, dict) and member.get("follows") is True]
    while not reader.is_over:
        header = reader.header()
        name = header.get_filename()
        if name not in following:
            name = following[0] if following else None
        if name is None:
            for _ in reader.body():  # a part that no attachment names
                pass
            continue
        following.remove(name)
        members[name] = {"content": _read_attachment(reader, header, name, members[name], limit)}
    if following:
        raise BadRequest(f"attachment {following[0]!r} follows, but the request has no part for it")
    return document


def _read_attachment(reader: PartReader, header: Message, name: str, member: dict[str, Any], limit: int) -> Content:
    encoding = member.get("encoding") or header.get("Content-Encoding") or ""
    declared = member.get("encoded_length") if encoding else member.get("length")
    counted = _Counted(reader.body())
    content_type = member.get("content_type") or header.get_content_type() or DEFAULT_TYPE
    revpos = member.get("revpos") if type(member.get("revpos")) is int else None
    content = spool(inflate(counted.read, str(encoding), limit), str(content_type), limit=limit, revpos=revpos)
    counted.drain()
    if type(declared) is int and declared != counted.total:
        raise BadRequest(f"attachment {name!r} has {counted.total} bytes instead of {declared}; send it again")
    if not encoding:
        verify(name, member, content)
    return content


class _Counted:
    """Gives an iterator of pieces the form of a stream, and counts."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.total = 0

    def read(self, _size: int) -> bytes:
        for piece in self._pieces:
            if piece:
                self.total += len(piece)
                return piece
        return b""

    def drain(self) -> None:
        while self.read(READ_BYTES):
            pass


def pieces_of(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """The pieces of a stream."""
    while piece := read(READ_BYTES):
        yield piece
