"""Wristbands before a camera, and hand scanners that type."""

from __future__ import annotations

import secrets
from pathlib import Path

import cv2
import numpy as np
from devices import FAKE_CAMERA, Device

from server.wristbands.code import make_code
from server.wristbands.labels import qr_matrix

FRAME = (1280, 720)
# A hand scanner's keys, each as its own event and all in one moment, ended by Enter.
TYPE_AS_SCANNER = """
(text) => {
  const target = document.activeElement ?? document.body;
  for (const key of [...text, 'Enter']) {
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  }
}
"""


def new_code() -> str:
    return make_code(secrets.choice)


def film_code(folder: Path, text: str, frames: int = 8) -> tuple[str, ...]:
    """The browser's arguments for a camera that sees a band with this code, bent a little, by a hand that shakes."""
    random = np.random.default_rng(5)
    picture = np.pad(np.where(np.array(qr_matrix(text)), 25, 225).astype(np.uint8), 4, constant_values=225)
    band = cv2.resize(picture, (330, 330), interpolation=cv2.INTER_NEAREST)
    path = folder / f"band-{abs(hash(text))}.mjpeg"
    with path.open("wb") as video:
        for _ in range(frames):
            frame = np.full((FRAME[1], FRAME[0]), 96, np.uint8)
            left, top = 475 + int(random.integers(-6, 7)), 195 + int(random.integers(-6, 7))
            frame[top : top + 330, left : left + 330] = band
            turned = cv2.warpAffine(frame, cv2.getRotationMatrix2D((640, 360), 9, 1), FRAME, borderValue=96)
            noisy = np.clip(cv2.GaussianBlur(turned, (3, 3), 0) + random.normal(0, 4, turned.shape), 0, 255)
            done, data = cv2.imencode(".jpg", cv2.cvtColor(noisy.astype(np.uint8), cv2.COLOR_GRAY2BGR))
            assert done
            video.write(data.tobytes())
    return (*FAKE_CAMERA, f"--use-file-for-fake-video-capture={path}")


def scan_with_wedge(device: Device, text: str) -> None:
    device.page.evaluate(TYPE_AS_SCANNER, text)
