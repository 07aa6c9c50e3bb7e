"""Two phones of one ambulance write to the same encounter without a network: the union survives everywhere."""

from __future__ import annotations

import crew
from devices import Device
from playwright.sync_api import expect
from world import World


def open_from_list(phone: Device, encounter: str) -> None:
    card = crew.by(phone.page, f"encounter-{encounter}")
    expect(card).to_be_visible(timeout=40_000)
    card.get_by_test_id("open-encounter").click()
    crew.wait_home(phone.page)


def test_what_two_phones_wrote_apart_is_united_on_both_and_on_the_hub(world: World) -> None:
    first, first_network = world.device("first")
    second, second_network = world.device("second")
    crew.sign_in(first, "paramedic", world.hub.passwords["paramedic"])
    crew.sign_in(second, "partner", world.hub.passwords["partner"])
    for phone in (first, second):
        phone.wait_for_service_worker()
    encounter = crew.start_encounter(first, "stroke")
    open_from_list(second, encounter)
    shared = first.local_encounter_ids(encounter)

    for network in (first_network, second_network):
        network.cut()
    for phone in (first, second):
        crew.wait_offline(phone)
    crew.enter_vitals(first, {"sbp": 186, "dbp": 104})
    crew.write_note(first, "第一部手机")
    crew.tap_node(first, "arrive_scene")
    crew.enter_vitals(second, {"sbp": 178, "hr": 96})
    crew.write_note(second, "第二部手机")
    crew.give_triage(second, 2)
    by_first = first.local_encounter_ids(encounter) - shared
    by_second = second.local_encounter_ids(encounter) - shared
    assert len(by_first) >= 3
    assert len(by_second) >= 3
    assert not by_first & by_second

    union = shared | by_first | by_second
    first_network.restore()
    crew.wait_delivered(first)
    second_network.restore()
    crew.wait_delivered(second)
    for phone in (first, second):
        crew.open_screen(phone, "note")
        for text in ("第一部手机", "第二部手机"):
            expect(phone.page.get_by_test_id("note").filter(has_text=text)).to_be_visible(timeout=40_000)
        assert union <= phone.local_encounter_ids(encounter)
    token = world.hub.sign_in("paramedic")
    on_hub = {i for i in world.hub.document_ids("unit_a101", token) if i.startswith(f"encounter:{encounter}:")}
    assert on_hub >= union
    assert first.local_encounter_ids(encounter) == second.local_encounter_ids(encounter) == on_hub
