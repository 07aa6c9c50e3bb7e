"""Writes tests/vectors/cards/pages.json: python -m tests.ocr.record_pages

Lines that the hub's engine read on generated photographs, with the fields that its rules make of them. The
hub's and the phone's rules are then held to the same pages, without any model.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ocr.engines import open_engine
from ocr.look import fit_sides, look_for_card
from ocr.page import Page
from ocr.readings import Character, Line, Picture, Quad, Reading
from tests.ocr.card_generator import make_photo

VECTORS = Path(__file__).parents[1] / "vectors" / "cards" / "pages.json"
PHOTOS = ((1001, "clean", "front"), (1002, "normal", "front"), (1004, "normal", "front"), (1007, "hard", "front"))
BACKS = ((1001, "clean", "back"), (1003, "normal", "back"))


class NoModels:
    """An engine that sees nothing more than what was recorded."""

    name = "recorded"

    def find_boxes(self, picture: Picture, longest_side: int) -> list[Quad]:
        return []

    def read_strips(self, strips: Sequence[Picture], alphabet: str | None = None) -> list[Reading]:
        return [Reading(())] * len(strips)


def lines_of(page: dict[str, Any]) -> tuple[Line, ...]:
    """The recorded lines of a page."""
    return tuple(
        Line(np.array(line["quad"], np.float32), Reading(tuple(Character(*one) for one in line["characters"])))
        for line in page["lines"]
    )


def fields_of(page: dict[str, Any]) -> tuple[str | None, dict[str, str]]:
    """Side and fields that the hub's rules make of a page."""
    find = fit_sides(lines_of(page))
    if find is None:
        return None, {}
    laid = Page.lay_out(np.zeros((64, 64, 3), np.uint8), find.plane.to_card, find.lines, NoModels())
    return find.side.side, {name: field.value for name, field in find.side.read(laid).items()}


def record(seed: int, level: str, side: str, turn: int | None = None) -> dict[str, Any]:
    picture = make_photo(seed, level, side).picture
    picture = picture if turn is None else np.asarray(cv2.rotate(picture, turn), np.uint8)
    look = look_for_card(picture, open_engine("rapid"), 800)
    lines = [
        {
            "quad": [[round(float(v), 1) for v in point] for point in line.quad],
            "characters": [[c.text, round(c.confidence, 3), round(c.at, 4)] for c in line.reading.characters],
        }
        for line in look.lines
    ]
    page = {"photo": f"{seed} {level} {side}" + ("" if turn is None else f" turned {turn}"), "lines": lines}
    found, fields = fields_of(page)
    return page | {"side": found, "fields": fields}


def main() -> None:
    pages = [record(*photo) for photo in (*PHOTOS, *BACKS)] + [record(1001, "clean", "front", cv2.ROTATE_90_CLOCKWISE)]
    pages.append({"photo": "a page of numbers", "lines": strangers(), "side": None, "fields": {}})
    VECTORS.write_text(json.dumps(pages, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def strangers() -> list[dict[str, Any]]:
    """Lines of no card at all, one of which begins like a label."""
    texts = ("6222 0212 3456 7890", "VALID THRU 12/29", "姓名", "持卡人签名")
    return [
        {
            "quad": [[50, 60 * n], [400, 60 * n], [400, 60 * n + 40], [50, 60 * n + 40]],
            "characters": [[c, 0.99, (i + 0.5) / len(text)] for i, c in enumerate(text)],
        }
        for n, text in enumerate(texts)
    ]


if __name__ == "__main__":
    main()
