"""A card before the phone's camera, and the models with which the phone reads it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from crew import by
from devices import FAKE_CAMERA, Device
from playwright.sync_api import expect

from tests.ocr.drawn_cards import SIZE, Card

FETCH_MS = 120_000  # a shared test machine
FRAME = (1280, 948)
SHARE = 0.86  # the guide takes 0.88 of the picture's width


def hold_card(card: Card, shift: int = 0) -> np.ndarray:
    """What the camera sees of a card that is held into the guide, over a dark table."""
    width = round(FRAME[0] * SHARE)
    height = round(width * SIZE[1] / SIZE[0])
    frame = np.full((FRAME[1], FRAME[0], 3), (62, 66, 58), np.uint8)
    left, top = (FRAME[0] - width) // 2 + shift, (FRAME[1] - height) // 2
    laid = cv2.resize(card.picture, (width, height), interpolation=cv2.INTER_CUBIC)
    # No room is lit so that paper reaches a sensor's white.
    frame[top : top + height, left : left + width] = np.clip(laid * 0.8, 0, 255).astype(np.uint8)
    return frame


def film_card(folder: Path, card: Card, frames: int = 10) -> Path:
    """The card as a video for the browser's camera: a hand that shakes a little, and a sensor's noise."""
    random = np.random.default_rng(7)
    path = folder / "card.mjpeg"
    with path.open("wb") as video:
        for _ in range(frames):
            frame = hold_card(card, int(random.integers(-1, 2)))
            noisy = np.clip(frame + random.normal(0, 2, frame.shape), 0, 255).astype(np.uint8)
            done, data = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, 92])
            assert done
            video.write(data.tobytes())
    return path


def camera_of(video: Path) -> tuple[str, ...]:
    """The browser's arguments that make a video its camera, allowed without asking."""
    return (*FAKE_CAMERA, f"--use-file-for-fake-video-capture={video}")


def fetch_models(phone: Device) -> None:
    """Set the phone up in its settings."""
    page = phone.open("/settings")
    by(page, "models-fetch").click()
    expect(by(page, "card-models")).to_have_attribute("data-step", "ready", timeout=FETCH_MS)


def shown_fields(phone: Device) -> dict[str, str]:
    """The fields on the confirmation screen."""
    found: dict[str, str] = phone.page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('[data-testid^=field-]')]"
        ".map((box) => [box.dataset.testid.slice(6), box.dataset.value]))"
    )
    return found
