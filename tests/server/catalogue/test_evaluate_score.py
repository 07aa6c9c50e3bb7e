"""The public clinical vectors, and what must hold for any answers at all."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from server.catalogue.evaluate_score import evaluate_score, items_of

ROOT = Path(__file__).parents[3]
DEFINITIONS: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted((ROOT / "static/catalogue/scores").glob("*.json"))
}
VECTORS = [
    pytest.param(path.name.split(".")[0], vector, id=vector["id"])
    for path in sorted((ROOT / "tests/vectors/scores").glob("*.json"))
    for vector in json.loads(path.read_text("utf-8"))["vectors"]
]


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    return {**result, "triggered": sorted(result["triggered"])} if "triggered" in result else result


def test_every_definition_has_public_vectors() -> None:
    assert set(DEFINITIONS) == {param.values[0] for param in VECTORS}
    assert len(DEFINITIONS) == 30


@pytest.mark.parametrize(("score", "vector"), VECTORS)
def test_every_public_vector_gives_exactly_its_expected_result(score: str, vector: dict[str, Any]) -> None:
    assert comparable(evaluate_score(DEFINITIONS[score], vector["inputs"])) == comparable(vector["expected"])


def values_of(item: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Answers that an item allows, its special values included."""
    limits = item.get("hard_range") or {"min": 0, "max": 100}
    match item["type"]:
        case "boolean":
            return st.booleans()
        case "choice":
            allowed = [option["value"] for option in (*item["options"], *item.get("special_values", []))]
            return st.sampled_from(allowed)
        case "integer":
            numbers: st.SearchStrategy[Any] = st.integers(limits["min"], limits["max"])
            special = [one["value"] for one in item.get("special_values", [])]
            return numbers | st.sampled_from(special) if special else numbers
        case "decimal":
            tenths = st.integers(math.ceil(limits["min"] * 10), math.floor(limits["max"] * 10))
            return tenths.map(lambda value: value / 10)
        case "list":
            return st.lists(
                st.fixed_dictionaries({part: st.sampled_from(item["element"][part]) for part in ("region", "ais")}),
                min_size=1,
                max_size=7,
            )
    raise AssertionError(item["type"])


