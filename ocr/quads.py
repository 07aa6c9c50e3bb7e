"""Geometry of lines of text: their common direction, corners in the order of reading, strips cut out upright."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from ocr.readings import Picture, Quad


def reading_direction(quads: Sequence[Quad]) -> float:
    """The angle of the lines' long sides in radians, in (-pi/2, pi/2]; boxes do not tell which end is the start."""
    total = 0j
    for quad in quads:
        along, across = long_and_short(ring(quad))
        length, breadth = np.linalg.norm(along), np.linalg.norm(across)
        if length > 1.8 * breadth:
            # Doubling the angle makes opposite directions equal; long lines know best.
            total += complex(float(along[0]), float(along[1])) ** 2 / float(length)
    return float(np.angle(total) / 2) if total else 0.0


def ring(quad: Quad) -> Quad:
    """The corners in order around the centre, clockwise on the screen."""
    around = quad - quad.mean(axis=0)
    return quad[np.argsort(np.arctan2(around[:, 1], around[:, 0]))]


def long_and_short(corners: Quad) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    one = (corners[1] - corners[0] + corners[2] - corners[3]) / 2
    other = (corners[2] - corners[1] + corners[3] - corners[0]) / 2
    return (one, other) if np.linalg.norm(one) >= np.linalg.norm(other) else (other, one)


def in_reading_order(quad: Quad, angle: float) -> Quad:
    """The corners from the top left on, for text that runs at `angle`."""
    corners = ring(quad)
    towards = np.array([np.cos(angle), np.sin(angle)])
    sides = np.roll(corners, -1, axis=0) - corners
    # The top side of a clockwise ring runs along the text.
    lengths = np.linalg.norm(sides, axis=1) + 1e-6
    top = int(np.argmax(sides @ towards / lengths))
    return np.roll(corners, -top, axis=0).astype(np.float32)


def cut_strip(picture: Picture, quad: Quad, margin: float = 0.0) -> Picture:
    """The upright strip of a quad in reading order; `margin` is added on all sides, in heights."""
    top = np.linalg.norm(quad[1] - quad[0])
    bottom = np.linalg.norm(quad[2] - quad[3])
    height = max(8.0, float(np.linalg.norm(quad[3] - quad[0]) + np.linalg.norm(quad[2] - quad[1])) / 2)
    width = max(8.0, float(top + bottom) / 2)
    pad = margin * height
    target = np.array([[pad, pad], [width + pad, pad], [width + pad, height + pad], [pad, height + pad]], np.float32)
    plane = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    size = (round(width + 2 * pad), round(height + 2 * pad))
    strip = cv2.warpPerspective(picture, plane, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(strip, dtype=np.uint8)
