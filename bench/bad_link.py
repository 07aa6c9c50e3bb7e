"""An encounter of 60 texts and five photographs over a bad link: when the alert and when all text are on the hub.

    python bench/bad_link.py [runs]

100 kbit/s each way and 500 ms round trip, made by a relay between browser and hub (DESIGN §9). Everything was
entered without contact; the clock starts when the relay lets the first byte through. `ours` is the app in Chromium,
with its own screens; `plain` is PouchDB 9's replicator in the same Chromium, pushing one database with the same number
of documents of the same size to a scratch database, photographs taken as the encounter went on and the alert last.
The two run one after the other; compare the ratio, not the seconds of a shared machine.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from conditions import ROOT, print_result, summary
from stroke_documents import stroke_documents

# isort: split
# (conditions has made the modules of tests/journeys importable)
import crew
from app_build import copy_build
from devices import Device
from hub_process import HubProcess, HubRefused
from pictures import photograph
from playwright.sync_api import sync_playwright
from relay import Relay

TEXTS = 60
PHOTOS = 5
BYTES_PER_SECOND = 100_000 / 8
ONE_WAY_SECONDS = 0.25
GIVE_UP_SECONDS = 900.0
PLAIN_PAGE = """
import idb from 'pouchdb-adapter-idb'
import http from 'pouchdb-adapter-http'
import PouchDB from 'pouchdb-core'
import replication from 'pouchdb-replication'
PouchDB.plugin(idb).plugin(http).plugin(replication)
globalThis.fill = async (documents) => {
  globalThis.local = new PouchDB('plain-' + Date.now(), { adapter: 'idb' })
  for (const document of documents) await globalThis.local.put(document)
}
globalThis.push = (address) => {
  globalThis.local.replicate.to(new PouchDB(address, { skip_setup: true }), { live: true, retry: true })
}
"""


def throttle(relay: Relay) -> None:
    relay.throttle(BYTES_PER_SECOND, ONE_WAY_SECONDS)


def seconds_until(what: str, holds: Callable[[], bool], began_at: float) -> float:
    while not holds():
        if time.monotonic() - began_at > GIVE_UP_SECONDS:
            raise RuntimeError(f"never came true: {what}")
        time.sleep(0.05)
    return time.monotonic() - began_at


def ids_on(hub: HubProcess, database: str, token: str | None) -> set[str]:
    try:
        return hub.document_ids(database, token or "")
    except HubRefused as refused:
        if refused.status == 404:  # the hub makes it with its first document
            return set()
        raise


def measure_ours(folder: Path, phone: Device, relay: Relay, hub: HubProcess, token: str) -> dict[str, float]:
    """One encounter on the app's screens without contact; seconds from the return of the link."""
    relay.cut()
    crew.wait_offline(phone)
    encounter = crew.enter_documents(phone, TEXTS - PHOTOS, pathway="stroke", site="county")
    phone.open(f"/e/{encounter}")  # from the service worker: there is no contact
    for n in range(PHOTOS):
        crew.take_photo(phone, photograph(folder / f"{n}.jpg", width=1160, height=870, seed=n))
    texts = {i for i in phone.local_encounter_ids(encounter) if ":rendition:" not in i}
    renditions = {i for i in phone.local_encounter_ids(encounter) if ":rendition:" in i}
    throttle(relay)
    relay.restore()
    began_at = time.monotonic()
    alert_id = next(i for i in texts if ":prealert:" in i)
    alert = seconds_until("the alert", lambda: alert_id in ids_on(hub, "unit_a101", token), began_at)
    text = seconds_until("all text", lambda: texts <= ids_on(hub, "unit_a101", token), began_at)
    photos = seconds_until("photographs", lambda: renditions <= ids_on(hub, "unit_a101-media", token), began_at)
    relay.throttle(None)
    sizes = [hub.get(f"/db/unit_a101-media/{i}", token)["_attachments"]["bytes"]["length"] for i in sorted(renditions)]
    originals = sorted(sizes)[-PHOTOS:]
    pieces = len(relay.passed(r"/_uploads/", "PATCH"))
    size = sum(originals) / PHOTOS
    return {"texts": len(texts), "photo_bytes": size, "pieces": pieces, "alert": alert, "text": text, "photos": photos}


