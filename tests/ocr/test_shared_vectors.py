"""The vectors that the hub's and the phone's card rules share; the phone's side is pwa/src/cards/*.test.ts."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ocr.cards.resident_card import read_front
from ocr.number import judge_number
from ocr.page import Field, Page
from ocr.readings import Character, Line, Reading
from tests.ocr.record_pages import NoModels, fields_of

FOLDER = Path(__file__).parents[1] / "vectors" / "cards"
PAGES = json.loads((FOLDER / "pages.json").read_text(encoding="utf-8"))
DOUBTS = json.loads((FOLDER / "doubts.json").read_text(encoding="utf-8"))
JUDGEMENTS = json.loads((FOLDER / "judgements.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page["photo"])
def test_a_recorded_page_gives_the_agreed_fields(page: dict[str, Any]) -> None:
    assert fields_of(page) == (page["side"], page["fields"])


@pytest.mark.parametrize("case", DOUBTS, ids=lambda case: case["why"])
def test_a_value_is_sure_only_when_its_lines_have_no_room_for_more(case: dict[str, Any]) -> None:
    lines = []
    for line in case["lines"]:
        left, top, right, bottom = line["zone"]
        quad = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
        lines.append(Line(quad, Reading(tuple(Character(*one) for one in line["characters"]))))
    field = read_front(Page.lay_out(np.zeros((64, 64, 3), np.uint8), np.eye(3), lines, NoModels()))[case["field"]]
    assert (field.value, field.weakest == 0) == (case["value"], case["is_doubtful"])


@pytest.mark.parametrize("case", JUDGEMENTS["cases"], ids=lambda case: case["why"])
def test_readings_of_a_number_are_judged_as_agreed(case: dict[str, Any]) -> None:
    readings = [
        Reading(tuple(Character(c, certain, i / 18) for i, c in enumerate(text))) for text, certain in case["readings"]
    ]
    birth, sex = (value and Field(value, 0.99, 0.99) for value in (case["birth"], case["sex"]))
    judged = judge_number(readings, birth, sex, date.fromisoformat(JUDGEMENTS["today"]))
    assert (judged.field and judged.field.value, judged.problem) == (case["number"], case["problem"])
