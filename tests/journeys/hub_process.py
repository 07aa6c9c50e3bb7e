"""The real hub as a subprocess, on its own port and instance folder, that a journey may kill and start again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from relay import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 180.0
# Loopback never goes through a proxy, whatever the environment says.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class HubProcess:
    """One hub. `env` overrides settings and may be changed between restarts.

    With `passwords` the instance has been filled already; without, the hub makes its demo county.
    """

    def __init__(
        self, instance: Path, env: dict[str, str] | None = None, passwords: dict[str, str] | None = None
    ) -> None:
        self.instance = instance
        self._passwords = passwords
        self.port = free_port()
        self.env = dict(env or {})
        self.shift_seconds = 0.0
        self.program: Path | None = None  # instead of the hub's own, for one that is broken on purpose
        self.log_path = instance.parent / f"{instance.name}.log"
        self.start_seconds = START_SECONDS  # a busy machine may need longer
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError("the hub has not been started")
        return self._process.pid

    def start(self) -> HubProcess:
        env = os.environ | {
            "GREENLANE_INSTANCE": str(self.instance),
            "GREENLANE_PORT": str(self.port),
            "GREENLANE_HTTPS_PORT": "0",
            "GREENLANE_BIND": "127.0.0.1",
            # The card reader is a process of 440 MB that no journey but its own needs.
            "GREENLANE_OCR": "off",
            "GREENLANE_DEMO": "1" if self._passwords is None else "0",
            "PYTHONUNBUFFERED": "1",
        }
        program = ROOT / "wsgi.py"
        if self.shift_seconds or "JOURNEY_LIFECYCLE_SECONDS" in self.env:
            program = self.program or Path(__file__).with_name("later_hub.py")
            env |= {"JOURNEY_HUB_SHIFT_SECONDS": str(self.shift_seconds)}
        self._process = self._launch(program, env | self.env)
        self._wait_until_healthy()
        return self

    def _launch(self, program: Path, env: dict[str, str]) -> subprocess.Popen[bytes]:
        with self.log_path.open("ab") as log:
            return subprocess.Popen([sys.executable, str(program)], cwd=ROOT, env=env, stdout=log, stderr=log)

    def _wait_until_healthy(self) -> None:
        until = time.monotonic() + self.start_seconds
        while time.monotonic() < until:
            if self._process is not None and self._process.poll() is not None:
                raise RuntimeError(f"the hub ended with {self._process.returncode}:\n{self.log_tail()}")
            try:
                if self.get("/healthz")["status"] == "ok":
                    return
            except (OSError, ValueError):
                time.sleep(0.1)
        raise RuntimeError(f"the hub did not become healthy:\n{self.log_tail()}")

    def kill9(self) -> None:
        """The power cut: no handler of the hub runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(timeout=10)

    def stop(self) -> None:
        """Ask it to end; kill only when it does not."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.kill9()

    def restart(self, env: dict[str, str] | None = None, *, shift_seconds: float = 0.0) -> None:
        """Start again on the same port and instance; `env` adds to the settings, the clock may be set forward."""
        self.stop()
        self.env |= env or {}
        self.shift_seconds = shift_seconds
        self.start()

    @property
    def passwords(self) -> dict[str, str]:
        if self._passwords is not None:
            return self._passwords
        found: dict[str, str] = json.loads((self.instance / "demo-credentials.json").read_text())
        return found

    def log_tail(self, lines: int = 60) -> str:
        if not self.log_path.exists():
            return "(no log)"
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])

    def sign_in(self, username: str, device_name: str = "journey") -> str:
        """A Bearer token for looking at the hub from beside the browsers."""
        answer = self.post(
            "/api/session",
            {"username": username, "password": self.passwords[username], "device_name": device_name},
        )
        token: str = answer["token"]
        return token

    def staff_id(self, username: str) -> str:
        """The id under which a person stands in the record."""
        answer = self.post(
            "/api/session", {"username": username, "password": self.passwords[username], "device_name": "journey"}
        )
        found: str = answer["staff"]["id"]
        return found

    def document_ids(self, database: str, token: str) -> set[str]:
        """Ids of the live documents in a mailbox, by its change feed."""
        answer = self.get(f"/db/{database}/_changes?since=0", token)
        return {row["id"] for row in answer["results"] if not row.get("deleted")}

    def get(self, path: str, token: str | None = None) -> Any:
        return self._call("GET", path, None, token)

    def post(self, path: str, body: Any, token: str | None = None) -> Any:
        return self._call("POST", path, body, token)

    def _call(self, method: str, path: str, body: Any, token: str | None) -> Any:
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data=data, headers=headers, method=method
        )
        try:
            with _OPENER.open(request, timeout=15) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            raise HubRefused(refused.code, refused.read().decode(errors="replace")) from refused


class HubRefused(OSError):
    """The hub answered, but with an error."""

    def __init__(self, status: int, body: str) -> None:
        super().__init__(f"{status}: {body[:300]}")
        self.status = status
        self.body = body
