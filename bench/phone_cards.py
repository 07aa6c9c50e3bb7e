"""Reading cards on the phone: from the shutter to the fields, and how many are right.

    python bench/phone_cards.py [FOLDER...] [--limit N] [--slow N] [--before SECONDS] [--failures]

The built app runs in Chromium; photographs are chosen on its card screen and the fields are read off its confirmation
screen. A folder holds NNN.jpg and NNN.json (truth); without one, cards of tests/ocr/card_generator.py are made. Numbers
that were accepted although wrong must be 0.

Speed: the first `--slow` photos of the first folder, with the whole page (worker and its threads included) stopped for
three quarters of the time, 15 ms in 20, as on a processor a quarter as fast. Chromium's own CPU throttle slows the main
thread only, and the reader is not on it; `really_slowed_by` is what a fixed piece of work took then, as a multiple. The
first photo is chosen `--before` seconds after the patient's screen was opened (the reader warms up meanwhile) and 8 s
after the camera's. `devtools_throttle_seconds` are the same photos with Chromium's throttle at 4. Time runs from the
choice of the file to the fields on the screen, in the page. Processor seconds are the whole page's, unthrottled: a busy
machine changes them less than it changes the time.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from conditions import ROOT, print_result, summary

sys.path.insert(0, str(ROOT))

# isort: split
# (conditions has made the modules of tests/journeys importable)
import crew
from app_build import copy_build
from card_in_hand import fetch_models, shown_fields
from crew import by
from devices import Device
from hub_process import HubProcess
from playwright.sync_api import expect, sync_playwright
from relay import Relay

from tests.ocr.card_generator import make_photo

RUN_MS, STOP_MS = 5, 15
GIVE_UP_MS = 240_000
# From the camera's screen to the shutter.
AIMING_SECONDS = 8
SETTLED = '[data-testid="card-save"], [data-testid="card-problem"]'
# The page notes by itself when a file was chosen and when the outcome stood: asking from outside would cost turns, and
# so would looking at every frame.
NOTE_TIMES = """
(() => {
  globalThis.__took = null;
  const from = performance.now();
  new MutationObserver((_, observer) => {
    if (!document.querySelector('%s')) return;
    observer.disconnect();
    requestAnimationFrame(() => setTimeout(() => (globalThis.__took = performance.now() - from)));
  }).observe(document.body, { childList: true, subtree: true });
})()
"""
# A fixed piece of work for one thread, in milliseconds: how much slower the page really is while it is held back.
SPIN = """
() => {
  const from = performance.now();
  for (let n = 0, x = 1; n < 30_000_000; n++) x = (Math.imul(x, 1103515245) + 12345) | 0;
  return performance.now() - from;
}
"""


def renderers(profile: Path) -> list[int]:
    """Processes of this browser that run pages."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            command = (folder / "cmdline").read_bytes()
            if b"--type=renderer" in command and str(profile).encode() in parent_command(folder):
                found.append(int(folder.name))
    return found


def parent_command(folder: Path) -> bytes:
    """The command lines of a process's ancestors."""
    lines = b""
    pid = int(folder.name)
    while pid > 1:
        lines += Path(f"/proc/{pid}/cmdline").read_bytes()
        pid = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    return lines


def processor_seconds(pids: Sequence[int]) -> float:
    """What processes have used so far, all threads together."""
    used = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        used += int(fields[11]) + int(fields[12])
    return used / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def quarter_speed(pids: Sequence[int]) -> Iterator[None]:
    """Let processes run for a quarter of the time."""
    ending = threading.Event()

    def throttle() -> None:
        while not ending.is_set():
            for order, milliseconds in ((signal.SIGSTOP, STOP_MS), (signal.SIGCONT, RUN_MS)):
                for pid in pids:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, order)
                time.sleep(milliseconds / 1000)

    thread = threading.Thread(target=throttle)
    thread.start()
    try:
        yield
    finally:
        ending.set()
        thread.join()
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def read_one(phone: Device, photo: Path) -> tuple[dict[str, str], str, float]:
    """The fields on the screen, what the screen says otherwise, and the seconds from choosing to seeing."""
    page = phone.page
    if by(page, "card-retry").count():
        by(page, "card-retry").click()
    elif by(page, "card-again").count():
        by(page, "card-again").click()
    expect(by(page, "card-choose")).to_be_enabled()
    page.evaluate(NOTE_TIMES % SETTLED)
    by(page, "card-file").set_input_files(str(photo))
    phone.wait_for("globalThis.__took !== null", GIVE_UP_MS / 1000)
    said = by(page, "card-problem").inner_text() if by(page, "card-problem").count() else ""
    return shown_fields(phone), said, float(page.evaluate("globalThis.__took")) / 1000


