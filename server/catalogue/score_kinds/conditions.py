"""Conditions in three-valued logic: true, false, or unknown because an answer is missing.

A condition is `{"rr": {"gt": 30}, "can_walk": false}`: all its parts must hold. Operators: `gt gte lt lte in`.
"""

from collections.abc import Mapping
from typing import Any

from server.catalogue.score_kinds.answers import same_json
from server.catalogue.score_kinds.decimals import exact
from server.catalogue.score_kinds.results import Comparable

Truth = bool | None
Known = Mapping[str, Any]


def holds(condition: Mapping[str, Any], known: Known) -> Truth:
    """False if any part is false, else None if any part is unknown, else True."""
    truths = [part_holds(expected, known.get(name)) for name, expected in condition.items()]
    if any(truth is False for truth in truths):
        return False
    return None if any(truth is None for truth in truths) else True


def part_holds(expected: Any, value: Any) -> Truth:
    if value is None:
        return None
    if not isinstance(expected, Mapping):
        return same_json(expected, value)
    return all(compare(operator, value, limit) for operator, limit in expected.items())


def compare(operator: str, value: Any, limit: Any) -> bool:
    if operator == "in":
        return any(same_json(value, one) for one in limit)
    left: Comparable = value if not isinstance(value, int | float) else exact(value)
    right = exact(limit)
    match operator:
        case "gt":
            return left > right
        case "gte":
            return left >= right
        case "lt":
            return left < right
        case "lte":
            return left <= right
    raise ValueError(f"unknown operator {operator!r} in a condition")


def any_holds(conditions: list[Mapping[str, Any]], known: Known) -> bool:
    """Whether one of the conditions is certainly true."""
    return any(holds(condition, known) is True for condition in conditions)
