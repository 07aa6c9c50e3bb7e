"""Wristbands: found offline by the camera, joined over the hub, begun blank, and read by a desk's hand scanner."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import crew
import ward
from band_on_wrist import film_code, new_code, scan_with_wedge
from crew import by
from devices import NO_CAMERA, TABLET, Device
from playwright.sync_api import expect
from world import World

SCAN_MS = 60_000  # a shared test machine; the camera's pictures are decoded in software


def band(phone: Device) -> str:
    shown = by(phone.page, "wristband")
    expect(shown).to_have_count(1, timeout=SCAN_MS)
    return shown.get_attribute("data-code") or ""


def type_code(phone: Device, text: str) -> None:
    """Open the scanner from the list and type what stands below the picture."""
    by(phone.page, "scan-wristband").click()
    by(phone.page, "typed-code").fill(text)
    by(phone.page, "find-code").click()


def test_a_band_before_the_camera_opens_its_patient_offline_and_lets_another_crew_join(
    make_world: Callable[..., World], tmp_path: Path
) -> None:
    code = new_code()
    camera = film_code(tmp_path, code)
    world = make_world()
    phone, relay = world.device("phone", camera=camera)
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    phone.wait_for_service_worker()
    encounter = crew.start_encounter(phone, "trauma")
    crew.enter_vitals(phone, {"sbp": 92, "hr": 118})
    # A blank band, put on by scanning it; nothing but the app's own files, and no network from here on.
    relay.cut()
    phone.restart()
    page = phone.open(f"/e/{encounter}/wristband")
    expect(by(page, "no-wristband")).to_be_visible()
    by(page, "scan-to-put-on").click()
    assert band(phone) == code
    world.screen(phone, "crew-wristband-zh")
    page = phone.open("/list")
    by(page, "scan-wristband").click()
    world.screen(phone, "crew-scan-zh")
    page.wait_for_url(re.compile(f"/e/{encounter}$"), timeout=SCAN_MS)
    expect(by(page, "identity-bar")).to_contain_text(code[-4:])
    relay.restore()
    crew.wait_delivered(phone)

    other, _ = world.device("other", camera=camera)
    crew.sign_in(other, "paramedic2", world.hub.passwords["paramedic2"])
    by(other.page, "scan-wristband").click()
    other.page.wait_for_url(re.compile(f"/e/{encounter}$"), timeout=SCAN_MS)
    expect(by(other.page, "open-vitals")).to_contain_text("118")
    # The record says who came; what the second crew writes reaches the first.
    crew.write_note(other, "second crew takes over")
    phone.page.reload(wait_until="domcontentloaded")
    crew.open_screen(phone, "entries")
    expect(page.get_by_text("second crew takes over")).to_be_visible(timeout=40_000)
    expect(page.get_by_text("扫腕带加入")).to_be_visible()
    [row] = world.hub.get(f"/api/encounters/{encounter}", world.hub.sign_in("paramedic"))["wristbands"]
    assert (row["code"], row["state"], row["joined"]) == (code, "attached", "unit_a102")


def test_a_blank_band_begun_twice_offline_is_said_on_both_records_later(make_world: Callable[..., World]) -> None:
    code = new_code()
    world = make_world()
    phone, _ = world.device("phone", camera=NO_CAMERA)
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    page = phone.page
    # What is no band of ours is told and not opened.
    type_code(phone, "https://his.example/p?id=7")
    expect(by(page, "foreign-code")).to_have_attribute("data-verdict", "foreign")
    expect(by(page, "foreign-text")).to_have_text("https://his.example/p?id=7")
    assert page.locator("a[href*='his.example']").count() == 0
    world.screen(phone, "crew-foreign-code-zh")
    by(page, "scan-again").click()
    expect(by(page, "scan-problem")).to_have_attribute("data-problem", "no_camera")
    by(page, "typed-code").fill(code[:-1] + ("0" if code[-1] != "0" else "2"))
    by(page, "find-code").click()
    expect(by(page, "foreign-code")).to_have_attribute("data-verdict", "wrong_check")
    by(page, "scan-again").click()
    by(page, "typed-code").fill(code.lower())
    by(page, "find-code").click()
    expect(by(page, "scan-unknown")).to_have_attribute("data-state", "unknown", timeout=SCAN_MS)
    by(page, "start-with-band").click()
    by(page, "pathway-trauma").click()
    crew.wait_home(page)
    first = crew.encounter_of(page)

    other, relay = world.device("other", camera=NO_CAMERA)
    crew.sign_in(other, "paramedic2", world.hub.passwords["paramedic2"])
    other.wait_for_service_worker()
    relay.cut()
    crew.wait_offline(other)
    type_code(other, code)
    expect(by(other.page, "scan-unknown")).to_have_attribute("data-state", "offline", timeout=SCAN_MS)
    world.screen(other, "crew-band-offline-zh")
    by(other.page, "start-with-band").click()
    by(other.page, "pathway-trauma").click()
    crew.wait_home(other.page)
    second = crew.encounter_of(other.page)
    assert second != first
    crew.wait_delivered(phone)
    relay.restore()
    # Asked again by itself: the first record comes, and both are said to be perhaps one patient.
    expect(by(other.page, "possible-duplicate")).to_have_attribute("data-other", first, timeout=SCAN_MS)
    crew.wait_delivered(other)
    found = world.hub.get(f"/api/encounters/{second}", world.hub.sign_in("paramedic2"))
    assert found["same_wristband"] == {code: [first]}
    # The band leads to the comparison, and the comparison back to the band.
    crew.open_screen(other, "wristband")
    by(other.page, "same-wristband").click()
    expect(by(other.page, "comparison")).to_be_visible()
    by(other.page, "back").click()
    expect(by(other.page, "wristband")).to_have_count(1)
    # Putting the band onto a third record asks first.
    other.open("/list")
    third = crew.start_encounter(other, "stroke")
    crew.open_screen(other, "wristband")
    scan_with_wedge(other, code)
    expect(by(other.page, "open-other").first).to_be_visible()
    by(other.page, "put-on-anyway").click()
    assert band(other) == code
    by(other.page, "take-off").click()
    by(other.page, "confirm-take-off").click()
    expect(by(other.page, "no-wristband")).to_be_visible()
    assert third not in (first, second)


def test_a_hand_scanner_at_the_desk_opens_the_patient_and_leaves_typing_alone(
    make_world: Callable[..., World],
) -> None:
    code = new_code()
    world = make_world()
    phone, _ = world.device("phone", camera=NO_CAMERA)
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    encounter = crew.start_encounter(phone, "stroke")
    crew.open_screen(phone, "wristband")
    scan_with_wedge(phone, code)
    assert band(phone) == code
    crew.send_prealert(phone, "county", 12)
    tablet, _ = world.device("tablet", viewport=TABLET, camera=NO_CAMERA)
    ward.sign_in(tablet, "nurse", world.hub.passwords["nurse"])
    ward.wait_for_alert(tablet, encounter)
    scan_with_wedge(tablet, "6222021234567890123")  # a medicine's code is nobody's wristband
    expect(by(tablet.page, "board")).to_be_visible()
    scan_with_wedge(tablet, code)
    tablet.page.wait_for_url(re.compile(f"/record/{encounter}"))
    expect(by(tablet.page, "record-wristband")).to_contain_text(code[-4:])
    # Another hospital, which the patient was not announced to, joins by the band.
    east, _ = world.device("east", viewport=TABLET, camera=NO_CAMERA)
    ward.sign_in(east, "nurse2", world.hub.passwords["nurse2"])
    by(east.page, "scan-wristband").click()
    expect(by(east.page, "scan-problem")).to_be_visible()
    by(east.page, "typed-code").press_sequentially("GLW1", delay=80)
    scan_with_wedge(east, code)
    east.page.wait_for_url(re.compile(f"/record/{encounter}"), timeout=SCAN_MS)
    expect(by(east.page, "record")).to_be_visible()
    # Print: this band, and blank ones; the hub's PDF has the same codes.
    page = phone.open(f"/e/{encounter}/wristband")
    by(page, "print-band").click()
    by(page, "paper-label_50x30").click()
    world.screen(phone, "crew-print-band-zh")
    with page.expect_download() as download:
        by(page, "get-pdf").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    phone.open("/settings")
    by(page, "blank-wristbands").click()
    by(page, "paper-a4_24").click()
    expect(by(page, "preview")).to_have_attribute("data-codes", "24")
