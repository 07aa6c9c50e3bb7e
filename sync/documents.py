"""Documents as they come in and go out: special members, histories, key order.

`parse_edit` takes a JSON document apart into an `Edit`; `splice` puts a stored body together again without decoding it,
so that the keys come back in the order in which they were written.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from sync.attachments import Content, Stub, parse_attachments
from sync.errors import BadRequest
from sync.revisions import parse_revision, path_of

# Members that CouchDB answers with, and that a client may therefore send back; they are not stored.
ECHOED_MEMBERS = frozenset({"_conflicts", "_deleted_conflicts", "_local_seq", "_revs_info", "_revisions"})
# What CouchDB's replicator writes into documents; they are members like any other.
KEPT_MEMBERS = frozenset(
    {
        "_replication_id",
        "_replication_state",
        "_replication_state_time",
        "_replication_state_reason",
        "_replication_stats",
    }
)
SPECIAL_MEMBERS = ECHOED_MEMBERS | {"_id", "_rev", "_deleted", "_attachments"}

ILLEGAL_ID = "illegal_docid"


@dataclass(slots=True)
class Edit:
    """One document that somebody wants stored. `path` is its history, newest first; empty when none was given."""

    id: str
    path: list[str]
    deleted: bool
    body: bytes
    fields: dict[str, Any]
    attachments: dict[str, Content | Stub] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one edit: a revision, or an error with its reason."""

    id: str
    rev: str | None
    error: str | None = None
    reason: str | None = None
    is_new: bool = False

    def as_row(self) -> dict[str, Any]:
        """The row of a `_bulk_docs` answer."""
        if self.error is None:
            return {"ok": True, "id": self.id, "rev": self.rev}
        row: dict[str, Any] = {"id": self.id}
        if self.rev is not None:
            row["rev"] = self.rev
        return {**row, "error": self.error, "reason": self.reason}


def check_id(document_id: object) -> str:
    """Return the id if a document may have it. Raises BadRequest."""
    if not isinstance(document_id, str):
        raise BadRequest("Document id must be a string", error=ILLEGAL_ID)
    if not document_id:
        raise BadRequest("Document id must not be empty", error=ILLEGAL_ID)
    if document_id.startswith("_") and not document_id.startswith(("_design/", "_local/")):
        raise BadRequest("Only reserved document ids may start with underscore.", error=ILLEGAL_ID)
    if document_id in ("_design/", "_local/"):
        raise BadRequest("Illegal document id: a name must follow the slash", error=ILLEGAL_ID)
    return document_id


def parse_edit(document: object, *, new_edits: bool = True) -> Edit:
    """Take a JSON document apart. Raises BadRequest when it cannot be a document."""
    if not isinstance(document, dict):
        raise BadRequest("Document must be a JSON object")
    document_id = document.get("_id")
    if document_id is None and new_edits:
        document_id = secrets.token_hex(16)
    fields = {}
    for name, value in document.items():
        if not name.startswith("_") or name in KEPT_MEMBERS:
            fields[name] = value
        elif name not in SPECIAL_MEMBERS:
            raise BadRequest(f"Bad special document member: {name}", error="doc_validation")
    deleted = document.get("_deleted", False)
    if not isinstance(deleted, bool):
        raise BadRequest("_deleted must be true or false", error="doc_validation")
    return Edit(
        id=check_id(document_id),
        path=_path(document, new_edits),
        deleted=deleted,
        body=encode_body(fields),
        fields=fields,
        attachments=parse_attachments(document.get("_attachments"), is_replicated=not new_edits),
    )


def encode_body(fields: Mapping[str, Any]) -> bytes:
    """JSON of a document's own fields, in their order."""
    try:
        return orjson.dumps(fields)
    except (TypeError, ValueError) as error:  # numbers over 64 bits, broken text
        raise BadRequest(f"the document cannot be written as JSON: {error}") from error


def _path(document: Mapping[str, Any], new_edits: bool) -> list[str]:
    revision = document.get("_rev")
    if revision is not None:
        parse_revision(revision)
    if "_revisions" in document and (not new_edits or revision is None):
        # Where they differ the history counts, as in CouchDB: PouchDB cuts one that repeats a digest too short.
        return path_of(document["_revisions"])
    return [revision] if revision is not None else []


def splice(head: Mapping[str, Any], body: bytes, tail: Mapping[str, Any] | None = None) -> bytes:
    """Join {head} + {body} + {tail} into one JSON object without decoding the body."""
    parts = [orjson.dumps(head)[1:-1], body[1:-1], orjson.dumps(tail)[1:-1] if tail else b""]
    return b"{" + b",".join(part for part in parts if part) + b"}"
