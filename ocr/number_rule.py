"""The rule by which a citizen identification number (GB 11643) read from a card may be believed.

Stricter than the check of a typed number: nothing is normalised, and what is printed beside it must agree.
tests/ocr/test_number_rule.py holds it to the same vectors as the hub and the app.
"""

from __future__ import annotations

import re
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
# Provinces, and 81, 82, 83: residence permits of Hong Kong, Macao and Taiwan residents.
REGIONS = frozenset(
    str(code) for code in (*range(11, 16), 21, 22, 23, *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66))
) | {"71", "81", "82", "83"}
NUMBER = re.compile("[0-9]{17}[0-9X]")


def birth_of(number: str) -> str:
    """The birth date within a number, as YYYY-MM-DD."""
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}"


def sex_of(number: str) -> str:
    """Odd is male, even is female."""
    return "男" if int(number[16]) % 2 else "女"


def is_real_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def follows_rule(number: str, today: date) -> bool:
    """Whether form, province, birth date and check character are right. `today` is the date in China."""
    if not NUMBER.fullmatch(number) or number[:2] not in REGIONS:
        return False
    birth = birth_of(number)
    if not is_real_date(birth) or not "1850-01-01" <= birth <= today.isoformat():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    return CHECK_CHARACTERS[total % 11] == number[17]
