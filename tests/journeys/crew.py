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
    expect(by(page, "new-patient")).to_be_visible()  # the list: the session is kept


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
        here = page.url
        by(page, "back").click()
        # A second click before the first has led anywhere would leave the encounter.
        page.wait_for_function("before => location.href !== before", arg=here)
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


def press(page: Page, digits: int | str | list[str]) -> None:
    """Type on the app's own keypad."""
    for digit in digits if isinstance(digits, list) else str(digits):
        by(page, f"key-{digit}").click()
        page.wait_for_timeout(130)  # the keypad ignores what vibration repeats within 120 ms


def enter_vitals(phone: Device, values: dict[str, int | str], avpu: str = "") -> None:
    """Key in numbers field by field, and save."""
    page = phone.page
    open_screen(phone, "vitals")
    for field, value in values.items():
        by(page, f"vital-{field}").click()
        press(page, value)
    if avpu:
        by(page, f"avpu-{avpu}").click()
    by(page, "vitals-save").click()
    wait_home(page)


def wait_home(page: Page) -> None:
    page.wait_for_url(re.compile(r"/e/[0-9A-Z]{26}$"))


def enter_patient(phone: Device, name: str, id_number: str) -> None:
    """Type a name and a citizen number on the keypad."""
    page = phone.page
    open_screen(phone, "patient")
    by(page, "patient-name").fill(name)
    by(page, "id-number").click()
    press(page, id_number)
    by(page, "keypad-done").click()
    by(page, "patient-save").click()
    wait_home(page)


def enter_complaint(phone: Device, chips: list[str]) -> None:
    page = phone.page
    open_screen(phone, "complaint")
    for chip in chips:
        by(page, f"complaint-{chip}").click()
    by(page, "complaint-save").click()
    wait_home(page)


def state_onset(phone: Device, clock: str, days_ago: int) -> None:
    """State when the patient was last known well: four digits on one of the last days."""
    page = phone.page
    open_screen(phone, "onset")
    by(page, f"day-{days_ago}").click()
    press(page, clock)
    by(page, "onset-save").click()
    wait_home(page)


def answer_score(phone: Device, score: str, answers: list[int]) -> int:
    """Answer every item in order; returns the total that the screen showed before it was saved."""
    page = phone.page
    open_screen(phone, "scores")
    by(page, f"score-{score}").click()
    item = ""
    for value in answers:
        question = by(page, "question")
        expect(question).not_to_have_attribute("data-item", item)  # the next one has slid in
        item = question.get_attribute("data-item") or ""
        by(page, f"answer-{value}").click()
    result = by(page, "score-result")
    expect(result).to_have_attribute("data-total", re.compile(r"\d+"))
    total = int(result.get_attribute("data-total") or "")
    by(page, "score-save").click()
    page.wait_for_url(re.compile(r"/e/[0-9A-Z]{26}(/scores)?$"))
    return total


def give_triage(phone: Device, level: int) -> None:
    open_screen(phone, "triage")
    by(phone.page, f"triage-{level}").click()
    wait_home(phone.page)


def write_note(phone: Device, text: str) -> None:
    page = phone.page
    open_screen(phone, "note")
    by(page, "note-text").fill(text)
    by(page, "note-save").click()
    wait_home(page)


def choose_destination(phone: Device, site: str, minutes: int) -> None:
    page = phone.page
    open_screen(phone, "destination")
    by(page, f"site-{site}").click()
    by(page, f"eta-{minutes}").click()
    by(page, "destination-save").click()
    wait_home(page)


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


def take_photo(phone: Device, picture: Path, purpose: str = "wound") -> None:
    """Choose a picture as a photograph with its purpose; waits until it is kept on the phone."""
    page = phone.page
    open_screen(phone, "photos")
    by(page, f"purpose-{purpose}").click()
    before = by(page, f"photo-{purpose}").count()
    attach(phone, by(page, "photo-choose"), picture)
    expect(by(page, f"photo-{purpose}")).to_have_count(before + 1, timeout=30_000)


def send_prealert(phone: Device, site: str, minutes: int) -> None:
    """Two taps when the hospital is known already: send it there."""
    page = phone.page
    open_screen(phone, "prealert")
    chosen = by(page, f"site-{site}")
    if chosen.get_attribute("aria-pressed") != "true":
        chosen.click()
        by(page, f"eta-{minutes}").click()
    by(page, "prealert-send").click()
    expect(by(page, "prealert-state")).to_be_visible()


def alert_state(phone: Device) -> Locator:
    return by(phone.page, "prealert-state")


def enter_documents(phone: Device, count: int, *, pathway: str, site: str) -> str:
    """Enter an encounter of at least `count` documents on the screens, pre-alert last; returns its ULID."""
    encounter = start_encounter(phone, pathway)
    enter_vitals(phone, {"sbp": 168, "dbp": 94, "hr": 88})
    give_triage(phone, 2)
    choose_destination(phone, site, 15)
    # A re-check of the blood glucose is one tap each and leaves the screen as it is.
    open_screen(phone, "drugs")
    by(phone.page, "tab-procedure").click()
    given = by(phone.page, "given")
    for n in range(count - 1 - len(phone.local_encounter_ids(encounter))):
        by(phone.page, "procedure-glucose_check").click()
        expect(given).to_have_count(n + 1)
    send_prealert(phone, site, 15)
    to_home(phone)
    by(phone.page, "back").click()
    expect(by(phone.page, "new-patient")).to_be_visible()
    return encounter
