"""Reads the questions of a search: places, times, words, where the page begins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from server.clock import parse_iso, to_iso
from server.errors import WireError

CHINA = timezone(timedelta(hours=8))
LARGEST_PAGE = 200
USUAL_PAGE = 50


def read_time(arguments: Mapping[str, str], name: str, *, ends_day: bool = False) -> datetime | None:
    """A time, or a date in China ("2026-11-21": its beginning, or its end); raises 400 for anything else."""
    text = arguments.get(name, "").strip()
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=CHINA)
        instant: datetime | None = (day + timedelta(days=1 if ends_day else 0)).astimezone(UTC)
    except ValueError:
        instant = parse_iso(text)
    except OverflowError:  # the first and the last day that a calendar of four digits has
        instant = None
    if instant is None:
        raise WireError(400, "bad_request", f"{name} must be a date (2026-11-21) or a time with its zone")
    return instant


def read_bounds(arguments: Mapping[str, str]) -> tuple[str | None, str | None]:
    """The times `from` and `to` of a question; `to` as a date means to the end of that day."""
    start, end = read_time(arguments, "from"), read_time(arguments, "to", ends_day=True)
    if start is not None and end is not None and start >= end:
        raise WireError(400, "bad_request", "from must lie before to")
    return to_iso(start) if start else None, to_iso(end) if end else None


def read_limit(arguments: Mapping[str, str]) -> int:
    """The size of a page, 1 to 200."""
    text = arguments.get("limit", str(USUAL_PAGE))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= LARGEST_PAGE:
        raise WireError(400, "bad_request", f"limit must be a number from 1 to {LARGEST_PAGE}")
    return int(text)


def read_cursor(arguments: Mapping[str, str]) -> tuple[str, str] | None:
    """Where the page begins: what an earlier answer gave as `next`."""
    text = arguments.get("before", "")
    if not text:
        return None
    opened_at, separator, encounter = text.rpartition("~")
    if not separator:
        raise WireError(400, "bad_request", "before must be what an earlier answer gave as next")
    return opened_at, encounter


def write_cursor(found: tuple[str, str] | None) -> str | None:
    """The `next` of an answer."""
    return "~".join(found) if found else None
