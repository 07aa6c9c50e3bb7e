"""A phone whose clock is an hour wrong: taps come right on the board, and what somebody said is left alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import cases
import crew
import pytest
import ward
from devices import TABLET
from playwright.sync_api import expect
from world import World

HOUR_MS = 3_600_000


@pytest.mark.parametrize("shift_ms", [HOUR_MS, -HOUR_MS], ids=["fast", "slow"])
def test_taps_are_corrected_and_a_stated_last_known_well_is_untouched(world: World, shift_ms: int) -> None:
    phone, network = world.device("phone", clock_shift_ms=shift_ms)
    tablet, _ = world.device("tablet", viewport=TABLET)
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    ward.sign_in(tablet, "nurse", world.hub.passwords["nurse"])
    phone.wait_for_service_worker()
    crew.wait_online(phone)
    network.cut()
    crew.wait_offline(phone)

    encounter = crew.start_encounter(phone, "stroke")
    known_well = cases.hours_ago(2)
    crew.state_onset(phone, known_well.digits, known_well.days_ago)
    before = datetime.now(UTC)
    crew.tap_node(phone, "arrive_scene")
    after = datetime.now(UTC)
    crew.send_prealert(phone, "county", 15)
    network.restore()
    ward.wait_for_alert(tablet, encounter)

    token = world.hub.sign_in("nurse")
    folded = world.hub.get(f"/api/encounters/{encounter}", token)
    tapped = datetime.fromisoformat(folded["time_nodes"]["arrive_scene"][0]["at"])
    error = timedelta(milliseconds=folded["time_nodes"]["arrive_scene"][0]["entry"]["error_ms"] + 5)
    assert before - error <= tapped <= after + error
    assert datetime.fromisoformat(folded["onset"]["at"]) == known_well.at

    ward.open_record(tablet, encounter)
    timeline = ward.by(tablet.page, "record-timeline")
    shown = tapped.astimezone(cases.CHINA).strftime("%H:%M")
    expect(timeline.get_by_test_id("entry-time_node").filter(has_text=shown).first).to_be_visible()
    stated = known_well.at.strftime("%H:%M")
    expect(timeline.get_by_test_id("entry-time_node").filter(has_text=re.compile(stated)).first).to_be_visible()
