"""Browsers as devices: a phone, a tablet, a wall, each with its own lasting profile, as the real ones have.

A profile folder outlives a reload and a restart of the browser, so the local database and the service worker do too.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
# What a device has to see and hear with: Chromium's own test picture and tone, allowed without asking.
FAKE_CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
# The test machine has neither camera nor microphone of its own.
NO_CAMERA: tuple[str, ...] = ()
# A camera is there, and whoever is asked says no.
REFUSED_CAMERA = ("--use-fake-device-for-media-stream", "--deny-permission-prompts")
PHONE = (390, 844)
TABLET = (820, 1180)
WALL = (1920, 1080)

# Only Date moves: timers and performance.now() run on, as on a phone whose owner set the clock wrong.
SHIFTED_DATE = """
(() => {
  const Real = Date, shift = %d;
  globalThis.Date = new Proxy(Real, {
    construct: (target, given, as) => Reflect.construct(target, given.length ? given : [Real.now() + shift], as),
    apply: () => new Real(Real.now() + shift).toString(),
    get: (target, key) => (key === 'now' ? () => Real.now() + shift : Reflect.get(target, key)),
  });
})();
"""

# Ids of every document in every local PouchDB of this origin, whatever the screens say.
LOCAL_IDS = """
async () => {
  const found = {};
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith('_pouch_')) continue;
    const database = await new Promise((done, failed) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => done(opening.result);
      opening.onerror = () => failed(opening.error);
    });
    found[name.slice('_pouch_'.length)] = await new Promise((done, failed) => {
      const keys = database.transaction('document-store').objectStore('document-store').getAllKeys();
      keys.onsuccess = () => done(keys.result);
      keys.onerror = () => failed(keys.error);
    });
    database.close();
  }
  return found;
}
"""

# A page that hides its overflow is not wider than the screen, and still cuts its words off.
CUT_OFF = """
() => {
  const found = [];
  const name = (box) => (box.textContent || '').trim().slice(0, 40);
  const scrolls = (box) => {
    for (let at = box; at; at = at.parentElement) {
      const how = getComputedStyle(at).overflowX;
      if ((how === 'auto' || how === 'scroll') && at.scrollWidth > at.clientWidth) return true;
    }
    return false;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const box = walker.currentNode.parentElement;
    if (!walker.currentNode.nodeValue.trim() || !box.checkVisibility() || scrolls(box)) continue;
    if (box.closest('svg')) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const drawn = range.getBoundingClientRect();
    for (const word of walker.currentNode.nodeValue.matchAll(/[A-Za-z]{4,}/g)) {
      range.setStart(walker.currentNode, word.index);
      range.setEnd(walker.currentNode, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((part) => Math.round(part.top)));
      if (lines.size > 1) found.push(`"${word[0]}" is broken within the word`);
    }
    let block = box;
    while (getComputedStyle(block).display === 'inline') block = block.parentElement;
    const style = getComputedStyle(block);
    const isClipped = style.overflowX !== 'visible';
    if (!isClipped && drawn.right > innerWidth + 1) found.push(`"${name(box)}" leaves the screen`);
    else if (!isClipped && block.scrollWidth > block.clientWidth + 2) found.push(`"${name(block)}" leaves its box`);
  }
  return [...new Set(found)];
}
"""


class Device:
    """One browser profile at one address."""

    def __init__(
        self,
        playwright: Playwright,
        profile: Path,
        base_url: str,
        *,
        viewport: tuple[int, int] = PHONE,
        clock_shift_ms: int = 0,
        language: str = "zh-CN",
        arguments: tuple[str, ...] = (),
        camera: tuple[str, ...] = FAKE_CAMERA,
    ) -> None:
        self.base_url = base_url
        self.viewport = viewport
        self.console: list[str] = []
        self.page_errors: list[str] = []
        self._playwright = playwright
        self._profile = profile
        self._shift_ms = clock_shift_ms
        self._language = language
        self._arguments = (*camera, *arguments)
        self.context: BrowserContext = self._launch()
        self.page: Page = self._first_page()

    def _launch(self) -> BrowserContext:
        width, height = self.viewport
        context = self._playwright.chromium.launch_persistent_context(
            str(self._profile),
            executable_path=CHROMIUM,
            headless=True,
            args=[*ARGUMENTS, *self._arguments],
            viewport={"width": width, "height": height},
            has_touch=width < 1000,
            is_mobile=width < 500,
            locale=self._language,
            timezone_id="Asia/Shanghai",
            service_workers="allow",
        )
        context.set_default_timeout(15_000)
        if self._shift_ms:
            context.add_init_script(SHIFTED_DATE % self._shift_ms)
        return context

    def _first_page(self) -> Page:
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.page_errors.append(f"{error.message}\n{error.stack or ''}"))
        return page

    def _note_console(self, message: ConsoleMessage) -> None:
        self.console.append(f"{message.type}: {message.text}")

    def open(self, path: str = "/") -> Page:
        self.page.goto(self.base_url + path, wait_until="domcontentloaded")
        return self.page

    def reload(self) -> Page:
        self.page.reload(wait_until="domcontentloaded")
        return self.page

    def restart(self, *, clock_shift_ms: int | None = None) -> Page:
        """End the browser and start it again on the same profile, as when the phone is switched off.

        A clock shift makes it start at a later time of day.
        """
        self.context.close()
        if clock_shift_ms is not None:
            self._shift_ms = clock_shift_ms
        self.context = self._launch()
        self.page = self._first_page()
        return self.page

    def wait_for_service_worker(self) -> None:
        """Wait until the app is installed for offline use and the worker controls this page."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        if not self.page.evaluate("navigator.serviceWorker.controller !== null"):
            self.reload()
            self.wait_for("navigator.serviceWorker.controller !== null")

    def wait_for(self, expression: str, seconds: float = 30) -> None:
        """Ask the page until the expression is true. Playwright's own waiting needs eval, which the app forbids."""
        until = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            if time.monotonic() > until:
                raise AssertionError(f"never came true on {self.page.url}: {expression}")
            time.sleep(0.1)

    def local_ids(self) -> dict[str, set[str]]:
        """Ids of the documents that are really on this device, by local database."""
        found: dict[str, list[str]] = self.page.evaluate(LOCAL_IDS)
        return {name: set(ids) for name, ids in found.items()}

    def local_encounter_ids(self, encounter: str) -> set[str]:
        """Ids of one encounter's documents on this device, in any local database."""
        prefix = f"encounter:{encounter}:"
        return {i for ids in self.local_ids().values() for i in ids if i.startswith(prefix)}

    def screenshot(self, path: Path) -> None:
        self.page.screenshot(path=str(path), animations="disabled")

    def overflow_px(self) -> int:
        """How far the page is wider than its viewport."""
        return int(
            self.page.evaluate(
                "Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - window.innerWidth"
            )
        )

    def cut_off(self) -> list[str]:
        """Texts that leave the screen at its side, and texts that run out of their own box over their neighbour."""
        found: list[str] = self.page.evaluate(CUT_OFF)
        return found

    def text(self) -> str:
        return str(self.page.inner_text("body"))

    def close(self) -> None:
        try:
            self.context.close()
        except Error as gone:
            self.console.append(f"close: {gone.message}")

    def report(self) -> str:
        """What to print when a journey fails on this device."""
        lines = [f"at {self.page.url}", *self.page_errors[-5:], *dict.fromkeys(self.console[-40:])]
        return re.sub(r"(Bearer |token=)[\w.\-]+", r"\1…", "\n".join(lines))
