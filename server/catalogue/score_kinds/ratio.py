"""A quotient of two measured values (shock index)."""

from collections.abc import Mapping
from typing import Any

from server.catalogue.score_kinds.answers import read_answers
from server.catalogue.score_kinds.decimals import exact, round_half_up, to_number
from server.catalogue.score_kinds.results import Result, band_of, refusal, without_total


def evaluate_ratio(definition: Mapping[str, Any], inputs: Mapping[str, Any]) -> Result:
    """Divide; show rounded, but choose the band by the unrounded value. Division by zero is not computable."""
    rules = definition["evaluation"]
    answers = read_answers(definition["items"], inputs)
    if refused := refusal(answers):
        return refused
    divisor = exact(answers.values[rules["denominator"]])
    if divisor == 0:
        return without_total("not_computable")
    quotient = exact(answers.values[rules["numerator"]]) / divisor
    shown = round_half_up(quotient, rules["decimals"])
    banded = quotient if rules["band_on"] == "unrounded" else shown
    return {"status": "complete", "total": to_number(shown), "band": band_of(definition["bands"], banded)}
