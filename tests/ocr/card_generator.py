"""Makes photographs of invented identity cards: python -m tests.ocr.card_generator FOLDER [--level hard] [--side back]

A card of drawn_cards.py is laid over a background, tilted, turned, lit, blurred, made noisy and compressed.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from tests.ocr.drawn_cards import (
    GIVEN,
    SIZE,
    TEXT_FONTS,
    Card,
    Pixels,
    draw_back,
    draw_front,
    font,
    font_files,
    invent_person,
)


@dataclass(frozen=True)
class Level:
    """How badly a photo is taken: each value is the worst of a range that begins near nothing."""

    name: str
    tilt: float
    turn_degrees: float
    shares: tuple[float, float]
    light: tuple[float, float]
    blur: float
    motion: float
    noise: float
    glare: float
    shadow: float
    jpeg: tuple[int, int]


LEVELS = {
    "clean": Level("clean", 0.02, 2, (0.72, 0.92), (0.92, 1.05), 0.5, 0, 2, 0, 0, (82, 92)),
    "normal": Level("normal", 0.10, 10, (0.55, 0.85), (0.6, 1.1), 1.0, 3, 6, 0.35, 0.5, (65, 85)),
    "hard": Level("hard", 0.18, 22, (0.42, 0.75), (0.3, 1.15), 1.7, 5, 13, 0.7, 0.75, (40, 75)),
}
FRAMES = ((1280, 960), (1440, 1080), (1920, 1080), (1280, 720), (1600, 1200))


@dataclass
class Photo:
    """A photograph, the truth, and how it was taken."""

    picture: Pixels
    card: Card
    conditions: dict[str, Any] = field(default_factory=dict)

    def as_jpeg(self, quality: int | None = None) -> bytes:
        done, data = cv2.imencode(".jpg", self.picture, [cv2.IMWRITE_JPEG_QUALITY, quality or self.conditions["jpeg"]])
        assert done
        return data.tobytes()


def make_background(random: np.random.Generator, size: tuple[int, int], level: Level) -> Pixels:
    """Cloth, wood, a table, sometimes with papers full of text."""
    width, height = size
    base = random.integers(40, 215, 3).astype(np.float32)
    coarse = random.normal(0, 14, (height // 40 + 2, width // random.choice([6, 40, 160]) + 2)).astype(np.float32)
    cloth = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    fine = random.normal(0, 5, (height, width)).astype(np.float32)
    picture = np.clip(base + (cloth + fine)[:, :, None], 0, 255).astype(np.uint8)
    if level.name == "clean":
        return picture
    for _ in range(int(random.integers(0, 7))):
        centre = random.uniform(0, 1, 2) * size
        box = cv2.boxPoints((tuple(centre), tuple(random.uniform(120, 520, 2)), float(random.uniform(0, 90))))
        cv2.fillPoly(picture, [box.astype(np.int32)], [int(v) for v in random.integers(20, 250, 3)], cv2.LINE_AA)
    if random.random() < 0.4:
        paper = Image.fromarray(picture)
        draw = ImageDraw.Draw(paper)
        left, top = random.integers(0, width // 2), random.integers(0, height // 2)
        draw.rectangle((left, top, left + 560, top + 420), fill=(235, 235, 228))
        face = font(font_files(TEXT_FONTS)[0], 24)
        for row in range(12):
            words = "".join(random.choice(list(GIVEN), 20))
            draw.text((left + 15, top + 12 + row * 33), words, font=face, fill=(60, 60, 60))
        picture = np.asarray(paper, np.uint8).copy()
    return picture


def take_photo(random: np.random.Generator, card: Card, level: Level) -> Photo:
    """Lay the card on a background and photograph it."""
    width, height = FRAMES[random.integers(len(FRAMES))]
    background = make_background(random, (width, height), level)
    card_width = min(random.uniform(*level.shares) * width, 0.9 * height * SIZE[0] / SIZE[1] * 0.95)
    quad = place_card(random, card_width, (width, height), level)
    plane = cv2.getPerspectiveTransform(np.float32([[0, 0], [SIZE[0], 0], SIZE, [0, SIZE[1]]]), quad)
    mask = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    cv2.rectangle(mask, (26, 0), (SIZE[0] - 26, SIZE[1]), 255, -1)
    cv2.rectangle(mask, (0, 26), (SIZE[0], SIZE[1] - 26), 255, -1)
    for x in (26, SIZE[0] - 26):
        for y in (26, SIZE[1] - 26):
            cv2.circle(mask, (x, y), 26, 255, -1)
    # Shrink by area first: a warp alone would leave stairs that no lens makes.
    laid = cv2.warpPerspective(card.picture, plane, (width, height), flags=cv2.INTER_AREA)
    cover = cv2.warpPerspective(mask, plane, (width, height)).astype(np.float32)[:, :, None] / 255
    scene = laid * cover + background.astype(np.float32) * (1 - cover)
    scene, conditions = light_scene(random, scene, quad, level)
    conditions |= {"card_width_px": round(float(np.linalg.norm(quad[1] - quad[0]))), "level": level.name}
    conditions["corners"] = [[round(float(v), 1) for v in corner] for corner in quad]
    conditions["jpeg"] = int(random.integers(*level.jpeg))
    return Photo(expose(random, scene, level), card, conditions)


def place_card(
    random: np.random.Generator, card_width: float, size: tuple[int, int], level: Level
) -> npt.NDArray[np.float32]:
    half = np.array([card_width / 2, card_width * SIZE[1] / SIZE[0] / 2])
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    corners = corners + random.uniform(-level.tilt, level.tilt, (4, 2)) * card_width * 0.6
    angle = math.radians(random.uniform(-level.turn_degrees, level.turn_degrees))
    corners = corners @ np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    low, high = -corners.min(axis=0) + 6, np.array(size) - corners.max(axis=0) - 6
    centre = np.where(high > low, random.uniform(np.minimum(low, high), np.maximum(low, high)), np.array(size) / 2)
    return (corners + centre).astype(np.float32)


def light_scene(
    random: np.random.Generator, scene: npt.NDArray[Any], quad: npt.NDArray[np.float32], level: Level
) -> tuple[npt.NDArray[Any], dict[str, Any]]:
    """Exposure, colour of the light, a shadow's edge, a spot of glare."""
    height, width = scene.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    gain = float(random.uniform(*level.light))
    scene = scene * gain * random.uniform(0.9, 1.08, 3)
    conditions: dict[str, Any] = {"gain": round(gain, 2)}
    if random.random() < level.shadow:
        direction, depth = random.uniform(0, 2 * math.pi), random.uniform(0.2, level.shadow)
        away = (columns - width / 2) * math.cos(direction) + (rows - height / 2) * math.sin(direction)
        edge = 1 / (1 + np.exp(-(away + random.uniform(-0.2, 0.2) * width) / random.uniform(15, 120)))
        scene = scene * (1 - depth * edge[:, :, None])
        conditions["shadow"] = round(depth, 2)
    if random.random() < level.glare:
        spot = quad.min(axis=0) + random.uniform(0.1, 0.9, 2) * np.ptp(quad, axis=0)
        reach = random.uniform(0.03, 0.11) * float(np.ptp(quad[:, 0]))
        strength = random.uniform(0.3, 1.0) * (1 if level.name == "hard" else 0.6)
        distance = ((columns - spot[0]) ** 2 + (rows - spot[1]) ** 2) / (2 * reach**2)
        scene = scene + 255 * strength * np.exp(-distance)[:, :, None]
        conditions["glare"] = round(strength, 2)
    return scene, conditions


