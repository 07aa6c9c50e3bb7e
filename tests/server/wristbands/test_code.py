"""Codes of wristbands against the shared vectors, and what the check promises."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.wristbands.code import ALPHABET, CROCKFORD, PREFIX, check_character, make_code, read_code, spaced

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "wristbands" / "codes.json").read_text("utf-8"))


@pytest.mark.parametrize("row", VECTORS["checks"], ids=lambda row: row["text"] or "empty")
def test_check_is_that_of_iso_7064_mod_37_36(row: dict[str, str]) -> None:
    assert check_character(row["text"]) == row["check"]


@pytest.mark.parametrize("row", VECTORS["readings"], ids=lambda row: row["name"])
def test_a_text_is_told_for_what_it_is(row: dict[str, Any]) -> None:
    assert read_code(row["text"]) == (row["verdict"], row["code"])


def test_codes_are_read_back_and_never_need_a_letter_that_looks_like_a_digit() -> None:
    codes = {make_code(secrets.choice) for _ in range(500)}
    assert len(codes) == 500
    for code in codes:
        assert read_code(code) == ("ours", code)
        assert read_code(spaced(code).lower()) == ("ours", code)
        assert set(code.removeprefix(PREFIX)) <= set(CROCKFORD)


@given(st.text(alphabet=ALPHABET, min_size=16, max_size=16), st.integers(0, 15), st.sampled_from(ALPHABET))
def test_one_wrong_character_changes_the_check(text: str, at: int, other: str) -> None:
    changed = text[:at] + other + text[at + 1 :]
    assert (check_character(changed) == check_character(text)) == (changed == text)


@given(st.text(alphabet=ALPHABET, min_size=16, max_size=16), st.integers(0, 14))
def test_two_exchanged_are_found_unless_they_follow_each_other_in_the_alphabet(text: str, at: int) -> None:
    changed = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    # The standard's own limit: each such pair stays unseen after one of 36 beginnings.
    if (ALPHABET.index(text[at]) - ALPHABET.index(text[at + 1])) % 36 not in (1, 35):
        assert (check_character(changed) == check_character(text)) == (changed == text)


@given(st.text(max_size=300))
def test_any_text_is_told_without_failing(text: str) -> None:
    verdict, code = read_code(text)
    assert verdict in ("ours", "wrong_check", "foreign")
    assert (code is not None) == (verdict == "ours")
