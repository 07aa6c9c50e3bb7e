"""What a drug's rule says for one patient: the amount and every step of the working. It computes; it never orders.

Exact decimals; the cap comes before the split into bolus and infusion; every figure is rounded half up to 0.01 mg.
Twin: pwa/src/treatments/rules.ts; both run tests/vectors/doses.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from server.catalogue.score_kinds.decimals import Number, exact, round_half_up, to_number

Rule = Mapping[str, Any]
Dose = dict[str, Any]
Steps = list[dict[str, Any]]

ADULTS_FROM_YEARS = 18
MG_PER_UNIT: dict[str, Number] = {"mg": 1, "g": 1000, "µg": 0.001}


def dose_of(rule: Rule | None, weight_kg: object = None, age_years: object = None) -> Dose:
    """What the rule says; missing is never normal: without the weight (or an age it asks for) there is no figure."""
    if not rule:
        return {"status": "no_rule"}
    if age_years is not None and not (_is_number(age_years) and age_years >= 0):  # type: ignore[operator]
        return {"status": "invalid", "reason": "age_years"}
    if age_years is not None and age_years < ADULTS_FROM_YEARS:  # type: ignore[operator]
        return {"status": "not_for_age"}
    if not _needs_weight(rule):
        return _fixed(rule)
    if weight_kg is not None and not (_is_number(weight_kg) and weight_kg > 0):  # type: ignore[operator]
        return {"status": "invalid", "reason": "weight_kg"}
    missing = ["weight_kg"] if weight_kg is None else []
    if age_years is None and ("age_factor" in rule or "stages_by_age" in rule):
        missing.append("age_years")
    if missing:
        return {"status": "incomplete", "missing": missing}
    return _by_weight(rule, weight_kg, age_years)


def excess_of(rule: Rule | None, given: Mapping[str, Any], weight_kg: object, age_years: object) -> Number | None:
    """The limit in mg that an amount recorded as given exceeds; None where it does not, or nothing can be said.

    It is shown beside the entry and counted; a document is never refused for it.
    """
    dose, per_unit = given.get("dose"), MG_PER_UNIT.get(str(given.get("unit")))
    if not rule or per_unit is None or not _is_number(dose) or dose < 0:  # type: ignore[operator]
        return None
    limit = _limit(rule, weight_kg, age_years)
    if limit is None:
        return None
    return limit if exact(dose) * exact(per_unit) > exact(limit) else None  # type: ignore[arg-type]


def dose_problems(given: Mapping[str, Any], drugs: Mapping[str, Any]) -> list[str]:
    """What a person should know about a recorded dose: that it is more than the drug's rule for the stated weight."""
    drug = drugs.get(given["drug"]) if isinstance(given.get("drug"), str) else None
    limit = excess_of(drug["dose_rule"], given, given.get("weight_kg"), None) if drug else None
    if limit is None:
        return []
    return [f"medication.dose: {given['dose']} {given['unit']} is above the rule's {limit} mg"]


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value == value and abs(value) != float("inf")


def _needs_weight(rule: Rule) -> bool:
    return any(key in rule for key in ("mg_per_kg", "weight_tiers_mg", "stages", "stages_by_age"))


def _fixed(rule: Rule) -> Dose:
    fixed = rule.get("fixed_mg")
    if isinstance(fixed, list):
        choices = fixed
    elif fixed is not None:
        choices = [fixed]
    elif "options_mg" in rule:
        choices = list(rule["options_mg"])
    elif "first_mg" in rule:
        choices = [rule[key] for key in ("first_mg", "second_mg") if key in rule]
    elif "load_g" in rule:
        choices = [_shown(exact(rule["load_g"]) * 1000)]
    else:
        return {"status": "no_rule"}
    return {
        "status": "fixed",
        "choices_mg": choices,
        "is_range": isinstance(fixed, list),
        "minutes": rule.get("load_minutes"),
    }


def _by_weight(rule: Rule, weight: Any, age: Any) -> Dose:
    if "weight_tiers_mg" in rule:
        return _tier(rule, weight, age)
    if "stages" in rule or "stages_by_age" in rule:
        return _staged(rule, weight, age)
    return _per_kilo(rule, weight)


def _shown(mg: Fraction) -> Number:
    return to_number(round_half_up(mg, 2))


