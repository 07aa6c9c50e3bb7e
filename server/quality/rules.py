"""Quality indicators over many encounters. Pure; one interval is server/pathways/rules.py's.

A missing node gives no interval (counted as missing, never as success); a negative one is an error of data and is never
counted as success either. The clock's error travels beside the minutes: an interval is `unsure` where it could lie on
the other side of its target, and one under ten minutes whose clocks were never compared is left out (`unchecked`).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from server.pathways.recorded import Recorded, recorded_at
from server.pathways.rules import interval_minutes, is_within
from server.quality.shares import share_of_one, share_statistics

Indicator = Mapping[str, Any]
Measured = Mapping[str, Sequence[float]]

# Indicators of this word are those of encounters that belong to an incident, whatever their pathway.
INCIDENTS = "mci"
INCIDENT_ENCOUNTERS = f"encounters:{INCIDENTS}"

# Below this the clocks of two devices must have been compared before the interval says anything.
CLOCKS_COMPARED_BELOW_MINUTES = 10
# Smaller errors of clocks are the rule and are not listed.
LISTED_ERROR_SECONDS = 1.0


def interval_indicators(indicators: Iterable[Indicator], pathway: str | None) -> list[Indicator]:
    """The indicators with an interval, of a pathway, in the catalogue's order."""
    return [one for one in indicators_of(indicators, pathway) if one["kind"] == "interval"]


def indicators_of(indicators: Iterable[Indicator], pathway: str | None) -> list[Indicator]:
    """The indicators of a pathway and those of all, in the catalogue's order; of incidents only their own."""
    words = (pathway,) if pathway == INCIDENTS else (pathway, "common")
    wanted = [one for one in indicators if one.get("pathway") in words]
    return sorted(wanted, key=lambda indicator: (indicator.get("order") or 0, indicator["id"]))


def indicators_for(indicators: Iterable[Indicator], folded: Mapping[str, Any]) -> list[Indicator]:
    """What is measured of one encounter."""
    listed = list(indicators)
    incident = indicators_of(listed, INCIDENTS) if folded.get("incident") else []
    return [*indicators_of(listed, folded["pathway"]), *incident]


def keys_of(indicator: Indicator) -> tuple[list[str], list[str]]:
    """Names of the values that are kept of an indicator: those that most patients have, and those that few have."""
    id_ = indicator["id"]
    share = [f"{id_}:share"] if "rule" in indicator else []
    if indicator["kind"] != "interval":
        return share, []
    return [id_, *share], [f"{id_}:unmeasured", f"{id_}:error", f"{id_}:unsure", f"{id_}:unchecked"]


def measurements(
    indicators: Iterable[Indicator], folded: Mapping[str, Any], time_nodes: Mapping[str, Any]
) -> dict[str, float]:
    """The values of one encounter by `keys_of`; a negative interval is kept as it is."""
    found = {INCIDENT_ENCOUNTERS: 1.0} if folded.get("incident") else {}
    for indicator in indicators:
        if indicator["kind"] == "interval":
            found |= measured_interval(indicator, folded, time_nodes)
        if "rule" in indicator:
            share = share_of_one(indicator["rule"], folded, time_nodes)
            found |= {} if share is None else {f"{indicator['id']}:share": share}
    return found


def measured_interval(
    indicator: Indicator, folded: Mapping[str, Any], time_nodes: Mapping[str, Any]
) -> dict[str, float]:
    """Minutes between the indicator's nodes with what its clocks make doubtful; nothing where an end is missing."""
    interval = interval_minutes(folded, indicator["from_node"], indicator["to_node"], time_nodes)
    if interval["status"] == "missing":
        return {}
    id_, minutes, target = indicator["id"], interval["minutes"], indicator["target_minutes"]
    ends = [recorded_at(folded, indicator[end], time_nodes) for end in ("from_node", "to_node")]
    if not are_clocks_compared(ends):
        is_short = target is not None and target < CLOCKS_COMPARED_BELOW_MINUTES
        return {f"{id_}:unchecked": minutes} if is_short else {id_: minutes, f"{id_}:unmeasured": minutes}
    found = {id_: minutes}
    error_ms = interval["error_ms"]
    if error_ms is None:
        return found
    if error_ms >= LISTED_ERROR_SECONDS * 1000:
        found[f"{id_}:error"] = error_ms / 1000
    error_minutes = error_ms / 60_000
    if minutes >= 0 and target is not None and crosses_target(indicator, minutes, error_minutes):
        found[f"{id_}:unsure"] = error_minutes
    return found


