"""Reads `encounter:<ulid>:<kind>:<ulid>`. Twin of pwa/src/encounters/folding/document_id.ts."""

import re
from functools import lru_cache
from typing import Any, NamedTuple

# Crockford's alphabet has no I, L, O and U.
_PATTERN = re.compile(r"encounter:([0-9A-HJKMNP-TV-Z]{26}):([a-z][a-z0-9_]{0,39}):([0-9A-HJKMNP-TV-Z]{26})", re.ASCII)


class EncounterId(NamedTuple):
    encounter: str
    kind: str
    document: str


def parse_document_id(document_id: Any) -> EncounterId | None:
    """The parts of a document id, or None when the id is not of an encounter."""
    return _parse(document_id) if isinstance(document_id, str) else None


# On its way through the hub one id is read by the guard, the router and the fold, several times each.
@lru_cache(maxsize=4096)
def _parse(document_id: str) -> EncounterId | None:
    match = _PATTERN.fullmatch(document_id)
    return EncounterId(*match.groups()) if match else None


def last_part(document_id: str) -> str:
    """The last part of an id: what an acknowledgement's `seen` holds. A bare last part stays as it is."""
    return document_id.rsplit(":", 1)[-1]
