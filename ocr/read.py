"""Reads a card: look, straighten, read by zones, look again when weak, judge the number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from ocr.again import MANY_CUTS, SECOND_CUT, WEAK, read_again
from ocr.cards import FIELDS, CardSide
from ocr.engines import Engine
from ocr.images import open_picture
from ocr.look import Find, largest, look_for_card, read_lines
from ocr.number import SURE, TREATMENTS, Judged, judge_number, read_number, second_opinion, seen_numbers
from ocr.number_rule import NUMBER, birth_of, sex_of
from ocr.page import Field, Page
from ocr.plane import CARD_WIDTH, fit_plane, rectify, sight
from ocr.readings import Picture, Reading
from ocr.treatments import lit, plain

# Text of a card that fills half of a photo is found at the first size; smaller cards need the second.
FIRST_LOOK, CLOSE_LOOK = 800, 1600
STRAIGHT_LOOK = 960
PROBLEMS = {
    "no_card": "no identity card was found; lay the card flat, fill the frame with it and photograph it again",
    "small": "the card is small in the picture; go closer, so that it fills the frame",
    "missing": "not everything on the card could be read; take care that no finger, glare or edge covers it",
    "unreadable": "the number could not be read; photograph the card again without glare, or type the number",
    "rule": "the number as read breaks the number rule; photograph the card again, or type the number",
    "unsure": "the number was not read surely enough; photograph the card again, or type the number",
    "ambiguous": "the number was read in two ways; photograph the card again, or type the number",
    "disagrees": "number and printed birth date or sex disagree; compare with the card and type the number",
}


@dataclass
class Draft:
    """What is known of a card so far."""

    fields: dict[str, Field]
    numbers: list[Reading]
    judged: Judged


def read_card(data: bytes, engine: Engine, today: date, other: Engine | None = None) -> dict[str, Any]:
    """Read the photograph of a card: `{side, fields, problems}` as in docs/cards.md.

    `today` is the date in China; `other` gives a second opinion on the number. Raises CardUnreadable for a file that
    is no picture. A picture without a card is no error: side and fields are null, and problems say so.
    """
    picture = open_picture(data)
    look = look_for_card(picture, engine, FIRST_LOOK)
    if look.find is None and max(picture.shape[:2]) > FIRST_LOOK * 1.2:
        look = look_for_card(picture, engine, CLOSE_LOOK)
    if look.find is None:
        picture = lit(picture)
        look = look_for_card(picture, engine, FIRST_LOOK)
    if look.find is None:
        look = look_for_card(picture, engine, CLOSE_LOOK)
    if look.find is None:
        return answer(None, {}, ["no_card"])
    return read_find(picture, look.find, engine, today, other)


def read_find(picture: Picture, find: Find, engine: Engine, today: date, other: Engine | None) -> dict[str, Any]:
    side = find.side
    is_rough = not find.plane.sightings
    page = Page.lay_out(picture, find.plane.to_card, find.lines, engine)
    draft = (
        Draft({}, [line.reading for line in find.lines if NUMBER.fullmatch(line.text)], Judged(None, None))
        if is_rough
        else read_page(page, side, today)
    )
    if not is_rough and is_weak(draft, side):
        # A few strips more are a tenth of a second look at everything.
        draft = merge(draft, read_page(read_again(page, SECOND_CUT, side.common_rows), side, today), today)
    if is_rough or is_weak(draft, side):
        straight = straighten(picture, find, engine)
        if straight is None:
            return answer(None, {}, ["no_card"])
        draft = merge(draft, read_page(straight, side, today, thorough=side.number_zone is not None), today)
        if other is not None and side.number_zone is not None and draft.judged.field is None:
            draft.numbers += second_opinion(straight, side.number_zone, other)
            draft.judged = judge_number(draft.numbers, draft.fields.get("birth"), draft.fields.get("sex"), today)
    return conclude(draft, side, find)


def read_page(page: Page, side: CardSide, today: date, thorough: bool = False) -> Draft:
    fields = side.read(page)
    if side.number_zone is None:
        return Draft(fields, [], Judged(None, None))
    numbers = seen_numbers(page, side.number_zone)

    def judge(readings: list[Reading]) -> Judged:
        return judge_number(readings, fields.get("birth"), fields.get("sex"), today)

    judged = judge(numbers)
    if not is_sure(judged):
        treatments = TREATMENTS if thorough else (plain,)
        numbers += read_number(page, side.number_zone, treatments, lambda more: is_sure(judge([*numbers, *more])))
        judged = judge(numbers)
    return Draft(fields, numbers, judged)


def is_weak(draft: Draft, side: CardSide) -> bool:
    """Whether a second pass could better something."""
    if side.number_zone is not None and draft.judged.field is None:
        return True
    printed = [name for name in side.fields if name != "id_number"]
    return any(name not in draft.fields or draft.fields[name].weakest < WEAK for name in printed)


def straighten(picture: Picture, find: Find, engine: Engine) -> Page | None:
    """The card straightened and read anew, on a plane that was fitted once more.

    None when the first plane was a guess from one number, and no second mark speaks for a card.
    """
    scale = min(1.4, max(1.0, find.plane.width_px / CARD_WIDTH))
    straight, to_card = rectify(picture, find.plane.to_card, scale)
    boxes = largest(engine.find_boxes(straight, STRAIGHT_LOOK))
    lines = read_lines(straight, boxes, 0.0, engine)
    plane = fit_plane(sight(lines, find.side.marks), 2)
    if plane is None and not find.plane.sightings:
        return None
    matrix = to_card if plane is None else plane.to_card
    return read_again(Page.lay_out(straight, matrix, lines, engine), MANY_CUTS, find.side.common_rows)


def merge(first: Draft, second: Draft, today: date) -> Draft:
    """The surer reading of each field; all readings of the number."""
    fields = dict(first.fields)
    for name, field in second.fields.items():
        better = is_better_name if name == "name" else is_better
        if name not in fields or better(field, fields[name]):
            fields[name] = field
    numbers = first.numbers + second.numbers
    return Draft(fields, numbers, judge_number(numbers, fields.get("birth"), fields.get("sex"), today))


def is_better(new: Field, old: Field) -> bool:
    """The longer one where characters were lost (a whole line of an address), else the surer one."""
    longer = max(new, old, key=lambda field: len(field.value))
    if abs(len(new.value) - len(old.value)) >= 3 and longer.weakest >= 0.4:
        return longer is new
    return new.weakest >= old.weakest


def is_better_name(new: Field, old: Field) -> bool:
    """A name that lost a character reads surely: it never takes the place of a longer or a doubted one."""
    if len(new.value) != len(old.value):
        return len(new.value) > len(old.value)
    return old.weakest > 0 and new.weakest >= old.weakest


def is_sure(judged: Judged) -> bool:
    return judged.field is not None and judged.field.weakest >= SURE


def conclude(draft: Draft, side: CardSide, find: Find) -> dict[str, Any]:
    """Birth and sex follow from an accepted number; what is missing is said."""
    fields = dict(draft.fields)
    problems = []
    number = draft.judged.field
    if number is not None:
        fields["id_number"] = number
        fields["birth"] = Field(birth_of(number.value), number.confidence, number.weakest)
        fields["sex"] = Field(sex_of(number.value), number.confidence, number.weakest)
    elif "id_number" in side.fields and draft.judged.problem is not None:
        problems.append(draft.judged.problem)
    if any(name not in fields for name in side.fields if name != "id_number"):
        problems.append("missing")
    if problems and find.plane.width_px < 600:
        problems.append("small")
    return answer(side.side, {name: fields[name] for name in side.fields if name in fields}, problems)


def answer(side: str | None, fields: dict[str, Field], problems: list[str]) -> dict[str, Any]:
    return {
        "side": side,
        "fields": {name: as_json(fields[name]) if name in fields else None for name in FIELDS},
        "problems": [f"{problem}: {PROBLEMS[problem]}" for problem in problems],
    }


def as_json(field: Field) -> dict[str, Any]:
    # A value is as sure as the least sure of its characters: a mean hides the one that is wrong.
    return {"value": field.value, "confidence": round(field.weakest, 3)}
