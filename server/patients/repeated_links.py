"""A link said in one encounter, repeated in the other, so that both crews see it. Pure.

Both documents share the last part of their ids: whoever writes the second one, the phone that holds both encounters or
a hub, however often, there is one. The person who said it stays its author; the role `hub` tells who repeated it.
"""

from __future__ import annotations

from typing import Any

from server.encounters.folding.corrected_times import corrected_times
from server.encounters.folding.instants import format_instant
from server.encounters.rules import parse_document_id

Document = dict[str, Any]


def repetitions(documents: list[Document]) -> dict[str, Document]:
    """Id -> document to be written elsewhere, for all links of an encounter and the retractions of such."""
    times = corrected_times(documents)
    found: dict[str, Document] = {}
    of_links: dict[str, Document] = {}
    for document in documents:
        other = _names(document)
        if other is not None:
            of_links[document["_id"]] = document
            one = _repeated(document, other, times[document["_id"]], _link_body(document))
            found[one["_id"]] = one
    for document in documents:
        link = of_links.get(_retracts(document) or "")
        if link is not None:
            body = {"of": _counterpart(link["_id"], _names(link) or ""), "reason": document["body"].get("reason")}
            one = _repeated(document, _names(link) or "", times[document["_id"]], body)
            found[one["_id"]] = one
    return found


def _kind(document: Document) -> str:
    parts = parse_document_id(document["_id"])
    return parts.kind if parts is not None else ""


def _names(document: Document) -> str | None:
    """The other encounter that a link names, unless it is itself a repetition or names no encounter."""
    body = document.get("body")
    if _kind(document) != "link" or not isinstance(body, dict) or isinstance(body.get("of"), str):
        return None
    other = body.get("encounter")
    own = document["_id"].split(":")[1]
    is_other = isinstance(other, str) and other != own and parse_document_id(f"encounter:{other}:link:{other}")
    return other if is_other else None


def _retracts(document: Document) -> str | None:
    body = document.get("body")
    of = body.get("of") if _kind(document) == "retraction" and isinstance(body, dict) else None
    return of if isinstance(of, str) else None


def _counterpart(document_id: str, other: str) -> str:
    parts = document_id.split(":")
    return ":".join(["encounter", other, *parts[2:]])


def _link_body(document: Document) -> dict[str, Any]:
    body = document["body"]
    kept = {field: body[field] for field in ("relation", "state", "reason", "continues_in") if field in body}
    return {"encounter": document["_id"].split(":")[1], **kept, "of": document["_id"]}


def _repeated(document: Document, other: str, times: Any, body: dict[str, Any]) -> Document:
    at = format_instant(times.at) or document["occurred_at"]
    supersedes = document.get("supersedes")
    author = document.get("author") or {}
    return {
        "_id": _counterpart(document["_id"], other),
        "kind": _kind(document),
        "schema": 1,
        "occurred_at": at,
        "time_basis": "device",
        "recorded_at": format_instant(times.recorded_at) or at,
        "clock": {"session": "hub", "mono_ms": 0, "offset_ms": 0, "error_ms": times.error_ms},
        "author": {"staff": author.get("staff") or "hub", "role": "hub", "badge": None},
        "device": "hub",
        "supersedes": _counterpart(supersedes, other) if isinstance(supersedes, str) and supersedes else None,
        "body": body,
    }
