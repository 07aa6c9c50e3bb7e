"""The models with which a phone reads cards by itself: PP-OCRv4 mobile, out of the wheel rapidocr-onnxruntime.

The wheel is installed for these two files only and never imported: its requirements would replace packages that the
hub's own engine needs. Each file goes by the name of its SHA-256, which is what the phone checks it against.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

PACKAGE = "rapidocr_onnxruntime"
FILES = {"detection": "ch_PP-OCRv4_det_infer.onnx", "reading": "ch_PP-OCRv4_rec_infer.onnx"}


@dataclass(frozen=True)
class PhoneModel:
    """One file that phones fetch."""

    name: str
    path: Path
    size: int
    sha256: str


@cache
def phone_models() -> tuple[PhoneModel, ...]:
    """The models of this installation; empty where the wheel is missing. Hashes 16 MB at the first call."""
    folder = models_folder()
    if folder is None or not all((folder / file).is_file() for file in FILES.values()):
        return ()
    return tuple(describe(name, folder / file) for name, file in FILES.items())


def models_folder() -> Path | None:
    """Where the wheel lies, found without running any of its code."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "models"


def describe(name: str, path: Path) -> PhoneModel:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return PhoneModel(name, path, path.stat().st_size, digest)
