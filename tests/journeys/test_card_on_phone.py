"""The identity card on the phone: models fetched once, then a card before the camera is the patient, offline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import crew
import cv2
import numpy as np
from card_in_hand import camera_of, fetch_models, film_card, shown_fields
from crew import by
from devices import NO_CAMERA, REFUSED_CAMERA, Device
from playwright.sync_api import expect
from relay import Break
from world import World

from tests.ocr.card_generator import make_photo

READ_MS = 120_000  # a shared test machine; what it takes is measured by bench/phone_cards.py


def choose_photo(phone: Device, photo: Path) -> None:
    by(phone.page, "card-file").set_input_files(str(photo))


def say_alike(phone: Device) -> None:
    """Confirm whatever asks for an eye."""
    asking = phone.page.locator("[data-testid^=alike-]")
    while asking.count():
        asking.first.click()


def patient_of(world: World, encounter: str) -> dict[str, object]:
    """The patient document as the hub has it."""
    rows = world.hub.get("/db/unit_a101/_all_docs?include_docs=true", world.hub.sign_in("paramedic"))["rows"]
    docs = [row["doc"] for row in rows if row["id"].startswith(f"encounter:{encounter}:patient:")]
    assert len(docs) == 1
    body: dict[str, object] = docs[0]["body"]
    return body


def test_a_card_before_the_camera_becomes_the_patient_without_a_network(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    card = make_photo(1003, "clean").card
    world = make_world()
    phone, relay = world.device("phone", camera=camera_of(film_card(tmp_path, card)))
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    phone.wait_for_service_worker()
    fetch_models(phone)
    world.screen(phone, "crew-settings-card-zh")
    phone.open("/list")
    encounter = crew.start_encounter(phone, "stroke")
    relay.cut()
    phone.restart()
    page = phone.open(f"/e/{encounter}/patient")
    by(page, "scan-card").click()
    # It shoots by itself; nobody touches the phone.
    expect(by(page, "field-id_number")).to_be_visible(timeout=READ_MS)
    assert shown_fields(phone) == card.fields
    expect(by(page, "card-save")).to_be_disabled()  # the address wants an eye
    world.screen(phone, "crew-card-confirm-zh")
    say_alike(phone)
    by(page, "card-save").click()
    crew.wait_home(page)
    expect(by(page, "identity-name")).to_have_text(card.fields["name"])
    relay.restore()
    crew.wait_delivered(phone)
    body = patient_of(world, encounter)
    assert (body["source"], body["name"], body["id_number"], body["birth_date"], body["address"]) == (
        "card",
        card.fields["name"],
        card.fields["id_number"],
        card.fields["birth"],
        card.fields["address"],
    )


def test_what_cannot_be_read_says_what_to_do_and_typing_is_one_tap_away(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    world = make_world()
    phone, relay = world.device("phone", camera=NO_CAMERA)
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    page = phone.page
    by(page, "new-patient").click()
    by(page, "scan-card").click()
    # No camera in this browser, and no models yet: both are said.
    expect(by(page, "camera-problem")).to_contain_text("没有可用的相机")
    expect(by(page, "no-models")).to_be_visible()
    encounter = crew.encounter_of(page)
    relay.break_at(down=Break(after_bytes=3_000_000))
    phone.open("/settings")
    by(page, "models-fetch").click()
    models = by(page, "card-models")
    expect(models).to_have_attribute("data-step", "failed", timeout=READ_MS)
    relay.restore()
    fetch_models(phone)  # goes on from where it broke
    phone.open(f"/e/{encounter}/card")
    problem = by(page, "card-problem")
    for name, data, words in unreadable():
        (tmp_path / name).write_bytes(data)
        choose_photo(phone, tmp_path / name)
        expect(problem, name).to_contain_text(words, timeout=READ_MS)
        if name == "table.jpg":
            by(page, "keep-anyway").dblclick()
            expect(page.get_by_text("照片已存本机")).to_be_visible()
            expect(by(page, "keep-anyway")).to_have_count(0)
        if name == "torn.jpg":  # what cannot be opened cannot be kept, and that is said
            by(page, "keep-anyway").click()
            expect(page.get_by_text("照片没有存下")).to_be_visible()
        by(page, "card-retry").click()
        expect(problem).to_have_count(0)
    world.screen(phone, "crew-card-problem-zh")
    for name, data, number, words in unusual():
        (tmp_path / name).write_bytes(data)
        choose_photo(phone, tmp_path / name)
        expect(by(page, "field-id_number"), name).to_have_attribute("data-value", number, timeout=READ_MS)
        expect(by(page, "field-id_number"), name).to_contain_text(words)
        by(page, "card-again").click()
    by(page, "card-type").click()
    expect(by(page, "id-number")).to_be_visible()
    photos = [
        one for ids in phone.local_ids().values() for one in ids if one.startswith(f"encounter:{encounter}:media:")
    ]
    assert len(photos) == 1


def test_a_camera_that_may_not_be_used_is_said_and_typing_is_one_tap_away(make_world: Callable[..., World]) -> None:
    world = make_world()
    phone, _ = world.device("phone", camera=REFUSED_CAMERA)
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    page = phone.page
    by(page, "new-patient").click()
    by(page, "scan-card").click()
    expect(by(page, "camera-problem")).to_contain_text("没有相机权限")
    expect(by(page, "card-shoot")).to_be_disabled()
    by(page, "card-type").click()
    expect(by(page, "id-number")).to_be_visible()


def unreadable() -> list[tuple[str, bytes, str]]:
    """Files that hold no card, and the words with which the phone says so."""
    photo = make_photo(1003, "clean")
    whole = photo.as_jpeg()
    rng = np.random.default_rng(3)
    table = cv2.imencode(".jpg", rng.integers(90, 140, (960, 1280, 3), dtype=np.uint8))[1].tobytes()
    return [
        ("table.jpg", table, "没有找到身份证"),
        ("torn.jpg", whole[:300], "不是完好的照片"),
        ("text.jpg", b"this is no picture", "不是完好的照片"),
        ("tiny.png", cv2.imencode(".png", np.zeros((8, 8, 3), np.uint8))[1].tobytes(), "太小"),
        ("bank.jpg", bank_card(), "没有找到身份证"),
    ]


def unusual() -> list[tuple[str, bytes, str, str]]:
    """Half a card, and a card of 50 million pixels: the number that is shown, and what is said of it."""
    photo = make_photo(1003, "clean")
    half = photo.picture[: photo.picture.shape[0] // 2]
    large = cv2.resize(photo.picture, (9450, 9450 * photo.picture.shape[0] // photo.picture.shape[1]))
    return [
        ("half.jpg", cv2.imencode(".jpg", half)[1].tobytes(), "", "号码没读出来"),
        ("large.jpg", cv2.imencode(".jpg", large)[1].tobytes(), photo.card.fields["id_number"], "校验位"),
    ]


def bank_card() -> bytes:
    """Somebody's bank card: many digits, none of them a citizen's number."""
    picture = np.full((800, 1200, 3), (120, 60, 30), np.uint8)
    cv2.putText(picture, "BANK OF NOWHERE", (90, 160), cv2.FONT_HERSHEY_SIMPLEX, 2, (255, 255, 255), 4)
    cv2.putText(picture, "6222 0212 3456 7890 123", (90, 460), cv2.FONT_HERSHEY_SIMPLEX, 2.2, (255, 255, 255), 4)
    cv2.putText(picture, "VALID THRU 12/29", (90, 620), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (255, 255, 255), 3)
    return bytes(cv2.imencode(".jpg", picture)[1].tobytes())


def test_both_sides_from_photos_however_they_are_turned(make_world: Callable[..., World], tmp_path: Path) -> None:
    world = make_world()
    phone, _ = world.device("phone")
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    fetch_models(phone)
    phone.open("/list")
    encounter = crew.start_encounter(phone, "stroke")
    page = phone.open(f"/e/{encounter}/card")
    expected: dict[str, str] = {}
    for side, turn in (("front", cv2.ROTATE_90_CLOCKWISE), ("back", cv2.ROTATE_180)):
        photo = make_photo(1005, "clean", side)
        expected |= photo.card.fields
        path = tmp_path / f"{side}.jpg"
        cv2.imwrite(str(path), cv2.rotate(photo.picture, turn))
        choose_photo(phone, path)
        expect(by(page, "field-id_number" if side == "front" else "field-valid")).to_be_visible(timeout=READ_MS)
        if side == "front":
            by(page, "other-side").click()
    assert shown_fields(phone) == expected
    say_alike(phone)
    by(page, "keep-photo").click()
    by(page, "card-save").click()
    crew.wait_home(page)
    crew.wait_delivered(phone)
    assert patient_of(world, encounter)["card_valid"] == expected["valid"]
