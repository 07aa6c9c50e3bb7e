"""Devices live, the hub is killed under them, lines break, the disk fills, days pass; then all is counted."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from county import PASSWORD, make_county, run_commands
from relay import Relay

from sync.sqlite_store import open_store

from .app_device import AppDevice, build
from .device import Device
from .disk import SmallDisk
from .inspection import Inspection
from .journal import Journal, encounter_of, kind_of
from .line import Line
from .oracle import Oracle
from .plan import DRAWER, Owner, Plan, owners
from .warm_hub import WarmHub

ADMIN = "overseer"
SITES = frozenset({"county", "east"})
DAY = timedelta(hours=25)
MONTH = timedelta(days=31)
# Longer than 72 silent hours: the hub closes by itself what nobody wrote to.
LONG_SILENCE = timedelta(hours=80)
LIFECYCLE_SECONDS = 0.5
HARM = 0.45
WRITTEN_BEFORE_THE_DRAWER = 12


class Campaign:
    """One run; `run` returns the result with its faults."""

    def __init__(self, folder: Path, plan: Plan, say: Callable[[str], None]) -> None:
        self.plan, self._say = plan, say
        self._chance = random.Random(plan.seed)
        self.journal, self.oracle = Journal(), Oracle(SITES)
        self.disk = SmallDisk(folder / "disk", plan.disk_megabytes)
        instance = self.disk.folder / "instance"
        passwords = make_county(instance)
        password = PASSWORD.format(ADMIN)
        run_commands(instance, [["staff", "add", ADMIN, "--role", "admin", "--password", password]])
        env = {"JOURNEY_LIFECYCLE_SECONDS": str(LIFECYCLE_SECONDS), "GREENLANE_SESSION_HOURS": "12"}
        self.hub = WarmHub(instance, env, passwords | {ADMIN: password})
        if plan.sabotage is not None:
            self.hub.program = Path(__file__).with_name("broken_hub.py")
            self.hub.env["FAULTS_SABOTAGE"] = plan.sabotage
        self.hub.log_path = folder / "hub.log"  # not on the disk that gets full
        self.devices = [self._device(owner) for owner in owners()]
        if plan.has_app:
            self.devices.append(self._app(folder))
        self.inspection = Inspection(self.hub, self.journal, self.oracle, self.devices, instance)
        self._kills = self._closed_by_hub = 0
        self._until = 0.0

    def _device(self, owner: Owner) -> Device:
        chance = random.Random(f"{self.plan.seed} {owner.name}")
        line = Line(Relay(self.hub.port), chance)
        device = Device(owner, line, self.journal, chance, self.now)
        if owner.is_crew:
            device.strangers = lambda: self._acknowledged_elsewhere(owner.own)
        return device

    def _app(self, folder: Path) -> AppDevice:
        owner = Owner("app", "partner", PASSWORD.format("partner"), "unit_a101")
        chance = random.Random(f"{self.plan.seed} {owner.name}")
        line = Line(Relay(self.hub.port), chance)
        page = build(folder / "page")
        device = AppDevice(owner, line, self.journal, chance, self.now, page=page, profile=folder / "profile")
        device.strangers = lambda: self._acknowledged_elsewhere(owner.own)
        return device

    def _acknowledged_elsewhere(self, own: str) -> list[str]:
        others = {device.owner.name for device in self.devices if device.owner.is_crew and device.owner.own != own}
        acknowledged = list(self.journal.acknowledged)
        return [
            encounter_of(one)
            for one in acknowledged[-300:]
            if kind_of(one) == "encounter" and self.journal.written[one].device in others
        ]

    def now(self) -> datetime:
        """The hub's time."""
        return datetime.now(UTC) + timedelta(seconds=self.hub.shift_seconds)

    # --- the run
    def run(self) -> dict[str, Any]:
        began = time.monotonic()
        self._until = began + self.plan.longest_minutes * 60
        self.hub.start()
        try:
            for device in self.devices:
                device.start()
            for device in self.devices:
                device.wait_signed_in(self.plan.settle_seconds)
                device.line.harm = HARM
            self._harm()
            self._settle()
            self._count_everything()
        finally:
            for device in self.devices:
                device.end()
                device.line.relay.close()
            self.hub.stop()
            self.hub.close()
            self.inspection.close()
        self._check_file()
        return self._result(time.monotonic() - began)

    def _harm(self) -> None:
        """Kill, cut, fill and let days pass until the plan is fulfilled."""
        plan = self.plan
        steps = max(plan.kills, 1)
        nights = {round(steps * (n + 1) / (plan.days + 1)): n for n in range(plan.days)}
        fills = {round(steps * (n + 0.5) / plan.fills) for n in range(plan.fills)} if self.disk.is_mounted else set()
        for step in range(1, plan.kills + 1):
            self._work(0.05, 0.9)
            if step in fills:
                self._fill_disk()
            self._kill()
            if step in nights:
                self._pass_night(nights[step])
            if step % 10 == 0:
                self._say(f"{step} kills, {self.cuts} cuts, {len(self.journal.written)} documents written")
            if time.monotonic() > self._until:
                self._say(f"stopped by the clock after {step} kills")
                break
            if self._is_found_out:
                return
        while self.cuts < plan.cuts and time.monotonic() < self._until:
            self._work(0.5, 1.0)

    @property
    def _is_found_out(self) -> bool:
        """A hub that was broken on purpose has shown its fault: there is nothing more to learn."""
        return self.plan.sabotage is not None and bool(self.journal.faults)

    @property
    def cuts(self) -> int:
        return sum(device.line.relay.cuts_made for device in self.devices)

    @property
    def stalls(self) -> int:
        return sum(device.line.relay.stalls_made for device in self.devices)

    def _work(self, shortest: float, longest: float) -> None:
        time.sleep(self._chance.uniform(shortest, longest))

    def _kill(self) -> None:
        self.hub.kill9()
        self._kills += 1
        self.hub.start()

    def _fill_disk(self) -> None:
        """A full disk for a while, and a power cut in the midst of it."""
        taken = self.disk.fill()
        self._say(f"the disk is full ({taken} bytes taken)")
        self._work(1.5, 3.0)
        self.hub.kill9()
        self._kills += 1
        self.disk.free()
        self.hub.start()
        self.journal.count("disk filled")

    # --- days pass
    def _pass_night(self, number: int) -> None:
        """A day, a month, three silent days, a day. One phone is in a drawer over three of them, with what it wrote."""
        drawer = next(device for device in self.devices if device.owner.name == DRAWER)
        if number == 0:
            drawer.put_away(WRITTEN_BEFORE_THE_DRAWER)
        self._pass_time({1: MONTH, 2: LONG_SILENCE}.get(number, DAY))
        if number == 2:
            self.journal.count("undelivered for a month", len([*drawer.pending(""), *drawer.pending("-media")]))
            drawer.take_out()

    def _pass_time(self, by: timedelta) -> None:
        """Devices rest; the hub's clock goes forward; it is killed in the midst of its rounds; then all must agree."""
        for device in self.devices:
            device.pause()
        for device in self.devices:
            device.wait_idle()
        self._agree("before the night")
        self.hub.restart(shift_seconds=self.hub.shift_seconds + by.total_seconds())
        for _ in range(2):
            self._work(0.0, 1.0)
            self._kill()
        self._let_hub_finish()
        self._say(f"{by} later: {len(self.inspection.hub_wrote)} encounters closed by the hub so far")
        for device in self.devices:
            device.resume()

    def _let_hub_finish(self) -> None:
        self._sign_in()
        now = self.now()
        closed_before = self._closed_by_hub
        self.inspection.follow()
        stale = set(self.oracle.stale_at(now))
        until = time.monotonic() + self.plan.settle_seconds
        while (stale & set(self.oracle.stale_at(now))) and time.monotonic() < until:
            time.sleep(LIFECYCLE_SECONDS)
            self.inspection.follow()
        for one in self.oracle.stale_at(now):
            self.journal.fault(f"the hub did not close {one}, which was silent for 72 hours")
        self._closed_by_hub = len(self.inspection.hub_wrote)
        self.journal.count("closed as stale", self._closed_by_hub - closed_before)
        self.journal.count("released", self.oracle.release(now))
        self._agree("after the night")

    def _agree(self, when: str) -> None:
        """Wait until hub and oracle agree; what does not in time is a fault."""
        self._sign_in()
        until = time.monotonic() + self.plan.settle_seconds
        while True:
            acknowledged = set(self.journal.acknowledged)
            self.inspection.follow()
            found = [*self.inspection.differences(), *self.inspection.lost(acknowledged)]
            if not found or time.monotonic() > until:
                break
            time.sleep(1)
        for one in found:
            self.journal.fault(f"{when}: {one}")
        self.journal.count("agreements" if not found else "disagreements")

    def _sign_in(self) -> None:
        self.inspection.token = self.hub.sign_in(ADMIN, "inspection")

    # --- the end
    def _settle(self) -> None:
        """The network heals; everything is delivered and pulled."""
        for device in self.devices:
            device.pause()
            device.line.harm = 0.0
        for device in self.devices:
            device.wait_idle()
        for _ in range(2):  # the second round pulls what the others' first one brought
            for device in self.devices:
                if not device.drain(self.plan.settle_seconds):
                    self.journal.fault(f"{device.owner.name} could not deliver everything")

    def _count_everything(self) -> None:
        self._agree("at the end")
        self.journal.count("documents in archive", self.inspection.check_archive())
        self.inspection.check_devices()
        self.journal.count("encounters", self.inspection.check_read_model())

    def _check_file(self) -> None:
        store = open_store(self.hub.instance / "store.sqlite")
        for problem in store.check():
            self.journal.fault(f"the store's file: {problem}")
        store.close()

    def _result(self, seconds: float) -> dict[str, Any]:
        counts = dict(sorted({**self.journal.counts, **self.oracle.happened}.items()))
        return {
            "seed": self.plan.seed,
            "kills": self._kills,
            "cuts": self.cuts,
            "stalls": self.stalls,
            "sabotage": self.plan.sabotage,
            "acknowledged": len(self.journal.acknowledged),
            "acknowledged and lost": counts.pop("acknowledged and lost", None),
            "written and lost": counts.pop("written and lost", None),
            "unsure": len(self.oracle.unsure()),
            "disk": "tmpfs" if self.disk.is_mounted else f"NOT FILLED: {self.disk.reason}",
            "minutes": round(seconds / 60, 1),
            "counts": counts,
            "faults": self.journal.faults,
        }

    def close(self) -> None:
        self.disk.close()
