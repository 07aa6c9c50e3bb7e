"""The vectors that the hub's and the phone's card rules share; the phone's side is pwa/src/cards/*.test.ts."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ocr.cards.resident_card import read_name
from ocr.number import judge_number
from ocr.page import Field, Page
from ocr.readings import Character, Line, Reading
from tests.ocr.record_pages import NoModels, fields_of

FOLDER = Path(__file__).parents[1] / "vectors" / "cards"
PAGES = json.loads((FOLDER / "pages.json").read_text(encoding="utf-8"))
NAMES = json.loads((FOLDER / "names.json").read_text(encoding="utf-8"))
JUDGEMENTS = json.loads((FOLDER / "judgements.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page["photo"])
def test_a_recorded_page_gives_the_agreed_fields(page: dict[str, Any]) -> None:
    assert fields_of(page) == (page["side"], page["fields"])


@pytest.mark.parametrize("case", NAMES, ids=lambda case: case["why"])
def test_a_name_is_sure_only_when_its_line_has_no_room_for_more(case: dict[str, Any]) -> None:
    lines = []
    for line in case["lines"]:
        left, top, right, bottom = line["zone"]
        quad = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
        lines.append(Line(quad, Reading(tuple(Character(*one) for one in line["characters"]))))
    name = read_name(Page.lay_out(np.zeros((64, 64, 3), np.uint8), np.eye(3), lines, NoModels()))
    assert name is not None
    assert (name.value, name.weakest == 0) == (case["name"], case["is_doubtful"])


@pytest.mark.parametrize("case", JUDGEMENTS["cases"], ids=lambda case: case["why"])
def test_readings_of_a_number_are_judged_as_agreed(case: dict[str, Any]) -> None:
    readings = [
        Reading(tuple(Character(c, certain, i / 18) for i, c in enumerate(text))) for text, certain in case["readings"]
    ]
    birth, sex = (value and Field(value, 0.99, 0.99) for value in (case["birth"], case["sex"]))
    judged = judge_number(readings, birth, sex, date.fromisoformat(JUDGEMENTS["today"]))
    assert (judged.field and judged.field.value, judged.problem) == (case["number"], case["problem"])
