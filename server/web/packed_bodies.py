"""Request bodies of /api: unpacked where they are gzipped, by the same guarded inflater as those of /db.

The app packs any body from a few hundred bytes on, whatever its address. What a route reads is then what was meant, and
the limit of its request counts what comes out. /db/ and /_session unpack for themselves (replication/exchange.py).
"""

from __future__ import annotations

import io
from typing import IO

from flask import Request
from werkzeug.utils import cached_property

from sync.protocol.options import inflate

PREFIX = "/api/"


class ApiRequest(Request):
    """A request whose stream holds the unpacked body; TooLarge, BadRequest or UnsupportedMedia come when it is read."""

    @cached_property
    def stream(self) -> IO[bytes]:
        """The body, unpacked. Nothing is read or unpacked for a route that asks for no body."""
        packed = super().stream
        encoding = self.headers.get("Content-Encoding", "").strip().lower()
        if encoding in ("", "identity") or not self.path.startswith(PREFIX):
            return packed
        limit = self.max_content_length
        assert limit is not None, "every request has a limit before its body is read"
        return io.BytesIO(b"".join(inflate(packed.read, encoding, limit)))
