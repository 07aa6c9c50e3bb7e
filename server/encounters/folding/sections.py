"""The parts of the folded record that need more than copying: vitals, onset, entries newer than the acknowledgement.

Twin of pwa/src/encounters/folding/sections.ts.
"""

from typing import Any, NamedTuple

from server.encounters.folding.document_id import last_part

Body = dict[str, Any]
Entry = dict[str, Any]


class Item(NamedTuple):
    """A head of known shape, with the facts that every entry has."""

    entry: Entry
    body: Body


_NOT_FIELDS = frozenset({"not_measurable", "confirmed", "moved_from"})


def text(value: Any) -> str | None:
    """The value where it is text, else None."""
    return value if isinstance(value, str) else None


def _is_simple(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)


def fold_vitals(items: list[Item]) -> dict[str, Any]:
    """Vital-sign sets in order, and per field the newest reading. A set of unknown time never counts as newest."""
    sets = [
        {
            "values": {f: v for f, v in body.items() if f not in _NOT_FIELDS and _is_simple(v)},
            "not_measurable": {f: r for f, r in (body.get("not_measurable") or {}).items() if isinstance(r, str)},
            "entry": entry,
        }
        for entry, body in items
    ]
    latest: dict[str, Any] = {}
    not_measurable: dict[str, Any] = {}
    oldest_first = sorted(zip(sets, items, strict=True), key=lambda pair: pair[0]["entry"]["at"] is not None)
    for one, (entry, body) in oldest_first:
        for field, reason in one["not_measurable"].items():
            latest.pop(field, None)
            not_measurable[field] = {"reason": reason, "entry": entry}
        for field, value in one["values"].items():
            not_measurable.pop(field, None)
            implausible = field in (body.get("confirmed") or [])
            latest[field] = {"value": value, "entry": entry, "implausible": implausible}
    return {"latest": latest, "not_measurable": not_measurable, "sets": sets}


def unreadable_fields(body: Body) -> list[str]:
    """Fields of a set of vital signs that hold something else than a number, a word or yes and no."""
    return [f for f, v in body.items() if f not in _NOT_FIELDS and v is not None and not _is_simple(v)]


def fold_onset(time_nodes: list[Item], histories: list[Item]) -> dict[str, Any] | None:
    """What is known of the beginning: last known well before onset, then what was said last."""
    statements = []
    for entry, body in time_nodes:
        if body["node"] in ("last_known_well", "onset") and entry["at"] is not None:
            precision = text(body.get("precision"))
            statements.append(
                {"node": body["node"], "state": "known", "at": entry["at"], "precision": precision, "entry": entry}
            )
    for entry, body in histories:
        if body.get("onset") in ("unknown", "wake_up"):
            node = "last_known_well" if body.get("node") == "last_known_well" else "onset"
            statements.append({"node": node, "state": body["onset"], "at": None, "precision": None, "entry": entry})
    return max(
        statements,
        key=lambda s: (s["node"] == "last_known_well", s["entry"]["recorded_at"] or "", s["entry"]["id"]),
        default=None,
    )


# A second reading of a card is a question to those who hold the record, not something that the crew entered.
_NEVER_NEWER = frozenset(
    {"acknowledgement", "card_reading", "clock", "encounter", "prealert", "destination", "location", "rendition"}
    | {"duplicate", "registration", "wristband"}  # the hub's own words, shown where they matter
)
# What the hospital wrote itself is no news to the hospital.
_HOSPITAL_ROLES = frozenset({"nurse", "doctor", "specialist"})


def newer_entries(standing_entries: list[Entry], prealert: str | None, acknowledgements: list[Body]) -> list[str]:
    """Ids of the crew's entries that nobody who acknowledged the pre-alert had on the screen.

    An entry whose time of recording is unknown counts as newer: what may be unseen must not look seen.
    """
    given = [acknowledgement for acknowledgement in acknowledgements if acknowledgement["of"] == prealert]
    if prealert is None or not given:
        return []
    seen = {last_part(part) for acknowledgement in given for part in acknowledgement["seen"] or []}
    seen_until = [a["entry"]["recorded_at"] or "" for a in given if a["seen"] is None]

    def is_seen(entry: Entry) -> bool:
        recorded = entry["recorded_at"]
        return last_part(entry["id"]) in seen or (
            recorded is not None and any(recorded <= until for until in seen_until)
        )

    def is_news(entry: Entry) -> bool:
        return entry["kind"] not in _NEVER_NEWER and entry["role"] not in _HOSPITAL_ROLES

    return [entry["id"] for entry in standing_entries if is_news(entry) and not is_seen(entry)]