@st.composite
def answered(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A definition, and an allowed answer to every item."""
    definition = draw(st.sampled_from(list(DEFINITIONS.values())))
    answers: dict[str, Any] = {}
    if "variants" in definition:
        answers["variant"] = draw(st.sampled_from(list(definition["variants"])))
    for item in (*items_of(definition, answers), *definition.get("extra_inputs", [])):
        if item["type"] == "map":
            regions = definition["regions"][answers["method"]]
            answers[item["id"]] = {region: draw(st.sampled_from([0, 0.1, 0.25, 0.5, 1])) for region in regions}
        else:
            answers[item["id"]] = draw(values_of(item))
    if "absolute" in definition:
        ticks = [entry["id"] for entry in (*definition["absolute"], *definition["relative"])]
        answers["answers"] = {tick: draw(st.booleans()) for tick in ticks}
    return definition, answers


def required_of(definition: dict[str, Any], answers: dict[str, Any]) -> list[str]:
    items = (*items_of(definition, answers), *definition.get("extra_inputs", []))
    return [item["id"] for item in items if item.get("required")]


@given(answered(), st.randoms())
def test_the_order_of_answers_does_not_matter(case: tuple[dict[str, Any], dict[str, Any]], random: Any) -> None:
    definition, answers = case
    shuffled = list(answers.items())
    random.shuffle(shuffled)
    assert comparable(evaluate_score(definition, dict(shuffled))) == comparable(evaluate_score(definition, answers))


@given(answered(), st.data())
def test_a_missing_answer_never_yields_a_total(
    case: tuple[dict[str, Any], dict[str, Any]], data: st.DataObject
) -> None:
    definition, answers = case
    gone = data.draw(st.sampled_from(required_of(definition, answers)))
    is_removed = data.draw(st.booleans())
    fewer = {name: value for name, value in answers.items() if name != gone} | ({} if is_removed else {gone: None})
    result = evaluate_score(definition, fewer)
    assert result["total"] is None
    assert result["band"] is None
    decisive = "category" in result or "result" in result
    assert result["status"] == "incomplete" or decisive


@given(answered(), st.data())
def test_a_total_that_exists_does_not_change_by_answering_what_was_missing(
    case: tuple[dict[str, Any], dict[str, Any]], data: st.DataObject
) -> None:
    definition, answers = case
    gone = data.draw(st.sampled_from(required_of(definition, answers)))
    before = evaluate_score(definition, {name: value for name, value in answers.items() if name != gone})
    after = evaluate_score(definition, answers)
    assert before["status"] == "incomplete" or before["total"] == after["total"]


@given(answered())
def test_every_total_of_allowed_answers_lies_in_a_band_and_in_the_range(
    case: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    definition, answers = case
    result = evaluate_score(definition, answers)
    assert result["status"] != "invalid"
    if result["total"] is not None:
        limits = definition["variants"][result["variant"]]["range"] if "variant" in result else definition["range"]
        assert result["band"] is not None
        assert limits["min"] <= result["total"]
        assert limits["max"] is None or result["total"] <= limits["max"]


@given(answered(), st.text(), st.integers() | st.text() | st.none())
def test_an_unknown_extra_field_is_ignored(
    case: tuple[dict[str, Any], dict[str, Any]], name: str, value: object
) -> None:
    definition, answers = case
    known = set(answers) | {"creatinine_umol_l", "inr"}
    assume(name not in known)
    assert evaluate_score(definition, {**answers, name: value}) == evaluate_score(definition, answers)


@pytest.mark.parametrize("score", ["gcs", "pgcs", "rts", "t_rts", "ts"])
def test_a_sum_with_an_untestable_consciousness_does_not_exist(score: str) -> None:
    definition = DEFINITIONS[score]
    answers = {item["id"]: (item.get("options") or [{"value": 15}])[0]["value"] for item in definition["items"]}
    for item in definition["items"]:
        if any(special["value"] == "NT" for special in item.get("special_values", [])):
            result = evaluate_score(definition, {**answers, item["id"]: "NT"})
            assert (result["status"], result["total"]) == ("not_computable", None)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"region": st.sampled_from(["head_neck", "face", "chest", "abdomen"]), "ais": st.integers(1, 6)}
        ),
        min_size=1,
    )
)
def test_niss_is_never_below_iss_for_the_same_injuries(injuries: list[dict[str, Any]]) -> None:
    iss = evaluate_score(DEFINITIONS["iss"], {"injuries": injuries})["total"]
    assert evaluate_score(DEFINITIONS["niss"], {"injuries": injuries})["total"] >= iss


@pytest.mark.parametrize(("umol", "points"), [(35.35, 1), (35.36, 4), (70.71, 4), (70.72, 7), (141.44, 13)])
def test_creatinine_in_umol_falls_on_the_right_side_of_a_boundary(umol: float, points: int) -> None:
    answers = {"age": 65, "hr": 80, "sbp": 130, "killip": "I", "acs_type": "nste", "creatinine_umol_l": umol}
    ticks = dict.fromkeys(["cardiac_arrest", "st_deviation", "elevated_enzymes"], False)
    result = evaluate_score(DEFINITIONS["grace"], {**answers, **ticks})
    assert result["item_points"]["creatinine_mg_dl"] == points


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@given(answered(), ANY_JSON, st.data())
def test_whatever_is_sent_is_an_outcome_and_never_a_fault(
    case: tuple[dict[str, Any], dict[str, Any]], value: object, data: st.DataObject
) -> None:
    definition, answers = case
    place = data.draw(st.sampled_from(sorted(answers)))
    result = evaluate_score(definition, {**answers, place: value})
    assert result["status"] in {"complete", "complete_with_untestable", "incomplete", "not_computable", "invalid"}
    assert result["status"].startswith("complete") or (result["total"], result["band"]) == (None, None)
    inside = {**answers["answers"], "pregnancy": value} if "answers" in answers else None
    if inside is not None:
        assert evaluate_score(definition, {**answers, "answers": inside})["total"] is None


@pytest.mark.parametrize("broken", [math.nan, math.inf, -math.inf])
def test_what_is_not_a_number_is_invalid(broken: float) -> None:
    answers = {"sbp": 120, "hr": 80, "rr": 12, "temp": broken, "avpu": "A"}
    assert evaluate_score(DEFINITIONS["mews"], answers)["status"] == "invalid"
