"""The phone's own storage, in a real browser: full, short, cleared by the browser, and new."""

from __future__ import annotations

import crew
from crew import by
from devices import Device
from playwright.sync_api import expect
from world import World

# What the browser would do by itself under pressure: take one database away, or everything of the origin.
CLEAR_DATABASE = """
(name) => new Promise((done, failed) => {
  const clearing = indexedDB.deleteDatabase(name);
  clearing.onsuccess = () => done(true);
  clearing.onerror = () => failed(clearing.error);
})
"""


def limit_storage(phone: Device, quota_bytes: int | None) -> None:
    """Give the app's origin so much room, as a full phone would; None gives it back."""
    cdp = phone.context.new_cdp_session(phone.page)
    origin = {"origin": phone.base_url}
    cdp.send("Storage.overrideQuotaForOrigin", origin if quota_bytes is None else origin | {"quotaSize": quota_bytes})


def used_bytes(phone: Device) -> int:
    return int(phone.page.evaluate("navigator.storage.estimate().then((room) => room.usage)"))


def try_note(phone: Device, text: str) -> bool:
    """Write a note; False when the phone said that it could not keep it, with the note still on the screen."""
    page = phone.page
    crew.open_screen(phone, "note")
    by(page, "note-text").fill(text)
    by(page, "note-save").click()
    expect(by(page, "problem").or_(by(page, "dock-vitals")).first).to_be_visible()
    return by(page, "problem").count() == 0


def test_a_full_phone_keeps_the_entry_on_the_screen_and_saves_it_when_there_is_room(world: World) -> None:
    phone, relay = world.device("phone")
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    encounter = crew.start_encounter(phone, "stroke")
    crew.wait_delivered(phone)
    relay.cut()
    limit_storage(phone, 1_000)
    # The browser remembers for a while how much room there was; the phone's own reserve carries a few entries more.
    world.wait_until(lambda: not try_note(phone, "家属说两小时前开始"), "the phone is full", 90)
    saved = len(phone.local_encounter_ids(encounter))
    expect(by(phone.page, "problem")).to_contain_text("手机存储已满")
    expect(by(phone.page, "note-text")).to_have_value("家属说两小时前开始")
    expect(by(phone.page, "truth-bar")).to_contain_text("手机已满")
    limit_storage(phone, None)
    by(phone.page, "note-save").click()
    crew.wait_home(phone.page)
    assert len(phone.local_encounter_ids(encounter)) == saved + 1
    relay.restore()
    crew.wait_delivered(phone)


def test_a_store_that_the_browser_cleared_is_noticed_said_and_restored_from_the_hub(world: World) -> None:
    phone, _ = world.device("phone")
    crew.sign_in(phone, "paramedic", world.hub.passwords["paramedic"])
    encounter = crew.start_encounter(phone, "stroke")
    crew.write_note(phone, "第一条")
    crew.wait_delivered(phone)
    before = phone.local_encounter_ids(encounter)
    phone.wait_for(f"(localStorage.getItem('greenlane.kept') ?? '').includes('\"unit_a101\":{len(before)}')")
    phone.page.goto(phone.base_url + "/icon-192.png")  # no page of the app has the database open
    phone.page.evaluate(CLEAR_DATABASE, "_pouch_unit_a101")
    phone.open("/delivery")
    expect(by(phone.page, "store-loss")).to_contain_text("服务器上都有", timeout=30_000)
    world.wait_until(lambda: phone.local_encounter_ids(encounter) == before, "everything is back from the hub")
    by(phone.page, "store-loss-seen").click()
    expect(by(phone.page, "store-loss")).to_have_count(0)
    phone.reload()
    expect(by(phone.page, "copies-" + encounter)).to_have_attribute("data-known", "2")
    expect(by(phone.page, "store-loss")).to_have_count(0)
