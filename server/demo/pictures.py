"""Small drawn pictures in place of photographs. Each says that it is a demonstration."""

from __future__ import annotations

import io
import math

from PIL import Image, ImageDraw, ImageFont

THUMBNAIL_WIDTH = 320
Size = tuple[int, int]


def as_jpeg(picture: Image.Image, width: int, quality: int) -> bytes:
    """The picture as JPEG, at most so many pixels wide."""
    if picture.width > width:
        picture = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality, optimize=True)
    return buffer.getvalue()


def renditions(picture: Image.Image) -> dict[str, bytes]:
    """Thumbnail and original of a picture."""
    return {"thumbnail": as_jpeg(picture, THUMBNAIL_WIDTH, 70), "original": as_jpeg(picture, picture.width, 80)}


def _label(draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, fill: str) -> None:
    draw.text(at, text, fill=fill, font=ImageFont.load_default(size))


def _beat(phase: float, st_elevation: float) -> float:
    """Height of a heartbeat's trace at a phase from 0 to 1: P, QRS, a raised ST segment, T."""

    def wave(centre: float, width: float, height: float) -> float:
        return height * math.exp(-(((phase - centre) / width) ** 2))

    plateau = st_elevation if 0.34 < phase < 0.52 else 0.0
    return wave(0.16, 0.03, 0.15) - wave(0.28, 0.008, 0.12) + wave(0.3, 0.01, 1.0) + plateau + wave(0.56, 0.06, 0.35)


def ecg(st_elevation: float = 0.32) -> Image.Image:
    """Three leads on squared paper."""
    width, height = 1000, 640
    picture = Image.new("RGB", (width, height), "#fff6f4")
    draw = ImageDraw.Draw(picture)
    for step, colour in ((10, "#fbe0dc"), (50, "#f0b8b0")):
        for x in range(0, width, step):
            draw.line([(x, 0), (x, height)], fill=colour)
        for y in range(0, height, step):
            draw.line([(0, y), (width, y)], fill=colour)
    for row, (lead, elevation) in enumerate((("II", st_elevation), ("III", st_elevation * 1.2), ("aVF", st_elevation))):
        base = 150 + row * 190
        trace = [(x, base - 110 * _beat((x % 180) / 180, elevation)) for x in range(60, width)]
        draw.line(trace, fill="#1c1c1c", width=3)
        _label(draw, (12, base - 60), lead, 26, "#1c1c1c")
    _label(draw, (620, 596), "DEMO - not a real ECG", 26, "#a33")
    return picture


def scene(text: str, colour: str = "#46535c") -> Image.Image:
    """A plain picture with a sketch of a road scene."""
    picture = Image.new("RGB", (960, 720), colour)
    draw = ImageDraw.Draw(picture)
    draw.polygon([(360, 300), (600, 300), (940, 720), (20, 720)], fill="#2b3238")
    for step in range(5):
        top = 330 + step * 80
        draw.polygon([(474, top), (486, top), (490, top + 44), (470, top + 44)], fill="#d8d3a0")
    draw.rounded_rectangle([(150, 380), (370, 520)], 26, fill="#8d99a3")
    draw.polygon([(190, 384), (230, 320), (320, 320), (352, 384)], fill="#6d7983")
    draw.ellipse([(176, 488), (236, 548)], fill="#15181b")
    draw.ellipse([(290, 488), (350, 548)], fill="#15181b")
    _label(draw, (30, 28), f"DEMO: {text}", 40, "#f2f2f2")
    return picture
