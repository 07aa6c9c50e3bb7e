"""A patient changes hands: told from the record, received by a badge before the camera; desk readers and PINs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import crew
import ward
from badges_at_hand import Office, film_code, put_banner_away, type_as_scanner, wait_for_roster
from card_in_hand import camera_of
from devices import TABLET
from playwright.sync_api import expect
from ward import by
from world import World

PIN = "271828"


def folded(office: Office, encounter: str) -> dict[str, Any]:
    found: dict[str, Any] = office.hub.get(f"/api/encounters/{encounter}", office.token)
    return found


def test_a_handover_is_received_by_a_qr_badge_without_a_network(world: World, tmp_path: Path) -> None:
    office = Office(world.hub)
    badge = office.issue("王芳")
    phone, network = world.device("phone", arguments=camera_of(film_code(tmp_path, badge["token"])))
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    wait_for_roster(phone)
    encounter = crew.start_encounter(phone, "trauma")
    crew.enter_vitals(phone, {"sbp": 92, "dbp": 60, "hr": 118})
    crew.choose_destination(phone, "county", 15)
    crew.wait_delivered(phone)
    phone.wait_for_service_worker()
    network.cut()

    crew.open_screen(phone, "close")
    page = phone.page
    by(page, "close-handed_over").click()
    by(page, "close-handover").click()
    expect(by(page, "handover")).to_have_attribute("data-format", "mist")
    expect(by(page, "handover-signs")).to_have_value(re.compile("92/60"))
    world.screen(phone, "phone-handover")
    expect(by(page, "handover-save")).to_be_disabled()
    by(page, "handover-prove").click()
    by(page, "proof-scan").click()
    receiver = by(page, "handover-receiver")
    expect(receiver).to_contain_text("王芳", timeout=60_000)
    expect(receiver).to_have_attribute("data-method", "qr")
    put_banner_away(phone)
    # What the receiver proved is what stood there: a change after it wants the badge again.
    signs = by(page, "handover-signs").input_value()
    by(page, "handover-signs").fill(f"{signs}\n复测")
    expect(by(page, "handover-changed")).to_be_visible()
    expect(receiver).to_have_count(0)
    expect(by(page, "handover-save")).to_be_disabled()
    by(page, "handover-prove").click()
    by(page, "proof-scan").click()
    expect(receiver).to_contain_text("王芳", timeout=60_000)
    put_banner_away(phone)
    by(page, "handover-save").click()
    expect(by(page, "close-handover")).to_contain_text("王芳")

    network.restore()
    crew.wait_delivered(phone)
    record = folded(office, encounter)
    [handover], [attested] = record["handovers"], record["attestations"]
    assert handover["to"] == {"staff": office.staff["王芳"], "method": "qr", "badge": badge["id"]}
    assert handover["by"] == office.staff["李伟"] and handover["entry"]["staff"] == office.staff["李伟"]
    assert any("92/60" in part["text"] for part in handover["summary"])
    assert handover["outstanding"]  # nobody triaged the patient, and that is said
    assert (attested["of"], attested["action"]) == (handover["entry"]["id"], "receive_handover")
    assert attested["entry"]["badge"] == badge["id"]
    assert [flag for flag in record["flags"] if "attestation" in flag["id"]] == []
    assert record["time_nodes"]["handover"]


def test_a_desk_reader_and_a_pin_say_who_acts(world: World) -> None:
    office = Office(world.hub)
    badge = office.issue("王芳")
    tablet, network = world.device("tablet", viewport=TABLET)
    ward.sign_in(tablet, "nurse", world.hub.passwords["nurse"])
    page = tablet.page
    wait_for_roster(tablet)
    by(page, "choose-acting").click()
    by(page, "acting-by-badge").click()
    by(page, "proof-pin").click()
    by(page, "pin-set").click()
    by(page, "pin-username").fill("specialist")
    by(page, "pin-password").fill("wrong")
    by(page, "pin-new").fill(PIN)
    by(page, "pin-again").fill(PIN)
    by(page, "pin-keep").click()
    expect(by(page, "pin-problem")).to_be_visible()
    by(page, "pin-password").fill(world.hub.passwords["specialist"])
    by(page, "pin-keep").click()
    expect(by(page, f"pin-of-{office.staff['吴衡']}")).to_be_visible()
    network.cut()

    crew.press(page, "314159")
    expect(by(page, "pin-said")).to_be_visible()
    put_banner_away(tablet)
    world.screen(tablet, "tablet-pin")
    crew.press(page, PIN)
    expect(by(page, "choose-acting")).to_have_attribute("data-method", "pin")
    expect(by(page, "choose-acting")).to_contain_text("吴衡")
    put_banner_away(tablet)
    type_as_scanner(tablet, badge["token"])
    expect(by(page, "choose-acting")).to_have_attribute("data-method", "wedge")
    expect(by(page, "choose-acting")).to_contain_text("王芳")
    network.restore()
    world.wait_until(
        lambda: (
            [one["reason"] for one in office.hub.get("/api/badge-attempts", office.token)["attempts"]] == ["wrong_pin"]
        ),
        "the wrong PIN is in the access log",
    )
