"""Temporary names in both languages, against the shared vectors."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.patients.temporary_name import in_both_languages

FILE = Path(__file__).parents[2] / "vectors" / "temporary_names" / "names.json"
VECTORS: dict[str, Any] = json.loads(FILE.read_text("utf-8"))


@pytest.mark.parametrize("vector", [*VECTORS["drawn"], *VECTORS["kept"]], ids=lambda vector: vector["zh"])
def test_a_name_is_known_in_both_languages(vector: dict[str, Any]) -> None:
    wanted = sorted({vector["zh"], vector["en"]})
    assert sorted(in_both_languages(vector.get("name", vector["zh"]))) == wanted
    assert sorted(in_both_languages(vector["en"])) == wanted
