"""Triage by the most severe of several indicators. Missing data never produce the mildest level."""

from collections.abc import Mapping
from typing import Any

from server.catalogue.score_kinds.answers import read_answers
from server.catalogue.score_kinds.conditions import part_holds
from server.catalogue.score_kinds.results import Result, without_total


def evaluate_levels(definition: Mapping[str, Any], inputs: Mapping[str, Any]) -> Result:
    """The lowest level number of all indicators. While one is missing, only a provisional level is shown."""
    rules = definition["evaluation"]
    answers = read_answers(definition["items"], inputs)
    if answers.invalid:
        return without_total("invalid", level=None)
    levels = [level_of(rules, name, value) for name, value in answers.values.items()]
    most_severe = min(levels, default=None)
    if answers.missing:
        return without_total("incomplete", level=None, provisional_level=most_severe)
    return without_total("complete", level=most_severe)


def level_of(rules: Mapping[str, Any], name: str, value: Any) -> int:
    """The most severe level whose range holds the value; ranges that share an end point belong to the more severe."""
    matching = [
        int(level)
        for level, ranges in rules["levels"].get(name, {}).items()
        if any(part_holds(limits, value) is True for limits in ranges)
    ]
    default: int = rules["default_level"]
    return min(matching, default=default)
