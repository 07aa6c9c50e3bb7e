"""Record numbers of the local registry: `G`, seven digits, a check digit. Pure.

The check digit is ISO 7064 MOD 11,10 (a digit, no letter): it finds every single wrong digit and nearly all swapped
neighbours, so that a number read over the telephone is right or refused.
"""

from __future__ import annotations

import re

PREFIX = "G"
DIGITS = 7
_NUMBER = re.compile(rf"{PREFIX}[0-9]{{{DIGITS + 1}}}")


def check_digit(digits: str) -> str:
    """The check digit of ISO 7064 MOD 11,10."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def record_number(sequence: int) -> str:
    """The record number of a place in the sequence, from 1; raises ValueError beyond seven digits."""
    if not 1 <= sequence < 10**DIGITS:
        raise ValueError(f"the registry numbers {10**DIGITS - 1} patients a site; {sequence} is beyond")
    digits = f"{sequence:0{DIGITS}d}"
    return f"{PREFIX}{digits}{check_digit(digits)}"


def is_record_number(text: str) -> bool:
    """Whether a number was issued by this rule."""
    return bool(_NUMBER.fullmatch(text)) and check_digit(text[1:-1]) == text[-1]