def plain_documents(photo_bytes: int) -> list[dict[str, Any]]:
    """The same in one database, in the order of writing: a photograph after every tenth entry, the alert last."""
    _, texts = stroke_documents(
        TEXTS, staff="s-1", device="d-1", unit="a101", site="county", began_at=datetime.now(UTC) - timedelta(minutes=10)
    )
    documents: list[dict[str, Any]] = []
    for n, text in enumerate(texts):
        documents.append({key: value for key, value in text.items() if key != "_rev"})
        if n % 10 == 9 and n < 10 * PHOTOS:
            data = base64.b64encode(os.urandom(photo_bytes)).decode()
            photo = {"content_type": "image/jpeg", "data": data}
            documents.append({"_id": f"{text['_id']}-photo", "kind": "photo", "_attachments": {"bytes": photo}})
    return documents


def bundle_plain() -> str:
    """PouchDB as the registry has it, in one script for the page."""
    folder = ROOT / "pwa" / "node_modules" / ".bad_link"
    folder.mkdir(exist_ok=True)
    (folder / "plain.js").write_text(PLAIN_PAGE)
    tool = ROOT / "pwa" / "node_modules" / ".bin" / "rolldown"
    command = [str(tool), str(folder / "plain.js"), "--file", str(folder / "bundle.js"), "--platform", "browser"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return (folder / "bundle.js").read_text()


def measure_plain(phone: Device, relay: Relay, hub: HubProcess, photo_bytes: int, script: str) -> dict[str, float]:
    documents = plain_documents(photo_bytes)
    database = f"plain{int(time.time())}"
    hub._call("PUT", f"/db/{database}", None, None)
    page = phone.page
    page.route(
        "**/plain.html",
        lambda route: route.fulfill(body='<script type="module" src="/plain.js"></script>', content_type="text/html"),
    )
    page.route("**/plain.js", lambda route: route.fulfill(body=script, content_type="text/javascript"))
    page.goto(f"{relay.url}/plain.html")
    phone.wait_for("typeof globalThis.fill === 'function'")
    page.evaluate("(documents) => fill(documents)", documents)
    throttle(relay)
    page.evaluate("(address) => push(address)", f"{relay.url}/db/{database}")
    began_at = time.monotonic()
    texts = {document["_id"] for document in documents if "_attachments" not in document}
    alert_id = documents[-1]["_id"]
    alert = seconds_until("plain: the alert", lambda: alert_id in ids_on(hub, database, None), began_at)
    text = seconds_until("plain: all text", lambda: texts <= ids_on(hub, database, None), began_at)
    every = {document["_id"] for document in documents}
    photos = seconds_until("plain: photographs", lambda: every <= ids_on(hub, database, None), began_at)
    relay.throttle(None)
    page.goto("about:blank")
    return {"alert": alert, "text": text, "photos": photos}


def measure(folder: Path, runs: int) -> dict[str, Any]:
    hub = HubProcess(folder / "hub", {"GREENLANE_APP": str(copy_build(folder / "app"))}).start()
    scratch = HubProcess(folder / "scratch", {"GREENLANE_CONFORMANCE": "1"}).start()
    relay, plain_relay = Relay(hub.port), Relay(scratch.port)
    ours: list[dict[str, float]] = []
    plain: list[dict[str, float]] = []
    try:
        script = bundle_plain()
        with sync_playwright() as playwright:
            phone = Device(playwright, folder / "phone", relay.url)
            crew.sign_in(phone, "paramedic", hub.passwords["paramedic"])
            phone.wait_for_service_worker()
            other = Device(playwright, folder / "plain", plain_relay.url)
            token = hub.sign_in("paramedic")
            for _ in range(runs):
                ours.append(measure_ours(folder, phone, relay, hub, token))
                plain.append(measure_plain(other, plain_relay, scratch, round(ours[-1]["photo_bytes"]), script))
                print(ours[-1], plain[-1], file=sys.stderr)
                phone.open("/list")
            phone.close()
            other.close()
    finally:
        for each in (relay, plain_relay):
            each.close()
        hub.stop()
        scratch.stop()
    return {"runs": runs, "ours": table(ours), "plain_pouchdb": table(plain), "plain_over_ours": ratios(ours, plain)}


def table(rows: list[dict[str, float]]) -> dict[str, Any]:
    return {key: summary([row[key] for row in rows], 2) for key in rows[0]}


def ratios(ours: list[dict[str, float]], plain: list[dict[str, float]]) -> dict[str, Any]:
    pairs = list(zip(ours, plain, strict=True))
    return {key: summary([b[key] / a[key] for a, b in pairs], 1) for key in ("alert", "text", "photos")}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        print_result("bad_link", measure(Path(name), int(sys.argv[1]) if len(sys.argv) > 1 else 3))
