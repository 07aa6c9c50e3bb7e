"""Dose rules: the public vectors, and what must not be computed."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.treatments.rules import dose_of, dose_problems, excess_of

ROOT = Path(__file__).resolve().parents[3]
DRUGS = {path.stem: json.loads(path.read_text("utf-8")) for path in (ROOT / "static/catalogue/drugs").glob("*.json")}
FILES = [json.loads(path.read_text("utf-8")) for path in sorted((ROOT / "tests/vectors/doses").glob("*.json"))]
VECTORS = [vector for file in FILES for vector in file["vectors"]]
GIVEN = [vector for file in FILES for vector in file.get("given", [])]


def name(vector: dict[str, Any]) -> str:
    return f"{vector['drug']}-{vector.get('weight_kg')}-{vector.get('age_years')}"


@pytest.mark.parametrize("vector", VECTORS, ids=name)
def test_a_dose_is_what_the_vector_says(vector: dict[str, Any]) -> None:
    dose = dose_of(DRUGS[vector["drug"]]["dose_rule"], vector["weight_kg"], vector.get("age_years"))
    assert {key: dose.get(key) for key in vector["expected"]} == vector["expected"]


@pytest.mark.parametrize("vector", GIVEN, ids=lambda one: f"{one['drug']}-{one['given']}")
def test_an_amount_above_the_rule_is_found(vector: dict[str, Any]) -> None:
    limit = excess_of(DRUGS[vector["drug"]]["dose_rule"], vector["given"], vector["weight_kg"], None)
    assert limit == vector["limit_mg"]


@given(st.floats(min_value=1, max_value=300), st.sampled_from(["alteplase_stroke", "tnk_stroke"]))
def test_no_weight_leads_beyond_the_cap(weight: float, drug: str) -> None:
    rule = DRUGS[drug]["dose_rule"]
    assert 0 < dose_of(rule, weight)["total_mg"] <= rule["max_mg"]


@pytest.mark.parametrize("weight", [True, "70", float("nan"), float("inf"), [70]])
def test_what_is_no_weight_computes_nothing(weight: object) -> None:
    assert dose_of(DRUGS["alteplase_stroke"]["dose_rule"], weight)["status"] == "invalid"


def test_the_hub_names_a_dose_above_the_rule_and_says_nothing_of_others() -> None:
    high = {"drug": "alteplase_stroke", "dose": 95, "unit": "mg", "weight_kg": 120}
    assert dose_problems(high, DRUGS) == ["medication.dose: 95 mg is above the rule's 90 mg"]
    assert dose_problems(high | {"dose": 90}, DRUGS) == []
    assert dose_problems(high | {"weight_kg": "much"}, DRUGS) == dose_problems(high, DRUGS), "the cap holds still"
    for other in (
        {},
        {"drug": 7},
        {"drug": "unheard_of", "dose": 9, "unit": "mg"},
        {"text": "吗啡", "dose": 5, "unit": "mg"},
    ):
        assert dose_problems(other, DRUGS) == []
