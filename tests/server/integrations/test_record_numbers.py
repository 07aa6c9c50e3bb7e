"""Record numbers carry a check digit that finds what people do to numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.integrations.record_numbers import check_digit, is_record_number, record_number


def test_the_check_digit_is_that_of_the_standard() -> None:
    assert check_digit("0794") == "5"  # the example of ISO/IEC 7064 for MOD 11,10
    assert is_record_number("G00000018") is (check_digit("0000001") == "8")


@given(st.integers(1, 9_999_999), st.integers(0, 7), st.integers(1, 9))
def test_a_single_wrong_digit_is_found(sequence: int, place: int, change: int) -> None:
    number = record_number(sequence)
    assert is_record_number(number)
    digits = list(number[1:])
    digits[place] = str((int(digits[place]) + change) % 10)
    assert not is_record_number("G" + "".join(digits))


@pytest.mark.parametrize("text", ["", "G", "G0000001", "00000018", "g00000018", "G0000001８", "G00000018 "])
def test_other_text_is_no_record_number(text: str) -> None:
    assert not is_record_number(text)


@pytest.mark.parametrize("sequence", [0, -1, 10_000_000])
def test_beyond_its_digits_the_registry_says_so(sequence: int) -> None:
    with pytest.raises(ValueError, match="registry"):
        record_number(sequence)
