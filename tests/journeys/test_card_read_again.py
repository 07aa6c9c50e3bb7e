"""The hub reads a kept card's photograph again: what it says otherwise is asked on phone and tablet, and never taken by
itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cases
import crew
import ward
from crew import by
from devices import NO_CAMERA, TABLET
from playwright.sync_api import expect
from world import World

from tests.ocr.card_generator import make_photo

READ_MS = 180_000  # the models load on a shared test machine


def test_a_second_reading_is_offered_and_taken_only_by_a_person(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    photo = make_photo(1003, "clean")
    path = tmp_path / "card.jpg"
    path.write_bytes(photo.as_jpeg())
    world = make_world(GREENLANE_OCR="rapid")
    phone, _ = world.device("phone", camera=NO_CAMERA)
    tablet, _ = world.device("tablet", viewport=TABLET)
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    ward.sign_in(tablet, "nurse", world.hub.passwords["nurse"])
    encounter = crew.start_encounter(phone, "stroke")
    crew.choose_destination(phone, "county", 15)
    crew.enter_patient(phone, "王生", cases.NUMBER)

    # No models and no reading here: the photograph is kept all the same.
    page = phone.open(f"/e/{encounter}/card")
    by(page, "card-file").set_input_files(str(path))
    expect(by(page, "card-problem")).to_contain_text("还没有识读模型")
    by(page, "keep-anyway").click()
    expect(page.get_by_text("照片已存本机")).to_be_visible()
    crew.wait_delivered(phone)

    page = phone.open(f"/e/{encounter}")
    asked = by(page, "second-reading")
    expect(asked).to_be_visible(timeout=READ_MS)
    expect(by(page, "identity-name")).to_have_text("王生")
    world.screen(phone, "crew-card-again-zh")
    asked.click()
    for field in ("name", "address", "id_number"):
        expect(by(page, f"take-{field}")).to_contain_text(photo.card.fields[field])
    expect(by(page, "second-accept")).to_be_disabled()
    by(page, "take-address").click()
    world.screen(phone, "crew-card-compare-zh")
    by(page, "sheet-close").click()

    record = ward.open_record(tablet, encounter).page
    expect(by(record, "second-reading")).to_be_visible(timeout=READ_MS)
    world.screen(tablet, "ward-card-again-zh")
    by(record, "second-reading").click()
    expect(by(record, "second-photo")).to_be_visible()
    by(record, "take-name").click()
    by(record, "take-id_number").click()
    world.screen(tablet, "ward-card-compare-zh")
    by(record, "second-accept").click()
    expect(by(record, "second-reading")).to_have_count(0)
    expect(by(record, "record-name")).to_contain_text(photo.card.fields["name"])

    expect(by(page, "identity-name")).to_have_text(photo.card.fields["name"], timeout=READ_MS)
    expect(asked).to_have_count(0)
    rows = world.hub.get("/db/unit_a101/_all_docs?include_docs=true", world.hub.sign_in("paramedic"))["rows"]
    patients = [row["doc"] for row in rows if ":patient:" in row["id"]]
    newest = max(patients, key=lambda document: document["recorded_at"])
    assert newest["author"]["role"] == "nurse"
    assert (newest["body"]["id_number"], newest["body"].get("address")) == (photo.card.fields["id_number"], None)
