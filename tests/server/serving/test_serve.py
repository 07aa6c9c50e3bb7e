"""The real serving process: what it says when it cannot start, HTTP, HTTPS and WebSockets when it can."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import simple_websocket

# Each starts a process or two: seconds apiece, too long for the quick loop.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 180.0
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(instance: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GREENLANE_")}
    settings = {
        "INSTANCE": str(instance),
        "BIND": "127.0.0.1",
        "PORT": str(free_port()),
        "HTTPS_PORT": "0",
        "OCR": "off",
    } | more
    return kept | {f"GREENLANE_{name}": value for name, value in settings.items()}


def start_and_fail(env: dict[str, str]) -> str:
    """Start a hub that cannot start; its one line."""
    done = subprocess.run(
        [sys.executable, "wsgi.py"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


class Served:
    """A serving hub."""

    def __init__(self, instance: Path, **more: str) -> None:
        self.env = environment(instance, **more)
        self.instance = instance
        self.log = instance.with_suffix(".log")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([sys.executable, "wsgi.py"], cwd=ROOT, env=self.env, stdout=log, stderr=log)
        until = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(self.log.read_text())
            time.sleep(0.1)

    def answers(self) -> bool:
        try:
            return bool(self.get("/healthz")["status"] == "ok")
        except OSError:
            return False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.env['GREENLANE_PORT']}"

    def get(self, path: str) -> Any:
        with OPENER.open(self.url + path, timeout=10) as answer:
            return json.loads(answer.read())

    def post(self, path: str, body: dict[str, Any]) -> Any:
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)
        with OPENER.open(request, timeout=10) as answer:
            return json.loads(answer.read())

    def command(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.env, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=20)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    running: list[Served] = []

    def start(**more: str) -> Served:
        running.append(Served(tmp_path / f"instance-{len(running)}", **more))
        return running[-1]

    yield start
    for one in running:
        one.stop()


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = start_and_fail(environment(tmp_path / "instance", PORT=str(port)))
    assert f"port {port} is in use" in line and "GREENLANE_PORT" in line


def test_an_unwritable_instance_is_one_line(tmp_path: Path) -> None:
    # A file where the folder should be: root may write into any folder, so permissions would not tell.
    (tmp_path / "instance").write_text("in the way")
    line = start_and_fail(environment(tmp_path / "instance"))
    assert "cannot be written" in line and "GREENLANE_INSTANCE" in line


def test_a_setting_that_makes_no_sense_is_one_line(tmp_path: Path) -> None:
    assert "PORT" in start_and_fail(environment(tmp_path / "instance", PORT="eight"))


@pytest.mark.parametrize("name", ["store.sqlite", "accounts.sqlite", "audit.sqlite"])
def test_a_damaged_database_is_one_line_and_stays_as_it_was(tmp_path: Path, name: str) -> None:
    instance = tmp_path / "instance"
    instance.mkdir()
    damaged = b"this is no database " * 500
    (instance / name).write_bytes(damaged)
    line = start_and_fail(environment(instance))
    assert name in line and "restore" in line
    assert (instance / name).read_bytes() == damaged


def test_damaged_secrets_are_one_line(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    instance.mkdir()
    (instance / "secrets.json").write_text("{")
    assert "secrets.json is damaged" in start_and_fail(environment(instance))


@pytest.mark.parametrize("name", ["store.sqlite", "accounts.sqlite"])
def test_a_locked_database_is_one_line(tmp_path: Path, name: str) -> None:
    instance = tmp_path / "instance"
    instance.mkdir()
    with sqlite3.connect(instance / name) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("CREATE TABLE held (x)")
        holder.commit()
        holder.execute("BEGIN EXCLUSIVE")
        line = start_and_fail(environment(instance))
    assert f"{name} is locked" in line and "stop" in line


def test_a_second_hub_on_one_instance_is_refused_and_the_first_goes_on(serve: Callable[..., Served]) -> None:
    first = serve()
    assert "another hub" in start_and_fail(environment(first.instance))
    assert first.answers()


def test_a_hub_says_where_it_is_and_how_to_make_the_first_administrator(serve: Callable[..., Served]) -> None:
    served = serve()
    shown = served.log.read_text()
    assert f"http://localhost:{served.env['GREENLANE_PORT']}" in shown
    assert "staff add admin" in shown


def test_the_command_line_adds_staff_beside_a_serving_hub(serve: Callable[..., Served]) -> None:
    served = serve()
    served.command("unit", "add", "a101", "--name", "救护车 101")
    told = served.command("staff", "add", "li", "--role", "paramedic", "--unit", "a101")
    password = told.split("password: ")[1].strip()
    granted = served.post("/api/session", {"username": "li", "password": password, "device_name": "phone"})
    assert "unit_a101" in {row["name"] for row in granted["databases"]}


def test_sigterm_ends_the_hub_cleanly_and_it_starts_again_on_its_port(serve: Callable[..., Served]) -> None:
    first = serve()
    uuid = first.get("/healthz")["uuid"]
    assert first.stop() == 0
    assert "Traceback" not in first.log.read_text()
    again = Served(first.instance, PORT=first.env["GREENLANE_PORT"])
    try:
        assert again.get("/healthz")["uuid"] == uuid
    finally:
        again.stop()


def test_https_and_a_secure_websocket_work_for_who_trusts_the_ca(serve: Callable[..., Served]) -> None:
    port = free_port()
    served = serve(HTTPS_PORT=str(port))
    with OPENER.open(f"{served.url}/ca.crt", timeout=10) as answer:
        authority = answer.read().decode()
    context = ssl.create_default_context(cadata=authority)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    with opener.open(f"https://localhost:{port}/api/clock", timeout=10) as answer:
        assert "now" in json.loads(answer.read())
    served.command("staff", "add", "boss", "--role", "admin", "--password", "a good password")
    granted = served.post("/api/session", {"username": "boss", "password": "a good password"})
    for base, tls in ((f"ws://127.0.0.1:{served.env['GREENLANE_PORT']}", None), (f"wss://localhost:{port}", context)):
        assert nudge_after_a_change(served, base, tls, granted["token"]) == '42/live,["nudge",{"database":"roster"}]'


def test_a_browsers_offer_to_pack_messages_is_declined(serve: Callable[..., Served]) -> None:
    """Each connection that packs costs the hub 100 kB and more, for nudges of 60 bytes."""
    served = serve()
    with socket.create_connection(("127.0.0.1", int(served.env["GREENLANE_PORT"]))) as browser:
        browser.sendall(
            b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
        )
        browser.settimeout(20)
        head = browser.recv(1000)
    assert head.startswith(b"HTTP/1.1 101")
    assert b"sec-websocket-extensions" not in head.lower()


def nudge_after_a_change(served: Served, base: str, tls: ssl.SSLContext | None, token: str) -> str:
    """Connect to /live by WebSocket alone, change the roster, and return what is heard."""
    socket_ = simple_websocket.Client(f"{base}/socket.io/?EIO=4&transport=websocket", ssl_context=tls)
    # Sent before reading: this client leaves a message lying that came together with the handshake's answer.
    socket_.send("40/live," + json.dumps({"token": token}))
    assert socket_.receive(timeout=10).startswith("0")
    assert socket_.receive(timeout=10).startswith("40/live,")
    served.command("unit", "add", f"u{free_port()}", "--name", "x")
    heard: str = socket_.receive(timeout=20)
    socket_.close()
    return heard


def test_a_broken_handshake_does_not_upset_the_hub(serve: Callable[..., Served]) -> None:
    port = free_port()
    served = serve(HTTPS_PORT=str(port))
    with socket.create_connection(("127.0.0.1", port)) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with contextlib.suppress(ConnectionResetError):
            plain.recv(100)
    assert served.answers()
    assert "Traceback" not in served.log.read_text()
