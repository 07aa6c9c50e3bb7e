"""Each way into a pathway leads through its own steps; what was not done is said with its reason, on every screen."""

from __future__ import annotations

import json
from typing import Any

import cases
import crew
import pytest
import ward
from devices import TABLET, Device
from hub_process import ROOT
from pictures import photograph
from playwright.sync_api import expect
from world import World

SHELF = ROOT / "static/catalogue"
SYMPTOMS = ("chest_pain", "stroke", "trauma", "coma", "obstetric", "asphyxia", "poisoning", "other")


def steps_of(symptom: str) -> list[dict[str, Any]]:
    """The steps that the catalogue has for a symptom."""
    entry = json.loads((SHELF / f"symptoms/{symptom}.json").read_text("utf-8"))
    pathway = json.loads((SHELF / f"pathways/{entry['pathway']}.json").read_text("utf-8"))
    steps: list[dict[str, Any]] = entry.get("instead", {}).get("steps") or pathway["steps"]
    return steps


NUMBERS = {"gcs_total": "15", "gcs": "15", "sbp": "118", "rr": "18"}
VALUES = {"sbp": "118", "hr": "88", "spo2": "94", "rr": "18", "glucose": "6.5"}


def do_step(phone: Device, world: World, step: dict[str, Any]) -> None:
    """Follow the one button of the home screen, as a crew does."""
    page, kind, ref = phone.page, step["kind"], step["ref"]
    button = crew.by(page, "next-step")
    expect(button).to_have_attribute("data-kind", kind)
    if ref:
        expect(button).to_have_attribute("data-ref", ref)
    if kind == "time_node":
        button.click()
        if ref != "handover":
            expect(button).not_to_have_attribute("data-ref", ref)
    elif kind == "vitals":
        crew.enter_vitals(phone, {ref: VALUES[ref]})
    elif kind == "onset":
        known = cases.hours_ago(1.2)
        crew.state_onset(phone, known.digits, known.days_ago)
    elif kind == "score":
        answer_ordinarily(phone, ref)
    elif kind == "media":
        crew.take_photo(phone, photograph(world.folder / f"{ref}.jpg"), ref)
    elif kind == "destination":
        crew.choose_destination(phone, "county", 15)
    else:
        crew.send_prealert(phone, "county", 15)
    crew.to_home(phone)


def answer_ordinarily(phone: Device, score: str) -> None:
    """What the record knows is taken over tap by tap; then the first answer of every open question, ordinary numbers.

    Jumps by the strip, so that no order is assumed.
    """
    page = phone.page
    crew.open_screen(phone, "scores")
    crew.by(page, f"score-{score}").click()
    take_known(phone)
    definition = json.loads((SHELF / f"scores/{score}.json").read_text("utf-8"))
    for item in definition["items"]:
        strip = crew.by(page, f"strip-{item['id']}")
        if "answered" in (strip.get_attribute("class") or ""):
            continue
        strip.click()
        expect(crew.by(page, "question")).to_have_attribute("data-item", item["id"])
        if item["type"] in ("integer", "decimal"):
            crew.press(page, NUMBERS[item["id"]])
        else:
            first = item["options"][0]["value"] if item.get("options") else False
            crew.by(page, f"answer-{str(first).lower() if isinstance(first, bool) else first}").click()
            page.wait_for_timeout(300)  # the chosen answer stays lit; then the next question comes by itself
    expect(crew.by(page, "score-result")).to_have_attribute("data-status", "complete")
    crew.by(page, "score-save").click()
    crew.wait_home(page)


def take_known(phone: Device) -> None:
    """A form whose answers are on record already offers them before it asks; the other forms ask at once."""
    page = phone.page
    strip, known = page.locator('[data-testid^="strip-"]'), crew.by(page, "known-values")
    expect(strip.or_(known).first).to_be_visible()
    while not strip.first.is_visible():
        known.locator('[data-testid^="take-"]').first.click()


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_the_home_screen_leads_through_the_steps_of_the_symptom(world: World, symptom: str) -> None:
    phone, network = world.device("phone")
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    phone.wait_for_service_worker()
    network.cut()
    crew.start_encounter(phone, symptom)
    for step in steps_of(symptom):
        do_step(phone, world, step)
    world.screen(phone, f"phone-pathway-{symptom}")
    expect(crew.by(phone.page, "next-step")).to_have_attribute("data-kind", "close")


def test_a_lysis_that_was_refused_is_not_late_but_not_done_and_says_why(world: World) -> None:
    phone, _ = world.device("phone")
    tablet, _ = world.device("tablet", viewport=TABLET)
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    ward.sign_in(tablet, "nurse", world.hub.passwords["nurse"])
    encounter = crew.start_encounter(phone, "stroke")
    crew.choose_destination(phone, "county", 15)
    crew.send_prealert(phone, "county", 15)
    crew.to_home(phone)
    crew.open_screen(phone, "times")
    give_reason(phone, "lysis", "delayed", "bp_lowering")
    crew.wait_delivered(phone)

    ward.wait_for_alert(tablet, encounter)
    ward.open_record(tablet, encounter)
    needle = ward.by(tablet.page, "station-needle")
    expect(needle).to_contain_text("需先降血压")
    ward.by(tablet.page, "record-time").click()
    give_reason(tablet, "lysis", "not_done", "refused")
    expect(needle).to_have_attribute("data-state", "given_up")
    expect(needle).to_contain_text("患者或家属拒绝")
    world.screen(tablet, "tablet-not-done")
    expect(crew.by(phone.page, "timeline")).to_contain_text("静脉溶栓 未做", timeout=40_000)


def give_reason(device: Device, subject: str, state: str, reason: str) -> None:
    page = device.page
    if page.get_by_test_id("other-times").is_visible():
        page.get_by_test_id("other-times").click()
    page.get_by_test_id("open-deviation").click()
    page.get_by_test_id(f"deviation-{subject}").click()
    page.get_by_test_id(f"deviation-state-{state}").click()
    page.get_by_test_id(f"deviation-reason-{reason}").click()
    page.get_by_test_id("deviation-save").click()
    expect(page.get_by_test_id("deviation-sheet")).to_be_hidden()
