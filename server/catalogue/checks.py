"""Checks that a schema cannot make: a score that can be evaluated, and references that lead somewhere."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from server.catalogue.evaluate_score import evaluate_score, items_of

Entries = Mapping[str, Mapping[str, Any]]


def score_fault(definition: Mapping[str, Any]) -> str | None:
    """Why a definition must not be used: answers that it allows must never raise, nor give a total without a band."""
    try:
        if gap := band_gap(definition):
            return gap
        empty = evaluate_score(definition, {})
        for answers in trial_answers(definition):
            result = evaluate_score(definition, answers)
            if result["total"] is not None and result["band"] is None:
                return f"the total {result['total']} lies in no band"
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, StopIteration) as error:
        return f"cannot be evaluated: {type(error).__name__}: {error}"
    if empty["status"] != "incomplete":
        return f"no answers give {empty['status']}, and must give incomplete"
    return None


def trial_answers(definition: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Ordinary answers; then with each item left out, and with each of its options, special values and limits."""
    ordinary = first_answers(definition)
    yield ordinary
    for item in [*items_of(definition, {}), *definition.get("extra_inputs", [])]:
        yield {name: value for name, value in ordinary.items() if name != item["id"]}
        options = [option["value"] for option in (*item.get("options", []), *item.get("special_values", []))]
        limits = item.get("hard_range") or {}
        ends = [limits[end] for end in ("min", "max") if limits.get(end) is not None]
        for value in (*options, *ends):
            yield {**ordinary, item["id"]: value}


def first_answers(definition: Mapping[str, Any]) -> dict[str, Any]:
    """An ordinary answer for every item: the first option, false, or the low end of the hard range."""
    answers: dict[str, Any] = {}
    for item in [*items_of(definition, {}), *definition.get("extra_inputs", [])]:
        if item["type"] == "boolean":
            answers[item["id"]] = False
        elif item["type"] == "choice":
            answers[item["id"]] = item["options"][0]["value"]
        elif item["type"] in ("integer", "decimal"):
            answers[item["id"]] = (item.get("hard_range") or {}).get("min") or 0
    return answers


def band_gap(definition: Mapping[str, Any]) -> str | None:
    """Name the first whole total of the range that no band holds, for scores that count in whole steps."""
    limits = definition.get("range") or {}
    bands = definition.get("bands") or []
    if limits.get("step") != 1 or not bands or limits.get("max") is None:
        return None
    for total in range(int(limits["min"]), int(limits["max"]) + 1):
        if not any(band["min"] <= total <= band["max"] for band in bands):
            return f"no band holds a total of {total}"
    return None


def missing_references(folder: str, entry: Mapping[str, Any], known: Mapping[str, Entries]) -> list[str]:
    """References of an entry to things that are not in the catalogue, as `folder/id`."""
    return [f"{kind}/{id_}" for kind, id_ in references(folder, entry) if id_ not in known[kind]]


def references(folder: str, entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(folder, id) of everything that an entry names."""
    if folder == "indicators":
        yield from indicator_references(entry)
    if folder == "symptoms":
        yield "pathways", entry["pathway"]
        yield from parts_references(entry.get("instead", {}))
    if folder == "reasons":
        yield from (("time_nodes", node) for node in entry["about"])
    if folder == "procedures":
        yield from procedure_references(entry)
    if folder == "drugs":
        yield from (("drugs", drug) for drug in entry.get("not_with", []))
        if "checklist" in entry:
            yield "scores", entry["checklist"]
    if folder == "time_nodes":
        for rule in entry.get("derived_from", []):
            yield from (("scores", score) for score in rule.get("any_of", []))
    if folder == "pathways":
        yield from pathway_references(entry)


def indicator_references(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from (("time_nodes", entry[end]) for end in ("from_node", "to_node") if end in entry)
    if "rule" in entry:
        yield from (("time_nodes", node) for node in entry["rule"]["needs"])
        yield from condition_references([*entry["rule"]["among"], *entry["rule"]["share"]])


def condition_references(conditions: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for condition in conditions:
        for name, value in condition.items():
            if name == "recorded":
                yield "time_nodes", value
            elif name in ("before", "not_before"):
                yield from (("time_nodes", node) for node in value)
            elif name == "answered":
                yield "scores", value["score"]
            elif name == "any":
                yield from condition_references(value)


def condition_fault(conditions: Iterable[Any]) -> str | None:
    """Why conditions of a share cannot be evaluated; None when they can."""
    for condition in conditions:
        if not isinstance(condition, Mapping) or len(condition) != 1:
            return f"{condition!r} is not one condition"
        ((name, value),) = condition.items()
        is_right = CONDITION_SHAPES.get(name)
        if is_right is None:
            return f"there is no condition {name!r}; there are {', '.join(CONDITION_SHAPES)}"
        if not is_right(value):
            return f"{name} cannot be {value!r}"
        if name == "any" and (fault := condition_fault(value)):
            return fault
    return None


def is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(one, str) for one in value)


CONDITION_SHAPES: Mapping[str, Callable[[Any], bool]] = {
    "arrived_by": lambda value: value in ("ambulance", "walk_in"),
    "recorded": lambda value: isinstance(value, str),
    "before": is_pair,
    "not_before": is_pair,
    "answered": lambda value: isinstance(value, Mapping) and set(value) == {"score", "item", "is"},
    "any": lambda value: isinstance(value, list) and bool(value),
}


def procedure_references(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "time_node" in entry:
        yield "time_nodes", entry["time_node"]
    if "interval_drug" in entry:
        yield "drugs", entry["interval_drug"]
    yield from (("procedures", part) for part in entry.get("parts", []))


def pathway_references(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for stop in entry["line"]:
        yield "time_nodes", stop["node"]
        if "indicator" in stop:
            yield "indicators", stop["indicator"]
    yield from parts_references(entry)
    for part in ("prehospital", "hospital"):
        yield from (("time_nodes", node) for node in entry["nodes"].get(part, []))
    yield from (("indicators", indicator) for indicator in entry["indicators"])


def parts_references(parts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """References of a pathway's steps, scores, vital signs and procedures; a symptom may have some of its own."""
    folders = {"time_node": "time_nodes", "onset": "time_nodes", "score": "scores", "vitals": "vitals"}
    for step in (*parts.get("steps", []), *parts.get("hospital_steps", [])):
        if step["kind"] in folders:
            yield folders[step["kind"]], step["ref"]
        if "insist_until" in step:
            yield "time_nodes", step["insist_until"]
    for part in ("first", "more"):
        yield from (("scores", score) for score in parts.get("scores", {}).get(part, []))
    yield from (("vitals", field) for field in parts.get("vitals", []))
    yield from (("procedures", procedure) for procedure in parts.get("procedures", []))
