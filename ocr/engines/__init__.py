"""Text engines behind one interface; tests/ocr/test_engines.py is what each must hold."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from typing import Protocol

from ocr.readings import EngineMissing, Picture, Quad, Reading

DIGITS = "0123456789X"
ENGINES = ("rapid", "tesseract")


class Engine(Protocol):
    """Finds text in a picture and reads strips of it."""

    name: str

    def find_boxes(self, picture: Picture, longest_side: int) -> list[Quad]:
        """Boxes of lines of text, looked for at a size of at most `longest_side`, in the picture's own pixels."""

    def read_strips(self, strips: Sequence[Picture], alphabet: str | None = None) -> list[Reading]:
        """Read upright strips of one line each; with an alphabet, only its characters may come out."""


def open_engine(name: str = "") -> Engine:
    """Load an engine (GREENLANE_OCR when no name is given, rapid by default); raises EngineMissing."""
    chosen = (name or os.environ.get("GREENLANE_OCR", "")).strip().lower() or ENGINES[0]
    if chosen not in ENGINES:
        raise EngineMissing(f"GREENLANE_OCR is {chosen!r}; choose {' or '.join(ENGINES)}")
    try:
        module = import_module(f"ocr.engines.{chosen}")
    except ImportError as error:
        raise EngineMissing(f"the {chosen} engine needs the Python package {error.name}; run make setup") from error
    engine: Engine = module.open_engine()
    return engine
