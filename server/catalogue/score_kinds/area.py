"""Burned area: the percentage of each region times the fraction of it that is burned."""

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any

from server.catalogue.score_kinds.answers import Answers, is_number, read_answers
from server.catalogue.score_kinds.decimals import exact, round_half_up, to_number
from server.catalogue.score_kinds.results import Result, band_of, refusal, without_total


def evaluate_area(definition: Mapping[str, Any], inputs: Mapping[str, Any]) -> Result:
    """Add region by region. A region left out is 0 only where somebody says that all were assessed."""
    rules = definition["evaluation"]
    answers = read_answers([*definition["items"], *definition["extra_inputs"]], inputs)
    method = answers.values.get(rules["region_set_from"])
    fractions = read_fractions(definition, answers, method)
    if refused := refusal(answers):
        return refused
    age_years = floor(answers.values[rules["age_from"]])
    if any(rule["method"] == method and age_years < rule["below_years"] for rule in rules["not_for"]):
        return without_total("not_computable")
    percents = region_percents(definition, str(method), age_years)
    area = sum((percents[region] * fraction for region, fraction in fractions.items()), start=Fraction(0))
    total = round_half_up(area, rules["decimals"])
    return {"status": "complete", "total": to_number(total), "band": band_of(definition["bands"], total)}


def read_fractions(definition: Mapping[str, Any], answers: Answers, method: str | None) -> dict[str, Fraction]:
    """Burned fraction by region of the chosen method; faults go to `answers`."""
    given = answers.values.get("fractions")
    regions = definition["regions"].get(method, {})
    if given is None or not regions:
        return {}
    answers.invalid.extend(region for region in given if region not in regions)
    fractions: dict[str, Fraction] = {}
    for region in regions:
        value = given.get(region)
        if value is None:
            if answers.values.get(definition["evaluation"]["assessed_from"]) is not True:
                answers.missing.append(region)
        elif is_number(value) and 0 <= value <= 1:
            fractions[region] = exact(value)
        else:
            answers.invalid.append(region)
    return fractions


def region_percents(definition: Mapping[str, Any], method: str, age_years: int) -> dict[str, Fraction]:
    """Percent of the body by region; in young children the head is larger and the legs smaller."""
    rule = definition["evaluation"]["child_adjust"]
    percents = {region: exact(percent) for region, percent in definition["regions"][method].items()}
    if method not in rule["applies_to"] or age_years >= rule["below_years"]:
        return percents
    for region, per_year in rule["percent_per_missing_year"].items():
        percents[region] += exact(per_year) * (rule["below_years"] - age_years)
    return percents
