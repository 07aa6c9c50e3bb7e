"""Finds a card's plane in a photograph from words that stand at known places on it.

A card's own units are used everywhere: 1000 wide and 631 high (85.6 x 54 mm), whatever the photograph's size.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from ocr.readings import Line, Picture, Quad

CARD_WIDTH, CARD_HEIGHT = 1000, 631
CARD_CORNERS = np.array([[0, 0], [CARD_WIDTH, 0], [CARD_WIDTH, CARD_HEIGHT], [0, CARD_HEIGHT]], np.float32)
# How far a mark may lie from its place, in card units: other printings and bent cards differ by that much.
TOLERANCE = 22.0
# A line both of whose ends are known spans the card; it must not be outvoted by the words of one corner.
SPAN_VOTES = 3
Matrix = npt.NDArray[np.float64]
# A box in card units: left, top, right, bottom.
Zone = tuple[float, float, float, float]


@dataclass(frozen=True)
class Mark:
    """Something printed at a known place: a word, or, with a pattern, whatever matches it whole.

    `ends_known` says that a line matching the pattern also ends where the zone ends.
    """

    text: str
    zone: Zone
    pattern: re.Pattern[str] | None = None
    ends_known: bool = False

    def begins(self, text: str) -> bool:
        """Whether what was read begins with this mark; of a word of six two characters may be misread, of four one."""
        if self.pattern is not None:
            return self.pattern.fullmatch(text) is not None
        if len(text) < len(self.text):
            return False
        wrong = sum(one != other for one, other in zip(text, self.text, strict=False))
        return wrong <= (len(self.text) // 2 - 1)


@dataclass(frozen=True)
class Sighting:
    """A mark seen in a line; `is_whole` when the line holds nothing else, so that its right end is known too."""

    mark: Mark
    line: Line
    is_whole: bool


@dataclass(frozen=True)
class Plane:
    """The mapping from a photograph to a card, and the marks that speak for it."""

    to_card: Matrix
    sightings: tuple[Sighting, ...]

    @property
    def corners(self) -> Quad:
        """The card's corners in the photograph."""
        return from_card(self.to_card, CARD_CORNERS)

    @property
    def width_px(self) -> float:
        """The card's mean width in pixels of the photograph."""
        corners = self.corners
        return float(np.linalg.norm(corners[1] - corners[0]) + np.linalg.norm(corners[2] - corners[3])) / 2


