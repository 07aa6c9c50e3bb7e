"""Looks for a card in a picture: lines of text, which way they run, and which side of which card they are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ocr.cards import CardSide, load_card_types
from ocr.engines import Engine
from ocr.number_rule import follows_rule
from ocr.plane import Plane, fit_plane, plane_of_line, sight
from ocr.quads import cut_strip, in_reading_order, reading_direction
from ocr.readings import Line, Picture, Quad

# A newspaper under the card must not cost seconds; a card has at most 20 lines.
MOST_LINES = 48


@dataclass(frozen=True)
class Find:
    """A side of a card, its plane in the picture, and all lines of the picture."""

    side: CardSide
    plane: Plane
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Look:
    """What one look at a picture gave; `find` is None when no card was seen."""

    find: Find | None
    lines: tuple[Line, ...]


def look_for_card(picture: Picture, engine: Engine, longest_side: int) -> Look:
    """Find the text, read it, and fit the sides of all card types; upside down too."""
    boxes = largest(engine.find_boxes(picture, longest_side))
    if not boxes:
        return Look(None, ())
    angle = reading_direction(boxes)
    looks = []
    for turned in (angle, angle + math.pi):
        lines = read_lines(picture, boxes, turned, engine)
        looks.append(Look(fit_sides(lines), lines))
        if looks[-1].find is not None or is_upright(lines):
            break
    # Upside-down text reads as a few doubtful characters, so the surer reading is the right way up.
    return max(looks, key=lambda look: (look.find is not None, certainty(look.lines)))


def largest(boxes: Sequence[Quad]) -> list[Quad]:
    """The boxes worth reading, in a fixed order."""
    by_area = sorted(boxes, key=lambda quad: -float(np.prod(np.ptp(quad, axis=0))))
    return by_area[:MOST_LINES]


def read_lines(picture: Picture, boxes: Sequence[Quad], angle: float, engine: Engine) -> tuple[Line, ...]:
    """All boxes as lines, also those that read as nothing: something is printed there."""
    quads = [in_reading_order(box, angle) for box in boxes]
    readings = engine.read_strips([cut_strip(picture, quad) for quad in quads])
    return tuple(Line(quad, reading) for quad, reading in zip(quads, readings, strict=True))


def fit_sides(lines: Sequence[Line]) -> Find | None:
    """The side of a card that most marks speak for."""
    card_types, _withheld = load_card_types()
    best: Find | None = None
    sides = [side for card_type in card_types for side in card_type.sides]
    for side in sides:
        plane = fit_plane(sight(lines, side.marks), side.least_marks)
        if plane is not None and (best is None or len(plane.sightings) > len(best.plane.sightings)):
            best = Find(side, plane, tuple(lines))
    return best or fit_number_only(lines, sides)


def fit_number_only(lines: Sequence[Line], sides: Sequence[CardSide]) -> Find | None:
    """A rough plane from a line that reads as a true number: in the dark it is often the only one that is read."""
    for side in sides:
        if side.number_zone is None:
            continue
        for line in lines:
            # The day is not known here; a future birth date is refused when the number is judged.
            if follows_rule(line.text, date.max) and (plane := plane_of_line(line, side.number_zone)) is not None:
                return Find(side, plane, tuple(lines))
    return None


def certainty(lines: Sequence[Line]) -> float:
    """The mean confidence over all characters."""
    counted = [character.confidence for line in lines for character in line.reading.characters]
    return sum(counted) / len(counted) if counted else 0.0


def is_upright(lines: Sequence[Line]) -> bool:
    """Whether the text reads so surely that it cannot be upside down."""
    return sum(len(line.text) for line in lines) >= 12 and certainty(lines) > 0.93
