"""A lysis by weight with two people, a resuscitation and a tourniquet: computed, asked, recorded, and on the board."""

from __future__ import annotations

from pathlib import Path

import cases
import crew
import ward
from devices import TABLET, Device
from pictures import photograph
from playwright.sync_api import expect
from world import World


def open_drug(phone: Device, drug: str) -> None:
    crew.open_screen(phone, "drugs")
    crew.by(phone.page, f"drug-{drug}").click()
    expect(crew.by(phone.page, "drug-head")).to_be_visible()


def type_number(phone: Device, field: str, text: str) -> None:
    crew.by(phone.page, field).click()
    crew.press(phone.page, text)
    crew.by(phone.page, field).click()


def erase(phone: Device, count: int) -> None:
    crew.press(phone.page, ["erase"] * count)


def test_a_lysis_is_computed_by_weight_asked_twice_and_recorded_with_who_checked(world: World) -> None:
    phone, _ = world.device("phone")
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    encounter = crew.start_encounter(phone, "stroke")
    crew.enter_patient(phone, cases.NAME, cases.NUMBER)
    open_drug(phone, "alteplase_stroke")
    page = phone.page
    save = crew.by(page, "drug-save")
    expect(save).to_be_disabled()
    expect(save).to_contain_text("体重")
    expect(crew.by(page, "working-total")).to_have_count(0)

    crew.by(page, "indication").click()
    type_number(phone, "weight", "500")
    expect(crew.by(page, "weight-refused")).to_be_visible()
    expect(crew.by(page, "weight")).to_contain_text("500")  # refused, and still there
    crew.by(page, "weight").click()
    erase(phone, 3)
    crew.by(page, "weight").click()
    type_number(phone, "weight", "120")
    crew.by(page, "weight-source-stated").click()
    expect(crew.by(page, "working")).to_contain_text("0.9 mg/kg × 120 kg = 108 mg")
    expect(crew.by(page, "working")).to_contain_text("108 → 90 mg")
    expect(crew.by(page, "working-total")).to_contain_text("90 mg")
    world.screen(phone, "phone-drug-working")

    page.locator("[data-second=staff]").first.click()
    crew.by(page, "part-bolus").click()
    type_number(phone, "dose", "95")
    expect(crew.by(page, "dose-above")).to_be_visible()
    save.click()
    expect(crew.by(page, "above-ask")).to_contain_text("90 mg")
    crew.by(page, "above-back").click()
    crew.by(page, "dose").click()
    erase(phone, 2)
    crew.by(page, "dose").click()
    type_number(phone, "dose", "9")
    world.screen(phone, "phone-drug-given")
    save.click()
    # Nobody has filled in the lysis list: said once more, and recorded all the same, since it was given.
    expect(crew.by(page, "ask-checklist_open")).to_be_visible()
    crew.by(page, "above-confirm").click()
    row = crew.by(page, "given").first
    expect(row).to_contain_text("9 mg")
    expect(row).to_contain_text("赵敏")
    expect(row).to_contain_text("120 kg")
    # The second drug is offered the weight that is on record; it takes it by a tap only.
    open_drug(phone, "tnk_stroke")
    expect(crew.by(page, "weight")).not_to_contain_text("120")
    crew.by(page, "weight-offered").click()
    expect(crew.by(page, "weight")).to_contain_text("120")
    crew.wait_delivered(phone)
    kept = world.hub.get(f"/api/encounters/{encounter}", world.hub.sign_in("paramedic"))["medications"]
    assert [(one["dose"], one["weight_kg"], one["weight_source"]) for one in kept] == [(9, 120, "stated")]
    assert kept[0]["second_check"]["done"] is True
    assert kept[0]["rule"]["total_mg"] == 90
    assert kept[0]["definition"]["version"]
    assert kept[0]["confirmed"] == ["checklist_open"]


