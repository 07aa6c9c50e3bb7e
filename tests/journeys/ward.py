"""What a triage nurse does with the shared tablet, step by step on the real screens."""

from __future__ import annotations

import re

from devices import Device
from playwright.sync_api import Locator, Page, expect


def by(page: Page, testid: str) -> Locator:
    return page.get_by_test_id(testid)


def sign_in(tablet: Device, username: str, password: str) -> None:
    page = tablet.open("/signin")
    by(page, "username").fill(username)
    by(page, "password").fill(password)
    by(page, "sign-in").click()
    expect(by(page, "board")).to_be_visible()


def open_board(tablet: Device) -> None:
    if by(tablet.page, "record-back").is_visible():
        by(tablet.page, "record-back").click()
    expect(by(tablet.page, "board")).to_be_visible()


def row(tablet: Device, encounter: str) -> Locator:
    return by(tablet.page, f"row-{encounter}")


def wait_for_alert(tablet: Device, encounter: str, timeout: float = 60_000) -> Locator:
    """The encounter stands on the board, and nobody has acknowledged its alert."""
    found = row(tablet, encounter)
    expect(found).to_have_attribute("data-answer", "waiting", timeout=timeout)
    return found


def choose_acting(tablet: Device, name: str) -> None:
    page = tablet.page
    by(page, "choose-acting").click()
    page.locator(f'[data-testid="acting-sheet"] [data-name="{name}"]').click()
    expect(by(page, "acting-sheet")).to_be_hidden()


def acknowledge(tablet: Device, encounter: str) -> None:
    """Acknowledge from the banner, in the name that stands on the button."""
    by(tablet.page, "acknowledge").first.click()
    expect(row(tablet, encounter)).to_have_attribute("data-answer", "acknowledged")


def open_record(tablet: Device, encounter: str) -> Locator:
    row(tablet, encounter).click()
    tablet.page.wait_for_url(re.compile(f"/record/{encounter}"))
    record = by(tablet.page, "record")
    expect(record).to_be_visible()
    return record


def record_node(tablet: Device, node: str) -> None:
    """Record one of the hospital's time nodes from the open record."""
    page = tablet.page
    by(page, "record-time").click()
    if not by(page, f"node-{node}").is_visible():
        by(page, "node-more").click()
    by(page, f"node-{node}").click()
