"""Who is this: one number in two ambulances, somebody unknown who gets a name, and two claims that a person settles."""

from __future__ import annotations

import re

import crew
import ward
from devices import TABLET, Device
from playwright.sync_api import Locator, expect
from world import World

NUMBER = "330000195408160024"
ANOTHER = "11010519491231002X"
IS_WHOLE = "(box) => box.scrollWidth <= box.clientWidth + 1 && box.offsetWidth <= box.parentElement.clientWidth"


def by_number(phone: Device, pathway: str, name: str, number: str) -> str:
    """Begin an encounter and type who it is; returns its ULID."""
    encounter = crew.start_encounter(phone, pathway)
    crew.enter_patient(phone, name, number)
    return encounter


def relation(phone: Device, testid: str) -> Locator:
    return crew.by(phone.page, testid)


def test_one_number_in_two_ambulances_is_asked_about_linked_and_unlinked(world: World) -> None:
    first, _ = world.device("first")
    second, _ = world.device("second")
    crew.sign_in(first, "paramedic", world.hub.passwords["paramedic"])
    crew.sign_in(second, "paramedic2", world.hub.passwords["paramedic2"])
    one = by_number(first, "trauma", "张秀兰", NUMBER)
    other = by_number(second, "trauma", "李桂英", NUMBER)

    # Both are told that there is another record, and the second crew learns no more than where and since when.
    expect(relation(first, "possible-duplicate")).to_have_attribute("data-other", other, timeout=40_000)
    asked = relation(second, "possible-duplicate")
    expect(asked).to_have_attribute("data-other", one, timeout=40_000)
    expect(asked).to_contain_text("A101")
    world.screen(second, "duplicate-asked")
    asked.click()
    expect(crew.by(second.page, "may-not-read")).to_contain_text("A101")
    assert "张秀兰" not in second.text()
    world.screen(second, "compare-not-mine")
    crew.by(second.page, "say-link").click()
    crew.wait_home(second.page)

    for phone, linked in ((second, one), (first, other)):
        expect(relation(phone, "linked-to")).to_have_attribute("data-other", linked, timeout=40_000)
        expect(relation(phone, "possible-duplicate")).to_have_count(0)
    # A link gave nobody a record.
    assert {i.split(":")[1] for i in second.local_encounter_ids(one)} == set()
    assert first.local_encounter_ids(other) == set()

    relation(first, "linked-to").click()
    expect(crew.by(first.page, "link-state")).to_have_attribute("data-state", "linked")
    crew.by(first.page, "say-unlink").click()
    crew.wait_home(first.page)
    for phone in (first, second):
        expect(relation(phone, "linked-to")).to_have_count(0, timeout=40_000)
        expect(relation(phone, "possible-duplicate")).to_have_count(0)
    crew.wait_delivered(first)
    for username, encounter, name in (("paramedic", one, "张秀兰"), ("paramedic2", other, "李桂英")):
        record = world.hub.get(f"/api/encounters/{encounter}", world.hub.sign_in(username))
        assert (record["patient"]["name"], record["patient"]["id_number"]) == (name, NUMBER)
        assert [link["state"] for link in record["links"]] == ["unlinked"]


def cut_names(phone: Device, encounter: str) -> list[str]:
    """Languages in which the name above the record loses its end; with it goes the number that tells two apart."""
    page, cut = phone.page, []
    for language in ("en", "zh"):
        phone.open("/settings")
        crew.by(page, f"language-{language}").click()
        phone.open(f"/e/{encounter}")
        name = crew.by(page, "identity-name")
        expect(name).to_contain_text(re.compile(r"\d\d$"))
        if not name.evaluate(IS_WHOLE):
            cut.append(language)
    return cut


