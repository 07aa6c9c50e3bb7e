"""`_local` documents, where replicators keep their checkpoints: no history, no feed, revisions "0-N"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from sync.errors import BadRequest, Conflict

PREFIX = "_local/"


def body_of(document: Mapping[str, Any]) -> bytes:
    """The document as it is kept: all that was sent but its id and revision."""
    return orjson.dumps({name: value for name, value in document.items() if name not in ("_id", "_rev", "_revisions")})


def document_of(document_id: str, number: int, body: bytes) -> dict[str, Any]:
    return {"_id": document_id, "_rev": f"0-{number}", **orjson.loads(body)}


def next_number(current: int | None, given: object) -> int:
    """The number of the next revision. Raises Conflict unless `given` is the current one."""
    if given is None:
        if current is not None:
            raise Conflict("Document update conflict.")
        return 1
    if not isinstance(given, str) or not given.startswith("0-") or not given[2:].isdigit():
        raise BadRequest("Invalid rev format: a local document's revision is 0-N")
    if current is None or int(given[2:]) != current:
        raise Conflict("Document update conflict.")
    return current + 1
