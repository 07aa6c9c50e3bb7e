"""Checks a citizen identification number (GB 11643; check character ISO 7064 MOD 11-2).

A number is never repaired: letters that look like digits give a candidate that a person must confirm.
Twin of pwa/src/encounters/identity_number.ts; shared vectors in tests/vectors/identity.
"""

import re
import unicodedata
from datetime import date
from typing import Any

from server.encounters.age import real_date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
# Provinces, and 81, 82, 83: residence permits of Hong Kong, Macao and Taiwan residents.
REGIONS = frozenset(
    str(code) for code in (*range(11, 16), 21, 22, 23, *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66))
) | {"71", "81", "82", "83"}
_IGNORED = re.compile(r"[\s\u002d\u2010-\u2015\u2212\u200b-\u200d\u2060\ufeff]")
_SMALL = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LOOKS_LIKE = str.maketrans("ODQIL|BSZG\u00d7", "0001118526X")
_NUMBER = re.compile("[0-9]{17}[0-9X]")
_LEGACY = re.compile("[0-9]{15}")


def normalise(text: str) -> str:
    """Full-width forms, spaces, hyphens and small letters brought to the printed form."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text)).translate(_SMALL)


def check_character(first_17: str) -> str:
    """The check character of 17 digits (ISO 7064 MOD 11-2)."""
    return CHECK_CHARACTERS[sum(int(digit) * weight for digit, weight in zip(first_17, WEIGHTS, strict=True)) % 11]


def _problem(number: str, today: date) -> str | None:
    """What is wrong with 17 digits and a digit or X; None when nothing is."""
    if number[:2] not in REGIONS:
        return "region"
    birth = _birth(number)
    if birth is None:
        return "birth_date"
    if birth > today.isoformat():
        return "birth_date_future"
    return None if check_character(number[:17]) == number[17] else "check_digit"


def _birth(number: str) -> str | None:
    return real_date(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")


def _answer(verdict: str, reason: str, number: str | None = None, candidate: str | None = None) -> dict[str, Any]:
    return {
        "verdict": verdict,
        "normalised": number,
        "reason": reason,
        "birth": _birth(number) if number else None,
        "sex": None if number is None else "male" if int(number[16]) % 2 else "female",
        "region2": number[:2] if number else None,
        "candidate": candidate,
    }


def check_identity_number(text: str, today: date) -> dict[str, Any]:
    """Judge a number as typed or read. `today` is the date in China.

    `verdict`: valid, valid_after_normalisation, needs_confirmation (then with a `candidate`) or invalid; `reason`: ok,
    length, legacy_15_digit, format, region, birth_date, birth_date_future, check_digit or ocr_confusion.
    `birth`, `sex` and `region2` are given for valid numbers only.
    """
    number = normalise(text)
    if _LEGACY.fullmatch(number):
        return _answer("invalid", "legacy_15_digit")
    if len(number) != 18:
        return _answer("invalid", "length")
    if not _NUMBER.fullmatch(number):
        candidate = number.translate(_LOOKS_LIKE)
        if _NUMBER.fullmatch(candidate) and _problem(candidate, today) is None:
            return _answer("needs_confirmation", "ocr_confusion", candidate=candidate)
        return _answer("invalid", "format")
    problem = _problem(number, today)
    if problem is not None:
        return _answer("invalid", problem)
    return _answer("valid" if number == text else "valid_after_normalisation", "ok", number)
