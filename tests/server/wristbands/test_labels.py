"""Labels on paper: read by another program, whole in print, the same from the hub and from the phone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import cv2
import fpdf
import numpy as np
import pytest

from server.wristbands import labels
from server.wristbands.code import spaced

CODE = "GLW1M9S346Q3D25V6"
DOTS_PER_MM = 8  # the usual thermal printer


def test_the_code_on_a_label_is_read_by_another_program() -> None:
    matrix = np.array(labels.qr_matrix(CODE))
    assert len(matrix) == 21  # the smallest code: 17 characters at level M
    picture = np.pad(np.where(matrix, 0, 255).astype(np.uint8), 4, constant_values=255)
    text, *_ = cv2.QRCodeDetector().detectAndDecode(
        cv2.resize(picture, None, fx=12, fy=12, interpolation=cv2.INTER_NEAREST)
    )
    assert text == CODE


@pytest.mark.parametrize("name", sorted(labels.LAYOUTS))
def test_every_label_lies_on_its_page_with_room_for_the_letters(name: str) -> None:
    layout = labels.LAYOUTS[name]
    assert layout.margin_mm[0] + layout.columns * layout.label_mm[0] <= layout.width_mm
    assert layout.margin_mm[1] + layout.rows * layout.label_mm[1] <= layout.height_mm
    assert layout.code_mm <= layout.label_mm[1]
    # Hand scanners read modules of a quarter of a millimetre and more.
    module = layout.code_mm / (21 + 2 * labels.QUIET_MODULES)
    assert module >= 0.25
    # A module of 9.4 dots of a thermal printer would be drawn with 9 here and 10 there.
    assert module / labels.DOT_MM == round(module / labels.DOT_MM)
    assert labels.labels_pdf(name, [CODE] * 25, "A-27").startswith(b"%PDF-")


@pytest.mark.parametrize("name", sorted(labels.LAYOUTS))
def test_the_code_is_read_as_the_printer_draws_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = labels.LAYOUTS[name]
    paper = np.full((round(layout.height_mm * DOTS_PER_MM), round(layout.width_mm * DOTS_PER_MM)), 255, np.uint8)

    class Printer(fpdf.FPDF):
        def rect(self, x: float, y: float, w: float, h: float, *more: Any, **named: Any) -> None:
            left, top, right, foot = (round(mm * DOTS_PER_MM) for mm in (x, y, x + w, y + h))
            paper[top:foot, left:right] = 0
            super().rect(x, y, w, h, *more, **named)

    monkeypatch.setattr(fpdf, "FPDF", Printer)
    labels.labels_pdf(name, [CODE])
    text, *_ = cv2.QRCodeDetector().detectAndDecode(paper)
    assert text == CODE


TEXTS = ["", "棕蜜蜂 59", "Purple Antelope 59", "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑寅卯", "W" * 24]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("name", sorted(labels.LAYOUTS))
def test_nothing_that_stands_on_a_label_is_cut_off_or_too_small(
    name: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not text.isascii() and labels.chinese_font() is None:
        pytest.skip("this machine has no font with Chinese")
    layout = labels.LAYOUTS[name]
    drawn: list[tuple[float, float, float, float, str]] = []

    class Spied(fpdf.FPDF):
        def text(self, x: float, y: float, text: str = "") -> None:
            drawn.append((x, x + self.get_string_width(text), y, self.font_size_pt, text))
            super().text(x, y, text)

    monkeypatch.setattr(fpdf, "FPDF", Spied)
    labels.labels_pdf(name, [CODE], text)
    left, top = layout.margin_mm
    for start, end, foot, size, line in drawn:
        assert left + 1 + layout.code_mm < start
        assert end <= left + layout.label_mm[0] - layout.edge_mm + 0.01, f"{line} is cut off"
        assert top + size * labels.POINT_MM <= foot <= top + layout.label_mm[1] - size * labels.POINT_MM * 0.25
        assert size >= 5
    lines = [line for *_, line in drawn]
    at = next(n for n, line in enumerate(lines) if line.startswith("GLW1"))
    assert "".join(lines[:at]).replace(" ", "") == text.replace(" ", "")
    assert " ".join(lines[at:]) == spaced(CODE)
    assert len(lines[-1]) > 1, "the check character stands alone"


def test_phones_print_on_the_same_paper() -> None:
    source = (Path(__file__).parents[3] / "pwa" / "src" / "wristbands" / "layouts.ts").read_text()
    found = {
        m[1]: [float(n) for n in re.findall(r"[\d.]+", m[2])] for m in re.finditer(r"  (\w+): \{ (.+) \},", source)
    }
    mine = {
        name: [one.width_mm, one.height_mm, one.columns, one.rows, *one.label_mm, *one.margin_mm]
        + [one.code_mm, one.font_pt, one.edge_mm]
        for name, one in labels.LAYOUTS.items()
    }
    assert found == mine
