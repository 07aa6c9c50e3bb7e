"""Summaries and the order of a board against the shared vectors."""

import json
from pathlib import Path
from typing import Any

import pytest

from server.board.rules import board_group, board_order, summarize
from server.encounters.fold import fold

FOLDER = Path(__file__).parents[2] / "vectors" / "board"
SUMMARIES = [json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("summary_*.json"))]
ORDER = json.loads((FOLDER / "order.json").read_text("utf-8"))


def assert_holds(claim: Any, found: Any, where: str) -> None:
    if isinstance(claim, dict):
        for key, value in claim.items():
            assert key in found, f"{where}.{key}"
            assert_holds(value, found[key], f"{where}.{key}")
    elif isinstance(claim, list):
        assert len(claim) == len(found), where
        for index, value in enumerate(claim):
            assert_holds(value, found[index], f"{where}[{index}]")
    else:
        assert claim == found, where


@pytest.mark.parametrize("vector", SUMMARIES, ids=lambda vector: vector["name"])
def test_summary_is_what_both_sides_agreed_on(vector: dict[str, Any]) -> None:
    summary = summarize(fold(vector["documents"]), vector["vital_fields"])
    assert summary == vector["expected"]
    assert_holds(vector["claims"], summary, "")


def test_board_shows_who_comes_next_first_and_the_finished_last() -> None:
    summaries = [row["summary"] for row in ORDER]
    assert board_order(reversed(summaries)) == summaries
    assert [board_group(summary) for summary in summaries] == [row["group"] for row in ORDER]
