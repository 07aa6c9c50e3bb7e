"""A real hub in a process of its own, on loopback, that a test may kill."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from server import create_app
from server.accounts.passwords import Passwords
from server.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = "correct horse"
START_SECONDS = 180.0


def fill_instance(instance: Path) -> None:
    """A hospital, two ambulances, a crew and a nurse."""
    app = create_app(replace(Settings(), instance=instance, bind="127.0.0.1"))
    hub = app.extensions["greenlane"]
    hashed = Passwords().hash(PASSWORD)
    hub.accounts.store.put_site("county", "县人民医院", "County Hospital", "0000-120")
    for unit in ("a101", "a102"):
        hub.accounts.store.put_unit(unit, unit, "0000-101")
    hub.accounts.store.add_staff("paramedic", "P", "paramedic", hashed, units=["a101"])
    hub.accounts.store.add_staff("nurse", "N", "nurse", hashed, sites=["county"])
    hub.close()
    not_registered(instance)


def not_registered(instance: Path) -> None:
    """What the hub itself would write of a registration comes when it comes, and is no matter of these tests."""
    (instance / "integrations.json").write_text('{"county": {"integration": "none"}}', encoding="utf-8")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class LiveHub:
    """`python wsgi.py` on an instance."""

    def __init__(self, instance: Path, **environment: str) -> None:
        self.instance = instance
        self.port = free_port()
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the process and wait for nothing."""
        environment = os.environ | {
            "GREENLANE_INSTANCE": str(self.instance),
            "GREENLANE_PORT": str(self.port),
            "GREENLANE_HTTPS_PORT": "0",
            "GREENLANE_BIND": "127.0.0.1",
            "GREENLANE_DEMO": "0",
        }
        with (self.instance.parent / "hub.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "wsgi.py"], cwd=ROOT, env=environment | self._environment, stdout=log, stderr=log
            )
        return self._process

    def start(self) -> LiveHub:
        process = self.launch()
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                if self.call("GET", "/db/")[0] == 200:
                    return self
            except OSError:
                pass  # not listening yet
            if process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError((self.instance.parent / "hub.log").read_text()[-4000:])

    def kill(self) -> None:
        """The power cut: no handler of the hub runs."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(timeout=10)

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill()

    def call(self, method: str, path: str, body: Any = None, token: str | None = None) -> tuple[int, Any]:
        """One request; returns the status and the JSON answer."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()

    def sign_in(self, username: str) -> str:
        body = {"username": username, "password": PASSWORD, "device_name": "test"}
        status, answer = self.call("POST", "/api/session", body)
        assert status == 200, answer
        token: str = answer["token"]
        return token
