"""The main job, whole: a stroke without a network reaches the board, is acknowledged, and the crew sees by whom."""

from __future__ import annotations

import re
from pathlib import Path

import cases
import crew
import ward
from county import PHONE_OF_COUNTY
from devices import TABLET, Device
from pictures import photograph
from playwright.sync_api import expect
from world import World


def enter_stroke_case(phone: Device, world: World, picture: Path) -> str:
    """Everything a crew enters for a stroke; returns the encounter's ULID."""
    encounter = crew.start_encounter(phone, "stroke")
    known_well = cases.hours_ago(1.2)
    crew.state_onset(phone, known_well.digits, known_well.days_ago)
    crew.enter_patient(phone, cases.NAME, cases.NUMBER)
    crew.enter_complaint(phone, ["face_droop", "speech"])
    crew.enter_vitals(phone, {"sbp": 186, "dbp": 104, "hr": 92, "spo2": 96, "rr": 18}, "A")
    assert crew.answer_score(phone, "fast_ed", cases.FAST_ED) == sum(cases.FAST_ED)
    assert crew.answer_score(phone, "nihss", cases.NIHSS) == sum(cases.NIHSS)
    crew.give_triage(phone, 2)
    crew.take_photo(phone, picture)
    world.screen(phone, "phone-photos")
    for node in ("arrive_scene", "loaded", "leave_scene"):
        crew.tap_node(phone, node)
    world.screen(phone, "phone-times")
    crew.choose_destination(phone, "county", 15)
    crew.send_prealert(phone, "county", 15)
    return encounter


def test_a_stroke_entered_without_network_reaches_the_board_and_its_acknowledgement_comes_back(
    world: World, tmp_path: Path
) -> None:
    phone, network = world.device("phone")
    tablet, _ = world.device("tablet", viewport=TABLET)
    picture = photograph(tmp_path / "wound.jpg")
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    ward.sign_in(tablet, "nurse", world.hub.passwords["nurse"])
    phone.wait_for_service_worker()

    network.cut()
    crew.wait_offline(phone)
    encounter = enter_stroke_case(phone, world, picture)
    says_not_confirmed(phone)
    world.screen(phone, "phone-not-confirmed")
    held = phone.local_encounter_ids(encounter)

    phone.reload()
    assert phone.page.evaluate("performance.getEntriesByType('navigation')[0].workerStart") > 0
    says_not_confirmed(phone)
    assert phone.local_encounter_ids(encounter) == held
    crew.to_home(phone)
    expect(crew.by(phone.page, "identity-name")).to_have_text(cases.NAME)
    world.screen(phone, "phone-home-offline")

    network.throttle(40_000, latency_seconds=0.05)
    requests_before = len(network.requests)
    network.restore()
    row = ward.wait_for_alert(tablet, encounter)
    # The photograph is still on its way while the alert already stands on the board.
    assert crew.pending(phone) > 0
    expect(row).to_contain_text(cases.NAME)
    world.screen(tablet, "board-alert")
    network.throttle(None)
    crew.wait_delivered(phone)
    text_went_first([(r.method, r.path) for r in network.requests[requests_before:]])
    the_hub_has_everything(world, encounter, held)

    ward.choose_acting(tablet, "王芳")
    ward.acknowledge(tablet, encounter)
    expect(crew.by(phone.page, "acknowledged-by")).to_contain_text(re.compile(r"王芳.*\d{2}:\d{2}"), timeout=30_000)
    world.screen(phone, "phone-home-acknowledged")


def says_not_confirmed(phone: Device) -> None:
    """NOT CONFIRMED, PHONE, and the number of the hospital is one tap away."""
    expect(crew.alert_state(phone)).to_have_attribute("data-state", "unconfirmed")
    expect(crew.alert_state(phone)).to_contain_text("未确认")
    number = crew.by(phone.page, "prealert-phone")
    expect(number).to_have_attribute("href", f"tel:{PHONE_OF_COUNTY}")
    expect(number).to_contain_text(PHONE_OF_COUNTY)


def text_went_first(requests: list[tuple[str, str]]) -> None:
    """The first text left before the first byte of a photograph was offered."""
    text = next(i for i, (method, path) in enumerate(requests) if is_text_push(method, path))
    media = next(i for i, (method, path) in enumerate(requests) if is_media_push(method, path))
    assert text < media, requests


def is_text_push(method: str, path: str) -> bool:
    return method == "POST" and path.startswith("/db/unit_a101/_bulk_docs")


def is_media_push(method: str, path: str) -> bool:
    is_document = re.match(r"/db/unit_a101-media/(_bulk_docs|encounter)", path) is not None
    return is_document and method in ("POST", "PUT")


def the_hub_has_everything(world: World, encounter: str, wanted: set[str]) -> None:
    token = world.hub.sign_in("paramedic")
    there = world.hub.document_ids("unit_a101", token) | world.hub.document_ids("unit_a101-media", token)
    assert wanted <= there
    assert sum(1 for i in wanted if ":rendition:" in i) == 2, "a thumbnail and an original"
    assert all(i.startswith(f"encounter:{encounter}:") for i in wanted)


def test_a_critical_value_after_the_acknowledgement_alerts_again_and_hospital_times_travel_back(
    world: World,
) -> None:
    phone, _ = world.device("phone")
    tablet, _ = world.device("tablet", viewport=TABLET)
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    ward.sign_in(tablet, "nurse", world.hub.passwords["nurse"])
    ward.choose_acting(tablet, "王芳")
    encounter = crew.start_encounter(phone, "stroke")
    crew.enter_patient(phone, cases.NAME, cases.NUMBER)
    crew.send_prealert(phone, "county", 15)
    ward.wait_for_alert(tablet, encounter)
    ward.acknowledge(tablet, encounter)
    expect(crew.alert_state(phone)).to_have_attribute("data-state", "acknowledged", timeout=30_000)
    world.screen(phone, "phone-acknowledged")

    crew.enter_vitals(phone, {"sbp": 78, "hr": 138})
    banner = ward.by(tablet.page, "alert-banner")
    expect(banner).to_have_attribute("data-alert", "critical", timeout=30_000)
    expect(ward.row(tablet, encounter).get_by_test_id("row-newer")).to_contain_text("1")
    world.screen(tablet, "board-critical")

    ward.open_record(tablet, encounter)
    ward.record_node(tablet, "ct_start")
    crew.open_screen(phone, "times")
    expect(crew.by(phone.page, "moment-ct_start")).to_be_visible(timeout=30_000)
    world.screen(tablet, "record")
