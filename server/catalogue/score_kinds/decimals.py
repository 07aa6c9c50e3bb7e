"""Exact decimal arithmetic for boundaries and rounding.

Binary floats put 24.25 % and 35.36 umol/L on the wrong side of a boundary now and then. What a person typed is a
decimal, so it is computed as one. Twin: `pwa/src/catalogue/score_kinds/decimals.ts`.
"""

from decimal import Decimal
from fractions import Fraction

Number = int | float


def exact(value: Number) -> Fraction:
    """The number that the shortest decimal text of `value` names."""
    return Fraction(Decimal(repr(value)))


def round_half_up(value: Fraction, decimals: int) -> Fraction:
    """Round half away from zero, as paper forms do; never to even."""
    scale = 10**decimals
    scaled = abs(value) * scale
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    rounded = Fraction(whole + (1 if 2 * rest >= scaled.denominator else 0), scale)
    return rounded if value >= 0 else -rounded


def to_number(value: Fraction) -> Number:
    """An int where the value is whole, else the nearest float."""
    return int(value) if value.denominator == 1 else float(value)


def decimals_of(precision: Number) -> int:
    """How many decimals a precision of 0.1 or 0.01 asks for."""
    exponent = Decimal(repr(precision)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