def are_clocks_compared(ends: Sequence[Recorded | None]) -> bool:
    """Whether both times are on one clock: each compared with the hub's or told by a person, or both of one device."""
    unmeasured = [end for end in ends if end is not None and end.basis == "unmeasured"]
    devices = {end.device for end in unmeasured}
    return not unmeasured or (len(unmeasured) == len(ends) and len(devices) == 1 and None not in devices)


def crosses_target(indicator: Indicator, minutes: float, error_minutes: float) -> bool:
    verdicts = {is_within(indicator, max(0.0, minutes + shift)) for shift in (-error_minutes, 0.0, error_minutes)}
    return len(verdicts) > 1


def count_within(indicator: Indicator, usable: Sequence[float], target: float | None = None) -> int:
    """How many intervals meet the target (or another one); `usable` are sorted and none is negative."""
    limit = indicator.get("target_minutes") if target is None else target
    if limit is None:
        return 0
    count = bisect_left if indicator.get("comparison") == "<" else bisect_right
    return max(0, count(usable, limit) - bisect_left(usable, indicator.get("earliest_minutes") or 0))


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The value below which a share of the others lies, interpolated between neighbours; None of nothing."""
    if not ordered:
        return None
    position = (len(ordered) - 1) * share
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def statistics(indicator: Indicator, values: Measured, encounters: int) -> dict[str, Any]:
    """One indicator over many encounters; `values` by `keys_of`."""
    named = {
        "indicator": indicator["id"],
        "kind": indicator["kind"],
        "label": indicator["label"],
        "certainty": indicator.get("certainty"),
    }
    rule = {"share": share_statistics(indicator, list(values.get(f"{indicator['id']}:share", ())))}
    if indicator["kind"] != "interval":
        return {**named, **rule["share"]}
    found = {**named, **interval_statistics(indicator, values.get(indicator["id"], ()), encounters)}
    unchecked = len(values.get(f"{indicator['id']}:unchecked", ()))
    found["missing"] -= unchecked
    return {**found, "clock": clock_statistics(indicator["id"], values), **(rule if "rule" in indicator else {})}


def clock_statistics(id_: str, values: Measured) -> dict[str, Any]:
    """What clocks make doubtful: intervals on clocks never compared, those left out for it, those near a target."""
    errors = values.get(f"{id_}:error", ())
    return {
        "unmeasured": len(values.get(f"{id_}:unmeasured", ())),
        "unchecked": len(values.get(f"{id_}:unchecked", ())),
        "unsure": len(values.get(f"{id_}:unsure", ())),
        "over_one_second": len(errors),
        "largest_error_seconds": round(max(errors), 1) if errors else None,
    }


def interval_statistics(indicator: Indicator, minutes: Sequence[float], encounters: int) -> dict[str, Any]:
    """Minutes of one indicator. `n` counts usable intervals; missing and negative ones are not among them."""
    ordered = sorted(minutes)  # mostly sorted already
    usable = ordered[bisect_left(ordered, 0) :]
    target = indicator.get("target_minutes")
    within = None if target is None or not usable else count_within(indicator, usable) / len(usable)
    median, p90 = percentile(usable, 0.5), percentile(usable, 0.9)
    found = {
        "from_node": indicator["from_node"],
        "to_node": indicator["to_node"],
        "target_minutes": target,
        "comparison": indicator.get("comparison"),
        "n": len(usable),
        "missing": encounters - len(minutes),
        "negative": len(minutes) - len(usable),
        "negative_means": indicator.get("negative_means"),
        "median_minutes": rounded(median, 2),
        "p90_minutes": rounded(p90, 2),
        "within_target": rounded(within, 4),
        "goals": [
            {
                "minutes": goal,
                "within": rounded(count_within(indicator, usable, goal) / len(usable) if usable else None, 4),
            }
            for goal in indicator.get("goals_minutes", ())
        ],
    }
    if rule := indicator.get("aggregate_rule"):
        found["aggregate"] = {"text": indicator["aggregate"], **aggregate(rule, usable, within)}
    return found


def rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def aggregate(rule: Mapping[str, Any], usable: Sequence[float], within: float | None) -> dict[str, Any]:
    """Whether mean and share together are what is asked for (mean under ten minutes and three quarters within)."""
    if not usable or within is None:
        return {"mean_minutes": None, "is_met": None}
    mean = sum(usable) / len(usable)
    is_mean_met = mean < rule["mean_minutes"] or (rule["comparison"] == "<=" and mean == rule["mean_minutes"])
    return {"mean_minutes": round(mean, 2), "is_met": is_mean_met and within >= rule["share"]}
