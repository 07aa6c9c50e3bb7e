"""Scores that start high and lose a point for every finding (ASPECTS)."""

from collections.abc import Mapping
from typing import Any

from server.catalogue.score_kinds.answers import read_answers
from server.catalogue.score_kinds.results import Result, band_of, refusal


def evaluate_subtraction(definition: Mapping[str, Any], inputs: Mapping[str, Any]) -> Result:
    """Subtract for each affected region. A region that nobody looked at leaves the score incomplete."""
    rules = definition["evaluation"]
    answers = read_answers(definition["items"], inputs)
    if refused := refusal(answers):
        return refused
    affected = sum(1 for value in answers.values.values() if value is True)
    total = rules["start"] - rules["per_affected_region"] * affected
    return {"status": "complete", "total": total, "band": band_of(definition["bands"], total)}
