"""Reads doubtful lines of a page again, cut and treated otherwise, and lets the readings vote character by character.

One model is sure of what it sees in one picture of a line; where its answers differ between pictures that differ by a
little light and sharpness, it is guessing. Agreement is worth more than one number of confidence, disagreement less.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from ocr.page import Page, common_characters, is_common
from ocr.plane import Zone, from_card
from ocr.quads import cut_strip
from ocr.readings import Character, Line, Picture, Reading
from ocr.treatments import flattened, plain, sharpened, smoothed

Treatment = Callable[[Picture], Picture]

# A line whose least certain character is below this is read again.
WEAK = 0.85
SECOND_CUT: tuple[Treatment, ...] = (plain,)
MANY_CUTS: tuple[Treatment, ...] = (plain, sharpened, flattened, smoothed)
# Detected boxes are tight; a little room around them is another picture to the model.
MARGIN = 0.08
# Readings that agree are at most this sure together, if none of them is surer by itself.
AGREED = 0.9
# What a reading that has nothing at a place says there: little, since what blurs is lost more often than invented.
SILENCE = 0.35


def read_again(page: Page, treatments: Sequence[Treatment], common_rows: tuple[float, float] | None) -> Page:
    """The page with its doubtful lines as their readings vote; rare characters have no vote between `common_rows`."""
    weak = [i for i, line in enumerate(page.lines) if is_doubtful(line, common_rows)]
    if not weak:
        return page
    lines = list(page.lines)
    for is_everyday in (False, True):
        chosen = [i for i in weak if wants_common(page.lines[i], common_rows) == is_everyday]
        quads = [from_card(page.matrix, page.lines[i].quad) for i in chosen]
        strips = [treat(cut_strip(page.picture, quad, MARGIN)) for quad in quads for treat in treatments]
        read = page.engine.read_strips(strips, common_characters() if is_everyday else None) if strips else []
        for n, index in enumerate(chosen):
            first, more = lines[index].reading, read[n * len(treatments) : (n + 1) * len(treatments)]
            counted = more if is_everyday and not is_common(first.text) else [first, *more]
            lines[index] = Line(lines[index].quad, vote(counted))
    return replace(page, lines=tuple(lines))


def read_zone_again(page: Page, zone: Zone, alphabet: str | None, treatments: Sequence[Treatment] = ()) -> Reading:
    """A zone where no line was found, read in several pictures of it that vote."""
    strip = page.strip(zone)
    return vote(page.engine.read_strips([treat(strip) for treat in treatments or MANY_CUTS], alphabet))


def is_doubtful(line: Line, common_rows: tuple[float, float] | None) -> bool:
    """Whether a line wants another reading; one that read as nothing is mostly a pattern."""
    if not line.reading.characters:
        return False
    return line.reading.weakest < WEAK or (wants_common(line, common_rows) and not is_common(line.text))


def wants_common(line: Line, common_rows: tuple[float, float] | None) -> bool:
    return common_rows is not None and bool(common_rows[0] < line.centre[1] < common_rows[1])


def vote(readings: Sequence[Reading]) -> Reading:
    """One reading out of several of the same line."""
    given = [reading for reading in readings if reading.characters]
    if len(given) < 2:
        return given[0] if given else Reading(())
    pivot = max(given, key=lambda reading: (support(reading, given), reading.confidence))
    columns = [[character] for character in pivot.characters]
    between: list[list[Character]] = [[] for _ in range(len(columns) + 1)]
    silent = [0] * len(columns)
    for other in given:
        if other is not pivot:
            line_up(pivot, other, columns, between, silent)
    found: list[Character] = []
    for index, column in enumerate(columns):
        found += inserted(between[index], len(given))
        if (winner := elected(column, silent[index])) is not None:
            found.append(winner)
    return Reading(tuple(found + inserted(between[-1], len(given))))


def support(reading: Reading, given: Sequence[Reading]) -> float:
    """How much of the other readings a reading agrees with."""
    return sum(SequenceMatcher(None, reading.text, other.text, autojunk=False).ratio() for other in given)


def line_up(
    pivot: Reading,
    other: Reading,
    columns: list[list[Character]],
    between: list[list[Character]],
    silent: list[int],
) -> None:
    """Put another reading's characters under the pivot's that they stand for."""
    matcher = SequenceMatcher(None, pivot.text, other.text, autojunk=False)
    for _tag, i0, i1, j0, j1 in matcher.get_opcodes():
        for n in range(max(i1 - i0, j1 - j0)):
            if i0 + n < i1 and j0 + n < j1:
                columns[i0 + n].append(other.characters[j0 + n])
            elif i0 + n < i1:
                silent[i0 + n] += 1
            else:
                between[i1].append(other.characters[j0 + n])


def elected(column: Sequence[Character], silent: int) -> Character | None:
    """The character with most confidence behind it; None where silence has more."""
    weights: dict[str, float] = {}
    for one in column:
        weights[one.text] = weights.get(one.text, 0.0) + one.confidence
    text = max(weights, key=lambda candidate: weights[candidate])
    if silent * SILENCE > weights[text]:
        return None
    agreeing = [one.confidence for one in column if one.text == text]
    everything = sum(weights.values()) + silent * SILENCE
    if weights[text] >= everything - 1e-9:
        doubt = 1.0
        for confidence in agreeing:
            doubt *= 1 - confidence
        return Character(text, max(max(agreeing), min(AGREED, 1 - doubt)), column[0].at)
    return Character(text, max(agreeing) * weights[text] / everything, column[0].at)


def inserted(extra: Sequence[Character], readers: int) -> list[Character]:
    """A character that most of the other readings have where the pivot has none."""
    weights: dict[str, float] = {}
    for one in extra:
        weights[one.text] = weights.get(one.text, 0.0) + one.confidence
    kept = []
    for one in extra:
        against = (readers - sum(other.text == one.text for other in extra)) * SILENCE
        weight = weights.pop(one.text, 0.0)
        if weight > against:
            kept.append(Character(one.text, min(one.confidence, weight / readers), one.at))
    return kept
