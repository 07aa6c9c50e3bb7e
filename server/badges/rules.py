"""What a badge's token says, why a badge is refused, and what is doubtful about a document that names a badge.

Pure: no Flask, no storage, no clock. Twin: pwa/src/badges/rules.ts; both run tests/vectors/badges. The token fits an
NTAG213 (144 bytes): `GB1.` and base64url of `key id (4) | badge id (6) | issued (2) | expires (2) | staff | signature
(64)`, days counted from 1970-01-01 in China's time.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from server.encounters.folding.instants import as_measure, parse_instant

PREFIX = "GB1."
KEY_BYTES, BADGE_BYTES, SIGNATURE_BYTES, HEAD_BYTES = 4, 6, 64, 14
LONGEST_STAFF_BYTES = 18
# What is signed begins with this, so that no signature of the key can be taken for another thing.
SIGNED_AS = b"greenlane-badge-1\n"
PROVEN_AS = "greenlane-attestation-1"

EPOCH = date(1970, 1, 1)
CHINA_MS = 8 * 3_600_000
DAY_MS = 86_400_000
# A clock that is one day behind must not turn a new badge away.
EARLY_DAYS = 1

LONGEST_VALID_DAYS = 1825
USUAL_VALID_DAYS = 365
PROVING = ("nfc", "qr", "wedge")
METHODS = (*PROVING, "pin", "list")


@dataclass(frozen=True)
class Claims:
    """What a token says; nothing of it is true before its signature was verified."""

    key: str
    badge: str
    staff: str
    issued: int
    expires: int
    signed: bytes
    signature: bytes


@dataclass(frozen=True)
class Badge:
    """A badge as the hub keeps it. Days are counted from 1970-01-01."""

    id: str
    staff: str
    label: str
    key: str
    issued: int
    expires: int
    signature: bytes
    revoked_ms: int | None = None
    revoked_why: str = ""


@dataclass(frozen=True)
class Book:
    """Everything needed to judge a badge, as of one moment."""

    badges: Mapping[str, Badge] = field(default_factory=dict)
    keys: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    active_staff: frozenset[str] = frozenset()
    known_staff: frozenset[str] = frozenset()


def day_of(instant_ms: int) -> int:
    """The day of an instant in China's time, counted from 1970-01-01."""
    return (instant_ms + CHINA_MS) // DAY_MS


def date_of(day: int) -> str:
    """2026-11-21 for a counted day."""
    return (EPOCH + timedelta(days=day)).isoformat()


def payload_of(key: str, badge: str, staff: str, issued: int, expires: int) -> bytes:
    """The bytes of a token before its signature; raises ValueError for a staff id that a tag cannot hold."""
    name = staff.encode()
    if not 1 <= len(name) <= LONGEST_STAFF_BYTES:
        raise ValueError(f"a staff id on a badge has at most {LONGEST_STAFF_BYTES} bytes; {staff} has {len(name)}")
    days = issued.to_bytes(2, "big") + expires.to_bytes(2, "big")
    return bytes.fromhex(key) + bytes.fromhex(badge.removeprefix("b-")) + days + name


def token_of(payload: bytes, signature: bytes) -> str:
    """The text that is written onto a tag or into a QR code."""
    return PREFIX + base64.urlsafe_b64encode(payload + signature).rstrip(b"=").decode()


def read_token(text: str) -> Claims | None:
    """What a text says if it has the form of a badge's token; None for everything else."""
    text = text.strip()
    if not text.startswith(PREFIX):
        return None
    encoded = text.removeprefix(PREFIX)
    try:
        raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        payload, signature = raw[:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]
        staff = payload[HEAD_BYTES:].decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    if len(signature) != SIGNATURE_BYTES or not 1 <= len(staff.encode()) <= LONGEST_STAFF_BYTES:
        return None
    if token_of(payload, signature) != PREFIX + encoded:
        return None  # one token has one form
    key, badge = payload[:KEY_BYTES].hex(), payload[KEY_BYTES : KEY_BYTES + BADGE_BYTES].hex()
    issued, expires = (int.from_bytes(payload[at : at + 2], "big") for at in (10, 12))
    return Claims(key, f"b-{badge}", staff, issued, expires, SIGNED_AS + payload, signature)


def refusal_of(claims: Claims, today: int, revoked: Mapping[str, Any], staff_active: bool | None) -> str | None:
    """Why a genuine token is refused today; None when it is good. `staff_active`: None for somebody unknown."""
    if claims.badge in revoked:
        return "revoked"
    if today > claims.expires:
        return "expired"
    if today + EARLY_DAYS < claims.issued:
        return "not_yet"
    if staff_active is None:
        return "staff_unknown"
    return None if staff_active else "staff_inactive"


def proof_of(signature: bytes, badge: str, staff: str, of: str, action: str, verdict: str) -> str:
    """That a device held this badge when it wrote this act: HMAC-SHA256 with the token's signature as the key.

    A record goes to many devices; the token itself in it could be written onto another tag. This opens one act only.
    """
    message = "\n".join((PROVEN_AS, badge, staff, of, action, verdict)).encode()
    return base64.urlsafe_b64encode(hmac.new(signature, message, hashlib.sha256).digest()).rstrip(b"=").decode()


def document_problems(document: Mapping[str, Any], book: Book) -> list[str]:
    """What a person should know about the badges that a document names: sentences without names of persons."""
    author, body = document.get("author"), document.get("body")
    author = author if isinstance(author, Mapping) else {}
    body = body if isinstance(body, Mapping) else {}
    named = author.get("badge")
    problems = [f"author.badge: {why}"] if named is not None and (why := _doubt(named, author, document, book)) else []
    is_attestation = document.get("kind") == "attestation" and body.get("outcome") != "refused"
    if not is_attestation or body.get("method") not in PROVING:
        return problems
    if problems:
        return [*problems, "attestation: not proven, the badge does not hold"]
    badge = book.badges.get(named) if isinstance(named, str) else None
    if badge is None or body.get("badge") != named:
        return ["attestation: says that a badge was read, and names none as its author"]
    said = (str(body.get(name, "")) for name in ("of", "action", "verdict"))
    expected = proof_of(badge.signature, badge.id, badge.staff, *said)
    proof = body.get("proof")
    if not isinstance(proof, str) or not hmac.compare_digest(proof.encode(), expected.encode()):
        return ["attestation: the proof is not this badge's for this act"]
    return []


def _doubt(named: object, author: Mapping[str, Any], document: Mapping[str, Any], book: Book) -> str | None:
    badge = book.badges.get(named) if isinstance(named, str) else None
    if badge is None:
        return "this hub issued no such badge"
    if badge.key not in book.keys:
        return "was made with a key that is withdrawn"
    if author.get("staff") != badge.staff:
        return "belongs to somebody else than the author"
    at_ms = _written_ms(document)
    if at_ms is None:
        return None
    if badge.revoked_ms is not None and at_ms >= badge.revoked_ms:
        return "was revoked before this was written"
    if day_of(at_ms) > badge.expires:
        return "had expired when this was written"
    return None


def _written_ms(document: Mapping[str, Any]) -> int | None:
    """When a document was written, by the hub's clock where the device had measured it."""
    at_ms = parse_instant(document.get("recorded_at") or document.get("occurred_at"))
    clock = document.get("clock")
    offset = as_measure(clock.get("offset_ms")) if isinstance(clock, Mapping) else None
    return None if at_ms is None else int(at_ms + (offset or 0))
