"""Instants as whole milliseconds since 1970 UTC. Twin of pwa/src/encounters/folding/instants.ts."""

import math
import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

_PATTERN = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?"
    r"(?:Z|([+-])([0-9]{2}):?([0-9]{2}))"
)
# As every device of ours writes it; the standard library reads this form seven times as fast.
_USUAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_EARLIEST_MS = (datetime(1000, 1, 1, tzinfo=UTC) - _EPOCH) // _MILLISECOND
_LATEST_MS = (datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC) - _EPOCH) // _MILLISECOND
_LARGEST_EXACT = 2**53 - 1


def parse_instant(text: Any) -> int | None:
    """Milliseconds of an ISO 8601 time that names its zone; None for anything else. Finer digits are cut off."""
    return _parse(text) if isinstance(text, str) else None


# One document's times are read several times over, by the checks, the fold and the intervals.
@lru_cache(maxsize=4096)
def _parse(text: str) -> int | None:
    if _USUAL.fullmatch(text):
        try:
            return within_calendar((datetime.fromisoformat(text) - _EPOCH) // _MILLISECOND)
        except ValueError:
            return None
    match = _PATTERN.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(match[n] or 0) for n in range(1, 7))
    milliseconds = int((match[7] or "").ljust(3, "0")[:3])
    zone_hours, zone_minutes = int(match[9] or 0), int(match[10] or 0)
    if year < 1000 or zone_hours > 23 or zone_minutes > 59:
        return None
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    zone = (zone_hours * 60 + zone_minutes) * 60_000 * (-1 if match[8] == "-" else 1)
    return within_calendar((local - _EPOCH) // _MILLISECOND + milliseconds - zone)


def within_calendar(milliseconds: float) -> int | None:
    """A whole millisecond that a four-digit year can show, or None. Halves round up, as in the TypeScript twin."""
    whole = math.floor(milliseconds + 0.5)
    return whole if _EARLIEST_MS <= whole <= _LATEST_MS else None


@lru_cache(maxsize=4096)
def format_instant(milliseconds: int | None) -> str | None:
    """ "2026-11-21T09:31:05.120Z", or None for None."""
    if milliseconds is None:
        return None
    instant = _EPOCH + timedelta(milliseconds=milliseconds)
    return instant.isoformat(timespec="milliseconds")[:-6] + "Z"


def as_measure(value: Any) -> float | None:
    """A finite number that double precision counts exactly, as a double; booleans and text are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= _LARGEST_EXACT else None


def is_measure(value: Any) -> bool:
    """Whether `as_measure` takes the value."""
    return as_measure(value) is not None
