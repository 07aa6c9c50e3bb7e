"""`_local` documents, where replicators keep their checkpoints: no history, no feed, revisions "0-N"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from sync.documents import SPECIAL_MEMBERS
from sync.errors import BadRequest, Conflict

PREFIX = "_local/"
LOCAL_REVISION = re.compile(r"0-[0-9]{1,18}")


def body_of(document: Mapping[str, Any]) -> bytes:
    """The document's own members, as they are kept; attachments and what a server adds are passed over."""
    own = {}
    for name, value in document.items():
        if not name.startswith("_"):
            own[name] = value
        elif name not in SPECIAL_MEMBERS:
            raise BadRequest(f"Bad special document member: {name}", error="doc_validation")
    return orjson.dumps(own)


def document_of(document_id: str, number: int, body: bytes) -> dict[str, Any]:
    return {"_id": document_id, "_rev": f"0-{number}", **orjson.loads(body)}


def next_number(current: int | None, given: object) -> int:
    """The number of the next revision. Raises Conflict unless `given` is the current one."""
    if given is None:
        if current is not None:
            raise Conflict("Document update conflict.")
        return 1
    if not isinstance(given, str) or LOCAL_REVISION.fullmatch(given) is None:
        raise BadRequest("Invalid rev format: a local document's revision is 0-N")
    if current is None or given != f"0-{current}":
        raise Conflict("Document update conflict.")
    return current + 1
