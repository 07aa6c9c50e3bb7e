"""Injury severity from a list of injuries (ISS, NISS): squares of the highest AIS grades."""

from collections.abc import Mapping
from typing import Any

from server.catalogue.score_kinds.answers import Answers, read_answers, same_json
from server.catalogue.score_kinds.results import Result, band_of, refusal, without_total

Injury = tuple[str, int]


def evaluate_injuries(definition: Mapping[str, Any], inputs: Mapping[str, Any]) -> Result:
    """An unsurvivable grade gives the maximum; an unknown one forbids a total; else add the squares of the highest."""
    rules = definition["evaluation"]
    answers = read_answers(definition["items"], inputs)
    injuries = read_injuries(definition, answers)
    if refused := refusal(answers):
        return refused
    grades = [grade for _, grade in injuries]
    has_unknown = rules["unknown_ais"] in grades
    if rules["unsurvivable"]["ais"] in grades:
        flag = {rules["unknown_flag"]: True} if has_unknown else {}
        return {**scored(definition, rules["unsurvivable"]["total"]), **flag}
    if has_unknown:
        return without_total("not_computable")
    counted = highest_per_region(injuries) if rules["per_region"] else grades
    highest = sorted(counted, reverse=True)[: rules["count"]]
    return scored(definition, sum(grade * grade for grade in highest))


def scored(definition: Mapping[str, Any], total: int) -> Result:
    return {"status": "complete", "total": total, "band": band_of(definition["bands"], total)}


def read_injuries(definition: Mapping[str, Any], answers: Answers) -> list[Injury]:
    """Region and grade of each injury. An empty list is missing, unless somebody confirmed that there is no injury."""
    listed = answers.values.get("injuries")
    if listed is None:
        return []
    if not listed and answers.values.get("no_injury_confirmed") is not True:
        answers.missing.append("injuries")
    element = next(item for item in definition["items"] if item["id"] == "injuries")["element"]
    injuries: list[Injury] = []
    for injury in listed:
        if not isinstance(injury, Mapping):
            answers.invalid.append("injuries")
            continue
        faults = {part: fault_of(element[part], injury.get(part)) for part in ("region", "ais")}
        answers.invalid.extend(f"injuries.{part}" for part, fault in faults.items() if fault == "invalid")
        answers.missing.extend(f"injuries.{part}" for part, fault in faults.items() if fault == "missing")
        if not any(faults.values()):
            injuries.append((injury["region"], injury["ais"]))
    return injuries


def fault_of(allowed: list[Any], value: object) -> str | None:
    if value is None:
        return "missing"
    return None if any(same_json(one, value) for one in allowed) else "invalid"


def highest_per_region(injuries: list[Injury]) -> list[int]:
    """Two injuries of one region count once."""
    highest: dict[str, int] = {}
    for region, grade in injuries:
        highest[region] = max(grade, highest.get(region, 0))
    return list(highest.values())
