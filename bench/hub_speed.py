"""Documents per second over HTTP, ours beside CouchDB (or pouchdb-server) in the same run.

    COUCHDB_URL=http://name:password@127.0.0.1:5984 python bench/hub_speed.py [--documents 20000] [--rounds 3]

`_bulk_docs` (new_edits=false, 500 a batch; every answer comes after the commit is on the disk), `_bulk_get` of 500 and
`_changes` in pages of 500, at 1 and at 8 clients. Ours twice: `plain`, an ordinary database, which does the same work
as the other; and `mailbox`, the way of a phone: guard, router, receipt, archive and two mailboxes, while the read model
follows. Rounds alternate, and the median counts. Without COUCHDB_URL, pouchdb-server is used where `npx --no-install
pouchdb-server` finds one; where neither is there, only ours is measured, and that is said.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from conditions import print_result
from stroke_documents import ULID_ALPHABET

# isort: split
# (conditions has made the modules of tests/journeys importable)
from county import make_county
from hub_process import HubProcess
from relay import free_port

BATCH = 500
PER_ENCOUNTER = 50
CLIENTS = (1, 8)
MEASURES = ("_bulk_docs", "_bulk_get", "_changes")


def ulid(number: int) -> str:
    return "01" + "".join(ULID_ALPHABET[(number >> shift) & 31] for shift in range(115, -1, -5))


def document(number: int, salt: int) -> dict[str, Any]:
    """A believable document of 400 bytes; each encounter's second one names the hospital."""
    encounter, place = divmod(number, PER_ENCOUNTER)
    kind = ("encounter", "destination")[place] if place < 2 else "vitals"
    bodies = {"encounter": {"unit": "a101", "pathway": "stroke"}, "destination": {"site": "county", "eta_at": None}}
    own = ulid((salt << 40) + number)
    return {
        "_id": f"encounter:{ulid((salt << 40) + encounter)}:{kind}:{own}",
        "_rev": f"1-{(salt << 40) + number:032x}",
        "kind": kind,
        "schema": 1,
        "occurred_at": "2026-11-21T09:31:05.120Z",
        "time_basis": "device",
        "recorded_at": "2026-11-21T09:31:07.400Z",
        "clock": {"session": own, "mono_ms": number, "offset_ms": -812, "error_ms": 40},
        "author": {"staff": "s-1", "role": "paramedic", "badge": None},
        "device": "d-1",
        "supersedes": None,
        "body": bodies.get(kind, {"sbp": 92, "hr": 118, "spo2": 94}),
    }


@dataclass
class Server:
    """Somebody who speaks the protocol. `make` opens a fresh database; None where one database is all there is."""

    name: str
    host: str
    port: int
    prefix: str
    authorization: str
    database: Callable[[int], str]

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


def together(clients: int, jobs: list[Callable[[http.client.HTTPConnection], Any]], server: Server) -> float:
    """Seconds that the clients need for all jobs, each client with one connection."""
    waiting, lock = list(reversed(jobs)), threading.Lock()
    problems: list[BaseException] = []

    def client() -> None:
        connection = server.connect()
        try:
            while True:
                with lock:
                    if not waiting:
                        return
                    job = waiting.pop()
                job(connection)
        except BaseException as problem:  # noqa: BLE001 - raised below, in the thread that reports
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    if problems:
        raise problems[0]
    return seconds


def one_round(server: Server, clients: int, documents: int, salt: int) -> dict[str, float]:
    """Documents per second of each measure in a database of its own."""
    name = server.database(salt)
    batches = [[document(n, salt) for n in range(start, start + BATCH)] for start in range(0, documents, BATCH)]
    bodies = [json.dumps({"new_edits": False, "docs": batch}).encode() for batch in batches]
    wanted = [json.dumps({"docs": [{"id": d["_id"], "rev": d["_rev"]} for d in batch]}).encode() for batch in batches]

    def push(body: bytes) -> Callable[[http.client.HTTPConnection], None]:
        def job(connection: http.client.HTTPConnection) -> None:
            refused = json.loads(server.ask(connection, "POST", f"/{name}/_bulk_docs", body))
            if refused:
                raise RuntimeError(f"{server.name} refused {refused[0]}")

        return job

    def fetch(body: bytes) -> Callable[[http.client.HTTPConnection], None]:
        return lambda connection: void(server.ask(connection, "POST", f"/{name}/_bulk_get?revs=true", body))

    def follow(connection: http.client.HTTPConnection) -> None:
        since = "0"
        for _ in batches:
            page = json.loads(server.ask(connection, "GET", f"/{name}/_changes?limit={BATCH}&since={since}"))
            since = page["last_seq"]

    return {
        "_bulk_docs": documents / together(clients, [push(body) for body in bodies], server),
        "_bulk_get": documents / together(clients, [fetch(body) for body in wanted], server),
        "_changes": clients * documents / together(clients, [follow] * clients, server),
    }


def void(_value: object) -> None:
    """Drop an answer that only had to come."""


# --- the servers
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
        plain = Server("plain", "127.0.0.1", plain_hub.port, "/db", "", lambda salt: f"scratch{salt}")
        plain.database = making(plain)
        mailbox = Server("mailbox", "127.0.0.1", mailbox_hub.port, "/db", f"Bearer {token}", lambda _salt: "unit_a101")
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
        server = Server("pouchdb-server", "127.0.0.1", port, "", "", lambda _salt: "")
        server.database = making(server)
        wait_for(server)
        yield server
    finally:
        started.terminate()
        started.wait(10)


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


def measure(servers: list[Server], documents: int, rounds: int) -> dict[str, Any]:
    found: dict[str, dict[str, list[float]]] = {}
    salt = 0
    for turn in range(rounds):
        for clients in CLIENTS:
            for server in servers:
                salt += 1
                rates = one_round(server, clients, documents, salt)
                drop(server, salt)
                print(f"round {turn + 1}, {clients} clients, {server.name}: {rounded(rates)}", file=sys.stderr)
                for measure_name, rate in rates.items():
                    found.setdefault(f"{measure_name}, {clients}", {}).setdefault(server.name, []).append(rate)
    return {
        name: {server: round(statistics.median(rates)) for server, rates in by_server.items()}
        for name, by_server in found.items()
    }


def rounded(rates: dict[str, float]) -> dict[str, int]:
    return {name: round(rate) for name, rate in rates.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    documents = max(BATCH, given.documents // BATCH * BATCH)
    with tempfile.TemporaryDirectory() as name:
        with ours(Path(name)) as mine, rival(Path(name)) as other:
            rates = measure(mine + ([other] if other else []), documents, given.rounds)
    ratios = {}
    if other is not None:
        for what, by_server in rates.items():
            ratios[what] = {one: round(by_server[one] / by_server[other.name], 2) for one in ("plain", "mailbox")}
    result = {"documents a round": documents, "documents per second": rates, "times the other's": ratios}
    print_result("hub_speed", result)


if __name__ == "__main__":
    main()