def compact(text: str) -> str:
    """The text without spaces, in its plain forms."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def sight(lines: Iterable[Line], marks: Sequence[Mark]) -> list[Sighting]:
    """Lines that begin with a mark."""
    found = []
    for line in lines:
        text = compact(line.text)
        for mark in marks:
            if mark.begins(text):
                is_whole = mark.ends_known if mark.pattern else len(text) == len(mark.text)
                found.append(Sighting(mark, line, is_whole))
                break
    return found


def plane_of_line(line: Line, zone: Zone) -> Plane | None:
    """The rough plane of a line that is known to fill a zone: turned and scaled, without perspective."""
    mark = Mark("", zone)
    photo, card, _owners = points_of([Sighting(mark, line, is_whole=True)])
    affine, _mask = cv2.estimateAffinePartial2D(photo, card)
    if affine is None:
        return None
    matrix = np.asarray(np.vstack([affine, [0, 0, 1]]), np.float64)
    return Plane(matrix, ()) if is_plausible(matrix) else None


def points_of(sightings: Iterable[Sighting]) -> tuple[Matrix, Matrix, list[int]]:
    """Pairs of points (photograph, card), and the index of the sighting that each comes from."""
    photo, card, owners = [], [], []
    for index, sighting in enumerate(sightings):
        left, top, right, bottom = sighting.mark.zone
        middle = (top + bottom) / 2
        photo.append(sighting.line.left_middle)
        card.append((left, middle))
        owners.append(index)
        if sighting.is_whole:
            photo.append(sighting.line.right_middle)
            card.append((right, middle))
            owners.append(index)
    return np.array(photo, np.float64).reshape(-1, 2), np.array(card, np.float64).reshape(-1, 2), owners


def ends(sighting: Sighting) -> int:
    return 2 if sighting.is_whole else 1


def votes(sighting: Sighting) -> int:
    return SPAN_VOTES if sighting.is_whole and sighting.mark.pattern is not None else 1


def fit_plane(sightings: Sequence[Sighting], least_marks: int = 2) -> Plane | None:
    """The plane that most marks agree on; None when fewer than `least_marks` different ones do."""
    photo, card, _ = points_of([sighting for sighting in sightings for _ in range(votes(sighting))])
    owners = [index for index, sighting in enumerate(sightings) for _ in range(votes(sighting) * ends(sighting))]
    if len(photo) < 3:
        return None
    matrix, good = fit_matrix(photo, card)
    if matrix is None or not is_plausible(matrix):
        return None
    supporters = tuple(sightings[index] for index in sorted({o for o, ok in zip(owners, good, strict=True) if ok}))
    if len({sighting.mark.text for sighting in supporters}) < least_marks:
        return None
    return Plane(matrix, supporters)


def fit_matrix(photo: Matrix, card: Matrix) -> tuple[Matrix | None, npt.NDArray[np.bool_]]:
    """The richest mapping that the points can carry: perspective, affine, or turn and scale only."""
    spread = float(np.ptp(card[:, 1]))
    rows = len({round(v / 10) for v in card[:, 1]})
    # The order of points must not decide: OpenCV's RANSAC draws from a fixed seed.
    # Perspective guessed from the left half alone runs wild at the right end.
    if len(np.unique(photo, axis=0)) >= 6 and rows >= 3 and spread > 150 and np.ptp(card[:, 0]) > 450:
        matrix, mask = cv2.findHomography(photo, card, cv2.RANSAC, TOLERANCE, maxIters=500, confidence=0.999)
    elif len(photo) >= 4 and rows >= 2 and spread > 100:
        affine, mask = cv2.estimateAffine2D(photo, card, method=cv2.RANSAC, ransacReprojThreshold=TOLERANCE)
        matrix = None if affine is None else np.vstack([affine, [0, 0, 1]])
    else:
        affine, mask = cv2.estimateAffinePartial2D(photo, card, method=cv2.RANSAC, ransacReprojThreshold=TOLERANCE)
        matrix = None if affine is None else np.vstack([affine, [0, 0, 1]])
    if matrix is None or mask is None:
        return None, np.zeros(len(photo), np.bool_)
    return np.asarray(matrix, np.float64), np.asarray(mask).reshape(-1).astype(np.bool_)


def is_plausible(matrix: Matrix) -> bool:
    """Whether a card seen by a camera can lie like this: not mirrored, not folded, not squeezed to a line."""
    if not np.isfinite(matrix).all() or abs(np.linalg.det(matrix)) < 1e-12:
        return False
    corners = from_card(matrix, CARD_CORNERS)
    if not np.isfinite(corners).all() or np.abs(corners).max() > 1e5:
        return False
    sides = np.roll(corners, -1, axis=0) - corners
    following = np.roll(sides, -1, axis=0)
    turns = sides[:, 0] * following[:, 1] - sides[:, 1] * following[:, 0]
    lengths = np.linalg.norm(sides, axis=1)
    if (turns <= 0).any() or lengths.min() < 40:
        return False
    ratio = (lengths[0] + lengths[2]) / (lengths[1] + lengths[3])
    opposite = max(lengths[0] / lengths[2], lengths[2] / lengths[0], lengths[1] / lengths[3], lengths[3] / lengths[1])
    return bool(0.75 < ratio < 3.4 and opposite < 2.2)


def to_card(matrix: Matrix, points: npt.NDArray[np.float32]) -> Quad:
    """Points of the photograph in card units."""
    moved = cv2.perspectiveTransform(np.asarray(points, np.float64).reshape(1, -1, 2), matrix)
    return np.asarray(moved[0], np.float32)


def from_card(matrix: Matrix, points: npt.NDArray[np.float32]) -> Quad:
    """Points in card units as points of the photograph."""
    return to_card(np.asarray(np.linalg.inv(matrix), np.float64), points)


def rectify(picture: Picture, matrix: Matrix, scale: float) -> tuple[Picture, Matrix]:
    """The card seen straight from above, `scale` pixels to a unit, with the mapping from that picture to the card.

    A margin of the surroundings stays, since the plane is not exact yet.
    """
    margin = 30
    zoom = np.array([[scale, 0, margin * scale], [0, scale, margin * scale], [0, 0, 1]])
    size = (round((CARD_WIDTH + 2 * margin) * scale), round((CARD_HEIGHT + 2 * margin) * scale))
    straight = cv2.warpPerspective(picture, zoom @ matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(straight, np.uint8), np.linalg.inv(zoom)
