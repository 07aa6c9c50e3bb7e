"""A tap until its answer is painted, on the largest forms, CPU four times slower.

    python bench/tap_to_answer.py [rounds]

The forms with the most on one screen: the stroke lysis checklist (27 contraindications and 10 facts) and NIHSS. Time
runs from the tap's own time stamp to the frame after the one in which the tapped answer shows as chosen. Input goes
through the browser's protocol as a mouse press; a finger's way through the touch screen is not in it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from conditions import print_result

# isort: split
# (conditions has made the modules of tests/journeys importable)
import crew
from app_build import copy_build
from devices import Device
from hub_process import HubProcess
from playwright.sync_api import sync_playwright

THROTTLE = 4
NIHSS = ("1a", "1b", "1c", "2", "3", "4", "5a", "5b", "6a", "6b", "7", "8", "9", "10", "11")

WATCH = """
(() => {
  globalThis.__taps = [];
  const isChosen = (button) => button.getAttribute('aria-pressed') === 'true' || button.classList.contains('chosen');
  addEventListener('click', (event) => {
    const button = event.target.closest('button');
    if (!button) return;
    const look = () => {
      if (!isChosen(button)) return requestAnimationFrame(look);
      requestAnimationFrame(() => __taps.push(performance.now() - event.timeStamp));
    };
    requestAnimationFrame(look);
  }, true);
})();
"""


def tap_all(phone: Device, testids: list[str]) -> list[float]:
    """Tap each once and wait until its answer was painted; milliseconds."""
    phone.page.evaluate(WATCH)
    for number, testid in enumerate(testids, start=1):
        crew.by(phone.page, testid).click()
        phone.wait_for(f"globalThis.__taps.length >= {number}")
    times: list[float] = phone.page.evaluate("globalThis.__taps")
    return times


def checklist_round(phone: Device, encounter: str, value: str) -> list[float]:
    phone.open(f"/e/{encounter}/scores/stroke_ivt")
    crew.by(phone.page, "tick-ich_current-yes").wait_for()
    rows = phone.page.locator(f'[data-testid^="tick-"][data-testid$="-{value}"]')
    return tap_all(phone, [row.get_attribute("data-testid") or "" for row in rows.all()])


def nihss_round(phone: Device, encounter: str, answer: int) -> list[float]:
    """Fifteen questions in order; the next is tapped when it has slid in."""
    phone.open(f"/e/{encounter}/scores/nihss")
    page = phone.page
    crew.by(page, "question").wait_for()
    page.evaluate(WATCH)
    for number, item in enumerate(
        ("1a", "1b", "1c", "2", "3", "4", "5a", "5b", "6a", "6b", "7", "8", "9", "10", "11"), 1
    ):
        if crew.by(page, "question").get_attribute("data-item") != item:
            page.wait_for_selector(f'[data-testid="question"][data-item="{item}"]')
        crew.by(page, f"answer-{answer}").click()
        phone.wait_for(f"globalThis.__taps.length >= {number}")
    times: list[float] = page.evaluate("globalThis.__taps")
    page.evaluate("sessionStorage.clear()")
    return times


def figures(times: list[float]) -> dict[str, float | int]:
    ordered = sorted(times)

    def at(part: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(part * len(ordered)))], 1)

    return {"taps": len(ordered), "median_ms": at(0.5), "p95_ms": at(0.95), "worst_ms": round(ordered[-1], 1)}


def measure(folder: Path, rounds: int) -> dict[str, Any]:
    hub = HubProcess(folder / "hub", {"GREENLANE_APP": str(copy_build(folder / "app"))}).start()
    try:
        with sync_playwright() as playwright:
            phone = Device(playwright, folder / "phone", hub.url)
            crew.sign_in(phone, "paramedic", hub.passwords["paramedic"])
            encounter = crew.start_encounter(phone, "stroke")
            protocol = phone.context.new_cdp_session(phone.page)
            protocol.send("Emulation.setCPUThrottlingRate", {"rate": THROTTLE})
            checklist: list[float] = []
            nihss: list[float] = []
            for number in range(rounds):
                checklist += checklist_round(phone, encounter, "yes" if number % 2 else "no")
                nihss += nihss_round(phone, encounter, number % 2)
            phone.close()
    finally:
        hub.stop()
    return {"cpu_throttle": THROTTLE, "lysis_checklist": figures(checklist), "nihss": figures(nihss)}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        print_result("tap_to_answer", measure(Path(name), int(sys.argv[1]) if len(sys.argv) > 1 else 3))
