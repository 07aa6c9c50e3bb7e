"""Answers that arrive one at a time: what is shown on the way never contradicts what is shown at the end."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.catalogue.evaluate_score import evaluate_score, items_of
from tests.server.catalogue.draw_steps import DEFINITIONS, FOLDER, put, shown
from tests.server.catalogue.test_evaluate_score import answered

SCORES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(DEFINITIONS.glob("*.json"))}
FILES = [json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))]
STEPS = [
    pytest.param(one["score"], case, id=f"{one['score']}-{n}") for one in FILES for n, case in enumerate(one["cases"])
]

# An exclusion stands before a reason why a list does not apply, whichever is answered first.
RANK = {"not_indicated": 1, "absolute_exclusion": 2}


def results_along(definition: dict[str, Any], answers: list[tuple[str, Any]]) -> Iterator[dict[str, Any]]:
    given: dict[str, Any] = {}
    yield evaluate_score(definition, given)
    for name, value in answers:
        put(given, name, value)
        yield evaluate_score(definition, given)


def is_optional(definition: dict[str, Any], given: dict[str, Any], name: str) -> bool:
    items = [*items_of(definition, given), *definition.get("extra_inputs", [])]
    return any(item["id"] == name and not item.get("required") for item in items)


def check_no_contradiction(definition: dict[str, Any], answers: list[tuple[str, Any]]) -> None:
    """No answer takes a result back: totals stay, a list's decisive finding stays, alerts stay up."""
    results = list(results_along(definition, answers))
    for (name, _), before, after in zip(answers, results, results[1:], strict=False):
        assert "invalid" not in (before["status"], after["status"])
        if is_optional(definition, dict(answers), name):
            continue
        if before["total"] is not None:
            assert (after["total"], after["band"]) == (before["total"], before["band"])
        if before.get("screen_positive") is True:
            assert after["screen_positive"] is True
        if before["status"] == "complete" and before.get("category") is not None:
            assert after["category"] == before["category"]
        if before.get("result") in RANK:
            assert RANK.get(after.get("result"), 0) >= RANK[before["result"]]
        if before.get("provisional_level") is not None:
            assert (after.get("level") or after["provisional_level"]) <= before["provisional_level"]


def test_every_definition_has_steps() -> None:
    assert {one["score"] for one in FILES} == set(SCORES)
    ends = {case["results"][-1]["status"] for one in FILES for case in one["cases"]}
    assert ends == {"complete", "complete_with_untestable", "not_computable", "incomplete"}


@pytest.mark.parametrize(("score", "case"), STEPS)
def test_every_step_gives_its_recorded_result(score: str, case: dict[str, Any]) -> None:
    answers = [(name, value) for name, value in case["answers"]]
    assert [shown(result) for result in results_along(SCORES[score], answers)] == case["results"]
    check_no_contradiction(SCORES[score], answers)


@given(answered(), st.randoms())
def test_no_answer_takes_a_result_back(case: tuple[dict[str, Any], dict[str, Any]], random: Any) -> None:
    definition, answers = case
    ticks = [(f"answers.{tick}", value) for tick, value in answers.get("answers", {}).items()]
    steps = [*((name, value) for name, value in answers.items() if name != "answers"), *ticks]
    random.shuffle(steps)
    steps.sort(key=lambda step: step[0] != "variant")
    check_no_contradiction(definition, steps)
