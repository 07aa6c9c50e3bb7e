"""The code of a wristband: `GLW1`, 12 random characters, one check character. Pure; twin of pwa/src/wristbands/code.ts.

It names nobody: 60 random bits, so that nobody finds a patient's code by trying. The check is ISO 7064 MOD 37,36 over
the 16 characters before it: one wrong character is always found, two exchanged ones in 629 of 630 cases. Only
Crockford's alphabet is drawn from, and codes whose check would be I, L, O or U are drawn again, so that O typed for 0
and I or L typed for 1 mean the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

PREFIX = "GLW1"
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
RANDOM_LENGTH = 12
_SAME = str.maketrans("ILO", "110")
_BETWEEN = re.compile(r"[\s\-·]+")
_PAYLOAD = re.compile(f"[{CROCKFORD}]{{{RANDOM_LENGTH + 1}}}")
LONGEST_READ = 200


class Reading(NamedTuple):
    """What a scanned or typed text is: `ours` with its code, `wrong_check`, or `foreign`."""

    verdict: str
    code: str | None


def check_character(text: str) -> str:
    """The check character of ISO 7064 MOD 37,36 for letters and digits; raises ValueError for others."""
    product = 36
    for character in text:
        total = (product + ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return ALPHABET[(1 - product) % 36]


def make_code(draw: Callable[[str], str]) -> str:
    """A new code. `draw` chooses one character of an alphabet by a random source fit for secrets (secrets.choice)."""
    while True:
        body = PREFIX + "".join(draw(CROCKFORD) for _ in range(RANDOM_LENGTH))
        check = check_character(body)
        if check in CROCKFORD:
            return body + check


def read_code(text: str) -> Reading:
    """Tell what a text is. Lower case, spaces and dashes do not matter; the prefix may be left out when typed whole."""
    if len(text) > LONGEST_READ:
        return Reading("foreign", None)
    packed = _BETWEEN.sub("", text).upper()
    payload = packed.removeprefix(PREFIX).translate(_SAME)
    if not _PAYLOAD.fullmatch(payload):
        # A code of ours that is cut off or misread is told apart from what never was one.
        return Reading("wrong_check" if packed.startswith(PREFIX) else "foreign", None)
    code = PREFIX + payload
    if check_character(code[:-1]) == code[-1]:
        return Reading("ours", code)
    return Reading("wrong_check" if packed.startswith(PREFIX) else "foreign", None)


def spaced(code: str) -> str:
    """The code as it is printed below its picture, for people: GLW1 XXXX XXXX XXXX C."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