def _per_kilo(rule: Rule, weight: Number) -> Dose:
    """Amount per kilogram, then the cap; only what the cap leaves is split."""
    steps: Steps = []
    total = _capped(weight, rule["mg_per_kg"], rule.get("max_mg"), steps)
    if "bolus_fraction" not in rule:
        return {"status": "computed", "total_mg": _shown(total), "steps": steps}
    bolus = total * exact(rule["bolus_fraction"])
    amounts = {"total_mg": _shown(total), "bolus_mg": _shown(bolus), "infusion_mg": _shown(total - bolus)}
    steps.append(
        {
            "kind": "bolus",
            "fraction": rule["bolus_fraction"],
            "total_mg": amounts["total_mg"],
            "mg": amounts["bolus_mg"],
            "minutes": rule.get("bolus_minutes"),
        }
    )
    steps.append(
        {
            "kind": "infusion",
            "total_mg": amounts["total_mg"],
            "bolus_mg": amounts["bolus_mg"],
            "mg": amounts["infusion_mg"],
            "minutes": rule.get("infusion_minutes"),
        }
    )
    return {"status": "computed", **amounts, "steps": steps}


def _capped(weight: Number, per_kilo: Number, max_mg: Number | None, steps: Steps) -> Fraction:
    raw = exact(weight) * exact(per_kilo)
    steps.append({"kind": "per_kg", "mg_per_kg": per_kilo, "weight_kg": weight, "mg": _shown(raw)})
    if max_mg is None:
        return raw
    is_capped = raw > exact(max_mg)
    steps.append({"kind": "cap", "max_mg": max_mg, "mg_before": _shown(raw), "is_capped": is_capped})
    return min(raw, exact(max_mg))


def _tier(rule: Rule, weight: Number, age: Number | None) -> Dose:
    kilos = exact(weight)
    for tier in rule["weight_tiers_mg"]:
        low, high = tier.get("min_kg"), tier.get("max_kg_exclusive")
        if (low is None or kilos >= exact(low)) and (high is None or kilos < exact(high)):
            break
    else:
        return {"status": "no_rule"}
    mg = tier["mg"]
    steps: Steps = [{"kind": "tier", "min_kg": low, "max_kg_exclusive": high, "weight_kg": weight, "mg": mg}]
    factor = rule.get("age_factor")
    if factor and age is not None and age >= factor["from_years"]:
        before, mg = mg, _shown(exact(mg) * exact(factor["factor"]))
        steps.append({"kind": "age_factor", **factor, "mg_before": before, "mg": mg})
    return {"status": "computed", "total_mg": mg, "steps": steps}


def _staged(rule: Rule, weight: Number, age: Number | None) -> Dose:
    stages = rule.get("stages") or _stages_of_age(rule["stages_by_age"], age)
    if not stages:
        return {"status": "no_rule"}
    steps: Steps = []
    # Above this weight the source gives the highest amount of each stage, not the product.
    above = rule.get("fixed_if_kg_over")
    is_above = above is not None and exact(weight) > exact(above)
    if is_above:
        steps.append({"kind": "above_kg", "kg": above, "weight_kg": weight})
    parts: list[Fraction] = []
    for stage in stages:
        parts.append(_stage_amount(stage, weight, is_above, steps))
        steps.append(
            {
                "kind": "part",
                "part": len(parts),
                "mg": _shown(parts[-1]),
                "minutes": stage.get("minutes"),
                "after_minutes": stage.get("after_minutes"),
                "route": stage.get("route"),
            }
        )
    amounts = [_shown(part) for part in parts]
    return {"status": "computed", "total_mg": _shown(sum(parts, Fraction(0))), "parts_mg": amounts, "steps": steps}


def _stages_of_age(bands: list[dict[str, Any]], age: Number | None) -> list[dict[str, Any]] | None:
    for band in bands:
        if age is not None and band.get("min_years", 0) <= age < band.get("max_years_exclusive", float("inf")):
            stages: list[dict[str, Any]] = band["stages"]
            return stages
    return None


def _stage_amount(stage: Mapping[str, Any], weight: Number, is_above: bool, steps: Steps) -> Fraction:
    if "mg_per_kg" not in stage:
        return exact(stage["mg"])
    if is_above and "max_mg" in stage:
        return exact(stage["max_mg"])
    return _capped(weight, stage["mg_per_kg"], stage.get("max_mg"), steps)


def _limit(rule: Rule, weight_kg: object, age_years: object) -> Number | None:
    dose = dose_of(rule, weight_kg, age_years)
    if dose["status"] == "computed":
        total: Number = dose["total_mg"]
        return total
    if dose["status"] == "fixed":
        highest: Number = max(dose["choices_mg"])
        return highest
    return rule.get("max_mg")  # without a weight the cap still holds
