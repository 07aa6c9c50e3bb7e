"""A token that expires while the phone is without a network for a day stops neither the work nor its delivery."""

from __future__ import annotations

from collections.abc import Callable

import crew
from devices import Device
from playwright.sync_api import expect
from relay import Relay
from world import World

DAY_SECONDS = 26 * 3600.0


def work_on_after_a_day(world: World) -> tuple[Device, Relay, str, set[str]]:
    """A crew signs in, loses contact, and goes on writing a day later; the token (12 h) is long over."""
    phone, network = world.device("phone")
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    phone.wait_for_service_worker()
    encounter = crew.start_encounter(phone, "stroke")
    crew.wait_delivered(phone)
    network.cut()
    crew.wait_offline(phone)

    world.hub.restart(shift_seconds=DAY_SECONDS)
    phone.restart(clock_shift_ms=round(DAY_SECONDS * 1000))
    phone.open(f"/e/{encounter}")
    expect(crew.by(phone.page, "identity-bar")).to_be_visible()
    crew.enter_vitals(phone, {"sbp": 142, "hr": 84})
    crew.write_note(phone, "令牌过期后写的")
    return phone, network, encounter, phone.local_encounter_ids(encounter)


def test_work_goes_on_with_an_expired_token_and_is_delivered_by_a_renewed_one(world: World) -> None:
    phone, network, _, held = work_on_after_a_day(world)
    network.restore()
    crew.wait_delivered(phone)
    assert network.passed("/api/session/renew", "POST")
    token = world.hub.sign_in("paramedic")
    assert held <= world.hub.document_ids("unit_a101", token)


def test_where_renewal_is_refused_the_work_waits_in_quarantine_until_somebody_signs_in(
    make_world: Callable[..., World],
) -> None:
    world = make_world(GREENLANE_RENEW_DAYS="0")
    phone, network, encounter, held = work_on_after_a_day(world)
    network.restore()
    expect(crew.by(phone.page, "truth-link")).to_contain_text("登录已过期", timeout=60_000)
    crew.wait_delivered(phone)  # the hub has it, put aside
    assert network.passed(r"/db/quarantine_[^/]+/_bulk_docs", "POST")
    # Writing is never locked out.
    crew.write_note(phone, "仍可记录")
    held |= phone.local_encounter_ids(encounter)

    phone.open("/signin?again=1")
    crew.by(phone.page, "username").fill("paramedic")
    crew.by(phone.page, "password").fill(world.hub.passwords["paramedic"])
    crew.by(phone.page, "sign-in").click()
    expect(crew.by(phone.page, "new-patient")).to_be_visible()
    crew.wait_delivered(phone)
    token = world.hub.sign_in("paramedic")
    world.wait_until(lambda: held <= world.hub.document_ids("unit_a101", token), "everything is in the mailbox")