def test_a_resuscitation_runs_through_a_restart_and_a_tourniquet_stands_on_the_board(world: World) -> None:
    phone, _ = world.device("phone")
    tablet, _ = world.device("tablet", viewport=TABLET)
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    ward.sign_in(tablet, "nurse", world.hub.passwords["nurse"])
    encounter = crew.start_encounter(phone, "trauma")
    page = phone.page
    crew.open_screen(phone, "drugs")
    crew.by(page, "tab-procedure").click()
    crew.by(page, "procedure-tourniquet").click()
    expect(crew.by(page, "procedure-save")).to_be_disabled()
    crew.by(page, "field-site-left_leg").click()
    crew.by(page, "procedure-save").click()
    expect(crew.by(page, "clock-tourniquet")).to_contain_text("左下肢")
    world.screen(phone, "phone-procedures")

    crew.by(page, "procedure-cpr").click()
    crew.by(page, "cpr-start").click()
    since = crew.by(page, "cpr-clock").get_attribute("data-since")
    crew.by(page, "cpr-shock").click()
    crew.by(page, "field-energy_j-200").click()
    crew.by(page, "procedure-save").click()
    expect(crew.by(page, "cpr-shocks")).to_contain_text("1")
    crew.by(page, "cpr-dose").click()
    expect(crew.by(page, "cpr-adrenaline")).to_have_attribute("data-interval", "early")
    world.screen(phone, "phone-cpr")
    phone.restart()
    page = phone.open(f"/e/{encounter}/cpr")
    expect(crew.by(page, "cpr-clock")).to_have_attribute("data-since", since or "")
    crew.by(page, "cpr-pause").click()
    expect(crew.by(page, "cpr-resume")).to_be_visible()
    crew.by(page, "cpr-resume").click()

    crew.choose_destination(phone, "county", 15)
    crew.send_prealert(phone, "county", 15)
    row = ward.wait_for_alert(tablet, encounter)
    expect(row.get_by_test_id("timer-tourniquet")).to_contain_text("左下肢")
    expect(row.get_by_test_id("timer-cpr")).to_be_visible()
    world.screen(tablet, "board-clocks")

    phone.open(f"/e/{encounter}/cpr")
    crew.by(page, "cpr-rosc").click()
    expect(crew.by(page, "cpr-ended")).to_be_visible()
    crew.by(page, "clock-tourniquet").click()
    crew.by(page, "clock-end").click()
    expect(crew.by(page, "clocks")).to_have_count(0)
    expect(row.get_by_test_id("timer-tourniquet")).to_have_count(0, timeout=30_000)


def test_the_chest_pain_pack_is_one_act_and_many_entries(world: World) -> None:
    phone, _ = world.device("phone")
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    crew.start_encounter(phone, "chest_pain")
    page = phone.page
    crew.open_screen(phone, "complaint")
    crew.by(page, "allergies-other").click()
    crew.by(page, "allergies-text").fill("阿司匹林起疹子")
    crew.by(page, "allergies-add").click()
    crew.by(page, "complaint-save").click()
    crew.wait_home(page)
    crew.open_screen(phone, "drugs")
    crew.by(page, "tab-procedure").click()
    crew.by(page, "procedure-aspirin_pack").click()
    expect(crew.by(page, "pack-caution-aspirin-allergy")).to_have_count(0)
    crew.by(page, "pack-aspirin-300").click()
    expect(crew.by(page, "pack-caution-aspirin-allergy")).to_contain_text("起疹子")
    crew.by(page, "pack-ticagrelor-180").click()
    crew.by(page, "pack-clopidogrel-300").click()
    expect(crew.by(page, "pack-clash")).to_be_visible()
    crew.by(page, "pack-clopidogrel-300").click()
    expect(crew.by(page, "pack-save")).to_be_disabled()
    for check in ("allergy", "active_bleeding", "aortic_dissection"):
        crew.by(page, f"check-{check}-no").click()
    world.screen(phone, "phone-pack")
    crew.by(page, "pack-save").click()
    expect(crew.by(page, "given")).to_have_count(3)


