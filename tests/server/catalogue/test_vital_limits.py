"""The limits of vital signs, by the vectors that the phone runs too."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from server.catalogue import Catalogue
from server.catalogue.vital_limits import age_in_years, alarm_of, alarms, check_value, pair_problem

ROOT = Path(__file__).parents[3]
VITALS = Catalogue.load(ROOT / "static/catalogue").vitals
VECTORS = json.loads((ROOT / "tests/vectors/vital_limits/limits.json").read_text("utf-8"))


def named(part: str) -> list[Any]:
    return [pytest.param(vector, id=vector["name"]) for vector in VECTORS[part]]


@pytest.mark.parametrize("vector", named("checks"))
def test_a_value_is_fine_asked_about_or_refused(vector: dict[str, Any]) -> None:
    assert check_value(VITALS[vector["field"]], vector["value"]) == vector["expected"]


@pytest.mark.parametrize("vector", named("alarms"))
def test_only_an_adults_value_beyond_the_limit_alarms(vector: dict[str, Any]) -> None:
    assert alarm_of(VITALS[vector["field"]], vector["value"], vector["age_years"]) == vector["expected"]


def test_alarms_are_listed_by_field_for_fields_that_are_known() -> None:
    values = {"sbp": 84, "hr": 128, "spo2": 96, "mood": 3}
    assert alarms(VITALS, values, 40) == {"sbp": "low", "hr": "high"}
    assert alarms(VITALS, values, None) == {}


@pytest.mark.parametrize("vector", named("pairs"))
def test_a_systolic_pressure_lies_above_the_diastolic(vector: dict[str, Any]) -> None:
    assert pair_problem(VITALS, vector["values"]) == vector["expected"]


@pytest.mark.parametrize("vector", named("ages"))
def test_an_age_is_completed_years(vector: dict[str, Any]) -> None:
    assert age_in_years(vector["birth_date"], date.fromisoformat(vector["today"])) == vector["expected"]