def expose(random: np.random.Generator, scene: npt.NDArray[Any], level: Level) -> Pixels:
    """The lens and the sensor."""
    picture = scene.astype(np.float32)
    if (sigma := random.uniform(0, level.blur)) > 0.2:
        picture = cv2.GaussianBlur(picture, (0, 0), sigma)
    if (length := int(random.uniform(0, level.motion))) > 1:
        kernel = np.zeros((length, length), np.float32)
        kernel[length // 2] = 1 / length
        turn = cv2.getRotationMatrix2D((length / 2 - 0.5, length / 2 - 0.5), float(random.uniform(0, 180)), 1)
        kernel = cv2.warpAffine(kernel, turn, (length, length))
        picture = cv2.filter2D(picture, -1, kernel / max(kernel.sum(), 1e-6))
    picture = picture + random.normal(0, random.uniform(0.5, max(0.6, level.noise)), picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8)


def make_photo(seed: int, level: str = "normal", side: str = "front", **fixed: str) -> Photo:
    """A photo that is the same for the same seed on a machine with the same fonts; `fixed` replaces printed fields."""
    random = np.random.default_rng(seed)
    person = invent_person(random) | fixed
    card = draw_front(random, person) if side == "front" else draw_back(random, person)
    return take_photo(random, card, LEVELS[level])


def save(photo: Photo, folder: Path, index: int) -> None:
    """Write a photo and its truth, as bench/cards.py wants them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{index:03}.jpg").write_bytes(photo.as_jpeg())
    truth = {"side": photo.card.side, "fields": photo.card.fields, "conditions": photo.conditions}
    (folder / f"{index:03}.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1), encoding="utf-8")


def fill_folder(description: str | None, make: Callable[[int, str, str], Photo]) -> None:
    """The command of a generator: photographs and their truths, as many and as bad as asked for."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--level", choices=list(LEVELS), default="normal")
    parser.add_argument("--side", choices=("front", "back"), default="front")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for index in range(options.count):
        save(make(options.seed * 1000 + index, options.level, options.side), options.folder, index)


if __name__ == "__main__":
    fill_folder(__doc__, make_photo)