def try_folder(phone: Device, profile: Path, folder: Path, limit: int | None, failures: bool) -> dict[str, Any]:
    wrong_numbers, exact, counts = [], 0, dict[str, int]()
    took: list[float] = []
    used: list[float] = []
    pids = renderers(profile)
    truths = sorted(folder.glob("*.json"))[:limit]
    for file in truths:
        truth = json.loads(file.read_text(encoding="utf-8"))["fields"]
        before = processor_seconds(pids)
        fields, said, seconds = read_one(phone, file.with_suffix(".jpg"))
        used.append(processor_seconds(pids) - before)
        took.append(seconds)
        wrong = [name for name, value in truth.items() if fields.get(name, "") != value]
        exact += not wrong
        for name in truth:
            counts[name] = counts.get(name, 0) + (name not in wrong)
        if "id_number" in truth and fields.get("id_number", "") not in ("", truth["id_number"]):
            wrong_numbers.append(file.stem)
        if wrong and failures:
            shown = "; ".join(f"{name} {fields.get(name, '')!r} != {truth[name]!r}" for name in wrong)
            print(f"{folder.name}/{file.stem}: {shown} {said}", file=sys.stderr, flush=True)
    return {
        "photos": len(truths),
        "exact": counts,
        "all_exact": exact,
        "wrong_accepted_numbers": wrong_numbers,
        "unthrottled_seconds": summary(took) if took else None,
        "processor_seconds": summary(used) if used else None,
    }


def make_folder(folder: Path, level: str, count: int) -> Path:
    folder.mkdir(parents=True)
    for n in range(count):
        photo = make_photo(5000 + n, level, "back" if n % 5 == 4 else "front")
        (folder / f"{n:03}.jpg").write_bytes(photo.as_jpeg())
        (folder / f"{n:03}.json").write_text(json.dumps({"fields": photo.card.fields}), encoding="utf-8")
    return folder


def measure(
    work: Path, folders: Sequence[Path], limit: int | None, slow: int, before: float, failures: bool
) -> dict[str, Any]:
    app = Path(os.environ["GREENLANE_APP"]) if "GREENLANE_APP" in os.environ else copy_build(work / "app")
    hub = HubProcess(work / "hub", {"GREENLANE_APP": str(app)}).start()
    relay = Relay(hub.port)
    profile = work / "phone"
    try:
        with sync_playwright() as playwright:
            phone = Device(playwright, profile, relay.url)
            crew.sign_in(phone, "paramedic", hub.passwords["paramedic"])
            phone.wait_for_service_worker()
            fetch_models(phone)
            phone.open("/list")
            encounter = crew.start_encounter(phone, "stroke")
            relay.cut()
            photos = sorted(folders[0].glob("*.jpg"))[:slow]
            isolated = phone.page.evaluate("crossOriginIsolated")
            free = [float(phone.page.evaluate(SPIN)) for _ in range(5)]
            with quarter_speed(renderers(profile)):
                held = [float(phone.page.evaluate(SPIN)) for _ in range(5)]
                phone.open(f"/e/{encounter}/patient")
                time.sleep(max(0, before - AIMING_SECONDS))
                by(phone.page, "scan-card").click()
                time.sleep(AIMING_SECONDS)
                slowed = [read_one(phone, photo)[2] for photo in photos]
                held += [float(phone.page.evaluate(SPIN)) for _ in range(5)]
            devtools = phone.page.context.new_cdp_session(phone.page)
            devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            throttled = [read_one(phone, photo)[2] for photo in photos]
            devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
            read = {folder.name: try_folder(phone, profile, folder, limit, failures) for folder in folders}
            phone.close()
    finally:
        relay.close()
        hub.stop()
    return {
        "may_use_threads": isolated,
        "quarter_speed_first_seconds": round(slowed[0], 2),
        "quarter_speed_seconds": summary(slowed[1:]),
        "really_slowed_by": round(statistics.median(held) / statistics.median(free), 2),
        "devtools_throttle_seconds": summary(throttled),
        "wrong_accepted_numbers": sum(len(one["wrong_accepted_numbers"]) for one in read.values()),
        "folders": read,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--limit", type=int, help="only the first photos of each folder")
    parser.add_argument("--slow", type=int, default=8, help="photos that are also read at a quarter of the speed")
    parser.add_argument("--before", type=float, default=40, help="seconds from the patient's screen to the first photo")
    parser.add_argument("--failures", action="store_true", help="list on stderr what was not exact")
    given = parser.parse_args()
    if given.slow < 2:
        parser.error("--slow: two photos at least, the first to be told from the others")
    with tempfile.TemporaryDirectory() as name:
        made = given.folders or [make_folder(Path(name) / "cards" / level, level, 20) for level in ("clean", "normal")]
        print_result("phone_cards", measure(Path(name), made, given.limit, given.slow, given.before, given.failures))
