"""Clocks from documents: the shared vectors."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.treatments.clocks import running_clocks

VECTORS = Path(__file__).resolve().parents[3] / "tests/vectors/clocks/running.json"
CASES = json.loads(VECTORS.read_text("utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"])
def test_clocks_run_as_the_vector_says(case: dict[str, Any]) -> None:
    assert running_clocks(case["treatments"]) == case["running"]
    assert running_clocks(reversed(case["treatments"])) == case["running"], "the order of arrival does not matter"
