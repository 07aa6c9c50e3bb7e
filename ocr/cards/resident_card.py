"""The resident identity card (居民身份证, GA 490), portrait side ("front") and emblem side ("back").

Places are those that text detection gives for a card of 1000 x 631 units, measured on photographs.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

from ocr.again import read_zone_again
from ocr.cards import CardSide, CardType
from ocr.ethnic_groups import GROUPS, nearest_group
from ocr.number_rule import is_real_date
from ocr.page import Field, Page, Placed, common_characters, field_of, is_common, placed_of
from ocr.plane import Mark, compact
from ocr.readings import Reading

NUMBER_ZONE = (335.0, 515.0, 904.0, 567.0)
FRONT_MARKS = (
    Mark("公民身份号码", (58, 524, 266, 567)),
    Mark("姓名", (57, 79, 137, 124)),
    Mark("性别", (57, 156, 137, 200)),
    Mark("民族", (288, 155, 367, 200)),
    Mark("出生", (58, 229, 137, 272)),
    Mark("住址", (58, 308, 137, 352)),
    # What is printed tells its place as well as a label does, and is darker.
    Mark("#number", NUMBER_ZONE, re.compile("[0-9OIlBXxSZ]{18}"), ends_known=True),
    # Glare takes digits at the end; the others still stand where they stand.
    *(Mark("#number", (335, 515, 335 + 569 * n / 18, 567), re.compile(f"[0-9]{{{n}}}"), True) for n in (15, 16, 17)),
    Mark("#birth", (175, 229, 475, 272), re.compile(r"(?:18|19|20)\d\d.{0,2}\d{1,2}.{0,2}月.*|(?:18|19|20)\d\d年.*")),
    Mark("#sex", (173, 157, 221, 200), re.compile("[男女]"), ends_known=True),
    Mark("#sex row", (173, 157, 452, 200), re.compile("[男女].{1,7}")),
    Mark("#address", (173, 308, 602, 352), re.compile("[^0-9]{2,}(?:省|市|区|县|州|旗).*")),
)
BACK_MARKS = (
    Mark("中华人民共和国", (307, 105, 788, 181)),
    Mark("居民身份证", (270, 209, 831, 315)),
    Mark("签发机关", (197, 440, 344, 488)),
    Mark("有效期限", (197, 520, 344, 566)),
)
NAME_ROW, SEX_ROW, BIRTH_ROW, ADDRESS_ROW, ADDRESS_END = 101.0, 178.0, 250.0, 330.0, 492.0
AUTHORITY_ROW, VALID_ROW = 464.0, 543.0
# Labels end at 137, values begin at 173; the portrait begins at about 640.
FRONT_VALUES, FRONT_END, BACK_VALUES, BACK_END = 155.0, 640.0, 372.0, 960.0
# Lines of an address begin below each other at 175 or so, and are broken after 420 to 450 units; a character takes 40.
LATEST_START, LEAST_END, WIDEST_STEP = 225.0, 520.0, 68.0
# From the middle of a name's last character to the end of its line: half a character and the room around the line.
WIDEST_END = 52.0
# Half of the way from one line of an address to the next.
HALF_ROW = 27.0
HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af〇"
DATE = re.compile(r"((?:18|19|20)\d{2})年(\d{1,2})月(\d{1,2})(日?)")
TERM = re.compile(r"((?:19|20)\d{2})\.?(\d{2})\.?(\d{2})[-—–~一]*((?:20\d{2})\.?(\d{2})\.?(\d{2})|长期)")


def read_front(page: Page) -> dict[str, Field]:
    """The printed fields of the portrait side, without the number."""
    found = {
        "name": read_name(page),
        "sex": read_sex(page),
        "ethnicity": read_ethnicity(page),
        "birth": read_birth(page),
        "address": read_address(page),
    }
    return {name: field for name, field in found.items() if field is not None}


def read_back(page: Page) -> dict[str, Field]:
    """The issuing authority and the validity."""
    found = {"authority": read_authority(page), "valid": read_valid(page)}
    return {name: field for name, field in found.items() if field is not None}


def sure(reading: Reading, pattern: str, least: float = 0.6) -> Field | None:
    """A zone's reading, if it is certain enough to stand without a line having been found there."""
    text = compact(reading.text)
    if reading.weakest < least or not re.fullmatch(pattern, text):
        return None
    return Field(text, reading.confidence, reading.weakest)


