"""Checklists of contraindications. The result is what was found, never "give"."""

from collections.abc import Mapping
from typing import Any

from server.catalogue.score_kinds.answers import Answers, read_answers
from server.catalogue.score_kinds.conditions import Known, any_holds
from server.catalogue.score_kinds.results import Result, without_total


def evaluate_checklist(definition: Mapping[str, Any], inputs: Mapping[str, Any]) -> Result:
    """Absolute exclusion, then not indicated, then incomplete, then relative caution, then no exclusion found.

    One absolute exclusion is decisive although other answers are missing; an invalid answer never is.
    """
    rules = definition["evaluation"]
    answers = read_answers(definition["items"], inputs)
    ticks = read_ticks(definition, inputs.get("answers"), answers)
    if answers.invalid:
        return without_total("invalid", result=None)
    known = answers.values
    absolute = triggered(definition["absolute"], ticks, rules["absolute_when"], known)
    if absolute:
        return without_total("complete", result="absolute_exclusion", triggered=absolute)
    if any_holds(rules["not_indicated_when"], known):
        return without_total("complete", result="not_indicated")
    if answers.missing or any_holds(rules["incomplete_when"], known):
        return without_total("incomplete", result=None)
    relative = triggered(definition["relative"], ticks, rules["relative_when"], known)
    if relative:
        return without_total("complete", result="relative_caution", triggered=relative)
    return without_total("complete", result="no_exclusion_found")


def read_ticks(definition: Mapping[str, Any], given: object, answers: Answers) -> dict[str, bool]:
    """The yes/no answers. A tick that the list does not know is invalid: it may be from another version of the list."""
    names = [entry["id"] for entry in (*definition["absolute"], *definition["relative"])]
    if given is None:
        answers.missing.append("answers")
        return {}
    if not isinstance(given, Mapping):
        answers.invalid.append("answers")
        return {}
    answers.invalid.extend(name for name in given if name not in names)
    answers.missing.extend(name for name in names if given.get(name) is None)
    answers.invalid.extend(name for name in names if given.get(name) is not None and not isinstance(given[name], bool))
    return {name: given[name] for name in names if isinstance(given.get(name), bool)}


def triggered(
    entries: list[Mapping[str, Any]], ticks: Mapping[str, bool], measured: list[Mapping[str, Any]], known: Known
) -> list[str]:
    """Ids of ticked entries and of measured values that lie beyond their limit."""
    ticked = [entry["id"] for entry in entries if ticks.get(entry["id"]) is True]
    return ticked + [rule["id"] for rule in measured if any_holds(rule["any"], known)]
