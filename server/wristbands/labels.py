"""Wristbands and labels on paper: a PDF for office printers (sheets) and thermal printers (one label a page).

fpdf2 is loaded when the first label is printed: it costs 10 MB that most hubs never need.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from server.wristbands.code import spaced

if TYPE_CHECKING:
    from fpdf import FPDF

# ISO 18004 wants four light modules around a code.
QUIET_MODULES = 4
# Where Debian and others put fonts that have Chinese; (file, which font of the collection).
CHINESE_FONTS = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
    ("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", 0),
)


class NoChineseFont(Exception):
    """This machine has no font for the text that shall stand on the label."""


@dataclass(frozen=True)
class Layout:
    """A page in millimetres, and the grid of labels on it. `code_mm`: the picture with its light margin."""

    width_mm: float
    height_mm: float
    columns: int
    rows: int
    label_mm: tuple[float, float]
    margin_mm: tuple[float, float]
    code_mm: float
    font_pt: float


LAYOUTS = {
    # 24 labels of 70 x 37 mm on A4, the commonest sheet.
    "a4_24": Layout(210, 297, 3, 8, (70, 37), (0, 0.5), 30, 9),
    "label_50x30": Layout(50, 30, 1, 1, (50, 30), (0, 0), 26, 6.5),
    "label_60x40": Layout(60, 40, 1, 1, (60, 40), (0, 0), 34, 7),
    # The usual adult band of thermal printers; print only where the band is not folded into its lock.
    "band_25x279": Layout(279, 25, 1, 1, (90, 25), (100, 0), 23, 9),
}


def labels_pdf(layout_name: str, codes: Sequence[str], text: str = "") -> bytes:
    """A PDF with one label for each code, below which the code stands in letters, and `text` if any.

    Raises NoChineseFont when `text` needs a font that is not there. Runs long: call it off the loop.
    """
    from fpdf import FPDF

    layout = LAYOUTS[layout_name]
    pdf = FPDF(unit="mm", format=(layout.width_mm, layout.height_mm))
    pdf.set_auto_page_break(auto=False)
    pdf.set_margin(0)
    pdf.set_creator("Greenlane")
    pdf.set_title("wristbands")
    family = _font_for(pdf, text)
    per_page = layout.columns * layout.rows
    for position, code in enumerate(codes):
        if position % per_page == 0:
            pdf.add_page()
        row, column = divmod(position % per_page, layout.columns)
        left = layout.margin_mm[0] + column * layout.label_mm[0]
        top = layout.margin_mm[1] + row * layout.label_mm[1]
        _draw_label(pdf, layout, left, top, code, text, family)
    return bytes(pdf.output())


def _draw_label(pdf: FPDF, layout: Layout, left: float, top: float, code: str, text: str, family: str) -> None:
    height = layout.label_mm[1]
    _draw_code(pdf, left + 1, top + (height - layout.code_mm) / 2, layout.code_mm, code)
    # To the right of the picture: the code for people, in groups that fit, and the chosen text.
    x, size = left + layout.code_mm + 2, layout.font_pt
    room = layout.label_mm[0] - layout.code_mm - 3
    pdf.set_font("courier", "B", size)
    lines = _lines(pdf, spaced(code).split(" "), room)
    line_mm = size * 0.45
    y = top + height / 2 - (len(lines) - 1) * line_mm / 2 + (line_mm if text else 0)
    for number, line in enumerate(lines):
        pdf.text(x, y + number * line_mm, line)
    if text:
        pdf.set_font(family, "", size + 2)
        while pdf.get_string_width(text) > room and pdf.font_size_pt > 5:
            pdf.set_font_size(pdf.font_size_pt - 0.5)
        pdf.text(x, y - line_mm * 1.4, text)


def _lines(pdf: FPDF, groups: list[str], room: float) -> list[str]:
    lines: list[str] = []
    for group in groups:
        longer = f"{lines[-1]} {group}" if lines else group
        if lines and pdf.get_string_width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(group)
    return lines


def _draw_code(pdf: FPDF, left: float, top: float, size: float, code: str) -> None:
    matrix = qr_matrix(code)
    module = size / (len(matrix) + 2 * QUIET_MODULES)
    pdf.set_fill_color(0, 0, 0)
    for y, row in enumerate(matrix):
        for start, end in _runs(row):
            x = left + (QUIET_MODULES + start) * module
            pdf.rect(x, top + (QUIET_MODULES + y) * module, (end - start) * module, module, style="F")


def _runs(row: Sequence[bool]) -> list[tuple[int, int]]:
    """Where a row is dark, as (first, after last): fewer rectangles, and no hairlines between them."""
    found, start = [], None
    for x, is_dark in enumerate([*row, False]):
        if is_dark and start is None:
            start = x
        elif not is_dark and start is not None:
            found.append((start, x))
            start = None
    return found


def qr_matrix(text: str) -> list[list[bool]]:
    """The modules of a QR code, without margin; level M mends 15 % of it."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode

    code: Any = QRCode(border=0, error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    matrix: list[list[bool]] = code.get_matrix()
    return matrix


def _font_for(pdf: FPDF, text: str) -> str:
    """A font's family that has the text's characters."""
    if all(ord(character) < 256 for character in text):
        return "helvetica"
    font = chinese_font()
    if font is None:
        raise NoChineseFont
    path, number = font
    pdf.add_font("chinese", "", path, collection_font_number=number)
    return "chinese"


@lru_cache(maxsize=1)
def chinese_font() -> tuple[str, int] | None:
    """The first font with Chinese that this machine has."""
    return next((font for font in CHINESE_FONTS if Path(font[0]).exists()), None)
