"""Clocks that run from what was recorded: which are on (CPR, a tourniquet). Pure; minutes are for the reader to count.

Twin: `runningClocks` of pwa/src/treatments/clocks.ts; both run tests/vectors/clocks.
"""

from collections.abc import Iterable, Mapping
from typing import Any


def running_clocks(treatments: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Clocks that nobody has ended, the one running longest first (an unknown time before all)."""
    all_of_them = list(treatments)
    ended = {one["of"] for one in all_of_them if one.get("clock") == "end" and isinstance(one.get("of"), str)}
    running = [
        {
            "procedure": one["procedure"],
            "document": one["entry"]["id"],
            "at": one["entry"]["at"],
            "site": _text(one.get("site")) or _text(one.get("detail")),
        }
        for one in all_of_them
        if _is_start(one) and one["entry"]["id"] not in ended
    ]
    return sorted(running, key=lambda clock: (clock["at"] or "", clock["document"]))


def _is_start(one: Mapping[str, Any]) -> bool:
    """A tourniquet that an older version recorded has no `clock`, and is on all the same."""
    if one.get("clock") == "start" and isinstance(one.get("procedure"), str):
        return True
    return one.get("procedure") == "tourniquet" and "clock" not in one


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
