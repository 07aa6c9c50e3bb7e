"""From the instant at which contact returns to an encounter of 60 documents on the hospital's board.

    python bench/contact_to_board.py [runs of hub] [runs of screens]

Two figures. `hub`: one push of 60 documents to the ambulance's mailbox, until `GET /api/board/county` shows the
encounter with its last vital signs and its pre-alert; nothing but HTTP on loopback. `screens`: the real app in two
browsers; the phone's network is cut, a crew enters 60 documents on its screens, the relay is restored, and the clock
runs until the nurse's tablet shows the waiting row. The second contains the phone's time to notice the network.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from conditions import print_result, summary
from stroke_documents import Document, stroke_documents

# isort: split
# (conditions has made the modules of tests/journeys importable)
import crew
import ward
from app_build import copy_build
from devices import TABLET, Device
from hub_process import HubProcess
from playwright.sync_api import sync_playwright
from relay import Relay

DOCUMENTS = 60
GIVE_UP_SECONDS = 60.0


def push_and_wait(hub: HubProcess, crew_session: dict[str, Any], nurse_token: str) -> tuple[float, float]:
    """Seconds of the push itself, and until the board and the record are complete."""
    encounter, documents = stroke_documents(
        DOCUMENTS,
        staff=crew_session["staff"]["id"],
        device=crew_session["device"]["id"],
        unit="a101",
        site="county",
        began_at=datetime.now(UTC) - timedelta(minutes=10),
    )
    began_at = time.perf_counter()
    answer = hub.post("/db/unit_a101/_bulk_docs", {"new_edits": False, "docs": documents}, crew_session["token"])
    pushed_at = time.perf_counter()
    refused = [row for row in answer if row.get("error")]
    if refused:
        raise RuntimeError(f"the hub refused documents of the bench: {refused[:3]}")
    while not is_on_board(hub, nurse_token, encounter, documents):
        if time.perf_counter() - began_at > GIVE_UP_SECONDS:
            raise RuntimeError(f"encounter {encounter} never came complete onto the board")
        time.sleep(0.005)
    return pushed_at - began_at, time.perf_counter() - began_at


def is_on_board(hub: HubProcess, token: str, encounter: str, documents: list[Document]) -> bool:
    rows = hub.get("/api/board/county", token)["encounters"]
    row = next((row for row in rows if row["encounter"] == encounter), None)
    return row is not None and row.get("prealert") is not None and row.get("documents") == len(documents)


def measure_hub(folder: Path, runs: int) -> dict[str, Any]:
    hub = HubProcess(folder / "hub-only").start()
    try:
        session = hub.post(
            "/api/session",
            {"username": "paramedic", "password": hub.passwords["paramedic"], "device_name": "bench"},
        )
        nurse_token = hub.sign_in("nurse")
        push_and_wait(hub, session, nurse_token)  # the first pays for caches
        timed = [push_and_wait(hub, session, nurse_token) for _ in range(runs)]
    finally:
        hub.stop()
    return {"push_seconds": summary([t[0] for t in timed]), "board_seconds": summary([t[1] for t in timed])}


def measure_screens(folder: Path, runs: int) -> dict[str, Any]:
    hub = HubProcess(folder / "screens", {"GREENLANE_APP": str(copy_build(folder / "app"))}).start()
    relay = Relay(hub.port)
    try:
        with sync_playwright() as playwright:
            phone = Device(playwright, folder / "phone", relay.url)
            tablet = Device(playwright, folder / "tablet", hub.url, viewport=TABLET)
            crew.sign_in(phone, "paramedic", hub.passwords["paramedic"])
            ward.sign_in(tablet, "nurse", hub.passwords["nurse"])
            phone.wait_for_service_worker()
            timed = [one_return(phone, tablet, relay) for _ in range(runs)]
            phone.close()
            tablet.close()
    finally:
        relay.close()
        hub.stop()
    return {"board_seconds": summary(timed)}


def one_return(phone: Device, tablet: Device, relay: Relay) -> float:
    """One encounter entered without contact; seconds from the relay's return to the complete row."""
    relay.cut()
    crew.wait_offline(phone)
    encounter = crew.enter_documents(phone, DOCUMENTS, pathway="stroke", site="county")
    tablet.page.evaluate(WAIT_FOR_ROW, encounter)
    relay.restore()
    began_at = time.time()
    shown_at: float | None = tablet.page.evaluate("globalThis.__row")
    if shown_at is None:
        raise RuntimeError(f"encounter {encounter} never came onto the screen")
    return shown_at / 1000 - began_at


# Resolves with the page's clock when the row has been painted with its alert waiting; browser and bench share a clock.
WAIT_FOR_ROW = """
(encounter) => {
  globalThis.__row = new Promise((resolve) => {
    const giveUpAt = Date.now() + 60000;
    const look = () => {
      const row = document.querySelector(`[data-encounter="${encounter}"][data-answer="waiting"]`);
      if (row) requestAnimationFrame(() => resolve(Date.now()));
      else if (Date.now() > giveUpAt) resolve(null);
      else requestAnimationFrame(look);
    };
    look();
  });
}
"""


def main() -> None:
    runs = [int(given) for given in sys.argv[1:3]] + [20, 5][len(sys.argv) - 1 :]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hub = measure_hub(folder, runs[0])
        screens = measure_screens(folder, runs[1])
    print_result("contact_to_board", {"documents": DOCUMENTS, "hub": hub, "screens": screens})


if __name__ == "__main__":
    main()
