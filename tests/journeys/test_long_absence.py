"""A phone that lay in a drawer for a month, and an ambulance that was sent to another hospital on its way."""

from __future__ import annotations

import crew
import ward
from devices import TABLET
from playwright.sync_api import expect
from world import World

MONTH_SECONDS = 30 * 24 * 3600.0


def test_what_lay_in_a_drawer_for_a_month_reaches_the_hub_whole_and_once(world: World) -> None:
    phone, network = world.device("phone")
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    phone.wait_for_service_worker()
    encounter = crew.start_encounter(phone, "stroke")
    crew.wait_delivered(phone)
    network.cut()
    crew.wait_offline(phone)
    crew.enter_vitals(phone, {"sbp": 142, "hr": 84})
    crew.write_note(phone, "放进抽屉前写的")
    held = phone.local_encounter_ids(encounter)

    # The hub closes it as silent, releases it, and goes on for a month.
    world.hub.restart({"JOURNEY_LIFECYCLE_SECONDS": "2"}, shift_seconds=MONTH_SECONDS)
    phone.restart(clock_shift_ms=round(MONTH_SECONDS * 1000))
    network.restore()
    phone.open("/list")
    # After a week nobody renews a token by itself: the work is put aside on the hub, and somebody signs in.
    expect(crew.by(phone.page, "truth-link")).to_contain_text("登录已过期", timeout=60_000)
    crew.wait_delivered(phone)
    phone.open("/signin?again=1")
    crew.by(phone.page, "username").fill("paramedic")
    crew.by(phone.page, "password").fill(world.hub.passwords["paramedic"])
    crew.by(phone.page, "sign-in").click()
    expect(crew.by(phone.page, "new-patient")).to_be_visible()
    token = world.hub.sign_in("paramedic")
    world.wait_until(lambda: held <= world.hub.document_ids("unit_a101", token), "the late entries are in the mailbox")
    folded = world.hub.get(f"/api/encounters/{encounter}", token)
    assert [note["text"] for note in folded["notes"]] == ["放进抽屉前写的"]
    assert len(folded["vitals"]["sets"]) == 1


def test_the_hospital_that_a_patient_no_longer_comes_to_stops_receiving(world: World) -> None:
    phone, _ = world.device("phone")
    county, _ = world.device("county", viewport=TABLET)
    east, _ = world.device("east", viewport=TABLET)
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    ward.sign_in(county, "nurse", world.hub.passwords["nurse"])
    ward.sign_in(east, "nurse2", world.hub.passwords["nurse2"])
    encounter = crew.start_encounter(phone, "stroke")
    crew.send_prealert(phone, "county", 15)
    ward.wait_for_alert(county, encounter)

    crew.to_home(phone)
    crew.choose_destination(phone, "east", 20)
    expect(ward.row(east, encounter)).to_be_visible(timeout=40_000)
    expect(ward.row(county, encounter)).to_have_count(0, timeout=40_000)
    expect(ward.by(county.page, "alert-banner")).to_have_count(0)
    kept = county.local_encounter_ids(encounter)

    crew.write_note(phone, "改送之后写的")
    crew.wait_delivered(phone)
    everything = phone.local_encounter_ids(encounter)
    world.wait_until(lambda: everything <= east.local_encounter_ids(encounter), "the new hospital has everything")
    assert county.local_encounter_ids(encounter) == kept
    # The hub's own registration at the new hospital comes beside the note.
    assert len([one for one in everything - kept if ":registration:" not in one]) == 1
    county.reload()  # nor does it come back after a new start
    expect(ward.by(county.page, "board")).to_be_visible()
    expect(ward.row(county, encounter)).to_have_count(0)
    assert county.local_encounter_ids(encounter) == kept
