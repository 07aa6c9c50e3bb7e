"""Read answers strictly: what is not exactly an allowed value is invalid, what is null or absent is missing.

A string "4" is not 4, `true` is not 1, and 6.0 is not the integer 6: a form that sends such things is broken, and a
broken form must never score a patient.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from server.catalogue.score_kinds.decimals import decimals_of, exact, round_half_up

Item = Mapping[str, Any]


@dataclass
class Answers:
    """The checked answers: usable values by item id, and the ids of all others by what is wrong with them."""

    values: dict[str, Any] = field(default_factory=dict)
    special: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    invalid: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def is_number(value: object) -> bool:
    """A finite int or float; booleans are not numbers here, although Python says so."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value)


def is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def same_json(left: object, right: object) -> bool:
    """Equal as JSON values: 1, 1.0 and true are three different answers."""
    return type(left) is type(right) and left == right


def is_allowed(item: Item, value: object) -> bool:
    """Whether a value that is present fits the item's type, options and hard range."""
    match item["type"]:
        case "boolean":
            return isinstance(value, bool)
        case "choice":
            return any(same_json(option["value"], value) for option in item["options"])
        case "integer":
            return is_integer(value) and in_hard_range(item, value)
        case "decimal":
            return (is_number(value) or isinstance(value, Fraction)) and in_hard_range(item, value)
        case "map":
            return isinstance(value, Mapping)
        case "list":
            return isinstance(value, list)
    return False


def in_hard_range(item: Item, value: Any) -> bool:
    limits = item.get("hard_range")
    if limits is None:
        return True
    low, high = limits.get("min"), limits.get("max")
    return (low is None or value >= low) and (high is None or value <= high)


def special_value(item: Item, value: object) -> Mapping[str, Any] | None:
    """The entry of `special_values` (UN, NT, AIS 9) that the answer names, if any."""
    for special in item.get("special_values", ()):
        if same_json(special["value"], value):
            found: Mapping[str, Any] = special
            return found
    return None


def given(inputs: Mapping[str, Any], item: Item) -> Any:
    """The answer to an item, taken from its other unit where only that was given. None if there is no answer."""
    value = inputs.get(item["id"])
    other = item.get("alternative_unit")
    if value is None and other is not None and is_number(inputs.get(other["field"])):
        return exact(inputs[other["field"]]) / exact(other["divide_by"])
    if value is None and other is not None:
        return inputs.get(other["field"])
    return value


def comparable(item: Item, value: Any) -> Any:
    """The value as bands compare it: rounded to the item's precision where it states one."""
    if item.get("precision") is None or not is_number(value):
        return value
    return round_half_up(exact(value), decimals_of(item["precision"]))


def read_answers(items: Iterable[Item], inputs: Mapping[str, Any]) -> Answers:
    """Check every item's answer. Fields that no item names are ignored."""
    answers = Answers()
    for item in items:
        value = given(inputs, item)
        special = special_value(item, value)
        if value is None:
            if is_required(item, inputs):
                answers.missing.append(item["id"])
        elif special is not None:
            answers.special[item["id"]] = special
        elif is_allowed(item, value):
            answers.values[item["id"]] = comparable(item, value)
        else:
            answers.invalid.append(item["id"])
    return answers


def is_required(item: Item, inputs: Mapping[str, Any]) -> bool:
    """Required always, or only while another answer is true (INR with an anticoagulant)."""
    condition = item.get("required_if")
    return bool(item.get("required")) or (condition is not None and inputs.get(condition) is True)
