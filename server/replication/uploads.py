"""Unfinished photographs: bytes that arrive in pieces over a bad link, kept on the hub's disk until they are whole.

One file for the bytes and one for what is known of them, so that a restart loses nothing: the offset is the file's
size. Whose upload it is, is part of its name; nobody goes on with another device's bytes.
"""

from __future__ import annotations

import base64
import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

import orjson

from server.offload import offload
from sync.attachments import CHUNK_BYTES, Content

KEPT_FOR = timedelta(days=7)
OPEN_AT_ONCE = 64


class UploadProblem(Exception):
    """Why bytes are not taken: CouchDB's word and status for it, and the offset where it goes on."""

    def __init__(self, status: int, error: str, reason: str, offset: int | None = None) -> None:
        super().__init__(reason)
        self.status, self.error, self.reason, self.offset = status, error, reason, offset


@dataclass(frozen=True)
class Upload:
    """One document's attachment on its way in."""

    owner: str
    mailbox: str
    document_id: str

    @property
    def name(self) -> str:
        key = "\0".join((self.owner, self.mailbox, self.document_id))
        # The owner comes first and by itself, so that one's open uploads can be counted by name.
        return f"{_digest(self.owner)[:16]}-{_digest(key)[:40]}"


@dataclass(frozen=True)
class Progress:
    offset: int
    length: int | None


class Uploads:
    """The folder of unfinished uploads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._busy: set[str] = set()

    def progress(self, upload: Upload) -> Progress:
        """How far an upload is; offset 0 and no length when nothing of it is here."""
        length = self._length(upload)
        return Progress(0, None) if length is None else Progress(self._bytes(upload).stat().st_size, length)

    @contextmanager
    def append(self, upload: Upload, start: int, length: int) -> Iterator[IO[bytes]]:
        """Open an upload for further bytes at its end. Raises UploadProblem 409 when `start` is not its end.

        What was written before a failure stays: the next attempt goes on behind it.
        """
        with self._alone(upload):
            known = self.progress(upload)
            if known.length is not None and known.length != length:
                reason = f"this upload was begun with {known.length} bytes; DELETE it to begin anew"
                raise UploadProblem(409, "conflict", reason, known.offset)
            if start != known.offset:
                reason = f"{known.offset} bytes are here; go on from there"
                raise UploadProblem(409, "conflict", reason, known.offset)
            if known.length is None:
                self._begin(upload, length)
            with self._bytes(upload).open("ab") as target:
                try:
                    yield target
                finally:
                    target.flush()
                    offload(os.fsync, target.fileno())

    @contextmanager
    def content(self, upload: Upload, sha256: str, length: int, content_type: str) -> Iterator[Content]:
        """The whole bytes, verified. Raises UploadProblem: 409 while some are missing, 400 when they are others."""
        with self._alone(upload):
            known = self.progress(upload)
            if known.offset != length:
                reason = f"{known.offset} of {length} bytes are here; send the others first"
                raise UploadProblem(409, "conflict", reason, known.offset)
            if known.length is None:  # nothing was begun, and nothing is asked for
                raise UploadProblem(400, "bad_request", "an upload has at least one byte")
            with self._bytes(upload).open("rb") as source:
                md5, found = offload(_digests, source)
                if found != sha256:
                    self._remove(upload)
                    reason = "the bytes differ from their sha256 and were thrown away; send them again from 0"
                    raise UploadProblem(400, "digest_mismatch", reason, 0)
                yield Content(content_type, length, f"md5-{md5}", found, source)

    def discard(self, upload: Upload) -> bool:
        """Forget an upload; whether there was one."""
        with self._alone(upload):
            was_there = self._length(upload) is not None
            self._remove(upload)
            return was_there

    def expire(self, now: datetime) -> int:
        """Forget uploads that got nothing for a week; returns how many."""
        count = 0
        oldest = (now - KEPT_FOR).timestamp()
        for note in self._folder.glob("*.json"):
            part = note.with_suffix(".part")
            newest = max(path.stat().st_mtime for path in (note, part) if path.exists())
            if newest < oldest and note.stem not in self._busy:
                note.unlink(missing_ok=True)
                part.unlink(missing_ok=True)
                count += 1
        return count

    # --- files
    @contextmanager
    def _alone(self, upload: Upload) -> Iterator[None]:
        with self._lock:
            if upload.name in self._busy:
                raise UploadProblem(409, "conflict", "another request writes this upload; ask its offset again")
            self._busy.add(upload.name)
        try:
            yield
        finally:
            self._busy.discard(upload.name)

    def _begin(self, upload: Upload, length: int) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = upload.name.partition("-")[0]
        if len(list(self._folder.glob(f"{owner}-*.json"))) >= OPEN_AT_ONCE:
            reason = f"{OPEN_AT_ONCE} uploads are unfinished; finish or DELETE some"
            raise UploadProblem(429, "too_many_requests", reason)
        self._bytes(upload).write_bytes(b"")
        note = {"mailbox": upload.mailbox, "document": upload.document_id, "length": length}
        self._note(upload).write_bytes(orjson.dumps(note))

    def _length(self, upload: Upload) -> int | None:
        note = self._note(upload)
        if not note.exists() or not self._bytes(upload).exists():
            return None
        length: int = orjson.loads(note.read_bytes())["length"]
        return length

    def _remove(self, upload: Upload) -> None:
        self._note(upload).unlink(missing_ok=True)
        self._bytes(upload).unlink(missing_ok=True)

    def remove_finished(self, upload: Upload) -> None:
        """Called when the document is durable."""
        self._remove(upload)

    def _bytes(self, upload: Upload) -> Path:
        return self._folder / f"{upload.name}.part"

    def _note(self, upload: Upload) -> Path:
        return self._folder / f"{upload.name}.json"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _digests(source: IO[bytes]) -> tuple[str, str]:
    """md5 in base64 (CouchDB's digest) and sha256 in hex, of a file read from its beginning."""
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    while piece := source.read(CHUNK_BYTES):
        md5.update(piece)
        sha256.update(piece)
    source.seek(0)
    return base64.b64encode(md5.digest()).decode(), sha256.hexdigest()
