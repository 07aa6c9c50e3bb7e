"""Age in completed years, by dates as they are in China. Twin of pwa/src/encounters/age.ts."""

import re
from datetime import date

from server.encounters.folding.instants import format_instant, parse_instant

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHANGHAI_MS = 8 * 3_600_000  # China keeps one zone and no summer time


def real_date(text: object) -> str | None:
    """The date where it is one that the calendar has, as "YYYY-MM-DD"."""
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        return None
    try:
        date.fromisoformat(text)
    except ValueError:
        return None
    return text


def shanghai_date(instant: str | None) -> str | None:
    """The date in China at an instant."""
    milliseconds = parse_instant(instant)
    shown = format_instant(None if milliseconds is None else milliseconds + _SHANGHAI_MS)
    return shown[:10] if shown else None


def completed_years(birth_date: object, on: str | None) -> int | None:
    """Completed years of a person on a date; None when a date is unknown or the birth lies ahead."""
    born = real_date(birth_date)
    if born is None or on is None or born > on:
        return None
    return int(on[:4]) - int(born[:4]) - (on[5:] < born[5:])
