"""Badges on the ward's tablet: who acts, what is refused and why, one action attested, and how badges are made."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ward
from badges_at_hand import Office, forged, give_nfc, heard, hold_tag, put_banner_away, type_as_scanner, wait_for_roster
from devices import TABLET, Device
from playwright.sync_api import expect
from ward import by
from world import World
from written import Writer

from server.catalogue import Catalogue
from server.catalogue.evaluate_score import evaluate_score
from server.settings import Settings

VECTORS = Path(__file__).parents[1] / "vectors" / "scores"


def open_ward(world: World) -> tuple[Device, Any]:
    tablet, network = world.device("tablet", viewport=TABLET)
    give_nfc(tablet)
    ward.sign_in(tablet, "nurse", world.hub.passwords["nurse"])
    wait_for_roster(tablet, revoked=1)
    return tablet, network


def refusal(tablet: Device, token: str) -> str:
    """Hold a badge that is not accepted; the reason that the screen says."""
    before, _ = heard(tablet)
    hold_tag(tablet, token)
    tablet.wait_for(f"Number(document.querySelector('[data-testid=badge-heard]').dataset.count) > {before}")
    put_banner_away(tablet)
    return heard(tablet)[1]


def test_a_tap_says_who_acts_without_a_network_and_what_is_refused_is_on_record(world: World) -> None:
    office = Office(world.hub)
    good, lost = office.issue("吴衡"), office.issue("吴衡")
    office.revoke(lost["id"])
    encounter, _ = Writer(world.hub).alerted("周建国", datetime.now(UTC))
    tablet, network = open_ward(world)
    ward.wait_for_alert(tablet, encounter)
    network.cut()

    hold_tag(tablet, good["token"])
    page = tablet.page
    expect(by(page, "badge-heard")).to_contain_text("吴衡")
    expect(by(page, "choose-acting")).to_have_attribute("data-method", "nfc")
    world.screen(tablet, "tablet-badge-accepted")
    put_banner_away(tablet)

    told = {
        "revoked": lost["token"],
        "forged": forged(good["token"]),
        "expired": office.expired("吴衡"),
        "unreadable": "https://example.org/",
    }
    assert {reason: refusal(tablet, token) for reason, token in told.items()} == {reason: reason for reason in told}
    expect(by(page, "choose-acting")).to_contain_text("吴衡")  # nobody else became the acting person
    ward.acknowledge(tablet, encounter)

    network.restore()
    world.wait_until(lambda: len(attempts(office)) == len(told), "the hub has every refused badge")
    assert sorted(attempts(office)) == sorted(told)
    world.wait_until(lambda: bool(folded(office, encounter)["acknowledgements"]), "the acknowledgement is on the hub")
    record = folded(office, encounter)
    assert record["acknowledgements"][0]["entry"]["badge"] == good["id"]
    assert (record["acknowledgements"][0]["entry"]["staff"], record["flags"]) == (office.staff["吴衡"], [])

    # Before a wristband's scanner a badge is a badge; its text is a secret, and stands on no screen.
    tablet.open("/scan")
    before, _ = heard(tablet)
    type_as_scanner(tablet, good["token"])
    tablet.wait_for(f"Number(document.querySelector('[data-testid=badge-heard]').dataset.count) > {before}")
    expect(by(page, "badge-heard")).to_contain_text("吴衡")
    expect(by(page, "scan-camera")).to_be_visible()
    expect(by(page, "foreign-code")).to_have_count(0)


def attempts(office: Office) -> list[str]:
    return [one["reason"] for one in office.hub.get("/api/badge-attempts", office.token)["attempts"]]


def folded(office: Office, encounter: str) -> dict[str, Any]:
    found: dict[str, Any] = office.hub.get(f"/api/encounters/{encounter}", office.token)
    return found


def filled_checklist() -> dict[str, Any]:
    """A lysis checklist as a nurse fills it in, from the shared vectors."""
    cases = json.loads((VECTORS / "stroke_ivt.public.json").read_text(encoding="utf-8"))
    inputs = cases["vectors"][0]["inputs"]
    definition = Catalogue.load(Settings().catalogue_folder).scores["stroke_ivt"]
    return {"score": "stroke_ivt", "inputs": inputs, "result": evaluate_score(definition, inputs)}


def test_a_specialist_attests_a_checklist_on_the_nurses_tablet(world: World) -> None:
    office = Office(world.hub)
    nurse, specialist, lost = office.issue("王芳"), office.issue("吴衡"), office.issue("吴衡")
    office.revoke(lost["id"])
    writer = Writer(world.hub)
    encounter, _ = writer.alerted("周建国", datetime.now(UTC))
    [checklist] = writer.write(encounter, [("score", filled_checklist())], datetime.now(UTC))
    tablet, network = open_ward(world)
    ward.wait_for_alert(tablet, encounter)
    ward.open_record(tablet, encounter)
    page = tablet.page
    hold_tag(tablet, nurse["token"])
    expect(by(page, "choose-acting")).to_contain_text("王芳")
    put_banner_away(tablet)
    network.cut()

    by(page, "checklist-prove").click()
    expect(by(page, "proof-hold")).to_be_visible()
    world.screen(tablet, "tablet-attest-sheet")
    hold_tag(tablet, lost["token"])
    expect(by(page, "proof-refusal")).to_be_visible()
    put_banner_away(tablet)
    hold_tag(tablet, specialist["token"])
    confirmed = by(page, "checklist-confirmed")
    expect(confirmed).to_have_attribute("data-method", "nfc")
    expect(confirmed).to_contain_text("吴衡")
    expect(by(page, "choose-acting")).to_contain_text("王芳")  # one act, and the tablet stays the nurse's
    put_banner_away(tablet)
    world.screen(tablet, "tablet-attested")

    network.restore()
    world.wait_until(lambda: bool(folded(office, encounter)["attestations"]), "the attestation is on the hub")
    record = folded(office, encounter)
    [attested] = record["attestations"]
    assert (attested["of"], attested["method"], attested["badge"]) == (checklist, "nfc", specialist["id"])
    assert attested["entry"]["staff"] == office.staff["吴衡"]
    assert specialist["token"] not in json.dumps(record)
    assert [flag for flag in record["flags"] if flag["id"] == attested["entry"]["id"]] == []
    [refused] = record["refused_attestations"]
    assert (refused["reason"], refused["of"], refused["badge"]) == ("revoked", checklist, lost["id"])
    assert attempts(office) == []  # it happened at a patient, so it stands in the record


def test_an_administrator_makes_writes_and_revokes_a_badge(world: World) -> None:
    office = Office(world.hub)
    desk, _ = world.device("desk", viewport=TABLET)
    give_nfc(desk)
    page = desk.open("/signin?to=/badges")
    by(page, "username").fill("boss")
    by(page, "password").fill(world.hub.passwords["boss"])
    by(page, "sign-in").click()
    page.wait_for_url("**/badges")
    by(page, f"badges-of-{office.staff['吴衡']}").click()
    by(page, "badges-label").fill("白卡 1")
    by(page, "badges-days-30").click()
    by(page, "badges-issue").click()
    expect(by(page, "badge-made")).to_be_visible()
    by(page, "tag-write").click()
    expect(by(page, "tag-said")).to_have_attribute("data-state", "written")
    world.screen(desk, "desk-badge-made")
    [written] = page.evaluate("window.writtenTags")
    badge = by(page, "badge-made").get_attribute("data-badge") or ""
    assert office.hub.get(f"/api/badges/{badge}", office.token)["token"] == written
    by(page, "sheet-close").click()
    by(page, "badges-revoke").click()
    by(page, "badges-why-lost").click()
    expect(page.locator(f'[data-badge="{badge}"]')).to_have_attribute("data-revoked", "true")
    assert office.hub.get(f"/api/badges/{badge}", office.token)["revoked"]["why"] == "lost"
