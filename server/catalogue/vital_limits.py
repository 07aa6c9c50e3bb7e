"""Limits of vital signs: what is refused, what is asked, what alarms. Pure; the age comes in as an argument.

- `hard_range`: outside it is an input error, not saved.
- `confirm_outside`: outside it is asked once, then saved with a flag.
- `adult_alarm`: colours adults only; a value on the limit is inside. Under 18, or age unknown: no limits.

Twin: `pwa/src/catalogue/vital_limits.ts`; both run `tests/vectors/vital_limits`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from server.catalogue.score_kinds.answers import is_integer, is_number, same_json
from server.catalogue.score_kinds.decimals import exact

Field = Mapping[str, Any]
Direction = Literal["low", "high"]
ADULT_FROM_YEARS = 18


def age_in_years(birth_date: str | None, today: date) -> int | None:
    """Completed years on a day; None for a date that is absent, impossible or in the future."""
    try:
        born = date.fromisoformat(birth_date or "")
    except ValueError:
        return None
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return years if born <= today else None


def has_adult_limits(age_years: float | None) -> bool:
    """Whether alarm limits apply: only to a person who is known to be an adult."""
    return age_years is not None and age_years >= ADULT_FROM_YEARS


def alarm_of(field: Field, value: object, age_years: float | None) -> Direction | None:
    """ "low" or "high" if an adult's value lies beyond the alarm limit; None otherwise, and without limits."""
    limits = field.get("adult_alarm")
    if limits is None or not has_adult_limits(age_years) or not is_number(value):
        return None
    measured = exact(value)  # type: ignore[arg-type]
    if limits["low"] is not None and measured < exact(limits["low"]):
        return "low"
    if limits["high"] is not None and measured > exact(limits["high"]):
        return "high"
    return None


def alarms(fields: Mapping[str, Field], values: Mapping[str, Any], age_years: float | None) -> dict[str, Direction]:
    """Alarms by field id, for the values that have one."""
    found = {id_: alarm_of(fields[id_], value, age_years) for id_, value in values.items() if id_ in fields}
    return {id_: direction for id_, direction in found.items() if direction is not None}


def check_value(field: Field, value: object) -> dict[str, Any]:
    """`{"verdict": "fine" | "confirm" | "refused", "reason": …}`; the reason is a word of `REASONS`."""
    if value is None:
        return {"verdict": "refused", "reason": "empty"}
    match field["type"]:
        case "boolean":
            return verdict(None if isinstance(value, bool) else "not_allowed")
        case "choice":
            return verdict(None if is_option(field, value) else "not_allowed")
        case "integer" if not is_integer(value):
            return verdict("not_whole" if is_number(value) else "not_a_number")
        case "decimal" if not is_number(value):
            return verdict("device_text" if value in field.get("device_text_values", ()) else "not_a_number")
    if not lies_within(field["hard_range"], value):
        return {"verdict": "refused", "reason": "outside_hard_range", **field["hard_range"]}
    if not fits_precision(field, value):
        return verdict("too_precise")
    plausible = field.get("confirm_outside")
    if plausible is not None and not lies_within(plausible, value):
        return {"verdict": "confirm", "reason": "implausible", **plausible}
    return verdict(None)


def verdict(reason: str | None) -> dict[str, Any]:
    if reason is None or reason == "device_text":
        return {"verdict": "fine", "reason": reason}
    return {"verdict": "refused", "reason": reason}


def is_option(field: Field, value: object) -> bool:
    return any(same_json(option["value"], value) for option in field["options"])


def lies_within(limits: Mapping[str, Any], value: Any) -> bool:
    number = exact(value)
    low, high = limits.get("min"), limits.get("max")
    return (low is None or number >= exact(low)) and (high is None or number <= exact(high))


def fits_precision(field: Field, value: Any) -> bool:
    return bool((exact(value) / exact(field["precision"])).denominator == 1)


def pair_problem(fields: Mapping[str, Field], values: Mapping[str, Any]) -> dict[str, str] | None:
    """A pair that cannot be: a systolic pressure that is not above the diastolic. Both 0 (no pulse) may stand."""
    for id_, value in values.items():
        other = fields.get(id_, {}).get("greater_than")
        lower = values.get(other) if other else None
        if other is None or not is_number(value) or not is_number(lower):
            continue
        if exact(value) <= exact(lower) and not (value == 0 and lower == 0):  # type: ignore[arg-type]
            return {"field": id_, "greater_than": other, "reason": "not_above"}
    return None
