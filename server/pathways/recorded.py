"""When a time node happened, as the folded record has it: tapped or stated, or proved by another entry."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from server.encounters.folding.instants import parse_instant

Folded = Mapping[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Recorded:
    """A node's current time, with what is known of its truth."""

    at_ms: int
    precision: str
    basis: str | None
    error_ms: int | None
    is_ambiguous: bool
    device: str | None


def recorded_at(folded: Folded, node: str, time_nodes: Mapping[str, Any] | None = None) -> Recorded | None:
    """The node's time: the newest of its heads; else the earliest entry that proves it (`derived_from`); else None."""
    heads = [
        head for head in (folded.get("time_nodes") or {}).get(node, []) if parse_instant(head.get("at")) is not None
    ]
    if heads:
        return recorded(heads[-1]["at"], heads[-1], len(heads) > 1)
    proofs = [
        entry
        for rule in ((time_nodes or {}).get(node) or {}).get("derived_from", [])
        for entry in proving(rule, folded)
        if parse_instant(entry.get("at")) is not None
    ]
    if not proofs:
        return None
    first = min(proofs, key=lambda entry: (parse_instant(entry["at"]), entry["id"]))
    return recorded(first["at"], {"entry": first}, False)


def recorded(at: str, head: Mapping[str, Any], is_ambiguous: bool) -> Recorded | None:
    at_ms = parse_instant(at)
    entry = head["entry"]
    if at_ms is None:
        return None
    precision = head.get("precision") or "exact"
    return Recorded(at_ms, precision, entry.get("basis"), entry.get("error_ms"), is_ambiguous, entry.get("device"))


def proving(rule: Mapping[str, Any], folded: Folded) -> Iterator[Mapping[str, Any]]:
    """Entries that prove a node: the first alert, a finished score, the photo of an ECG."""
    match rule["from"]:
        case "prealert":
            yield from (one["entry"] for one in folded.get("prealerts") or [])
        case "score":
            for name in rule["any_of"]:
                for score in (folded.get("scores") or {}).get(name, []):
                    if str((score.get("result") or {}).get("status")).startswith("complete"):
                        yield score["entry"]
        case "media":
            yield from (one["entry"] for one in folded.get("media") or [] if one.get("purpose") == rule["purpose"])


def milliseconds(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(milliseconds=1)
