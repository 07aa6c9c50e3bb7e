"""The number rule against the shared vectors."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.encounters.identity_number import check_character, check_identity_number

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "identity" / "numbers.json").read_text("utf-8"))
TODAY = date.fromisoformat(VECTORS["today"])


@pytest.mark.parametrize("vector", VECTORS["numbers"], ids=lambda vector: vector["note"])
def test_number_is_judged_as_agreed(vector: dict[str, Any]) -> None:
    found = check_identity_number(vector["input"], TODAY)
    assert {key: found[key] for key in vector["expected"]} == vector["expected"]


@given(st.integers(0, 16), st.integers(1, 9))
def test_a_single_wrong_digit_is_never_accepted(place: int, shift: int) -> None:
    number = "330000199003070010"
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert check_identity_number(wrong, TODAY)["verdict"] == "invalid"


@given(st.text(max_size=20))
def test_anything_gets_a_verdict_and_only_a_checked_number_is_taken(text: str) -> None:
    found = check_identity_number(text, TODAY)
    taken = found["normalised"]
    assert taken is None or check_character(taken[:17]) == taken[17]
