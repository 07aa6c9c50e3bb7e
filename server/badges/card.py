"""A badge on paper: name, role and QR code in the size of a bank card, as SVG that a browser prints."""

from __future__ import annotations

from xml.sax.saxutils import escape

import qrcode

from server.accounts.rules import Staff
from server.badges.rules import Badge, date_of

ROLES = {
    "paramedic": "急救人员 Paramedic",
    "nurse": "护士 Nurse",
    "doctor": "医生 Doctor",
    "specialist": "专科医生 Specialist",
    "commander": "现场指挥 Commander",
    "quality": "质控 Quality",
    "admin": "管理员 Administrator",
}
# ISO/IEC 7810 ID-1, in millimetres.
WIDTH, HEIGHT, QR, QR_LEFT, QR_TOP = 85.6, 54, 40, 42.6, 7
FONTS = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif"


def card_svg(badge: Badge, staff: Staff, token: str, places: list[str], hub_name: str) -> str:
    """The card as a picture of its own; it holds the token, so whoever photographs it has the badge."""
    lines = [
        (12, 3, hub_name, "#555"),
        (22, 6 if len(staff.name) <= 5 else 4, staff.name, "#000"),
        (28, 3, ROLES.get(staff.role, staff.role), "#000"),
        *((33 + 4 * at, 2.8, place, "#000") for at, place in enumerate(places[:2])),
        (43, 2.6, badge.label, "#555"),
        (47, 2.6, f"有效至 until {date_of(badge.expires)}", "#000"),
        (50.5, 2.2, badge.id, "#555"),
    ]
    text = "".join(
        f'<text x="4" y="{y}" font-size="{size}" fill="{colour}">{escape(words)}</text>'
        for y, size, words, colour in lines
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{HEIGHT}mm" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="{FONTS}"><rect width="{WIDTH}" height="{HEIGHT}" rx="3" fill="#fff" stroke="#999" '
        f'stroke-width="0.2"/><rect width="{WIDTH}" height="5" fill="#0a7d4f"/>{text}{qr_path(token)}</svg>'
    )


def qr_path(token: str) -> str:
    """The QR code's dark modules as one path, with the quiet zone that readers need left white."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(token, optimize=0)
    rows = code.get_matrix()
    module = QR / len(rows)
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return (
        f'<g transform="translate({QR_LEFT} {QR_TOP}) scale({module:.5f})" shape-rendering="crispEdges">'
        f'<path d="{dark}" fill="#000"/></g>'
    )
