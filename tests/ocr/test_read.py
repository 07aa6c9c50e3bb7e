"""Cards of our own making, read by the real engine: right or refused."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from ocr import __main__ as command
from ocr import cards
from ocr.engines import Engine
from ocr.look import look_for_card
from ocr.plane import from_card
from ocr.read import FIRST_LOOK, read_card
from ocr.readings import Picture
from tests.ocr.card_generator import Photo, make_photo

TODAY = date(2026, 11, 21)
NAMES = {"name", "sex", "ethnicity", "birth", "address", "id_number", "authority", "valid"}


def as_file(picture: Picture) -> bytes:
    done, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 88])
    assert done
    return data.tobytes()


@pytest.fixture(scope="module")
def read(rapid: Engine) -> Callable[[bytes], dict[str, Any]]:
    return lambda data: read_card(data, rapid, TODAY)


@pytest.fixture(scope="module")
def photo() -> Photo:
    return make_photo(1003, "normal")


def values(card: dict[str, Any]) -> dict[str, str]:
    return {name: field["value"] for name, field in card["fields"].items() if field}


def test_all_six_fields_of_the_front_are_read(read: Callable[[bytes], dict[str, Any]], photo: Photo) -> None:
    card = read(photo.as_jpeg())
    assert (card["side"], values(card), card["problems"]) == ("front", photo.card.fields, [])
    assert set(card["fields"]) == NAMES
    assert all(0 <= field["confidence"] <= 1 for field in card["fields"].values() if field)


def test_authority_and_validity_of_the_back_are_read(read: Callable[[bytes], dict[str, Any]]) -> None:
    photo = make_photo(1005, "clean", "back")
    card = read(photo.as_jpeg())
    assert (card["side"], values(card), card["problems"]) == ("back", photo.card.fields, [])


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_turned_photo_is_read_like_an_upright_one(
    read: Callable[[bytes], dict[str, Any]], photo: Photo, turns: int
) -> None:
    card = read(as_file(np.ascontiguousarray(np.rot90(photo.picture, turns))))
    assert values(card)["id_number"] == photo.card.fields["id_number"]


def test_a_number_with_a_wrong_check_digit_is_refused(read: Callable[[bytes], dict[str, Any]]) -> None:
    wrong = make_photo(1003, "clean", id_number="110199199003070019")
    card = read(wrong.as_jpeg())
    assert card["fields"]["id_number"] is None
    assert card["problems"][0].startswith("rule:")
    assert values(card)["name"] == wrong.card.fields["name"]


def test_a_number_that_disagrees_with_the_printed_date_is_refused(read: Callable[[bytes], dict[str, Any]]) -> None:
    card = read(make_photo(1003, "clean", birth="1961-05-17").as_jpeg())
    assert card["fields"]["id_number"] is None
    assert card["problems"][0].startswith("disagrees:")


def test_a_table_without_a_card_says_so(read: Callable[[bytes], dict[str, Any]]) -> None:
    table = np.random.default_rng(3).integers(80, 120, (480, 640, 3), np.uint8)
    card = read(as_file(table))
    assert card["side"] is None
    assert set(card["fields"].values()) == {None}
    assert card["problems"][0].startswith("no_card:")


def test_a_bank_card_is_no_identity_card(read: Callable[[bytes], dict[str, Any]]) -> None:
    bank = np.full((720, 1120, 3), (150, 90, 40), np.uint8)
    for text, y, size in (
        ("EXAMPLE BANK", 160, 2.0),
        ("6222 0200 0000 0000 000", 420, 2.2),
        ("VALID THRU 09/31", 540, 1.2),
    ):
        cv2.putText(bank, text, (90, y), cv2.FONT_HERSHEY_SIMPLEX, size, (240, 240, 240), 4, cv2.LINE_AA)
    assert read(as_file(bank))["side"] is None


def test_half_a_card_gives_no_number_and_says_what_is_missing(
    read: Callable[[bytes], dict[str, Any]], photo: Photo
) -> None:
    whole = photo.picture
    card = read(as_file(whole[: whole.shape[0] // 2]))
    assert card["fields"]["id_number"] is None
    assert card["problems"]


@pytest.mark.parametrize("from_the_end", [20, 60])
def test_a_name_that_the_edge_of_the_picture_cuts_is_never_sure(
    read: Callable[[bytes], dict[str, Any]], rapid: Engine, photo: Photo, from_the_end: int
) -> None:
    find = look_for_card(photo.picture, rapid, FIRST_LOOK).find
    assert find is not None
    end = 173 + 38 * len(photo.card.fields["name"]) - from_the_end
    edge = from_card(find.plane.to_card, np.array([[end, 100]] * 4, np.float32))[0, 0]
    name = read(as_file(photo.picture[:, : int(edge)]))["fields"]["name"]
    assert name is None or name["confidence"] < 0.85


def test_no_card_type_is_withheld() -> None:
    types, withheld = cards.load_card_types()
    assert withheld == {}
    assert [side.side for card_type in types for side in card_type.sides] == ["front", "back"]


def test_a_broken_card_type_is_named_and_the_others_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken_card.py").write_text("CARD_TYPE = undefined", encoding="utf-8")
    monkeypatch.setattr(cards, "__path__", [*cards.__path__, str(tmp_path)])
    cards.load_card_types.cache_clear()
    try:
        types, withheld = cards.load_card_types()
    finally:
        cards.load_card_types.cache_clear()
        sys.modules.pop("ocr.cards.broken_card", None)
    assert [card_type.name for card_type in types] == ["resident_card"]
    assert "undefined" in withheld["broken_card"]


def test_the_command_prints_the_card(tmp_path: Path, photo: Photo, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "card.jpg"
    file.write_bytes(photo.as_jpeg())
    assert command.main(["read", str(file), "--engine", "rapid"]) == 0
    assert values(json.loads(capsys.readouterr().out)) == photo.card.fields


@pytest.mark.parametrize("content", [b"", b"not a picture", None])
def test_the_command_says_what_is_wrong_with_a_file(
    tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "card.jpg"
    if content is not None:
        file.write_bytes(content)
    assert command.main(["read", str(file)]) == 1
    assert json.loads(capsys.readouterr().out)["reason"]
