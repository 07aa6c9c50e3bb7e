"""The wire form of a result, and choosing the band of a total."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from server.catalogue.score_kinds.answers import Answers
from server.catalogue.score_kinds.decimals import Number, exact

Result = dict[str, Any]
Comparable = int | float | Fraction


def without_total(status: str, **more: Any) -> Result:
    """A result that has no number and no band, and says why by its status."""
    return {"status": status, "total": None, "band": None, **more}


def refusal(answers: Answers, **more: Any) -> Result | None:
    """The result that forbids a total, by precedence: invalid, incomplete, not computable. None if nothing does."""
    if answers.invalid:
        return without_total("invalid", **more)
    if answers.missing:
        return without_total("incomplete", **more)
    if any(special.get("points") is None for special in answers.special.values()):
        return without_total("not_computable", **more)
    return None


def lies_in(band: Mapping[str, Any], value: Comparable) -> bool:
    """Whether a value lies in a band. Ends are part of the band unless it says otherwise; null is open."""
    low, high = band.get("min"), band.get("max")
    value = value if isinstance(value, Fraction) else exact(value)
    if low is not None and (value < exact(low) or (value == exact(low) and not band.get("min_inclusive", True))):
        return False
    if high is None:
        return True
    return value < exact(high) or (value == exact(high) and bool(band.get("max_inclusive", True)))


def points_in(bands: Sequence[Mapping[str, Any]], value: Comparable) -> Number | None:
    """The points of the first band that holds the value."""
    return next((band["points"] for band in bands if lies_in(band, value)), None)


def band_of(
    bands: Sequence[Mapping[str, Any]], value: Comparable, flags: Mapping[str, bool] | None = None
) -> str | None:
    """The id of the band of a total; a band with a condition that holds goes before the plain one."""
    raised = {name for name, is_raised in (flags or {}).items() if is_raised}
    fitting = [band for band in bands if lies_in(band, value)]
    special = [band for band in fitting if band.get("condition") in raised]
    plain = [band for band in fitting if band.get("condition") is None]
    chosen = special or plain
    return str(chosen[0]["id"]) if chosen else None
