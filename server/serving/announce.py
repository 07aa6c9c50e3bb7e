"""What the terminal shows at start: addresses, a QR code for phones, the demo's passwords or the way to an admin."""

from __future__ import annotations

import io
import json
import sys
import unicodedata

import qrcode

from server.hub import Hub
from server.serving.addresses import lan_addresses
from server.settings import VERSION, Settings

EVERY_ADDRESS = ("0.0.0.0", "::")


def announce(hub: Hub, ports: list[int]) -> None:
    """Print it all to standard output."""
    lines = [f"绿道 Greenlane {VERSION}" + ("  演示 demo: 虚构的数据 invented data" if hub.settings.demo else ""), ""]
    lines += address_lines(hub.settings, ports)
    lines += demo_lines(hub.settings) if hub.settings.demo else first_admin_lines(hub)
    print("\n".join(lines), flush=True, file=encodable(sys.stdout))


def encodable(stream: object) -> io.TextIOBase:
    """Standard output that never fails for a letter it cannot write (LANG=C)."""
    assert isinstance(stream, io.TextIOBase)
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return stream


def address_lines(settings: Settings, ports: list[int]) -> list[str]:
    """Where this computer and the phones find the hub."""
    reachable = lan_addresses() if settings.bind in EVERY_ADDRESS else []
    host = "localhost" if settings.bind in (*EVERY_ADDRESS, "127.0.0.1", "::1") else settings.bind
    lines = [f"  本机 this computer   http://{host}:{ports[0]}"]
    if len(ports) < 2 or not reachable:
        return [*lines, *(f"  局域网 network       http://{address}:{ports[0]}" for address in reachable), ""]
    lines += [f"  手机 phones          https://{address}:{ports[1]}" for address in reachable]
    lines += [
        f"  证书 certificate     http://{reachable[0]}:{ports[0]}/ca.crt  (每部手机信任一次 trust once on each phone)"
    ]
    return [*lines, "", qr_code(f"https://{reachable[0]}:{ports[1]}")]


def qr_code(text: str) -> str:
    """A QR code in half blocks, for dark terminals as for light ones."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_L, border=2)
    code.add_data(text)
    code.make(fit=True)
    written = io.StringIO()
    code.print_ascii(out=written, invert=True)
    return written.getvalue()


def demo_lines(settings: Settings) -> list[str]:
    """The invented staff and their passwords."""
    path = settings.instance / "demo-credentials.json"
    if not path.exists():
        return []
    passwords: dict[str, str] = json.loads(path.read_text())
    rows = [f"  {padded(username, 14)}{password}" for username, password in passwords.items()]
    return ["  " + padded("用户 user", 14) + "密码 password", *rows, f"  ({path})", ""]


def first_admin_lines(hub: Hub) -> list[str]:
    if hub.accounts.store.has_staff():
        return []
    return [
        "  还没有人员 nobody can sign in yet. Make the first administrator:",
        "    .venv/bin/flask --app wsgi staff add admin --name 管理员 --role admin",
        "",
    ]


def padded(text: str, width: int) -> str:
    """Pad to a width in terminal columns; Chinese letters take two."""
    columns = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(1, width - columns)
