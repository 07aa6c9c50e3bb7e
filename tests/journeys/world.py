"""One journey's hub, networks and devices, and the story to tell when it fails."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from devices import FAKE_CAMERA, PHONE, Device
from hub_process import ROOT, HubProcess
from PIL import Image
from playwright.sync_api import Error, Playwright
from relay import Relay

SCREENS = ROOT / "docs" / "screens"


@dataclass
class World:
    """One journey's hub, networks and devices."""

    folder: Path
    playwright: Playwright
    hub: HubProcess
    relays: dict[str, Relay] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)

    def device(
        self,
        name: str,
        *,
        viewport: tuple[int, int] = PHONE,
        clock_shift_ms: int = 0,
        language: str = "zh-CN",
        arguments: tuple[str, ...] = (),
        camera: tuple[str, ...] = FAKE_CAMERA,
    ) -> tuple[Device, Relay]:
        """A device behind its own network; the name is its profile, `arguments` are the browser's."""
        relay = self.relays.setdefault(name, Relay(self.hub.port))
        device = Device(
            self.playwright,
            self.folder / f"profile-{name}",
            relay.url,
            viewport=viewport,
            clock_shift_ms=clock_shift_ms,
            language=language,
            arguments=arguments,
            camera=camera,
        )
        self.devices[name] = device
        return device, relay

    def screen(self, device: Device, name: str) -> None:
        """Save a picture for the documentation, when asked to."""
        if os.environ.get("GREENLANE_SCREENS") == "1":
            SCREENS.mkdir(parents=True, exist_ok=True)
            path = SCREENS / f"{name}.png"
            device.screenshot(path)
            with Image.open(path) as picture:
                small = picture.convert("RGB").quantize(128)
            small.save(path, optimize=True)

    def wait_until(self, holds: Callable[[], bool], what: str, seconds: float = 40) -> None:
        """Ask again until it holds; what never does is named."""
        until = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > until:
                raise AssertionError(f"never came true: {what}")
            time.sleep(0.2)

    def close(self) -> None:
        for device in self.devices.values():
            device.close()
        for relay in self.relays.values():
            relay.close()
        self.hub.stop()

    def tell(self) -> str:
        parts = [f"--- {name}: {device.report()}" for name, device in self.devices.items()]
        parts += [
            f"--- network of {name}: " + ", ".join(f"{r.method} {r.path[:90]}" for r in relay.requests[-25:])
            for name, relay in self.relays.items()
        ]
        return "\n".join([*parts, "--- hub", self.hub.log_tail()])

    def picture_failure(self) -> None:
        for name, device in self.devices.items():
            try:
                device.screenshot(self.folder / f"failed-{name}.png")
            except Error as gone:
                print(f"no picture of {name}: {gone.message}")
