"""The hub's clock: the only place on the hub that reads the time of day.

Every other module takes an instant as an argument or asks `hub.clock`.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def now_ms() -> int:
    """The present instant in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def from_ms(instant_ms: int) -> datetime:
    """The aware instant of a number of milliseconds since 1970."""
    return datetime.fromtimestamp(instant_ms / 1000, UTC)


def to_iso(instant: datetime) -> str:
    """Write an aware instant as the one form used everywhere: 2026-11-21T09:31:05.120Z."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_iso(text: object) -> datetime | None:
    """Read an ISO 8601 instant that names its offset; None when it cannot be compared with others."""
    if not isinstance(text, str):
        return None
    try:
        instant = datetime.fromisoformat(text)
        return None if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):  # OverflowError: in UTC it would lie before the year 1 or after 9999
        return None


class Clock:
    """The clock as a part of the hub, so that a test can put another one in its place."""

    def now(self) -> datetime:
        return now()

    def now_ms(self) -> int:
        return int(self.now().timestamp() * 1000)
