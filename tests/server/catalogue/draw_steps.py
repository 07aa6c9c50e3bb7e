"""Draws answers that arrive one at a time, for tests/vectors/score_steps; run by hand when a definition changes.

    python -m tests.server.catalogue.draw_steps

Each case is a definition's answers in a random order, and the result after each of them: what a form shows while it is
filled in. Python and TypeScript must agree on every step; what holds along the way is tested on both sides.
"""

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from server.catalogue.evaluate_score import evaluate_score, items_of

ROOT = Path(__file__).parents[3]
DEFINITIONS = ROOT / "static/catalogue/scores"
FOLDER = ROOT / "tests/vectors/score_steps"
CASES = 12
# Mostly ordinary answers, or every drawn checklist ends at its first exclusion and every triage at level 1.
ORDINARY = {
    "sbp": (100, 150),
    "dbp": (60, 90),
    "hr": (60, 99),
    "spo2": (95, 100),
    "temp": (36, 37),
    "glucose": (4, 12),
    "potassium": (3, 5),
    "platelets": (120, 300),
    "inr": (1, 1),
    "age": (20, 74),
    "onset_min": (30, 260),
    "expected_fmc_to_wire_min": (121, 300),
}
USUALLY_YES = ("deficit_from_ischaemic_stroke", "consent", "st_elevation_criteria")


def draw_case(definition: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """Answers in the order in which they come, and the result after none, one, two… of them."""
    answers = draw_answers(definition, chance)
    order = list(answers)
    chance.shuffle(order)
    order.sort(key=lambda name: name != "variant")  # the form is chosen before it is filled in
    given: dict[str, Any] = {}
    results = [shown(evaluate_score(definition, given))]
    for name in order:
        put(given, name, answers[name])
        results.append(shown(evaluate_score(definition, given)))
    return {"answers": [[name, answers[name]] for name in order], "results": results}


def put(given: dict[str, Any], name: str, value: Any) -> None:
    """Give one answer; a tick of a checklist goes among its `answers`."""
    if name.startswith("answers."):
        given.setdefault("answers", {})[name.removeprefix("answers.")] = value
    else:
        given[name] = value


def shown(result: dict[str, Any]) -> dict[str, Any]:
    return {**result, "triggered": sorted(result["triggered"])} if "triggered" in result else result


def draw_answers(definition: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    if "variants" in definition:
        answers["variant"] = chance.choice(list(definition["variants"]))
    for item in (*items_of(definition, answers), *definition.get("extra_inputs", [])):
        if not item.get("required") and chance.random() < 0.3:
            continue
        if item["type"] == "map":
            regions = list(definition["regions"][answers["method"]])
            answers[item["id"]] = {region: chance.choice([0, 0, 0.25, 0.5, 1]) for region in regions}
        else:
            answers[item["id"]] = draw_value(item, chance)
    for tick in (*definition.get("absolute", []), *definition.get("relative", [])):
        answers[f"answers.{tick['id']}"] = chance.random() > 0.99
    return answers


def draw_value(item: Mapping[str, Any], chance: random.Random) -> Any:
    specials = [one["value"] for one in item.get("special_values", [])]
    if specials and chance.random() < 0.1:
        return chance.choice(specials)
    match item["type"]:
        case "boolean":
            return chance.random() < (0.9 if item["id"] in USUALLY_YES else 0.5)
        case "choice":
            return chance.choice([option["value"] for option in item["options"]])
        case "list":
            element = item["element"]
            parts = {part: element[part] for part in ("region", "ais")}
            return [
                {name: chance.choice(values) for name, values in parts.items()} for _ in range(chance.randint(1, 5))
            ]
    limits = item.get("hard_range") or {"min": 0, "max": 100}
    low, high = limits["min"], limits["max"]
    if item["id"] in ORDINARY and chance.random() < 0.9:
        low, high = ORDINARY[item["id"]]
    number = chance.uniform(low, high)
    if item["type"] == "integer":
        return round(number)
    return min(max(round(number * 2) / 2 + 0.1, limits["min"]), limits["max"])


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for path in sorted(DEFINITIONS.glob("*.json")):
        definition = json.loads(path.read_text("utf-8"))
        chance = random.Random(path.stem)
        cases = [draw_case(definition, chance) for _ in range(CASES)]
        text = ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases)
        (FOLDER / path.name).write_text(f'{{"score":"{path.stem}","cases":[\n{text}\n]}}\n', "utf-8")


if __name__ == "__main__":
    main()
