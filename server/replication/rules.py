"""The guard: which documents a mailbox takes. Pure; who may write into a mailbox is the session's word.

Refused are only documents that break the envelope or stand in the wrong lane; clinical content never refuses one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.encounters.rules import check_envelope, parse_document_id

ARCHIVE = "archive"
ROSTER = "roster"
MEDIA_SUFFIX = "-media"
QUARANTINE_PREFIX = "quarantine_"
MAILBOX_PREFIXES = ("unit_", "site_", "incident_", QUARANTINE_PREFIX)
ENCOUNTER_PREFIX = "encounter:"
RENDITION = "rendition"


@dataclass(frozen=True)
class Refusal:
    """Why a document is not taken; the document stays on the device with this reason."""

    error: str
    reason: str


def is_mailbox(name: str) -> bool:
    return name.startswith(MAILBOX_PREFIXES)


def is_quarantine(name: str) -> bool:
    return name.startswith(QUARANTINE_PREFIX)


def base_of(mailbox: str) -> str:
    """The text lane's name of a mailbox, which is its name among the members of an encounter."""
    return mailbox.removesuffix(MEDIA_SUFFIX)


def lane_of(mailbox: str) -> str:
    """The suffix of the lane: "" for text, "-media" for the bytes of renditions."""
    return MEDIA_SUFFIX if mailbox.endswith(MEDIA_SUFFIX) else ""


def refuse_document(mailbox: str, document: object) -> Refusal | None:
    """Why a mailbox does not take a document, or None when it does."""
    if not isinstance(document, dict):
        return Refusal("bad_request", "a document must be a JSON object")
    document_id = document.get("_id")
    if not isinstance(document_id, str) or not document_id.startswith(ENCOUNTER_PREFIX):
        return Refusal("forbidden", f"{mailbox} takes documents of encounters only: encounter:<ulid>:<kind>:<ulid>")
    if document.get("_deleted"):
        return Refusal("forbidden", "documents of encounters are never deleted; write a retraction instead")
    return _refuse_envelope(mailbox, document_id, document)


def _refuse_envelope(mailbox: str, document_id: str, document: Mapping[str, Any]) -> Refusal | None:
    parts = parse_document_id(document_id)
    if parts is None:
        return Refusal("forbidden", "the id must be encounter:<ulid>:<kind>:<ulid>")
    if (parts.kind == RENDITION) != (lane_of(mailbox) == MEDIA_SUFFIX):
        lane = base_of(mailbox) + (MEDIA_SUFFIX if parts.kind == RENDITION else "")
        return Refusal("forbidden", f"a document of kind {parts.kind} belongs into {lane}; push it there")
    reasons = check_envelope(document)
    if reasons:
        return Refusal("forbidden", "the envelope is broken: " + "; ".join(reasons))
    return None


def entitled_mailboxes(role: str, units: tuple[str, ...], sites: tuple[str, ...]) -> tuple[str, ...]:
    """The mailboxes of a person's units and sites, in order; what counts when a device delivers into quarantine."""
    if role == "paramedic":
        return tuple(f"unit_{unit}" for unit in units)
    if role in ("nurse", "doctor", "specialist"):
        return tuple(f"site_{site}" for site in sites)
    return ()