def test_somebody_unknown_is_called_registered_named_and_compared_without_a_network(world: World) -> None:
    phone, network = world.device("phone")
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    page = phone.page
    encounter = crew.start_encounter(phone, "trauma")
    crew.open_screen(phone, "patient")
    crew.by(page, "unknown-patient").click()
    crew.by(page, "patient-save").click()
    crew.wait_home(page)
    called = crew.by(page, "identity-name").inner_text()
    assert cut_names(phone, encounter) == []
    crew.choose_destination(phone, "county", 15)
    number = crew.by(page, "record-number")
    expect(number).to_be_visible(timeout=40_000)
    issued = number.get_attribute("data-number")
    world.screen(phone, "unknown-registered")
    assert (
        world.hub.get("/api/board/county", world.hub.sign_in("nurse"))["encounters"][0]["registration"]["record_number"]
        == issued
    )

    network.cut()
    crew.wait_offline(phone)
    crew.open_screen(phone, "patient")
    crew.by(page, "unknown-patient").click()
    crew.by(page, "patient-name").fill("张秀兰")
    crew.by(page, "source-told").click()
    crew.by(page, "id-number").click()
    crew.press(page, NUMBER)
    crew.by(page, "keypad-done").click()
    world.screen(phone, "patient-told")
    crew.by(page, "patient-save").click()
    crew.wait_home(page)
    expect(crew.by(page, "identity-name")).to_have_text("张秀兰")
    crew.open_screen(phone, "patient")
    crew.by(page, "open-claims-history").click()
    expect(crew.by(page, "past-claim")).to_have_count(2)
    expect(crew.by(page, "past-claim").last).to_contain_text(called)
    crew.to_home(phone)
    crew.by(page, "back").click()

    # The same number again, on the phone alone: asked while typing, compared, and not asked again.
    again = crew.start_encounter(phone, "trauma")
    crew.open_screen(phone, "patient")
    crew.by(page, "id-number").click()
    crew.press(page, NUMBER)
    crew.by(page, "keypad-done").click()
    expect(crew.by(page, "same-number")).to_contain_text("张秀兰")
    world.screen(phone, "same-number")
    crew.by(page, "patient-save").click()
    expect(crew.by(page, "comparison")).to_have_attribute("data-other", "here")
    expect(crew.by(page, "compare-idNumber")).to_contain_text("330000 19540816 0024")
    world.screen(phone, "compare")
    crew.by(page, "say-not").click()
    crew.wait_home(page)
    expect(crew.by(page, "possible-duplicate")).to_have_count(0)

    network.restore()
    crew.wait_delivered(phone)
    token = world.hub.sign_in("paramedic")
    world.wait_until(
        lambda: world.hub.get(f"/api/encounters/{again}", token)["patient"]["id_number"] == NUMBER, "it is on the hub"
    )
    record = world.hub.get(f"/api/encounters/{encounter}", token)
    assert record["registrations"][-1]["record_number"] == issued
    assert [(link["encounter"], link["state"]) for link in record["links"]] == [(again, "unlinked")]
    assert record["duplicates"] == []


def test_two_claims_of_who_it_is_stand_until_a_nurse_chooses_one(world: World) -> None:
    phone, network = world.device("phone")
    tablet, _ = world.device("tablet", viewport=TABLET)
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    ward.sign_in(tablet, "nurse", world.hub.passwords["nurse"])
    encounter = crew.start_encounter(phone, "trauma")
    crew.choose_destination(phone, "county", 15)
    expect(ward.row(tablet, encounter)).to_be_visible(timeout=40_000)
    network.cut()
    crew.wait_offline(phone)
    crew.enter_patient(phone, "张秀兰", NUMBER)
    ward.open_record(tablet, encounter)
    ward.by(tablet.page, "record-name").click()
    ward.by(tablet.page, "patient-name").fill("李桂英")
    ward.by(tablet.page, "source-told").click()
    ward.by(tablet.page, "patient-number").fill(ANOTHER)
    ward.by(tablet.page, "patient-save").click()
    network.restore()

    ward.by(tablet.page, "record-claims").click(timeout=40_000)
    claims = ward.by(tablet.page, "claim")
    expect(claims).to_have_count(2)
    world.screen(tablet, "two-claims")
    claims.filter(has_text="张秀兰").get_by_test_id("choose-claim").click()
    expect(ward.by(tablet.page, "record-claims")).to_have_count(0)
    expect(ward.by(tablet.page, "record-name")).to_contain_text("张秀兰")
    expect(crew.by(phone.page, "two-values")).to_have_count(0, timeout=40_000)
    expect(crew.by(phone.page, "identity-name")).to_have_text("张秀兰")
    crew.open_screen(phone, "patient")
    crew.by(phone.page, "open-claims-history").click()
    expect(crew.by(phone.page, "past-claim")).to_have_count(3)
