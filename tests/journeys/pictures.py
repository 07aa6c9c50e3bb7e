"""Photographs for the journeys: drawn here, of nobody, but as heavy as real ones."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter


def photograph(path: Path, *, width: int = 1600, height: int = 1200, seed: int = 7) -> Path:
    """Write a JPEG with the grain of a phone's camera at night; about a megabyte."""
    chance = random.Random(seed)
    picture = Image.effect_noise((width, height), 60).convert("RGB").filter(ImageFilter.GaussianBlur(0.6))
    pen = ImageDraw.Draw(picture, "RGBA")
    for _ in range(60):
        x, y, r = chance.randrange(width), chance.randrange(height), chance.randrange(20, 220)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=(chance.randrange(256), chance.randrange(160), 90, 90))
    picture.save(path, "JPEG", quality=88)
    return path


def no_photograph(path: Path) -> Path:
    """Write a file that calls itself a JPEG and is none."""
    path.write_bytes(b"this is a letter, not a picture\n" * 40)
    return path
