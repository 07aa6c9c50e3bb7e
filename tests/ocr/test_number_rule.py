"""The rule of numbers, held to the vectors that the hub and the app share, and to what a card shows beside them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from ocr.number import SURE, judge_number
from ocr.number_rule import birth_of, follows_rule, sex_of
from ocr.page import Field
from ocr.readings import Character, Reading

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/identity/numbers.json").read_text(encoding="utf-8"))
TODAY = date.fromisoformat(VECTORS["today"])
NUMBER = "11000019900307001X"


def reading(text: str, confidence: float = 0.99) -> Reading:
    return Reading(tuple(Character(c, confidence, i / len(text)) for i, c in enumerate(text)))


def printed(value: str) -> Field:
    return Field(value, 0.99, 0.99)


@pytest.mark.parametrize("vector", VECTORS["numbers"], ids=lambda vector: vector["input"] or "empty")
def test_the_rule_agrees_with_the_shared_vectors(vector: dict[str, object]) -> None:
    expected = vector["expected"]
    assert isinstance(expected, dict)
    number = str(vector["input"])
    assert follows_rule(number, TODAY) == (expected["verdict"] == "valid")
    if expected["verdict"] == "valid":
        assert birth_of(number) == expected["birth"]
        assert sex_of(number) == {"male": "男", "female": "女"}[expected["sex"]]


def test_one_sure_reading_is_accepted() -> None:
    judged = judge_number(
        [reading(NUMBER)], printed("1990-03-07"), printed("男" if int(NUMBER[16]) % 2 else "女"), TODAY
    )
    assert judged.field is not None
    assert judged.field.value == NUMBER


def test_a_number_that_breaks_the_rule_is_never_repaired() -> None:
    assert judge_number([reading(NUMBER[:17] + "1")], None, None, TODAY).field is None
    assert judge_number([reading(NUMBER[:17])], None, None, TODAY).field is None
    assert judge_number([reading("O" + NUMBER[1:])], None, None, TODAY).field is None


def test_a_number_that_disagrees_with_the_printed_birth_date_is_refused() -> None:
    judged = judge_number([reading(NUMBER)], printed("1990-03-08"), None, TODAY)
    assert (judged.field, judged.problem) == (None, "disagrees")


def test_a_number_that_disagrees_with_the_printed_sex_is_refused() -> None:
    other = "女" if sex_of(NUMBER) == "男" else "男"
    assert judge_number([reading(NUMBER)], None, printed(other), TODAY).problem == "disagrees"


def test_a_doubtful_reading_needs_a_second_one() -> None:
    doubtful = reading(NUMBER, SURE - 0.1)
    assert judge_number([doubtful], None, None, TODAY).problem == "unsure"
    assert judge_number([doubtful, doubtful], None, None, TODAY).field is not None


def test_two_different_true_numbers_refuse_each_other() -> None:
    judged = judge_number([reading(NUMBER), reading("120000198511300026")], None, None, TODAY)
    assert (judged.field, judged.problem) == (None, "ambiguous")
