"""The second opinion on a number: tesseract beside the main engine, where the machine has it."""

from __future__ import annotations

from ocr.engines import Engine, open_engine
from ocr.readings import EngineMissing


def open_second_opinion(engine: Engine) -> Engine | None:
    """Another engine than `engine`; None on a machine that has no tesseract, which then relies on one."""
    if engine.name == "tesseract":
        return None
    try:
        return open_engine("tesseract")
    except EngineMissing:
        return None
