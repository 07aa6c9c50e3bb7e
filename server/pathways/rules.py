"""What a pathway makes of a folded encounter: intervals, stations, the next step, the onset timer.

Pure: the folded record (docs/record.md), the catalogue's definitions and `now` come in as arguments. An interval is
computed from corrected instants; a missing end or a negative value is a reason, never a number. Twin:
`pwa/src/pathways/rules.ts`; both run `tests/vectors/pathways`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from server.encounters.folding.instants import format_instant
from server.pathways.recorded import Folded, Recorded, milliseconds, recorded_at

Definition = Mapping[str, Any]
Definitions = Mapping[str, Definition]
Answer = dict[str, Any]

MS_PER_MINUTE = 60_000
# A step that somebody said is not coming any more; a delayed one still is.
GIVEN_UP = ("not_done", "aborted")


def interval_minutes(folded: Folded, from_node: str, to_node: str, time_nodes: Definitions | None = None) -> Answer:
    """Minutes between two nodes as `{status: "ok", minutes, error_ms, precision}`, or the reason why there are none.

    `error_ms` adds the clocks' errors of both ends; null when one of them was stated or never measured. Minutes have
    fractions: floor them only to show them. `{status: "negative"}` is a data error and never counts as a success.
    """
    start = recorded_at(folded, from_node, time_nodes)
    end = recorded_at(folded, to_node, time_nodes)
    if start is None or end is None:
        missing = [node for node, found in ((from_node, start), (to_node, end)) if found is None]
        return {"status": "missing", "missing": missing}
    minutes = (end.at_ms - start.at_ms) / MS_PER_MINUTE
    errors = (start.error_ms, end.error_ms)
    error_ms = None if None in errors else sum(error for error in errors if error is not None)
    precision = "estimated" if "estimated" in (start.precision, end.precision) else "exact"
    status = "negative" if minutes < 0 else "ok"
    return {"status": status, "minutes": minutes, "error_ms": error_ms, "precision": precision}


def evaluate_indicator(indicator: Definition, folded: Folded, time_nodes: Definitions | None = None) -> Answer:
    """An interval with its target: adds `target_minutes` and `is_within` (null without a target or a value)."""
    interval = interval_minutes(folded, indicator["from_node"], indicator["to_node"], time_nodes)
    target = indicator["target_minutes"]
    has_value = interval["status"] == "ok" and target is not None
    return {
        **interval,
        "target_minutes": target,
        "is_within": is_within(indicator, interval["minutes"]) if has_value else None,
    }


def is_within(indicator: Definition, minutes: float) -> bool:
    """Whether minutes that are not negative meet an indicator's target, and are not earlier than it allows."""
    target: float = indicator["target_minutes"]
    is_early_enough = minutes < target if indicator.get("comparison") == "<" else minutes <= target
    return is_early_enough and minutes >= (indicator.get("earliest_minutes") or 0)


def stations(
    pathway: Definition,
    folded: Folded,
    now: datetime,
    *,
    indicators: Definitions,
    time_nodes: Definitions,
    shown: str = "hospital",
) -> list[Answer]:
    """The line of stations, in order; `shown` is "phone" for the short line, "hospital" for the whole one.

    A station is `done`, `next` (the first one open after the last done), `late` (open, and its target has run out) or
    `todo`; `given_up` when somebody recorded that it is not done or was broken off. `is_next` says which one is next
    although it is late. `expected_at` is the arrival that the crew announced. `why` is the newest reason recorded.
    """
    stops = [stop for stop in pathway["line"] if shown == "hospital" or stop["shown"] == "both"]
    stops = [stop for stop in stops if stop["node"] in time_nodes]
    found = [recorded_at(folded, stop["node"], time_nodes) for stop in stops]
    last_done = max((place for place, recorded in enumerate(found) if recorded is not None), default=-1)
    open_after = (
        place for place in range(last_done + 1, len(stops)) if not is_given_up(folded, stops[place]["node"], time_nodes)
    )
    next_place = next(open_after, None)
    now_ms = milliseconds(now)
    return [
        station(stop, recorded, folded, now_ms, is_next=place == next_place, indicators=indicators, nodes=time_nodes)
        for place, (stop, recorded) in enumerate(zip(stops, found, strict=True))
    ]


def station(
    stop: Definition,
    recorded: Recorded | None,
    folded: Folded,
    now_ms: int,
    *,
    is_next: bool,
    indicators: Definitions,
    nodes: Definitions,
) -> Answer:
    """One station of the line."""
    node = nodes[stop["node"]]
    indicator = indicators.get(stop.get("indicator", ""))
    due_ms = due_at_ms(indicator, folded, nodes)
    taken = None if indicator is None else evaluate_indicator(indicator, folded, nodes)
    why = deviation(folded, stop["node"])
    is_open = recorded is None
    is_dropped = is_open and why is not None and why["state"] in GIVEN_UP
    is_late = is_open and not is_dropped and due_ms is not None and now_ms > due_ms
    return {
        "node": stop["node"],
        "label": node["label"],
        "short": node["short"],
        "state": open_state(is_dropped, is_late, is_next) if is_open else "done",
        "is_next": is_next,
        "at": format_instant(recorded.at_ms) if recorded else None,
        "precision": recorded.precision if recorded else None,
        "basis": recorded.basis if recorded else None,
        "expected_at": expected_at(stop, folded) if is_open else None,
        "target_minutes": indicator["target_minutes"] if indicator else None,
        "due_at": format_instant(due_ms),
        "minutes": taken["minutes"] if taken and taken["status"] == "ok" else None,
        "is_within": taken["is_within"] if taken else None,
        "why": why,
    }


