"""Names of staff beside ids in answers, from the roster."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from server.hub import Hub

ROSTER = "roster"


def names_of(hub: Hub, staff_ids: Iterable[Any]) -> dict[str, str]:
    """Staff id -> name, for those whom the roster knows (also people who have left)."""
    found = {}
    for staff_id in sorted({one for one in staff_ids if isinstance(one, str)}):
        document = hub.store.get(ROSTER, f"staff:{staff_id}") if hub.store.has_database(ROSTER) else None
        if document is not None:
            found[staff_id] = str(document["name"])
    return found


def staff_in(value: Any) -> Iterator[str]:
    """Every staff id that a folded record or a summary mentions."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "staff" and isinstance(inner, str):
                yield inner
            else:
                yield from staff_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from staff_in(inner)
