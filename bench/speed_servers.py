"""The servers that hub_speed.py asks: two hubs of ours, and CouchDB or pouchdb-server beside them."""

from __future__ import annotations

import base64
import http.client
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import conditions  # noqa: F401 - makes the modules of tests/journeys importable

# isort: split
from county import make_county
from hub_process import HubProcess
from relay import free_port


@dataclass
class Server:
    """Somebody who speaks the protocol. `database` gives the name of a round's database, made anew where it can be."""

    name: str
    host: str
    port: int
    prefix: str
    authorization: str
    database: Callable[[int], str]
    pid: int | None = None  # where it runs on this machine

    def processor_seconds(self) -> float:
        if self.pid is None:
            return 0.0
        user, system = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self.host, self.port, timeout=120)

    def ask(self, connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None) -> bytes:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.authorization:
            headers["Authorization"] = self.authorization
        connection.request(method, self.prefix + path, body, headers)
        answer = connection.getresponse()
        data = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{self.name}: {method} {path}: {answer.status} {data[:200]!r}")
        return data


@contextmanager
def ours(folder: Path) -> Iterator[list[Server]]:
    """Two hubs of ours, each alone on its port: one with scratch databases, one with a county."""
    county = folder / "county"
    passwords = make_county(county)
    mailbox_hub = HubProcess(county, {}, passwords)
    plain_hub = HubProcess(folder / "plain", {"GREENLANE_CONFORMANCE": "1"}, {})
    mailbox_hub.start()
    plain_hub.start()
    try:
        token = mailbox_hub.sign_in("paramedic")
        plain = Server("plain", "127.0.0.1", plain_hub.port, "/db", "", lambda _salt: "", plain_hub.pid)
        plain.database = making(plain)
        bearer = f"Bearer {token}"
        mailbox = Server(
            "mailbox", "127.0.0.1", mailbox_hub.port, "/db", bearer, lambda _salt: "unit_a101", mailbox_hub.pid
        )
        yield [plain, mailbox]
    finally:
        mailbox_hub.stop()
        plain_hub.stop()


def making(server: Server) -> Callable[[int], str]:
    """Make a new database for each round."""

    def make(salt: int) -> str:
        name = f"greenlane_speed_{os.getpid()}_{salt}"
        connection = server.connect()
        server.ask(connection, "PUT", f"/{name}")
        connection.close()
        return name

    return make


@contextmanager
def rival(folder: Path) -> Iterator[Server | None]:
    """CouchDB where COUCHDB_URL names one, else pouchdb-server where it is installed, else nothing."""
    if url := os.environ.get("COUCHDB_URL"):
        parts = urlsplit(url)
        who = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
        basic = "Basic " + base64.b64encode(who.encode()).decode()
        server = Server("couchdb", parts.hostname or "127.0.0.1", parts.port or 5984, "", basic, lambda _salt: "")
        server.database = making(server)
        server.pid = listening_pid(server.port)
        yield server
        return
    npx = shutil.which("npx")
    if (
        npx is None
        or subprocess.run([npx, "--no-install", "pouchdb-server", "--version"], capture_output=True).returncode
    ):
        print("SKIPPED: no COUCHDB_URL and no pouchdb-server; only ours is measured", file=sys.stderr)
        yield None
        return
    port = free_port()
    started = subprocess.Popen([npx, "--no-install", "pouchdb-server", "--port", str(port)], cwd=folder)
    try:
        server = Server("pouchdb-server", "127.0.0.1", port, "", "", lambda _salt: "", started.pid)
        server.database = making(server)
        wait_for(server)
        yield server
    finally:
        started.terminate()
        started.wait(10)


def listening_pid(port: int) -> int | None:
    """The process on this machine that listens on a port, as far as we may see it."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        columns = line.split()
        if columns[3] == "0A" and int(columns[1].split(":")[1], 16) == port:
            return next((pid for pid in process_ids() if holds(pid, f"socket:[{columns[9]}]")), None)
    return None


def process_ids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def holds(pid: int, link: str) -> bool:
    try:
        return any(os.readlink(entry) == link for entry in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:  # ended, or somebody else's
        return False


def wait_for(server: Server) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            server.ask(server.connect(), "GET", "/")
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def drop(server: Server, salt: int) -> None:
    if server.name != "mailbox":
        server.ask(server.connect(), "DELETE", f"/greenlane_speed_{os.getpid()}_{salt}")
