"""What engines return and card types work with: strips of text, and the lines of a photograph on the card's plane."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
# Four corners in the order of reading: top left, top right, bottom right, bottom left.
Quad = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Character:
    """One character as read; `at` is its place along the strip, 0 at the left end and 1 at the right."""

    text: str
    confidence: float
    at: float


@dataclass(frozen=True)
class Reading:
    """The text of one strip."""

    characters: tuple[Character, ...]

    @property
    def text(self) -> str:
        return "".join(character.text for character in self.characters)

    @property
    def confidence(self) -> float:
        """The mean over the characters; 0 for nothing read."""
        if not self.characters:
            return 0.0
        # Rounding must not put the mean of equal numbers below them.
        return max(self.weakest, fmean(character.confidence for character in self.characters))

    @property
    def weakest(self) -> float:
        return min((character.confidence for character in self.characters), default=0.0)


@dataclass(frozen=True)
class Line:
    """A reading and where it stands in a picture."""

    quad: Quad
    reading: Reading

    @property
    def text(self) -> str:
        return self.reading.text

    @property
    def centre(self) -> npt.NDArray[np.float32]:
        return np.asarray(self.quad.mean(axis=0), dtype=np.float32)

    @property
    def left_middle(self) -> npt.NDArray[np.float32]:
        return np.asarray((self.quad[0] + self.quad[3]) / 2, dtype=np.float32)

    @property
    def right_middle(self) -> npt.NDArray[np.float32]:
        return np.asarray((self.quad[1] + self.quad[2]) / 2, dtype=np.float32)

    @property
    def height(self) -> float:
        return float(np.linalg.norm(self.quad[3] - self.quad[0]) + np.linalg.norm(self.quad[2] - self.quad[1])) / 2

    @property
    def width(self) -> float:
        return float(np.linalg.norm(self.right_middle - self.left_middle))


class CardUnreadable(Exception):
    """The file cannot be read at all; the text is one sentence with what to do."""


class EngineMissing(Exception):
    """The chosen engine cannot run on this machine; the text is one sentence with what to do."""
