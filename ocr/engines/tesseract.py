"""Tesseract: the light engine for small computers, and the second opinion on a number.

It reads one line at a time; lines are found by classical means, since its own layout analysis wants a scanned page.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytesseract

from ocr.readings import Character, EngineMissing, Picture, Quad, Reading

log = logging.getLogger("greenlane.ocr")

LANGUAGES = {"chi_sim", "eng"}
STRIP_HEIGHT = 48
# The program opens in 0.3 s and reads a strip in 0.05; noise can keep it busy for ever.
STRIP_SECONDS = 10
# Heights of lines of text, as shares of the picture's longest side.
LINE_HEIGHT = (0.008, 0.07)


def open_engine() -> TesseractEngine:
    """Check that tesseract and its Chinese data are here; raises EngineMissing."""
    # Its threads spin; a strip is too small to share.
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    try:
        present = set(pytesseract.get_languages())
    except (pytesseract.TesseractNotFoundError, OSError) as error:
        raise EngineMissing(
            "tesseract is not on this machine: apt install tesseract-ocr tesseract-ocr-chi-sim"
        ) from error
    if missing := LANGUAGES - present:
        raise EngineMissing(
            f"tesseract lacks its data for {', '.join(sorted(missing))}: apt install tesseract-ocr-chi-sim"
        )
    return TesseractEngine()


class TesseractEngine:
    """One call of the program for the strips that are wanted together."""

    name = "tesseract"

    def find_boxes(self, picture: Picture, longest_side: int) -> list[Quad]:
        scale = min(1.0, longest_side / max(picture.shape[:2]))
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        # Labels are blue and text is black: both are dark in red light, where the card's pattern is pale.
        red = np.ascontiguousarray(small[:, :, 2], np.uint8)
        upright = line_boxes(red)
        turned = line_boxes(np.ascontiguousarray(np.rot90(red)))
        if length_of(turned) > 1.2 * length_of(upright):
            # np.rot90 turns to the left: its (x, y) is (width - 1 - y, x) of the picture.
            upright = [np.stack([red.shape[1] - 1 - quad[:, 1], quad[:, 0]], axis=1) for quad in turned]
        return [(quad / scale).astype(np.float32) for quad in upright]

    def read_strips(self, strips: Sequence[Picture], alphabet: str | None = None) -> list[Reading]:
        if not strips:
            return []
        try:
            return read_together(strips, alphabet)
        except RuntimeError as error:
            # Its errors and its timeout are RuntimeErrors. One strip that it cannot take costs no other.
            if len(strips) == 1:
                log.warning("a strip was not read: %s", str(error)[:200])
                return [Reading(())]
        return [reading for strip in strips for reading in self.read_strips([strip], alphabet)]


def line_boxes(grey: Picture) -> list[Quad]:
    """Boxes around rows of dark strokes that run more or less level."""
    longest = max(grey.shape)
    unit = max(1, round(longest / 320))
    dark = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((6 * unit + 1, 6 * unit + 1), np.uint8))
    local = cv2.GaussianBlur(grey, (0, 0), 8 * unit).astype(np.float32)
    # A stroke is dark against its surroundings, however dark these are.
    strokes = (dark > np.maximum(12, 0.22 * local)).astype(np.uint8)
    joined = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((unit, 8 * unit), np.uint8))
    opened = cv2.morphologyEx(joined, cv2.MORPH_OPEN, np.ones((2, 2 * unit), np.uint8))
    contours, _ = cv2.findContours(opened, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    boxes = []
    for contour in contours:
        (x, y), (one, other), angle = cv2.minAreaRect(contour)
        height, width = min(one, other), max(one, other)
        if not LINE_HEIGHT[0] * longest < height < LINE_HEIGHT[1] * longest:
            continue
        filled = cv2.contourArea(contour) / max(1.0, one * other)
        if filled < 0.35 or (width < 1.2 * height and filled < 0.5):
            continue
        margin = 0.35 * height
        boxes.append(np.asarray(cv2.boxPoints(((x, y), (one + margin, other + margin), angle)), np.float32))
    return boxes


def length_of(boxes: Sequence[Quad]) -> float:
    """The summed width of boxes that are long and level, as lines of text are."""
    spans = [np.ptp(box, axis=0) for box in boxes]
    return float(sum(width for width, height in spans if width > 3 * height))


def read_together(strips: Sequence[Picture], alphabet: str | None) -> list[Reading]:
    """Strips by one call of the program: opening its data costs six times as much as reading a strip."""
    config = "--psm 7" if alphabet is None else f"--psm 7 -c tessedit_char_whitelist={alphabet}"
    language = "chi_sim" if alphabet is None else "eng"
    prepared = [prepare(strip) for strip in strips]
    with tempfile.TemporaryDirectory(prefix="greenlane-strips-") as folder:
        names = [f"{folder}/{n}.png" for n in range(len(prepared))]
        for name, picture in zip(names, prepared, strict=True):
            cv2.imwrite(name, picture)
        listed = Path(folder, "strips.txt")
        listed.write_text("\n".join(names) + "\n", encoding="utf-8")
        data = pytesseract.image_to_data(
            str(listed),
            lang=language,
            config=config,
            output_type=pytesseract.Output.DICT,
            timeout=STRIP_SECONDS + len(strips),
        )
    return [reading_of(data, n + 1, picture.shape[1]) for n, picture in enumerate(prepared)]


def prepare(strip: Picture) -> Picture:
    """A strip in grey, at the height that the program reads best, its contrast drawn out, with room around it."""
    grey = cv2.cvtColor(strip, cv2.COLOR_BGR2GRAY) if strip.ndim == 3 else strip
    scale = STRIP_HEIGHT / grey.shape[0]
    grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    darkest, range_of_greys = int(grey.min()), max(1, int(np.ptp(grey)))
    grey = cv2.convertScaleAbs(grey, alpha=255 / range_of_greys, beta=-darkest * 255 / range_of_greys)
    # A line that touches the edge is read badly.
    return np.asarray(cv2.copyMakeBorder(grey, 10, 10, 10, 10, cv2.BORDER_REPLICATE), np.uint8)


def reading_of(data: dict[str, list[str]], page: int, width: int) -> Reading:
    """Words of a page with their boxes as characters: a word's share its certainty and stand evenly in its box."""
    found: list[Character] = []
    columns = (data[name] for name in ("page_num", "text", "conf", "left", "width"))
    for number, text, certainty, left, wide in zip(*columns, strict=True):
        word = text.strip()
        if int(number) != page:
            continue
        for index, character in enumerate(word):
            at = (int(left) + (index + 0.5) / len(word) * int(wide)) / width
            found.append(Character(character, max(0.0, float(certainty)) / 100, at))
    return Reading(tuple(found))
