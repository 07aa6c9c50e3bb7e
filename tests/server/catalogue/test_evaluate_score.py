"""The public clinical vectors, and what must hold for any answers at all."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.catalogue.evaluate_score import evaluate_score

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
