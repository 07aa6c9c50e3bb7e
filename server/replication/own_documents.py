"""Documents that the hub itself writes into an encounter."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from server.clock import to_iso
from server.replication.ulids import new_ulid


def own_document(
    encounter: str, kind: str, body: dict[str, Any], now: datetime, *, supersedes: str | None = None
) -> dict[str, Any]:
    """A document in the hub's own name, at the hub's own time."""
    at = to_iso(now)
    return {
        "_id": f"encounter:{encounter}:{kind}:{new_ulid(now)}",
        "kind": kind,
        "schema": 1,
        "occurred_at": at,
        "time_basis": "device",
        "recorded_at": at,
        "clock": {"session": "hub", "mono_ms": 0, "offset_ms": 0, "error_ms": 0},
        "author": {"staff": "hub", "role": "hub", "badge": None},
        "device": "hub",
        "supersedes": supersedes,
        "body": body,
    }
