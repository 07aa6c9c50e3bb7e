"""Other pictures of a strip, for a model that is unsure of the first: light, contrast, sharpness changed a little."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.readings import Picture


def plain(strip: Picture) -> Picture:
    return strip


def evened(strip: Picture) -> Picture:
    """Light evened out: shadows and glare over a part of the strip."""
    grey = cv2.cvtColor(strip, cv2.COLOR_BGR2GRAY)
    even = cv2.createCLAHE(clipLimit=3.0, tileGridSize=(2, 8)).apply(grey)
    return np.asarray(cv2.cvtColor(even, cv2.COLOR_GRAY2BGR), np.uint8)


def flattened(strip: Picture) -> Picture:
    """Each place against its own surroundings: digits under glare are pale, but there."""
    grey = cv2.cvtColor(strip, cv2.COLOR_BGR2GRAY).astype(np.float32)
    around = max(2.0, grey.shape[0] / 3)
    difference = cv2.GaussianBlur(grey, (0, 0), 0.8) - cv2.GaussianBlur(grey, (0, 0), around)
    contrast = np.sqrt(cv2.GaussianBlur(difference * difference, (0, 0), around)) + 2.0
    flat = np.clip(150 + 45 * difference / contrast, 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(flat, cv2.COLOR_GRAY2BGR), np.uint8)


def sharpened(strip: Picture) -> Picture:
    """Edges raised: slight defocus and motion."""
    soft = cv2.GaussianBlur(strip, (0, 0), 2.0)
    return np.asarray(cv2.addWeighted(strip, 1.8, soft, -0.8, 0), np.uint8)


def smoothed(strip: Picture) -> Picture:
    """Noise taken out: low light."""
    return np.asarray(cv2.bilateralFilter(strip, 5, 40, 5), np.uint8)


def lit(picture: Picture) -> Picture:
    """A whole photograph, each place against the light around it: a card in the dark or half in a shadow."""
    grey = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (0, 0), 1.2).astype(np.float32)
    # So wide a blur is the same on a picture an eighth of the size, and costs next to nothing there.
    height, width = grey.shape
    small = cv2.resize(grey, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), max(small.shape) / 40)
    around = np.maximum(4.0, cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR))
    even = np.clip(128 * grey / around, 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(even, cv2.COLOR_GRAY2BGR), np.uint8)
