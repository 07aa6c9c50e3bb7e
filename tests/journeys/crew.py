"""What a crew does with the phone, step by step on the real screens."""

from __future__ import annotations

import re
from pathlib import Path

from devices import Device
from playwright.sync_api import Locator, Page, expect

LIST_ROW = '[data-testid^="encounter-"]'
ULID = re.compile(r"/e/([0-9A-HJKMNP-TV-Z]{26})")


def by(page: Page, testid: str) -> Locator:
    return page.get_by_test_id(testid)


def sign_in(phone: Device, username: str, password: str) -> None:
    page = phone.open("/signin")
    by(page, "username").fill(username)
    by(page, "password").fill(password)
    by(page, "sign-in").click()
    expect(by(page, "truth-bar")).to_be_visible()


def wait_offline(phone: Device) -> None:
    """The phone itself has noticed that there is no contact, and says so."""
    expect(by(phone.page, "truth-bar")).not_to_have_attribute("data-state", "connected", timeout=40_000)


def wait_online(phone: Device) -> None:
    expect(by(phone.page, "truth-bar")).to_have_attribute("data-state", "connected", timeout=40_000)


def wait_delivered(phone: Device, timeout: float = 60_000) -> None:
    """The ledger says that the hub has every document of this phone, photographs included."""
    expect(by(phone.page, "truth-bar")).to_have_attribute("data-pending", "0", timeout=timeout)


def pending(phone: Device) -> int:
    return int(by(phone.page, "truth-bar").get_attribute("data-pending") or "-1")


def start_encounter(phone: Device, pathway: str = "stroke") -> str:
    """Two taps from the list; returns the encounter's ULID."""
    page = phone.page
    by(page, "new-patient").click()
    by(page, f"start-{pathway}").click()
    page.wait_for_url(ULID)
    return encounter_of(page)


def encounter_of(page: Page) -> str:
    found = ULID.search(page.url)
    if found is None:
        raise AssertionError(f"no encounter at {page.url}")
    return found[1]


def to_home(phone: Device) -> None:
    """Back to the encounter's home screen from any screen below it."""
    page = phone.page
    home = f"/e/{encounter_of(page)}"
    for _ in range(3):
        if page.url.split("?")[0].endswith(home):
            return
        by(page, "back").click()
        page.wait_for_timeout(50)
    raise AssertionError(f"no way back to {home} from {page.url}")


def open_screen(phone: Device, name: str) -> None:
    """Open one of the encounter's screens by its dock or by the menu."""
    page = phone.page
    to_home(phone)
    if name in ("vitals", "times", "scores", "drugs", "photos"):
        by(page, f"dock-{name}").click()
    else:
        by(page, "encounter-menu").click()
        by(page, f"menu-{name}").click()
    page.wait_for_url(re.compile(rf"/{name}$"))


def enter_vitals(phone: Device, values: dict[str, int | str], avpu: str = "") -> None:
    """Key in numbers field by field, and save."""
    page = phone.page
    open_screen(phone, "vitals")
    for field, value in values.items():
        by(page, f"vital-{field}").click()
        for digit in str(value):
            by(page, f"key-{digit}").click()
            page.wait_for_timeout(130)  # the keypad ignores what vibration repeats within 120 ms
    if avpu:
        by(page, f"avpu-{avpu}").click()
    by(page, "vitals-save").click()
    page.wait_for_url(re.compile(r"/e/[0-9A-Z]{26}$"))


def tap_node(phone: Device, node: str) -> None:
    """One tap on a time node, from the timeline."""
    page = phone.page
    if not page.url.endswith("/times"):
        open_screen(phone, "times")
    by(page, "other-times").click()
    by(page, f"node-{node}").click()
    expect(by(page, f"moment-{node}").first).to_be_visible()


def attach(phone: Device, opener: Locator, picture: Path) -> None:
    """Answer the file chooser that a tap opens."""
    with phone.page.expect_file_chooser() as chooser:
        opener.click()
    chooser.value.set_files(str(picture))
