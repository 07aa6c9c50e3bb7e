"""Shares: of those patients, how many (ambulances that sent the ECG, patients past the ED). Pure.

An indicator's `rule` names who counts (`among`), which times must be known (`needs`), and what makes a success
(`share`); `among` and `share` are conditions that must all hold:

    {"arrived_by": "ambulance"}      or "walk_in"
    {"recorded": node}               the record has its time
    {"before": [node, other]}        both are recorded, in this order
    {"not_before": [node, other]}    the first is not recorded, or not earlier than the other
    {"answered": {"score": …, "item": …, "is": …}}   the newest of that score has this answer
    {"any": [conditions]}            one of them holds
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from server.catalogue.score_kinds.answers import same_json
from server.pathways.recorded import Folded, recorded_at

Condition = Mapping[str, Any]
Nodes = Mapping[str, Any]

# What a row of the read model says of one patient.
SUCCESS, NO_SUCCESS, NOT_KNOWN = 1.0, 0.0, -1.0


def share_of_one(rule: Mapping[str, Any], folded: Folded, nodes: Nodes) -> float | None:
    """One of the three values for a patient who counts; None for all others."""
    if not all_hold(rule["among"], folded, nodes):
        return None
    if any(recorded_at(folded, node, nodes) is None for node in rule["needs"]):
        return NOT_KNOWN
    return SUCCESS if all_hold(rule["share"], folded, nodes) else NO_SUCCESS


def all_hold(conditions: Iterable[Condition], folded: Folded, nodes: Nodes) -> bool:
    return all(holds(condition, folded, nodes) for condition in conditions)


def holds(condition: Condition, folded: Folded, nodes: Nodes) -> bool:
    ((name, value),) = condition.items()
    return CONDITIONS[name](value, folded, nodes)


def arrived_by(how: str, folded: Folded, _nodes: Nodes) -> bool:
    return (how == "ambulance") == (folded.get("unit") is not None)


def is_recorded(node: str, folded: Folded, nodes: Nodes) -> bool:
    return recorded_at(folded, node, nodes) is not None


def is_before(pair: list[str], folded: Folded, nodes: Nodes) -> bool:
    first, second = (recorded_at(folded, node, nodes) for node in pair)
    return first is not None and second is not None and first.at_ms < second.at_ms


def is_not_before(pair: list[str], folded: Folded, nodes: Nodes) -> bool:
    return not is_recorded(pair[0], folded, nodes) or (
        is_recorded(pair[1], folded, nodes) and not is_before(pair, folded, nodes)
    )


def is_answered(wanted: Mapping[str, Any], folded: Folded, _nodes: Nodes) -> bool:
    heads = (folded.get("scores") or {}).get(wanted["score"]) or []
    return bool(heads) and same_json((heads[-1].get("inputs") or {}).get(wanted["item"]), wanted["is"])


def any_holds(conditions: list[Condition], folded: Folded, nodes: Nodes) -> bool:
    return any(holds(condition, folded, nodes) for condition in conditions)


CONDITIONS: dict[str, Callable[[Any, Folded, Nodes], bool]] = {
    "arrived_by": arrived_by,
    "recorded": is_recorded,
    "before": is_before,
    "not_before": is_not_before,
    "answered": is_answered,
    "any": any_holds,
}


def share_statistics(indicator: Mapping[str, Any], values: list[float]) -> dict[str, Any]:
    """The share over many patients; those of whom a needed time is not known are `missing` and do not count."""
    known = [value for value in values if value != NOT_KNOWN]
    share = sum(known) / len(known) if known else None
    target = indicator.get("target_share")
    return {
        "n": len(known),
        "missing": len(values) - len(known),
        "share": None if share is None else round(share, 4),
        "target_share": target,
        "is_met": None if share is None or target is None else share >= target,
    }
