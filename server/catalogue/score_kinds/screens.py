"""Screens: one positive sign is enough to alert, but only complete answers give a result."""

from collections.abc import Mapping
from typing import Any

from server.catalogue.score_kinds.answers import read_answers
from server.catalogue.score_kinds.results import Result, band_of, refusal, without_total


def evaluate_screen(definition: Mapping[str, Any], inputs: Mapping[str, Any]) -> Result:
    """Count positive signs. With signs missing there is no total, yet a positive one already raises the flag."""
    rules = definition["evaluation"]
    answers = read_answers(definition["items"], inputs)
    positive = sum(1 for value in answers.values.values() if value is True)
    is_positive = positive >= rules["positive_from"]
    if refused := refusal(answers):
        return {**refused, rules["flag"]: True} if is_positive and not answers.invalid else refused
    return {
        "status": "complete",
        "total": positive,
        "band": band_of(definition["bands"], positive),
        rules["flag"]: is_positive,
    }


def evaluate_three_way_screen(definition: Mapping[str, Any], inputs: Mapping[str, Any]) -> Result:
    """A decisive view is enough, even with others missing; all clear needs all views."""
    rules = definition["evaluation"]
    answers = read_answers(definition["items"], inputs)
    views = list(answers.values.values())
    if answers.invalid:
        return without_total("invalid")
    if rules["decisive"] in views:
        return without_total("complete", result=rules["decisive"])
    if refused := refusal(answers):
        return refused
    is_clear = all(view == rules["clear"] for view in views)
    return without_total("complete", result=rules["clear"] if is_clear else rules["otherwise"])