def after_label(places: list[Placed], label: str) -> list[Placed]:
    """What follows a label in a row; the row itself where the label was not read."""
    text = "".join(place.text for place in places)
    at = text.find(label)
    return places[at + len(label) :] if at >= 0 else places


def read_name(page: Page) -> Field | None:
    row = after_label(page.row(NAME_ROW, 36, 30, FRONT_END), "姓名")
    kept = [place for place in row if place.u > FRONT_VALUES and re.fullmatch(f"[{HAN}·•・]", place.text)]
    read = field_of(kept) or sure(page.read_zone((166, 72, 520, 132)), f"[{HAN}·]{{2,20}}")
    field = read and Field(re.sub("[•・]", "·", read.value), read.confidence, read.weakest)
    is_short = page.is_cut(NAME_ROW - 36, NAME_ROW + 36) or lacks_character(page, kept)
    return doubtful(field) if field and is_short else field


def lacks_character(page: Page, row: list[Placed]) -> bool:
    """Whether the line of the name has room for a character that was not read.

    A rare one is lost without a trace, and the others stay sure of themselves.
    """
    if not row:
        return True  # read from its zone: there is no line to judge by
    lines = [
        line for line in page.lines if abs(line.centre[1] - NAME_ROW) <= 36 and line.left_middle[0] < FRONT_END - 40
    ]
    ends_early = min(FRONT_END, max(float(line.right_middle[0]) for line in lines)) - row[-1].u > WIDEST_END
    return ends_early or has_gap(row)


def has_gap(row: list[Placed]) -> bool:
    """Whether a row begins late, or has room for a character between two others."""
    return row[0].u > LATEST_START or any(after.u - before.u > WIDEST_STEP for before, after in pairwise(row))


def read_sex(page: Page) -> Field | None:
    row = [place for place in page.row(SEX_ROW, 36, 140, 300) if place.text in ("男", "女")]
    if len(row) == 1:
        return field_of(row)
    # A single character is the first thing that detection overlooks.
    return sure(page.read_zone((166, 150, 236, 206), "男女"), "[男女]")


def read_ethnicity(page: Page) -> Field | None:
    row = page.row(SEX_ROW, 36, 260, FRONT_END)
    labelled = after_label(row, "民族")
    kept = labelled if len(labelled) < len(row) else [place for place in row if place.u > 385]
    group = nearest_group("".join(place.text for place in kept))
    if group:
        return field_of(kept, group)
    zone, characters = (394, 150, 560, 206), "".join(GROUPS)
    field = sure(page.read_zone(zone, characters), ".{1,4}")
    if field is None or field.value not in GROUPS:
        # One of 56 is a good guess sooner than any text is; it keeps its low certainty.
        field = sure(read_zone_again(page, zone, characters), ".{1,4}", least=0.3)
    return field if field and field.value in GROUPS else None


def read_birth(page: Page) -> Field | None:
    row = page.row(BIRTH_ROW, 36, FRONT_VALUES, FRONT_END)
    match = DATE.search("".join(place.text for place in row))
    if match is None:
        return None
    value = f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    field = field_of(row[match.start() : match.end()], value) if is_real_date(value) else None
    # Without 日 at its end a day may have lost a digit.
    return field if field is None or match[4] else doubtful(field)


def read_address(page: Page) -> Field | None:
    """All lines of the address, put together as the card breaks them: without spaces."""
    rows: list[list[Placed]] = []
    lines = [x for x in page.lines if ADDRESS_ROW - 30 < x.centre[1] < ADDRESS_END and x.left_middle[0] < 560]
    for line in sorted(lines, key=lambda line: line.centre[1]):
        places = after_label(placed_of(line), "住址")
        kept = [place for place in places if FRONT_VALUES < place.u < FRONT_END + 30]
        if not kept:
            continue
        if rows and abs(mean_v(rows[-1]) - mean_v(kept)) < 22:
            rows[-1] = sorted(rows[-1] + kept, key=lambda place: place.u)
        else:
            rows.append(kept)
    rows += continued(page, rows)
    rows = [fuller(page, row, is_last=row is rows[-1]) for row in rows]
    field = field_of(place for row in rows for place in row)
    if field is None:
        return None
    is_cut = page.is_cut(ADDRESS_ROW - 30, ADDRESS_END)
    starts_late = mean_v(rows[0]) > ADDRESS_ROW + HALF_ROW
    has_holes = is_cut or starts_late or any(has_hole(row, is_last=row is rows[-1]) for row in rows)
    return doubtful(field) if has_holes or not is_common(field.value) else field


