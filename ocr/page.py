"""A card's text laid out in card units, for card types to take their fields from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from ocr.engines import Engine
from ocr.plane import Matrix, Zone, from_card, to_card
from ocr.quads import cut_strip
from ocr.readings import Line, Picture, Reading

# How near to the picture's edge a line is cut by it, in heights of the line.
EDGE = 0.2


@dataclass(frozen=True)
class Field:
    """One value as printed; `confidence` is the mean over its characters, `weakest` the least certain of them."""

    value: str
    confidence: float
    weakest: float


@dataclass(frozen=True)
class Placed:
    """A character and its place on the card."""

    text: str
    confidence: float
    u: float
    v: float


@dataclass(frozen=True)
class Page:
    """A picture, its mapping to the card, and the lines read in it (their quads in card units)."""

    picture: Picture
    matrix: Matrix
    lines: tuple[Line, ...]
    engine: Engine

    @classmethod
    def lay_out(cls, picture: Picture, matrix: Matrix, lines: Iterable[Line], engine: Engine) -> Page:
        """Bring lines of the picture onto the card; those beside it are left out."""
        placed = [Line(to_card(matrix, line.quad), line.reading) for line in lines]
        return cls(picture, matrix, tuple(line for line in placed if is_on_card(line)), engine)

    def row(self, centre: float, reach: float, left: float, right: float) -> list[Placed]:
        """Characters of the lines whose middle lies within `reach` of a row, from left to right."""
        lines = [line for line in self.lines if abs(line.centre[1] - centre) <= reach]
        found = [place for line in lines for place in placed_of(line) if left <= place.u <= right]
        return sorted(found, key=lambda place: place.u)

    def with_common_characters(self, top: float, bottom: float) -> Page:
        """The page with rare characters between two heights read again, from everyday ones (GB 2312) only."""
        rare = [i for i, x in enumerate(self.lines) if top < x.centre[1] < bottom and not is_common(x.text)]
        if not rare:
            return self
        strips = [cut_strip(self.picture, from_card(self.matrix, self.lines[i].quad)) for i in rare]
        lines = list(self.lines)
        for index, reading in zip(rare, self.engine.read_strips(strips, common_characters()), strict=True):
            lines[index] = Line(lines[index].quad, reading)
        return replace(self, lines=tuple(lines))

    def is_cut(self, top: float, bottom: float) -> bool:
        """Whether the picture's edge goes through a line between two heights: what lay beyond it is not known."""
        height, width = self.picture.shape[:2]
        for line in self.lines:
            if not top < line.centre[1] < bottom:
                continue
            corners = from_card(self.matrix, line.quad)
            near = EDGE * float(np.linalg.norm(corners[0] - corners[3]))
            distances = np.abs(np.concatenate([corners, corners - (width, height)]))
            if distances.min() < near:
                return True
        return False

    def strip(self, zone: Zone) -> Picture:
        """The picture of a zone, upright."""
        left, top, right, bottom = zone
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32)
        return cut_strip(self.picture, from_card(self.matrix, corners))

    def read_zone(self, zone: Zone, alphabet: str | None = None) -> Reading:
        """Read a zone without looking for lines in it first."""
        return self.engine.read_strips([self.strip(zone)], alphabet)[0]


@cache
def common_characters() -> str:
    """Digits, capitals and the 6,763 characters of GB 2312."""
    han = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-#()（）" + "".join(pair.decode("gb2312", "ignore") for pair in han)


def is_common(text: str) -> bool:
    return set(text) <= set(common_characters())


def is_on_card(line: Line) -> bool:
    u, v = line.centre
    return bool(-30 < u < 1030 and -30 < v < 661)


def placed_of(line: Line) -> list[Placed]:
    """Where each character of a line stands; spaces are dropped."""
    start, way = line.left_middle, line.right_middle - line.left_middle
    return [
        Placed(c.text, c.confidence, float(start[0] + c.at * way[0]), float(start[1] + c.at * way[1]))
        for c in line.reading.characters
        if c.text.strip()
    ]


def field_of(places: Iterable[Placed], value: str | None = None) -> Field | None:
    """The characters put together (or the value made of them) with their certainty; None for nothing."""
    kept = list(places)
    text = "".join(place.text for place in kept) if value is None else value
    if not kept or not text:
        return None
    confidences = [place.confidence for place in kept]
    return Field(text, sum(confidences) / len(confidences), min(confidences))
