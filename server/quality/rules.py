"""Quality indicators over many encounters. Pure; one interval is server/pathways/rules.py's.

A missing node gives no interval (counted as missing, never as
success); a negative one is an error of data and is never counted as success either.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.pathways.rules import interval_minutes


def interval_indicators(indicators: Iterable[Mapping[str, Any]], pathway: str | None) -> list[Mapping[str, Any]]:
    """The interval indicators of a pathway, in the catalogue's order."""
    wanted = [i for i in indicators if i.get("kind") == "interval" and i.get("pathway") in (pathway, "common")]
    return sorted(wanted, key=lambda indicator: (indicator.get("order") or 0, indicator["id"]))


def measured_minutes(
    indicators: Iterable[Mapping[str, Any]], folded: Mapping[str, Any], time_nodes: Mapping[str, Any]
) -> dict[str, float]:
    """Indicator id -> minutes between its nodes, where both are known; a negative interval is kept as it is."""
    found = {i["id"]: interval_minutes(folded, i["from_node"], i["to_node"], time_nodes) for i in indicators}
    return {indicator: interval["minutes"] for indicator, interval in found.items() if interval["status"] != "missing"}


def count_within(indicator: Mapping[str, Any], usable: Sequence[float]) -> int:
    """How many intervals meet the target; `usable` are sorted and none is negative."""
    target = indicator.get("target_minutes")
    if target is None:
        return 0
    count = bisect_left if indicator.get("comparison") == "<" else bisect_right
    return count(usable, target)


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The value below which a share of the others lies, interpolated between neighbours; None of nothing."""
    if not ordered:
        return None
    position = (len(ordered) - 1) * share
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def interval_statistics(indicator: Mapping[str, Any], minutes: Sequence[float], encounters: int) -> dict[str, Any]:
    """One indicator over many encounters. `n` counts usable intervals; missing and negative ones are not among them."""
    ordered = sorted(minutes)  # mostly sorted already
    usable = ordered[bisect_left(ordered, 0) :]
    target = indicator.get("target_minutes")
    within = count_within(indicator, usable)
    median, p90 = percentile(usable, 0.5), percentile(usable, 0.9)
    return {
        "indicator": indicator["id"],
        "label": indicator["label"],
        "from_node": indicator["from_node"],
        "to_node": indicator["to_node"],
        "target_minutes": target,
        "comparison": indicator.get("comparison"),
        "n": len(usable),
        "missing": encounters - len(minutes),
        "negative": len(minutes) - len(usable),
        "median_minutes": None if median is None else round(median, 2),
        "p90_minutes": None if p90 is None else round(p90, 2),
        "within_target": None if target is None or not usable else round(within / len(usable), 4),
    }