def test_a_value_out_of_limits_stands_on_the_board_with_its_limit_and_a_voice_note_arrives(world: World) -> None:
    phone, network = world.device("phone")
    tablet, _ = world.device("tablet", viewport=TABLET)
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    ward.sign_in(tablet, "nurse", world.hub.passwords["nurse"])
    encounter = crew.start_encounter(phone, "other")
    crew.enter_patient(phone, cases.NAME, cases.NUMBER)
    page = phone.page
    crew.open_screen(phone, "vitals")
    for field, value in {"sbp": "212", "dbp": "104", "hr": "131", "spo2": "91", "rr": "25"}.items():
        crew.by(page, f"vital-{field}").click()
        crew.press(page, value)
    crew.by(page, "avpu-V").click()
    expect(crew.by(page, "early-news2")).to_have_attribute("data-total", "—")
    expect(crew.by(page, "early-news2")).to_contain_text("体温")
    crew.by(page, "vital-temp").click()
    crew.press(page, ["3", "9", ".", "1"])
    crew.by(page, "on-oxygen").click()
    expect(crew.by(page, "early-news2")).to_have_attribute("data-total", "16")
    expect(crew.by(page, "early-mews")).to_have_attribute("data-total", "10")
    world.screen(phone, "phone-vitals-early-warning")
    crew.by(page, "vitals-save").click()
    crew.wait_home(page)
    expect(crew.by(page, "recheck")).to_have_attribute("data-minutes", "5")
    world.screen(phone, "phone-recheck")
    crew.open_screen(phone, "trend")
    crew.by(page, "trend-temp").click()
    expect(crew.by(page, "trend-line")).to_have_text("39.1")
    crew.by(page, "trend-avpu").click()
    expect(crew.by(page, "trend-line")).to_have_text("V")
    world.screen(phone, "phone-trend")

    crew.open_screen(phone, "examination")
    crew.by(page, "pupil-left-6").click()
    crew.by(page, "pupil-right-3").click()
    crew.by(page, "reaction-left-none").click()
    expect(crew.by(page, "pupils-unequal")).to_contain_text("3 mm")
    world.screen(phone, "phone-pupils")
    crew.by(page, "exam-skin-pale").click()
    crew.by(page, "exam-rest").click()
    world.screen(phone, "phone-examination")
    network.cut()
    crew.by(page, "record-audio").click()
    expect(crew.by(page, "record-stop")).to_be_visible()
    page.wait_for_timeout(1500)
    world.screen(phone, "phone-voice")
    # A stray tap closes nothing: it is asked, and the recording goes on.
    crew.by(page, "sheet-close").click()
    expect(crew.by(page, "record-ask")).to_be_visible()
    crew.by(page, "record-stop").click()
    expect(crew.by(page, "play-audio")).to_have_count(1)
    crew.by(page, "exam-save").click()
    crew.wait_home(page)
    network.restore()

    crew.choose_destination(phone, "county", 15)
    crew.send_prealert(phone, "county", 15)
    row = ward.wait_for_alert(tablet, encounter)
    expect(row.get_by_test_id("alarm-sbp")).to_contain_text("212")
    expect(row.get_by_test_id("alarm-sbp")).to_contain_text("180")
    expect(row.get_by_test_id("score-news2")).to_contain_text("16")
    expect(row.get_by_test_id("alarm-pupils")).to_contain_text("右 3 / 左 6 mm")
    world.screen(tablet, "board-alarms")
    crew.wait_delivered(phone)
    row.click()
    expect(crew.by(tablet.page, "record-exam")).to_contain_text("苍白")
    crew.by(tablet.page, "play-audio").click()
    player = crew.by(tablet.page, "player")
    expect(player).to_be_visible()
    tablet.wait_for("document.querySelector('[data-testid=player]').readyState >= 1")
    world.screen(tablet, "record-voice")


def test_a_photograph_is_drawn_on_as_a_copy(world: World, tmp_path: Path) -> None:
    phone, _ = world.device("phone")
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    encounter = crew.start_encounter(phone, "trauma")
    crew.take_photo(phone, photograph(tmp_path / "wound.jpg"))
    page = phone.page
    crew.by(page, "photo-wound").click()
    crew.by(page, "photo-annotate").click()
    canvas = crew.by(page, "annotate")
    page.wait_for_timeout(500)
    canvas.click(position={"x": 60, "y": 60})
    canvas.click(position={"x": 160, "y": 120})
    expect(canvas).to_have_attribute("data-marks", "1")
    world.screen(phone, "phone-annotate")
    crew.by(page, "annotate-save").click()
    expect(crew.by(page, "photo-wound")).to_have_count(2)
    crew.wait_delivered(phone)
    media = world.hub.get(f"/api/encounters/{encounter}", world.hub.sign_in("paramedic"))["media"]
    assert media[1]["annotates"] == media[0]["entry"]["id"]
    assert media[0]["sha256"] != media[1]["sha256"]


def test_a_short_video_is_kept_on_the_phone_and_plays_at_the_hospital(world: World) -> None:
    phone, network = world.device("phone")
    tablet, _ = world.device("tablet", viewport=TABLET)
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    ward.sign_in(tablet, "nurse", world.hub.passwords["nurse"])
    phone.wait_for_service_worker()
    encounter = crew.start_encounter(phone, "trauma")
    crew.choose_destination(phone, "county", 15)
    crew.send_prealert(phone, "county", 15)
    network.cut()
    page = phone.page
    crew.open_screen(phone, "photos")
    crew.by(page, "record-video").click()
    expect(crew.by(page, "record-stop")).to_be_visible()
    page.wait_for_timeout(1500)
    crew.by(page, "record-stop").click()
    expect(crew.by(page, "play-video")).to_have_count(1)
    network.restore()
    crew.wait_delivered(phone)
    [video] = world.hub.get(f"/api/encounters/{encounter}", world.hub.sign_in("paramedic"))["media"]
    assert (video["media"], video["ended"], video["content_type"]) == ("video", "stopped", "video/webm")
    assert set(video["renditions"]) == {"thumbnail", "original"}
    ward.wait_for_alert(tablet, encounter)
    ward.open_record(tablet, encounter)
    crew.by(tablet.page, "play-video").click()
    expect(crew.by(tablet.page, "player")).to_be_visible()
    tablet.wait_for("document.querySelector('[data-testid=player]').readyState >= 1")
