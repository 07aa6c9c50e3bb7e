"""The app's start without a network: from opening it to a usable list, CPU four times slower.

    python bench/offline_start.py [runs]

A phone of ambulance a101 has pulled 200 encounters of 12 documents. The network is cut, the browser is ended and
started again on the same profile, and the app is opened from the service worker under Chromium's CPU throttle (rate 4,
on the page; the service worker runs unthrottled). `first_rows`: the list shows rows. `usable`: all rows are there and
a frame has been painted after them; cards far below the fold stand in their place and are filled in idle time, which
is over at `filled`. Times are performance.now() in the page: the whole load, not the browser's start.

`unthrottled_main_thread_seconds` is processor time, without throttle: a busy machine changes it little, so it tells a
slower app from a busier machine.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from conditions import print_result, summary
from stroke_documents import stroke_documents

# isort: split
# (conditions has made the modules of tests/journeys importable)
import crew
from app_build import copy_build
from devices import Device
from hub_process import HubProcess
from playwright.sync_api import sync_playwright
from relay import Relay

ENCOUNTERS = 200
DOCUMENTS_EACH = 12
THROTTLE = 4
GIVE_UP_SECONDS = 120.0
FILLED_ROW = f'{crew.LIST_ROW} [data-testid="open-encounter"]'

NOTE_TIMES = """
(() => {
  if (globalThis.__noting) return;
  globalThis.__noting = true;
  globalThis.__times = {};
  const wanted = %d;
  const look = () => {
    const count = document.querySelectorAll('%s').length;
    if (count > 0 && !__times.first) requestAnimationFrame(() => (__times.first ??= performance.now()));
    if (count >= wanted) requestAnimationFrame(() => setTimeout(() => (__times.usable ??= performance.now())));
    if (document.querySelectorAll('%s').length >= wanted) __times.filled = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""


def seed(hub: HubProcess) -> None:
    """Give the ambulance 200 open encounters, through the same door as a phone's push."""
    session = hub.post(
        "/api/session",
        {"username": "paramedic", "password": hub.passwords["paramedic"], "device_name": "bench"},
    )
    now = datetime.now(UTC)
    for n in range(ENCOUNTERS):
        _, documents = stroke_documents(
            DOCUMENTS_EACH,
            staff=session["staff"]["id"],
            device=session["device"]["id"],
            unit="a101",
            site=None,
            began_at=now - timedelta(minutes=3 * n + 5),
            name=f"测试 {n}",
        )
        answer = hub.post("/db/unit_a101/_bulk_docs", {"new_edits": False, "docs": documents}, session["token"])
        if any(row.get("error") for row in answer):
            raise RuntimeError(f"the hub refused documents of the bench: {answer}")


def wait_until_pulled(phone: Device) -> None:
    until = time.monotonic() + GIVE_UP_SECONDS
    wanted = ENCOUNTERS * DOCUMENTS_EACH
    while sum(1 for ids in phone.local_ids().values() for i in ids if i.startswith("encounter:")) < wanted:
        if time.monotonic() > until:
            raise RuntimeError("the phone did not pull its 200 encounters")
        time.sleep(0.5)
    phone.wait_for(f"document.querySelectorAll('{crew.LIST_ROW}').length >= {ENCOUNTERS}", GIVE_UP_SECONDS)


def one_start(phone: Device, throttle: int) -> dict[str, float]:
    """Start the browser, open the app, and return the page's times with the main thread's own processor time."""
    phone.restart()
    phone.page.goto("about:blank")
    protocol = phone.context.new_cdp_session(phone.page)
    protocol.send("Performance.enable", {"timeDomain": "threadTicks"})
    protocol.send("Emulation.setCPUThrottlingRate", {"rate": throttle})
    phone.context.add_init_script(NOTE_TIMES % (ENCOUNTERS, crew.LIST_ROW, FILLED_ROW))
    phone.open("/")
    phone.wait_for("globalThis.__times?.usable > 0", GIVE_UP_SECONDS)
    metrics = {one["name"]: one["value"] for one in protocol.send("Performance.getMetrics")["metrics"]}
    phone.wait_for("globalThis.__times?.filled > 0", GIVE_UP_SECONDS)
    times: dict[str, float] = phone.page.evaluate("globalThis.__times")
    return times | {"main_thread": metrics["TaskDuration"] * 1000}


def measure(folder: Path, runs: int) -> dict[str, Any]:
    hub = HubProcess(folder / "hub", {"GREENLANE_APP": str(copy_build(folder / "app"))}).start()
    relay = Relay(hub.port)
    try:
        seed(hub)
        with sync_playwright() as playwright:
            phone = Device(playwright, folder / "phone", relay.url)
            crew.sign_in(phone, "paramedic", hub.passwords["paramedic"])
            phone.wait_for_service_worker()
            wait_until_pulled(phone)
            relay.cut()
            times = [one_start(phone, THROTTLE) for _ in range(runs)]
            plain = [one_start(phone, 1) for _ in range(runs)]
            phone.close()
    finally:
        relay.close()
        hub.stop()
    return {
        "encounters": ENCOUNTERS,
        "documents": ENCOUNTERS * DOCUMENTS_EACH,
        "cpu_throttle": THROTTLE,
        "first_rows_seconds": summary([t["first"] / 1000 for t in times]),
        "usable_seconds": summary([t["usable"] / 1000 for t in times]),
        "filled_seconds": summary([t["filled"] / 1000 for t in times]),
        "unthrottled_usable_seconds": summary([t["usable"] / 1000 for t in plain]),
        "unthrottled_main_thread_seconds": summary([t["main_thread"] / 1000 for t in plain]),
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        print_result("offline_start", measure(Path(name), int(sys.argv[1]) if len(sys.argv) > 1 else 7))
