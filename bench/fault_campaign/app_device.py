"""A device that is the app: its own courier, ledger and IndexedDB in Chromium, behind a line that breaks.

The page is built from pwa/src/sync as it stands (app/device.ts) and has no screens: the campaign's pen writes into it.
It is acknowledged what the app's ledger says is on the hub. Now and then the page crashes and starts again.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from devices import ARGUMENTS, CHROMIUM
from hub_process import ROOT
from playwright.sync_api import BrowserContext, Page, Route, sync_playwright
from relay import Break

from .device import Device
from .journal import Document, Journal, kind_of
from .line import Line
from .plan import Owner
from .writing import Pen

CONFIG = ROOT / "bench" / "fault_campaign" / "app" / "vite.config.mjs"
PAGE = '<!doctype html><meta charset="utf-8"><script type="module" src="/campaign/device.js"></script>'
STILL_SECONDS = 4.0
TEXT_BREAK_BYTES = 4_000


def build(folder: Path) -> Path:
    """Bundle the page into `folder`."""
    command = ["npx", "vite", "build", "--config", str(CONFIG), "--outDir", str(folder), "--logLevel", "error"]
    subprocess.run(command, cwd=ROOT / "pwa", env=os.environ | {"NODE_ENV": "production"}, check=True)
    return folder


class AppDevice(Device):
    """Lives in its thread, like the others, but leaves pushing and pulling to the app."""

    def __init__(
        self,
        owner: Owner,
        line: Line,
        journal: Journal,
        chance: random.Random,
        now: Callable[[], datetime],
        *,
        page: Path,
        profile: Path,
    ) -> None:
        super().__init__(owner, line, journal, chance, now)
        self._built, self._profile = page, profile
        self._open: Page | None = None
        self._is_quiet, self._still_since = False, 0.0
        self.waiting: list[str] = []

    # --- the page
    def _run(self) -> None:
        try:
            self._run_browser()
        except Exception as error:  # noqa: BLE001 - a device that died quietly would make every check pass
            self._journal.fault(f"{self.owner.name} stopped: {type(error).__name__}: {error}")
            self._is_idle.set()

    def _run_browser(self) -> None:
        with sync_playwright() as playwright:
            context = playwright.chromium.launch_persistent_context(
                str(self._profile), executable_path=CHROMIUM, headless=True, args=ARGUMENTS
            )
            context.set_default_timeout(60_000)
            try:
                self._prepare(context)
                super()._run()
            finally:
                context.close()

    def _prepare(self, context: BrowserContext) -> None:
        # The page itself comes from the disk, as the installed app does; all else goes through the line that breaks.
        context.route("**/campaign/*", self._serve)
        self._open = context.pages[0] if context.pages else context.new_page()
        self._open.on("pageerror", lambda error: self._journal.fault(f"{self.owner.name}: {error.message}"))

    def _serve(self, route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if name == "":
            route.fulfill(body=PAGE, content_type="text/html")
        else:
            route.fulfill(body=(self._built / name).read_text(), content_type="text/javascript")

    def _ask(self, script: str, given: Any = None) -> Any:
        assert self._open is not None
        return self._open.evaluate(script, given)

    def _sign_in(self) -> bool:
        """Start the page; true once somebody is signed in on it, from then on also without the hub."""
        if self._token is not None:
            return True
        assert self._open is not None
        self.line.relay.break_at()
        self._open.goto(f"{self.line.relay.url}/campaign/", wait_until="load")
        self._open.wait_for_function("() => 'device' in globalThis")
        owner = self.owner
        started = self._ask("([u, p, n]) => device.start(u, p, n)", [owner.username, owner.password, owner.name])
        if isinstance(started, str):
            self._journal.count(f"sign-in failed ({started[:3]})")
            time.sleep(0.3)
            return False
        self.id, self._token = started["device"], "kept by the app"
        role = "paramedic" if owner.is_crew else "nurse"
        self._pen = self._pen or Pen(
            self._chance, device=self.id, staff=started["staff"], role=role, is_newer=owner.is_newer
        )
        return True

    def _lose_something(self) -> None:
        """The browser lets the page die, and starts it again on what is on the disk."""
        self._token = None
        self._journal.count("app crashed")

    # --- one round
    def live(self) -> None:
        if not self._sign_in():
            return
        if self._is_quiet:
            self._watch()
            return
        if len(self.pending("")) < 80:
            for _ in range(self._chance.randrange(4)):
                self.write()
        self._endanger()
        time.sleep(self._chance.uniform(0, 0.4))
        self._sign_in_again()
        self._look()
        if self._chance.random() < 0.03:
            self._lose_something()

    def _endanger(self) -> None:
        if self._chance.random() >= self.line.harm:
            return
        stall = self._chance.uniform(0.05, 0.5) if self._chance.random() < 0.25 else 0.0
        end = Break(self._chance.randrange(TEXT_BREAK_BYTES), stall, stall == 0.0 or self._chance.random() < 0.5)
        self.line.relay.break_at(**{self._chance.choice(["up", "down"]): end})

    def _keep(self, document: Document) -> None:
        """Written is what the app's database has taken."""
        fields = {name: value for name, value in document.items() if name != "_rev"}
        lane = "media" if kind_of(document["_id"]) == "rendition" else "text"
        self._ask("([m, d, l]) => device.write(m, [d], l)", [self.owner.own, fields, lane])
        super()._keep(document)

    def _sign_in_again(self) -> None:
        """The hub did not renew the token: a person signs in again, sooner or later."""
        if self._ask("() => device.mustSignInAgain()") and (self._is_quiet or self._chance.random() < 0.2):
            self._journal.count("app signed in again")
            owner = self.owner
            self._ask("([u, p, n]) => device.start(u, p, n)", [owner.username, owner.password, owner.name])

    def _look(self) -> None:
        """What the app's ledger says was taken, and what its databases hold."""
        told = self._ask("(ids) => device.delivered(ids)", [i for i in self.local if i not in self.ledger])
        self.ledger.update(told)
        self._journal.acknowledge(told, self.owner.name)
        self._journal.count("acknowledged by the app's ledger", len(told))
        for name, ids in self._ask("() => device.held()").items():
            self.pulled[name] = set(ids)
            self.ever_pulled.setdefault(name, set()).update(i for i in ids if not i.startswith("release:"))
        self.waiting = self._ask("() => device.aside()")[:5] or sorted(set(self.local) - self.ledger)[:5]
        for refused in self._ask("() => device.refused()"):
            self._journal.fault(f"{self.owner.name}: refused {refused}")

    def pause(self) -> None:
        """The app itself never rests: it is out of reach instead."""
        super().pause()
        self.line.relay.cut()

    def resume(self) -> None:
        self.line.relay.restore()
        super().resume()

    # --- the end
    def drain(self, seconds: float) -> bool:
        """Let the app deliver and pull by itself, in its own thread, until nothing moves any more."""
        self._is_quiet, self._still_since = True, time.monotonic()
        self.resume()
        until = time.monotonic() + seconds
        while not (self.is_drained() and time.monotonic() - self._still_since > STILL_SECONDS):
            if time.monotonic() > until:
                self._journal.fault(f"{self.owner.name} still waits: {self.waiting}")
                return False
            time.sleep(0.2)
        super().pause()
        self.wait_idle()
        return True

    def _watch(self) -> None:
        before = {name: len(ids) for name, ids in self.pulled.items()}
        self._ask("() => device.pull()")
        time.sleep(0.5)
        self._sign_in_again()
        self._look()
        if before != {name: len(ids) for name, ids in self.pulled.items()} or not self.is_drained():
            self._still_since = time.monotonic()
