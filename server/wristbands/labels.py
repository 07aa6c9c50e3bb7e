"""Wristbands and labels on paper: a PDF for office printers (sheets) and thermal printers (one label a page).

fpdf2 is loaded when the first label is printed: it costs 10 MB that most hubs never need.
"""

from __future__ import annotations

import math
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
    """A page in millimetres, and the grid of labels on it. `code_mm`: the picture with its light margin.

    `edge_mm` is how near the label's right edge anything may stand: office printers leave out 5 mm of a sheet, and
    thermal paper lies up to 1 mm aside. At `font_pt` the code stands in two lines, on a band in one.
    """

    width_mm: float
    height_mm: float
    columns: int
    rows: int
    label_mm: tuple[float, float]
    margin_mm: tuple[float, float]
    code_mm: float
    font_pt: float
    edge_mm: float


# A code's picture is 29 modules wide. A module is a whole number of dots of the usual thermal printer, 8 a millimetre.
LAYOUTS = {
    # 24 labels of 70 x 37 mm on A4, the commonest sheet.
    "a4_24": Layout(210, 297, 3, 8, (70, 37), (0, 0.5), 29, 12, 5),
    "label_50x30": Layout(50, 30, 1, 1, (50, 30), (0, 0), 25.375, 8.5, 2),
    "label_60x40": Layout(60, 40, 1, 1, (60, 40), (0, 0), 32.625, 9.5, 2),
    # The usual adult band of thermal printers; print only where the band is not folded into its lock.
    "band_25x279": Layout(279, 25, 1, 1, (90, 25), (100, 0), 21.75, 12, 2),
}
DOT_MM = 0.125
POINT_MM = 0.3528
# From one line's foot to the next, and from its head to the letters' foot, in parts of the letters' size.
LINE, ASCENT = 1.25, 0.95
# A word for people is broken into more lines rather than made smaller than this.
READABLE_PT = 8.0
SMALLEST_PT = 5.0
MOST_TEXT_LINES = 3
GAP_MM = 1.0  # between the text and the code
# Rows of modules overlap by this: two edges that only meet may show a light line between them.
OVERLAP_MM = 0.02


def labels_pdf(layout_name: str, codes: Sequence[str], text: str = "") -> bytes:
    """A PDF with one label for each code, beside which the code stands in letters, and `text` if any.

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
    _draw_code(pdf, left + 1, top + _to_dot((height - layout.code_mm) / 2), layout.code_mm, code)
    # To the right of the picture: the chosen text, and below it the code for people.
    x = left + layout.code_mm + 2
    room = layout.label_mm[0] - layout.code_mm - 2 - layout.edge_mm
    pdf.set_font("courier", "B", layout.font_pt)
    lines = _broken(pdf, spaced(code).split(" "), " ", room)
    written = [("courier", "B", layout.font_pt, line) for line in lines]
    words: list[str] = []
    if text:
        pdf.set_font(family, "", layout.font_pt + 2)
        words = _fitted(pdf, text, room)
        written = [(family, "", pdf.font_size_pt, line) for line in words] + written
    gap = GAP_MM if text else 0
    y = top + (height - gap - sum(size * LINE * POINT_MM for _, _, size, _ in written)) / 2
    for position, (kind, style, size, line) in enumerate(written):
        if position == len(words):
            y += gap
        pdf.set_font(kind, style, size)
        pdf.text(x, y + size * ASCENT * POINT_MM, line)
        y += size * LINE * POINT_MM


def _to_dot(mm: float) -> float:
    return math.floor(mm / DOT_MM) * DOT_MM


def _fitted(pdf: FPDF, text: str, room: float) -> list[str]:
    """The text in as few lines as stay readable, all of it; leaves the font at the size that fits."""
    largest = pdf.font_size_pt
    for most in range(1, MOST_TEXT_LINES + 1):
        pieces, joint = (text.split(" "), " ") if most < MOST_TEXT_LINES and " " in text else (list(text), "")
        size = largest
        while size >= (READABLE_PT if most < MOST_TEXT_LINES else SMALLEST_PT):
            pdf.set_font_size(size)
            lines = _broken(pdf, pieces, joint, room)
            if len(lines) <= most and all(pdf.get_string_width(line) <= room for line in lines):
                return lines
            size -= 0.5
    return lines


def _broken(pdf: FPDF, pieces: list[str], joint: str, room: float) -> list[str]:
    """Lines that fit, as few as may be, and of these the narrowest: no letter stands alone on the last one."""
    lines = _filled(pdf, pieces, joint, room)
    while room > 1 and len(narrower := _filled(pdf, pieces, joint, room - 0.5)) == len(lines):
        room, lines = room - 0.5, narrower
    return lines


def _filled(pdf: FPDF, pieces: list[str], joint: str, room: float) -> list[str]:
    lines: list[str] = []
    for piece in pieces:
        longer = f"{lines[-1]}{joint}{piece}" if lines else piece
        if lines and pdf.get_string_width(longer) <= room:
            lines[-1] = longer
        else:
            lines.append(piece)
    return lines


def _draw_code(pdf: FPDF, left: float, top: float, size: float, code: str) -> None:
    matrix = qr_matrix(code)
    module = size / (len(matrix) + 2 * QUIET_MODULES)
    pdf.set_fill_color(0, 0, 0)
    for y, row in enumerate(matrix):
        below = matrix[y + 1] if y + 1 < len(matrix) else []
        for start, end in _runs(row):
            x = left + (QUIET_MODULES + start) * module
            tall = module + (OVERLAP_MM if any(below[start:end]) else 0)
            pdf.rect(x, top + (QUIET_MODULES + y) * module, (end - start) * module, tall, style="F")


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
