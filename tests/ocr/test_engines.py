"""What every engine promises, over all engines."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr import engines
from ocr.engines import DIGITS, Engine
from ocr.quads import cut_strip, in_reading_order, reading_direction
from ocr.readings import EngineMissing, Picture
from tests.ocr.drawn_cards import NUMBER_FONTS, TEXT_FONTS, font, font_files

NUMBER = "11019919900307001X"


def written(text: str, size: int = 44, fonts: tuple[str, ...] = NUMBER_FONTS) -> Picture:
    face = font(font_files(fonts)[0], size)
    image = Image.new("RGB", (round(face.getlength(text)) + 24, round(size * 1.5)), (225, 230, 235))
    ImageDraw.Draw(image).text((12, size * 0.1), text, font=face, fill=(25, 25, 25))
    return np.asarray(image, np.uint8)[:, :, ::-1].copy()


def test_a_strip_of_digits_is_read_with_its_certainty(engine: Engine) -> None:
    reading = engine.read_strips([written(NUMBER)], DIGITS)[0]
    assert reading.text == NUMBER
    assert 0.3 < reading.weakest <= reading.confidence <= 1


def test_only_characters_of_the_alphabet_come_out(engine: Engine) -> None:
    reading = engine.read_strips([written("公民O身份I8S", fonts=TEXT_FONTS)], DIGITS)[0]
    assert set(reading.text) <= set(DIGITS)


def test_strips_are_answered_in_their_order_whatever_their_width(engine: Engine) -> None:
    texts = ["7", "110199", "1990", NUMBER, "20"]
    readings = engine.read_strips([written(text) for text in texts], DIGITS)
    assert [readings[i].text for i in (1, 2, 3)] == [texts[i] for i in (1, 2, 3)]
    assert len(readings) == 5


def test_places_of_characters_rise_along_the_strip(engine: Engine) -> None:
    places = [character.at for character in engine.read_strips([written(NUMBER)], DIGITS)[0].characters]
    assert places == sorted(places)
    assert places[0] < 0.15
    assert 0.85 < places[-1] <= 1


def test_an_empty_strip_reads_as_nothing_or_as_doubt(engine: Engine) -> None:
    reading = engine.read_strips([np.full((48, 400, 3), 220, np.uint8)])[0]
    assert reading.text.strip() == "" or reading.confidence < 0.6


def test_lines_are_found_where_they_stand(engine: Engine) -> None:
    strip = written(NUMBER)
    page = np.full((700, 960, 3), (235, 230, 225), np.uint8)
    page[300 : 300 + strip.shape[0], 180 : 180 + strip.shape[1]] = strip
    boxes = engine.find_boxes(page, 960)
    angle = reading_direction(boxes)
    texts = [engine.read_strips([cut_strip(page, in_reading_order(box, angle), 0.1)], DIGITS)[0].text for box in boxes]
    assert NUMBER in texts


def test_no_lines_are_found_on_an_empty_table(engine: Engine) -> None:
    table = cv2.GaussianBlur(np.random.default_rng(1).integers(90, 110, (480, 640, 3), np.uint8), (0, 0), 3)
    assert engine.find_boxes(table, 960) == []


def test_an_unknown_engine_is_named_with_the_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GREENLANE_OCR", "clairvoyance")
    with pytest.raises(EngineMissing, match="choose rapid or tesseract"):
        engines.open_engine()


def test_a_machine_without_tesseract_says_so_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(EngineMissing, match="apt install tesseract-ocr") as problem:
        engines.open_engine("tesseract")
    assert "\n" not in str(problem.value)


def test_a_strip_that_keeps_tesseract_busy_is_left_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(*_: object, **__: object) -> None:
        raise RuntimeError("Tesseract process timeout")

    engine = engines.open_engine("tesseract")
    monkeypatch.setattr("pytesseract.image_to_data", give_up)
    assert engine.read_strips([written("110")])[0].text == ""