def open_state(is_dropped: bool, is_late: bool, is_next: bool) -> str:
    if is_dropped:
        return "given_up"
    return "late" if is_late else "next" if is_next else "todo"


def deviation(folded: Folded, node: str) -> Answer | None:
    """Why a step was not done, came late or was broken off, as `{state, reason, text}`: the newest; or None."""
    said = [one for one in folded.get("assessments") or [] if one.get("about") == "step" and one.get("node") == node]
    if not said:
        return None
    newest = said[-1]
    return {"state": newest.get("state"), "reason": newest.get("reason"), "text": newest.get("text")}


def is_given_up(folded: Folded, node: str, time_nodes: Definitions) -> bool:
    """Whether a node is not coming any more: said so, and no time was recorded for it."""
    why = deviation(folded, node)
    return why is not None and why["state"] in GIVEN_UP and recorded_at(folded, node, time_nodes) is None


def due_at_ms(indicator: Definition | None, folded: Folded, time_nodes: Definitions) -> int | None:
    """When an indicator's target runs out: its start plus the target, once the start is recorded."""
    if indicator is None or indicator["target_minutes"] is None:
        return None
    start = recorded_at(folded, indicator["from_node"], time_nodes)
    target: int = indicator["target_minutes"]
    return None if start is None else start.at_ms + target * MS_PER_MINUTE


def expected_at(stop: Definition, folded: Folded) -> str | None:
    destination = folded.get("destination") or {}
    eta: str | None = destination.get("eta_at")
    return eta if stop.get("expected_from") == "destination" else None


def with_symptom(pathway: Definition, symptom: Definition | None) -> Definition:
    """The pathway with the steps, scores, vital signs and procedures that a symptom puts in the place of its own."""
    if symptom is None or symptom["pathway"] != pathway["id"]:
        return pathway
    return {**pathway, **symptom.get("instead", {})}


def next_step(pathway: Definition, folded: Folded, time_nodes: Definitions, *, side: str = "phone") -> Answer | None:
    """The first open step, as `{kind, ref, label}`; None when all is done.

    A step before the last time that was recorded is not offered again: a crew that skipped it has gone on. Those that
    must not be lost (hospital, alert, last known well) are offered until the node that they name in `insist_until`.
    """
    steps = pathway["steps"] if side == "phone" else pathway["hospital_steps"]
    done = [is_step_done(step, folded, time_nodes) for step in steps]
    passed = max((place for place, step in enumerate(steps) if is_reached(step, folded, time_nodes)), default=-1)
    for place, step in enumerate(steps):
        until = step.get("insist_until")
        is_insisted = until is not None and recorded_at(folded, until, time_nodes) is None
        if not done[place] and (place > passed or is_insisted):
            return {"kind": step["kind"], "ref": step["ref"], "label": step["label"]}
    return None


def is_reached(step: Definition, folded: Folded, time_nodes: Definitions) -> bool:
    """Whether a step is a time that was recorded, so that the crew has gone past those before it."""
    return step["kind"] == "time_node" and recorded_at(folded, step["ref"], time_nodes) is not None


def is_step_done(step: Definition, folded: Folded, time_nodes: Definitions) -> bool:
    """Whether the record already has what a step asks for."""
    ref = step["ref"]
    vitals = folded.get("vitals") or {}
    match step["kind"]:
        case "time_node":
            return recorded_at(folded, ref, time_nodes) is not None or is_given_up(folded, ref, time_nodes)
        case "onset":
            return folded.get("onset") is not None
        case "score":
            return bool((folded.get("scores") or {}).get(ref))
        case "vitals":
            return ref in (vitals.get("latest") or {}) or ref in (vitals.get("not_measurable") or {})
        case "media":
            return any(entry.get("purpose") == ref for entry in folded.get("media") or [])
        case kind:
            return folded.get(kind) is not None


def onset_timer(pathway: Definition, folded: Folded, now: datetime) -> Answer:
    """The running time since last known well, onset or injury, or the reason why there is none.

    `{state: "running", node, at, minutes, precision, window_minutes, remaining_minutes}`; a window (lysis) exists only
    where the pathway names one for exactly that node. `{state: "none", reason: unknown | wake_up | missing}`: an
    unknown time is not zero. `{state: "data_error", reason: "future"}`: the stated time lies after now.
    """
    rule = pathway["onset_timer"]
    onset = folded.get("onset")
    if onset is not None and onset["state"] in ("unknown", "wake_up"):
        return {"state": "none", "reason": onset["state"]}
    node = next((node for node in rule["from"] if recorded_at(folded, node) is not None), None)
    start = None if node is None else recorded_at(folded, node)
    if node is None or start is None:
        return {"state": "none", "reason": "missing"}
    minutes = (milliseconds(now) - start.at_ms) / MS_PER_MINUTE
    if minutes < 0:
        return {"state": "data_error", "reason": "future", "node": node, "at": format_instant(start.at_ms)}
    window = rule["window"] if rule["window"] and rule["window"]["node"] == node else None
    return {
        "state": "running",
        "node": node,
        "at": format_instant(start.at_ms),
        "minutes": minutes,
        "precision": start.precision,
        "window_minutes": window["minutes"] if window else None,
        "remaining_minutes": max(0.0, window["minutes"] - minutes) if window else None,
    }
