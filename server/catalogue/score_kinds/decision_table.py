"""Decision tables in three-valued logic (START, JumpSTART, SALT): a category, never a number."""

from collections.abc import Mapping
from typing import Any

from server.catalogue.score_kinds.answers import read_answers
from server.catalogue.score_kinds.conditions import Known, Truth, holds
from server.catalogue.score_kinds.results import Result, without_total


def evaluate_decision_table(definition: Mapping[str, Any], inputs: Mapping[str, Any]) -> Result:
    """The first row that holds decides. A row that might hold stops with incomplete: guessing could skip it wrongly."""
    answers = read_answers(definition["items"], inputs)
    if answers.invalid:
        return without_total("invalid", category=None)
    known = {**answers.values, **derived_values(definition["evaluation"]["derived"], answers.values)}
    for row in definition["decision_table"]["rows"]:
        truth = holds(row["when"], known)
        if truth is None:
            return without_total("incomplete", category=None)
        if truth:
            return without_total("complete", category=row["then"])
    return without_total("incomplete", category=None)


def derived_values(rules: Mapping[str, Any], known: Known) -> dict[str, Truth]:
    return {name: derived_value(rule, known) for name, rule in rules.items()}


def derived_value(rule: Mapping[str, Any], known: Known) -> Truth:
    """`value` if any condition holds; its opposite once enough is known; otherwise unknown."""
    truths = [holds(condition, known) for condition in rule["if_any"]]
    value: bool = rule["value"]
    if any(truth is True for truth in truths):
        return value
    are_known = [truth is not None for truth in truths]
    enough = all(are_known) if rule["else_needs"] == "all_known" else any(are_known)
    return not value if enough else None
