"""Documents of encounters for the tests of this room."""

from __future__ import annotations

from typing import Any

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def ulid(number: int) -> str:
    """A ULID for a small number; they sort like their numbers."""
    return "01" + "".join(ALPHABET[(number >> shift) & 31] for shift in range(115, -1, -5))


def document(encounter: int, kind: str, number: int, body: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """A document with a sound envelope. Its time and revision follow from its number."""
    return {
        "_id": f"encounter:{ulid(encounter)}:{kind}:{ulid(number)}",
        "_rev": f"1-{number:032x}",
        "kind": kind,
        "schema": 1,
        "occurred_at": f"2026-11-21T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.000Z",
        "time_basis": "device",
        "clock": {"session": ulid(0), "mono_ms": number, "offset_ms": 0, "error_ms": 10},
        "author": {"staff": "s-1", "role": "paramedic", "badge": None},
        "device": "d-1",
        "supersedes": None,
        "body": body if body is not None else {},
        **more,
    }


def header(encounter: int, number: int, **body: Any) -> dict[str, Any]:
    return document(encounter, "encounter", number, {"pathway": "stroke", **(body or {"unit": "a101"})})


def vitals(encounter: int, number: int, **body: Any) -> dict[str, Any]:
    return document(encounter, "vitals", number, body or {"sbp": 92, "hr": 118})


def destination(encounter: int, number: int, site: str) -> dict[str, Any]:
    return document(encounter, "destination", number, {"site": site, "eta_at": None})


def closure(encounter: int, number: int, state: str = "closed", reason: str = "handed_over") -> dict[str, Any]:
    return document(encounter, "closure", number, {"state": state, "reason": reason})


def rendition(encounter: int, number: int, of: str = "", data: str = "/9j/") -> dict[str, Any]:
    body = {"of": of or f"encounter:{ulid(encounter)}:media:{ulid(number)}", "rendition": "thumbnail"}
    attachments = {"bytes": {"content_type": "image/jpeg", "data": data}}
    return {**document(encounter, "rendition", number, body), "_attachments": attachments}
