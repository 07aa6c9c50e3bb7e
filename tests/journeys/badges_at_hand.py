"""Badges for journeys: issued by the hub, or made by hand; on tags, before cameras, from desk readers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import qrcode
from county import run_commands
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from devices import Device
from hub_process import HubProcess

from server.badges import rules
from server.clock import now_ms

PEOPLE = {"specialist": ("吴衡", "specialist", "county"), "boss": ("钱管", "admin", "")}
PASSWORD = "journey-4711-{}"

# Web NFC as far as the app uses it. Headless browsers have none; `holdTag` is the hand that holds a tag to the device.
FAKE_NFC = """
(() => {
  const readers = new Set();
  window.writtenTags = [];
  const bytesOf = (text) => new DataView(new TextEncoder().encode(text).buffer);
  const recordOf = (text) => ({ recordType: 'text', encoding: 'utf-8', lang: 'en', data: bytesOf(text) });
  const readingOf = (text) => Object.assign(new Event('reading'), { message: { records: [recordOf(text)] } });
  window.NDEFReader = class extends EventTarget {
    async scan({ signal } = {}) {
      readers.add(this);
      signal?.addEventListener('abort', () => readers.delete(this));
    }
    async write(message) { window.writtenTags.push(message.records[0].data); }
  };
  window.holdTag = (text) => {
    for (const reader of readers) reader.dispatchEvent(readingOf(text));
    return readers.size;
  };
  const query = navigator.permissions.query.bind(navigator.permissions);
  const granted = Promise.resolve({ state: 'granted' });
  navigator.permissions.query = (asked) => (asked.name === 'nfc' ? granted : query(asked));
})();
"""


class Office:
    """Where badges are made: an administrator's session, and the key itself for badges that no office makes."""

    def __init__(self, hub: HubProcess) -> None:
        self.hub = hub
        commands = []
        for username, (name, role, site) in PEOPLE.items():
            place = ["--site", site] if site else []
            password = PASSWORD.format(username)
            hub.passwords[username] = password
            commands.append(["staff", "add", username, "--name", name, "--role", role, "--password", password, *place])
        run_commands(hub.instance, commands)
        self.token = hub.sign_in("boss", "office")
        self.staff = {one["name"]: one["id"] for one in hub.get("/api/roster", self.token)["staff"]}

    def issue(self, name: str) -> dict[str, Any]:
        made: dict[str, Any] = self.hub.post("/api/badges", {"staff": self.staff[name], "label": "白卡"}, self.token)
        return made

    def revoke(self, badge: str) -> None:
        self.hub.post(f"/api/badges/{badge}/revoke", {"why": "lost"}, self.token)

    def expired(self, name: str) -> str:
        """A badge of the hub's own key that ran out yesterday."""
        [(key, secret)] = json.loads((self.hub.instance / "secrets.json").read_text())["badge_keys"].items()
        today = rules.day_of(now_ms())
        payload = rules.payload_of(key, "b-0000000000ee", self.staff[name], today - 30, today - 1)
        private = ec.derive_private_key(int(secret, 16), ec.SECP256R1())
        r, s = utils.decode_dss_signature(private.sign(rules.SIGNED_AS + payload, ec.ECDSA(hashes.SHA256())))
        return rules.token_of(payload, r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def forged(token: str) -> str:
    """A token whose expiry somebody changed: the signature is of other words."""
    claims = rules.read_token(token)
    assert claims is not None
    payload = rules.payload_of(claims.key, claims.badge, claims.staff, claims.issued, claims.expires + 1)
    return rules.token_of(payload, claims.signature)


# What the roster on this device knows of badges, whatever the screens say.
KNOWN_BADGES = """
new Promise((done, failed) => {
  const opening = indexedDB.open('greenlane-device');
  opening.onerror = () => failed(opening.error);
  opening.onsuccess = () => {
    const rows = opening.result.transaction('roster').objectStore('roster').getAll();
    rows.onsuccess = () => {
      opening.result.close();
      const of = (id, list) => (rows.result.find((one) => one._id === id) ?? {})[list]?.length ?? 0;
      done(of('badges:keys', 'keys') > 0 && of('badges:revoked', 'revoked') >= %d);
    };
  };
})
"""


def wait_for_roster(device: Device, revoked: int = 0) -> None:
    """The hub's keys, and so many revoked badges, have come to this device."""
    device.wait_for(KNOWN_BADGES % revoked)


def heard(device: Device) -> tuple[int, str]:
    """How many badges this page has heard of, and why the last one was refused."""
    said = device.page.get_by_test_id("badge-heard")
    return int(said.get_attribute("data-count") or 0), said.get_attribute("data-refusal") or ""


def put_banner_away(device: Device) -> None:
    """As a tap on it does; it may have gone by itself."""
    device.page.evaluate("document.querySelector('[data-testid=badge-banner]')?.click()")


def give_nfc(device: Device) -> None:
    """Let this browser have Web NFC from its next page on."""
    device.context.add_init_script(FAKE_NFC)


def hold_tag(device: Device, token: str) -> None:
    """Hold a tag to the device, as soon as it listens."""
    device.wait_for(f"window.holdTag({json.dumps(token)}) > 0")


def type_as_scanner(device: Device, token: str) -> None:
    """A desk's reader types what it reads, faster than a person, and presses Enter."""
    device.page.evaluate(
        "(keys) => keys.forEach((key) => {"
        " document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));"
        "})",
        [*token, "Enter"],
    )


def film_code(folder: Path, token: str) -> Path:
    """The badge's QR code held before a camera, as a video for the browser."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, box_size=9)
    code.add_data(token, optimize=0)
    drawn = np.where(np.array(code.get_matrix()), 20, 235).astype(np.uint8).repeat(9, 0).repeat(9, 1)
    frame = np.full((720, 1280), 120, np.uint8)
    top, left = (720 - drawn.shape[0]) // 2, (1280 - drawn.shape[1]) // 2
    frame[top : top + drawn.shape[0], left : left + drawn.shape[1]] = drawn
    path = folder / "badge.mjpeg"
    random = np.random.default_rng(5)
    with path.open("wb") as video:
        for _ in range(6):
            noisy = np.clip(frame + random.normal(0, 3, frame.shape), 0, 255).astype(np.uint8)
            done, data = cv2.imencode(".jpg", cv2.cvtColor(noisy, cv2.COLOR_GRAY2BGR))
            assert done
            video.write(data.tobytes())
    return path
