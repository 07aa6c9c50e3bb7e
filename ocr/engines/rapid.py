"""The PP-OCR models of the rapidocr wheel on onnxruntime: the hub's main engine (450 to 750 MB, so in its own process).

rapidocr gives the models and the step from a probability map to boxes. The sessions are our own, since the alphabet of
a strip must be known while decoding, and since padding every strip to one width took half of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime
from rapidocr.ch_ppocr_det.utils import DBPostProcess

from ocr.readings import Character, EngineMissing, Picture, Quad, Reading

DETECTION_MODEL = "PP-OCRv6_det_small.onnx"
READING_MODEL = "PP-OCRv6_rec_small.onnx"
STRIP_HEIGHT = 48
# Wider strips are cut off by memory's price: 18 digits need about 500.
STRIP_WIDTH = (64, 1600)
BATCH = 6
# An alphabet of text tells what is printed, so the chances of what is not (陝 for 陕) go to those that it holds. Never
# for a number: that must not become surer by what it may not be.
TEXT_ALPHABET = 500
# Where nearly all chance went to other characters, what is left stays unsure.
LEAST_SHARE = 0.3
# Characters that look alike in print, each with the one that a card means: a number ends in X and in no other
# of these, so what the model gives to x and × is chance of X.
ALIKE = (("X", "x"), ("X", "×"))
Floats = npt.NDArray[np.float32]


def open_engine() -> RapidEngine:
    """Load both models; raises EngineMissing when the wheel lacks them."""
    folder = resources.files("rapidocr") / "models"
    for model in (DETECTION_MODEL, READING_MODEL):
        if not (folder / model).is_file():
            raise EngineMissing(f"the rapidocr package lacks its model {model}; run make setup")
    return RapidEngine(str(folder / DETECTION_MODEL), str(folder / READING_MODEL))


def open_session(path: str, keep_memory: bool) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    # One thread: a hub serves others meanwhile, and spinning threads burn the time that they save.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Kept memory saves a tenth of detection; strips come in many widths, and memory would be kept for each.
    options.enable_cpu_mem_arena = keep_memory
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


class RapidEngine:
    """Detection and reading by PP-OCR."""

    name = "rapid"

    def __init__(self, detection_model: str, reading_model: str) -> None:
        self._detection = open_session(detection_model, keep_memory=True)
        self._reading = open_session(reading_model, keep_memory=False)
        self._boxes_of = DBPostProcess(
            thresh=0.3, box_thresh=0.5, max_candidates=300, unclip_ratio=1.6, use_dilation=True
        )
        listed = self._reading.get_modelmeta().custom_metadata_map["character"].splitlines()
        # Class 0 of the model is CTC's blank, the last one is the space.
        self._characters = np.array(["", *listed, " "])
        self._columns: dict[str, npt.NDArray[np.intp]] = {}
        places = {character: index for index, character in enumerate(self._characters)}
        self._alike = [(places[meant], places[alike]) for meant, alike in ALIKE if meant in places and alike in places]

    def find_boxes(self, picture: Picture, longest_side: int) -> list[Quad]:
        height, width = picture.shape[:2]
        scale = min(1.0, longest_side / max(height, width))
        size = (multiple_of_32(width * scale), multiple_of_32(height * scale))
        blob = cv2.dnn.blobFromImage(
            cv2.resize(picture, size, interpolation=cv2.INTER_AREA), 1 / 127.5, mean=(127.5, 127.5, 127.5)
        )
        chart = self._detection.run(None, {"x": blob})[0]
        boxes, _scores = self._boxes_of(chart, (height, width))
        return [np.asarray(box, dtype=np.float32) for box in boxes]

    def read_strips(self, strips: Sequence[Picture], alphabet: str | None = None) -> list[Reading]:
        readings: list[Reading] = [Reading(())] * len(strips)
        scaled = [normal_strip(strip) for strip in strips]
        by_width = sorted(range(len(strips)), key=lambda index: scaled[index].shape[2])
        start = 0
        while start < len(by_width):
            narrowest = scaled[by_width[start]].shape[2]
            batch = [i for i in by_width[start : start + BATCH] if scaled[i].shape[2] <= narrowest * 1.35 + 32]
            for index, reading in zip(batch, self._read_batch([scaled[i] for i in batch], alphabet), strict=True):
                readings[index] = reading
            start += len(batch)
        return readings

    def _read_batch(self, strips: list[Floats], alphabet: str | None) -> list[Reading]:
        width = max(strip.shape[2] for strip in strips)
        blob = np.zeros((len(strips), 3, STRIP_HEIGHT, width), dtype=np.float32)
        for row, strip in enumerate(strips):
            blob[row, :, :, : strip.shape[2]] = strip
        charts = self._reading.run(None, {"x": blob})[0]
        return [
            self._decode(chart, alphabet, share=strip.shape[2] / width)
            for chart, strip in zip(charts, strips, strict=True)
        ]

    def _decode(self, chart: Floats, alphabet: str | None, share: float) -> Reading:
        """Best path of CTC. `share` is the part of the width that is strip, not padding."""
        for meant, alike in self._alike:
            chart[:, meant] += chart[:, alike]
            chart[:, alike] = 0
        names = self._characters
        if alphabet is not None:
            columns = self._columns_of(alphabet)
            chart, names = chart[:, columns], names[columns]
            if len(alphabet) > TEXT_ALPHABET:
                chart = chart / np.maximum(chart.sum(axis=1, keepdims=True), LEAST_SHARE)
        best = chart.argmax(axis=1)
        starts = np.flatnonzero((best != 0) & np.concatenate([[True], best[1:] != best[:-1]]))
        ends = [next((j for j in range(i, len(best)) if best[j] != best[i]), len(best)) for i in starts]
        return Reading(
            tuple(
                Character(str(names[best[i]]), float(chart[i:j, best[i]].max()), (i + j) / 2 / len(best) / share)
                for i, j in zip(starts, ends, strict=True)
            )
        )

    def _columns_of(self, alphabet: str) -> npt.NDArray[np.intp]:
        if alphabet not in self._columns:
            wanted = np.isin(self._characters, list(alphabet))
            wanted[0] = True
            self._columns[alphabet] = np.flatnonzero(wanted)
        return self._columns[alphabet]


def multiple_of_32(length: float) -> int:
    return max(32, round(length / 32) * 32)


def normal_strip(strip: Picture) -> Floats:
    """A strip at the model's height, from -1 to 1, channels first."""
    height, width = strip.shape[:2]
    target = min(STRIP_WIDTH[1], max(STRIP_WIDTH[0], int(np.ceil(STRIP_HEIGHT * width / height))))
    resized = cv2.resize(strip, (min(target, max(1, round(STRIP_HEIGHT * width / height))), STRIP_HEIGHT))
    normal = np.zeros((3, STRIP_HEIGHT, target), dtype=np.float32)
    normal[:, :, : resized.shape[1]] = resized.transpose(2, 0, 1).astype(np.float32) / 127.5 - 1
    return normal
