"""gzip for what compresses: a board or a page of changes over a bad link is a quarter of its size.

Streams (long polls, photographs) pass as they are. Built files are compressed once and kept in memory.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, request

from server.offload import offload

SMALLEST_BYTES = 1000
LARGEST_FILE_BYTES = 4 * 1024 * 1024
# Below this, compressing takes less time than handing the work to a thread.
ON_THE_LOOP_BYTES = 32 * 1024
TYPES = {
    "application/json",
    "application/javascript",
    "application/manifest+json",
    "application/wasm",
    "image/svg+xml",
    "text/css",
    "text/html",
    "text/javascript",
    "text/plain",
}


@dataclass(frozen=True)
class Packed:
    modified_ns: int
    etag: str
    content: bytes


def register(app: Flask) -> None:
    """Compress answers that are whole in memory."""

    @app.after_request
    def compress(response: Response) -> Response:
        if response.mimetype not in TYPES or response.direct_passthrough or response.is_streamed:
            return response
        response.vary.add("Accept-Encoding")
        if not accepts_gzip() or response.status_code != 200 or "Content-Encoding" in response.headers:
            return response
        if (response.content_length or 0) < SMALLEST_BYTES:
            return response
        content = response.get_data()
        packed = pack(content) if len(content) <= ON_THE_LOOP_BYTES else offload(pack, content)
        response.set_data(packed)
        response.headers["Content-Encoding"] = "gzip"
        return response


def accepts_gzip() -> bool:
    return request.accept_encodings["gzip"] > 0


def pack(content: bytes, level: int = 5) -> bytes:
    return gzip.compress(content, level, mtime=0)


class PackedFiles:
    """Built files, compressed once each."""

    def __init__(self) -> None:
        self._packed: dict[Path, Packed] = {}

    def answer(self, path: Path, mimetype: str) -> Response | None:
        """The file as a gzipped answer; None where the asker or the file is not for that."""
        if mimetype not in TYPES or not accepts_gzip() or not path.is_file():
            return None
        facts = path.stat()
        if not SMALLEST_BYTES <= facts.st_size <= LARGEST_FILE_BYTES:
            return None
        packed = self._packed.get(path)
        if packed is None or packed.modified_ns != facts.st_mtime_ns:
            content = offload(pack, path.read_bytes(), 9)
            packed = Packed(facts.st_mtime_ns, hashlib.sha256(content).hexdigest()[:32], content)
            self._packed[path] = packed
        response = Response(packed.content, mimetype=mimetype)
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
        response.set_etag(packed.etag)
        response.make_conditional(request)
        return response
