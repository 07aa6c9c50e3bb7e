"""Reads the number of a card more than once, and accepts it by the rule only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ocr.engines import DIGITS, Engine
from ocr.number_rule import NUMBER, birth_of, follows_rule, sex_of
from ocr.page import Field, Page
from ocr.plane import Zone, compact, from_card
from ocr.quads import cut_strip
from ocr.readings import Picture, Quad, Reading
from ocr.treatments import evened, flattened, plain, sharpened, smoothed

# Below this a single reading is not enough: two of the same are asked for.
SURE = 0.80


@dataclass(frozen=True)
class Judged:
    """The accepted number, or None with what was wrong: unreadable, rule, disagrees, ambiguous."""

    field: Field | None
    problem: str | None


TREATMENTS: tuple[Callable[[Picture], Picture], ...] = (plain, evened, flattened, sharpened, smoothed)


def number_quads(page: Page, zone: Zone) -> list[Quad]:
    """Where the number stands in the page's picture: detected lines near the zone, and the zone itself."""
    left, top, right, bottom = zone
    middle = (top + bottom) / 2
    quads = [
        line.quad
        for line in page.lines
        if line.reading.characters
        and abs(line.centre[1] - middle) < 40
        and line.right_middle[0] > 600
        and line.left_middle[0] < 520
    ]
    quads = [clip_left(quad, left - 22) for quad in quads]
    quads.append(
        np.array(
            [[left - 14, top - 4], [right + 14, top - 4], [right + 14, bottom + 4], [left - 14, bottom + 4]], np.float32
        )
    )
    return [from_card(page.matrix, quad) for quad in quads]


def clip_left(quad: Quad, left: float) -> Quad:
    """The quad without what lies left of `left` (the label, when a line holds both)."""
    clipped = quad.copy()
    for start, end in ((0, 1), (3, 2)):
        way = quad[end] - quad[start]
        if quad[start][0] < left < quad[end][0]:
            clipped[start] = quad[start] + way * (left - quad[start][0]) / way[0]
    return clipped


def seen_numbers(page: Page, zone: Zone) -> list[Reading]:
    """What the page's lines at the zone say already, read with all characters allowed."""
    middle = (zone[1] + zone[3]) / 2
    lines = [line for line in page.lines if abs(line.centre[1] - middle) < 40 and line.left_middle[0] < 520]
    return [line.reading for line in lines if NUMBER.fullmatch(line.text)]


def read_number(
    page: Page,
    zone: Zone,
    treatments: Sequence[Callable[[Picture], Picture]],
    is_enough: Callable[[list[Reading]], bool],
) -> list[Reading]:
    """Readings of the number's strip, digits only, one for each place and treatment; places until `is_enough`."""
    readings: list[Reading] = []
    for quad in number_quads(page, zone):
        strip = cut_strip(page.picture, quad)
        readings += page.engine.read_strips([treat(strip) for treat in treatments], DIGITS)
        if is_enough(readings):
            break
    return readings


def second_opinion(page: Page, zone: Zone, engine: Engine) -> list[Reading]:
    """The same strips read by another engine."""
    strips = [cut_strip(page.picture, quad) for quad in number_quads(page, zone)]
    return engine.read_strips(strips, DIGITS)


def judge_number(readings: Iterable[Reading], birth: Field | None, sex: Field | None, today: date) -> Judged:
    """Accept a number that was read, never one that was made to fit.

    One sure reading is enough, or two equal ones; two different numbers that both follow the rule refuse each other.
    """
    whole = [reading for reading in readings if len(compact(reading.text)) == 18]
    passing = [reading for reading in whole if follows_rule(reading.text, today)]
    if not passing:
        return Judged(None, "rule" if whole else "unreadable")
    counts = Counter(reading.text for reading in passing)
    if len(counts) > 1:
        return Judged(None, "ambiguous")
    number, times = counts.popitem()
    best = max(passing, key=lambda reading: reading.weakest)
    if best.weakest < SURE and times < 2:
        return Judged(None, "unsure")
    if birth is not None and birth.value != birth_of(number):
        return Judged(None, "disagrees")
    if sex is not None and sex.value != sex_of(number):
        return Judged(None, "disagrees")
    return Judged(Field(number, best.confidence, best.weakest), None)