def has_hole(row: list[Placed], is_last: bool) -> bool:
    """Whether something must stand where nothing was read: at the beginning, within, or at the end of a full line.

    Glare and shadows take characters away and leave the others sure of themselves.
    """
    text = "".join(place.text for place in row)
    # 3-2-1502 is a whole door; 2单元1502 has lost its 室, or must be looked at.
    ends_early = row[-1].u < LEAST_END if not is_last else re.search(r"(?<![\d-])\d+$", text) is not None
    return ends_early or has_gap(row)


def fuller(page: Page, row: list[Placed], is_last: bool) -> list[Placed]:
    """The row read whole from its place, where the lines that were found leave a hole."""
    if not has_hole(row, is_last):
        return row
    left, right, middle = FRONT_VALUES + 5, FRONT_END, mean_v(row)
    reading = page.read_zone((left, middle - 26, right, middle + 26), common_characters())
    whole = [
        Placed(c.text, c.confidence, left + c.at * (right - left), middle) for c in reading.characters if c.text.strip()
    ]
    if len(whole) <= len(row) or reading.weakest < 0.5:
        return row
    return whole


def doubtful(field: Field) -> Field:
    """The value as read, to be read again, and never offered as sure."""
    return Field(field.value, min(field.confidence, 0.5), 0.0)


def continued(page: Page, rows: list[list[Placed]]) -> list[list[Placed]]:
    """A last short row (号, 1室) that detection overlooked, read from where it must stand."""
    if not rows or len(rows) > 2 or rows[-1][-1].u < 500:
        return []
    pitch = (mean_v(rows[-1]) - mean_v(rows[0])) / (len(rows) - 1) if len(rows) > 1 else 54.0
    middle = mean_v(rows[-1]) + pitch
    if middle > ADDRESS_END - 10:
        return []
    reading = page.read_zone((166, middle - 25, 420, middle + 25), common_characters())
    text = compact(reading.text)
    # Patterns of an empty zone read as letters; what goes on from the row before is 号, 1室, or a number's last digits.
    goes_on = re.search(f"[{HAN}]", text) or (text.isdigit() and rows[-1][-1].text in "0123456789-")
    if reading.weakest < 0.7 or not goes_on:
        return []
    return [[Placed(c.text, c.confidence, 166 + c.at * 254, middle) for c in reading.characters if c.text.strip()]]


def mean_v(places: list[Placed]) -> float:
    return sum(place.v for place in places) / len(places)


def read_authority(page: Page) -> Field | None:
    row = after_label(page.row(AUTHORITY_ROW, 36, 180, BACK_END), "签发机关")
    field = field_of(place for place in row if place.u > BACK_VALUES and re.fullmatch(f"[{HAN}]", place.text))
    if field is None:
        return None
    # Every authority is some 局; without it the line was cut off.
    return field if field.value.endswith("局") and is_common(field.value) else doubtful(field)


def read_valid(page: Page) -> Field | None:
    row = page.row(VALID_ROW, 36, BACK_VALUES - 10, BACK_END)
    match = TERM.search(compact("".join(place.text for place in row)))
    if match is None:
        return None
    start = f"{match[1]}.{match[2]}.{match[3]}"
    end = "长期" if match[4] == "长期" else f"{match[4][:4]}.{match[5]}.{match[6]}"
    field = field_of(row, f"{start}-{end}")
    if field is None or not is_real_date(start.replace(".", "-")):
        return None
    return field if is_usual_term(start, end) else doubtful(field)


def is_usual_term(start: str, end: str) -> bool:
    """Cards are valid for 5, 10 or 20 years to the day (29 February ends on 28 February or 1 March), or for good."""
    if end == "长期":
        return True
    if not is_real_date(end.replace(".", "-")):
        return False
    first, last = (date.fromisoformat(text.replace(".", "-")) for text in (start, end))
    same_day = (first.month, first.day) == (last.month, last.day) or (first.month, first.day) == (2, 29)
    return same_day and last.year - first.year in (5, 10, 20)


CARD_TYPE = CardType(
    name="resident_card",
    sides=(
        CardSide(
            side="front",
            fields=("name", "sex", "ethnicity", "birth", "address", "id_number"),
            marks=FRONT_MARKS,
            least_marks=3,
            read=read_front,
            number_zone=NUMBER_ZONE,
            common_rows=(290, 500),
        ),
        CardSide(
            side="back",
            fields=("authority", "valid"),
            marks=BACK_MARKS,
            least_marks=2,
            read=read_back,
            common_rows=(430, 500),
        ),
    ),
)
