"""Scores that add the points of their items: sum, ordinal, reference, weighted sum, and sums with variants."""

from collections.abc import Mapping
from typing import Any

from server.catalogue.score_kinds.answers import Answers, read_answers, same_json
from server.catalogue.score_kinds.conditions import holds
from server.catalogue.score_kinds.decimals import Number, exact, round_half_up, to_number
from server.catalogue.score_kinds.results import Result, band_of, points_in, refusal, without_total

Definition = Mapping[str, Any]


def evaluate_sum(definition: Definition, inputs: Mapping[str, Any]) -> Result:
    """Add the points of all items. A special value without points (NT) forbids the sum; one with some (UN) marks it."""
    rules = definition["evaluation"]
    extra = definition.get("extra_inputs", [])
    answers = read_answers([*definition["items"], *extra], inputs)
    if refused := refusal(answers):
        return refused
    points = item_points(definition["items"], answers, rules)
    shown = grouped(definition["items"], points, rules)
    total = sum(shown.values())
    flags = raised_flags(shown, rules)
    band = band_of(bands_of_total(definition, answers), total, flags)
    result: Result = {"status": "complete", "total": total, "band": band, "item_points": shown}
    return {**result, **flags, **untestable(definition["items"], answers)}


def evaluate_weighted_sum(definition: Definition, inputs: Mapping[str, Any]) -> Result:
    """Weight each item's code, never its raw value, and round the sum."""
    rules = definition["evaluation"]
    answers = read_answers(definition["items"], inputs)
    if refused := refusal(answers):
        return refused
    points = item_points(definition["items"], answers, rules)
    weighted = sum((exact(rules["weights"][name]) * exact(code) for name, code in points.items()), start=exact(0))
    total = round_half_up(weighted, rules["decimals"])
    return {
        "status": "complete",
        "total": to_number(total),
        "band": band_of(definition["bands"], total),
        "item_points": points,
    }


def evaluate_variant(definition: Definition, inputs: Mapping[str, Any]) -> Result:
    """Evaluate the variant that the answers name, else the default one. The variant is part of the result."""
    named = inputs.get(definition["evaluation"]["variant_from"])
    name = definition["default_variant"] if named is None else named
    if not isinstance(name, str) or name not in definition["variants"]:
        return without_total("invalid")
    result = evaluate_sum({**definition["variants"][name], "evaluation": {}}, inputs)
    return {**result, "variant": name} if result["status"] == "complete" else result


def item_points(items: list[Mapping[str, Any]], answers: Answers, rules: Mapping[str, Any]) -> dict[str, Number]:
    """Points by item id, for items that are scored. A value that no band holds breaks the definition, and raises."""
    points: dict[str, Number] = {}
    for item in items:
        if item["id"] in rules.get("not_scored", ()):
            continue
        scored = points_of(item, answers, rules)
        if scored is None:
            raise ValueError(f"item {item['id']!r} has no points for an allowed answer")
        points[item["id"]] = scored
    return points


def points_of(item: Mapping[str, Any], answers: Answers, rules: Mapping[str, Any]) -> Number | None:
    if item["id"] in answers.special:
        counted: Number = answers.special[item["id"]]["counts_as"]
        return counted
    value = answers.values[item["id"]]
    if "options" in item:
        return next((option["points"] for option in item["options"] if same_json(option["value"], value)), None)
    return points_in(bands_of_item(item, answers, rules), value)


def bands_of_item(item: Mapping[str, Any], answers: Answers, rules: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """An item's bands, chosen by other answers where the definition has several scales (NEWS2's SpO2)."""
    for scale in rules.get("scales", {}).get(item["id"], ()):
        if holds(scale["when"], answers.values) is True:
            chosen: list[Mapping[str, Any]] = item[scale["use"]]
            return chosen
    bands: list[Mapping[str, Any]] = item["bands"]
    return bands


def grouped(items: list[Mapping[str, Any]], points: dict[str, Number], rules: Mapping[str, Any]) -> dict[str, Number]:
    """Items of a group count once, with the lowest points of the group (CRAMS: circulation)."""
    shown: dict[str, Number] = {}
    for item in items:
        if item["id"] not in points:
            continue
        group = item.get("group")
        if group is None or rules.get("groups", {}).get(group) != "lowest":
            shown[item["id"]] = points[item["id"]]
        else:
            shown[group] = min(shown.get(group, points[item["id"]]), points[item["id"]])
    return shown


def bands_of_total(definition: Definition, answers: Answers) -> list[Mapping[str, Any]]:
    """The bands of the total; another answer chooses among several sets (GRACE: type of ACS)."""
    chooser = definition["evaluation"].get("band_set_from")
    bands: list[Mapping[str, Any]] = (
        definition["bands"] if chooser is None else definition["band_sets"][answers.values[chooser]]
    )
    return bands


def raised_flags(points: dict[str, Number], rules: Mapping[str, Any]) -> dict[str, bool]:
    return {
        name: any(value == rule["any_item_points"] for value in points.values())
        for name, rule in rules.get("flags", {}).items()
    }


def untestable(items: list[Mapping[str, Any]], answers: Answers) -> Result:
    """The status and the list that stand beside a total in which an item counted without being tested."""
    flagged: Result = {}
    for item in items:
        special = answers.special.get(item["id"])
        if special is not None and special.get("flag"):
            flagged["status"] = "complete_with_untestable"
            flagged.setdefault(special["flag"], []).append(item["id"])
    return flagged
