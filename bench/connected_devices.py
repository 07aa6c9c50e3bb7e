"""Thousands of connected devices on one hub: memory of each, others' requests while eight push, all leaving at once.

    python bench/connected_devices.py [--devices 4000] [--seconds 20]

Devices are enrolled and hold a session each, four to an ambulance; each keeps a Socket.IO connection (namespace /live)
to the hub's process from another one. Memory is the growth of the hub's resident set. While eight of them push batches
of 60 documents without pause, others ask for what a device asks for (its clock, a page of changes). Then all sockets
are torn off at once, and all come back at once.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import http.client
import json
import multiprocessing
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from conditions import ROOT, print_result
from stroke_documents import stroke_documents

sys.path.insert(0, str(ROOT))

# isort: split
# (conditions has made the modules of tests/journeys importable)
from hub_process import HubProcess

PER_UNIT = 4
PUSHERS = 8
ASKERS = 4
DOCUMENTS = 60
SPARE_FILES = 200
AT_ONCE = 200  # connections that are being opened at a time, as a listener's backlog would let them

# Enrols everybody in one go, through the hub's own accounts: signing in 4,000 times would measure password hashing.
ENROL = """
import json, sys
from datetime import timedelta
from pathlib import Path
from server.accounts.accounts import Accounts
from server.accounts.secrets_file import load_secrets
from server.clock import Clock
from server.settings import Settings

instance, count, per_unit = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
instance.mkdir(parents=True, exist_ok=True)
settings = Settings(instance=instance)
key = load_secrets(instance / "secrets.json")["token_key"]
accounts = Accounts(instance / "accounts.sqlite", settings, Clock(), key)
password = accounts.passwords.hash("not used here")
for site in ("county", "east"):
    accounts.store.put_site(site, site, site, "0000")
found = []
for number in range(count):
    unit = f"u{number // per_unit:04}"
    if number % per_unit == 0:
        accounts.store.put_unit(unit, unit, "0000")
        staff = accounts.store.add_staff(unit, unit, "paramedic", password, units=[unit])
    device = accounts.devices.register(unit, staff.id, f"d-{number:05}", None)
    token, _ = accounts.tokens.issue(staff.id, device.id, accounts.clock.now(), timedelta(hours=12))
    found.append({"token": token, "unit": unit, "staff": staff.id, "device": device.id})
accounts.database.close()
json.dump(found, sys.stdout)
"""
Enrolled = dict[str, str]


def enrol(instance: Path, count: int) -> list[Enrolled]:
    done = subprocess.run(
        [sys.executable, "-c", ENROL, str(instance), str(count), str(PER_UNIT)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: list[Enrolled] = json.loads(done.stdout)
    return found


# --- the devices' connections, in a process of their own
class Sockets:
    """All devices' Socket.IO connections, in plain frames: 4,000 client objects would be the load themselves."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.nudges = 0
        self.lost = 0

    async def connect_all(self, tokens: list[str]) -> dict[str, Any]:
        gate, began = asyncio.Semaphore(AT_ONCE), time.perf_counter()
        refused = 0

        async def one(token: str) -> None:
            nonlocal refused
            while True:
                async with gate:
                    try:
                        await asyncio.wait_for(self._connect(token), 120)
                        return
                    except (OSError, ConnectionError, asyncio.IncompleteReadError, TimeoutError):
                        refused += 1
                await asyncio.sleep(random.uniform(0.2, 2))

        await asyncio.gather(*(one(token) for token in tokens))
        return {"seconds": round(time.perf_counter() - began, 2), "attempts that failed": refused}

    async def _connect(self, token: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            key = base64.b64encode(os.urandom(16)).decode()
            writer.write(
                f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
                f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
                "Sec-WebSocket-Version: 13\r\n\r\n".encode()
            )
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                raise ConnectionError(head[:60])
            await read_frame(reader)  # Engine.IO's open packet
            writer.write(frame("40/live," + json.dumps({"token": token})))
            if not (await read_frame(reader)).startswith(b"40/live,"):
                raise ConnectionError("the hub did not take the session")
        except BaseException:
            writer.transport.abort()
            raise
        self._writers.append(writer)
        task = asyncio.create_task(self._listen(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            while True:
                packet = await read_frame(reader)
                if packet == b"2":
                    writer.write(frame("3"))
                elif packet.startswith(b"42/live,"):
                    self.nudges += 1
        self.lost += 1

    def tear_off(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()


async def read_frame(reader: asyncio.StreamReader) -> bytes:
    """The payload of the next text frame; pings of WebSocket itself do not come from this hub."""
    head = await reader.readexactly(2)
    size = head[1] & 0x7F
    if size == 126:
        size = int.from_bytes(await reader.readexactly(2), "big")
    elif size == 127:
        size = int.from_bytes(await reader.readexactly(8), "big")
    if head[0] & 0x0F == 8:
        raise ConnectionResetError("closed")
    return await reader.readexactly(size)


def frame(text: str) -> bytes:
    data, mask = text.encode(), os.urandom(4)
    size = bytes([0x80 | len(data)]) if len(data) < 126 else bytes([0xFE]) + len(data).to_bytes(2, "big")
    return b"\x81" + size + mask + bytes(byte ^ mask[n & 3] for n, byte in enumerate(data))


def run_sockets(port: int, tokens: list[str], orders: Any) -> None:
    """The other process: does what comes through the pipe, and answers."""

    async def work() -> None:
        sockets = Sockets(port)
        while True:
            order = await asyncio.get_running_loop().run_in_executor(None, orders.recv)
            if order == "connect":
                orders.send(await sockets.connect_all(tokens))
            elif order == "tear off":
                sockets.tear_off()
                orders.send({})
            elif order == "tell":
                orders.send({"nudges": sockets.nudges, "lost": sockets.lost})
            else:
                return

    asyncio.run(work())


# --- requests
def call(connection: http.client.HTTPConnection, method: str, path: str, token: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request(method, path, data, headers)
    answer = connection.getresponse()
    found = answer.read()
    if answer.status >= 400:
        raise RuntimeError(f"{method} {path}: {answer.status} {found[:200]!r}")
    return json.loads(found)


def push_without_pause(port: int, who: Enrolled, until: float, results: Any) -> None:
    connection, pushed = http.client.HTTPConnection("127.0.0.1", port, timeout=60), 0
    while time.time() < until:
        _, documents = stroke_documents(
            DOCUMENTS,
            staff=who["staff"],
            device=who["device"],
            unit=who["unit"],
            site="county",
            began_at=datetime.now(UTC) - timedelta(minutes=10),
        )
        body = {"new_edits": False, "docs": documents}
        call(connection, "POST", f"/db/unit_{who['unit']}/_bulk_docs", who["token"], body)
        pushed += len(documents)
    results.put(pushed)


def ask_without_pause(port: int, who: Enrolled, until: float, results: Any) -> None:
    """What a device asks for, one after another with a breath between; the milliseconds of each."""
    connection, times = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
    paths = [
        "/api/clock",
        f"/db/unit_{who['unit']}/_changes?since=0&limit=50",
        "/db/roster/_changes?since=now&limit=50",
    ]
    number = 0
    while time.time() < until:
        began = time.perf_counter()
        call(connection, "GET", paths[number % len(paths)], who["token"])
        times.append((time.perf_counter() - began) * 1000)
        number += 1
        time.sleep(0.02)
    results.put(times)


def ask_meanwhile(port: int, people: list[Enrolled], seconds: float, pushers: int) -> dict[str, Any]:
    """Milliseconds of others' requests for a while, with so many pushing."""
    until, pushed, asked = time.time() + seconds, multiprocessing.Queue(), multiprocessing.Queue()
    jobs = [(push_without_pause, who, pushed) for who in people[:pushers]]
    jobs += [(ask_without_pause, who, asked) for who in people[-ASKERS:]]
    workers = [multiprocessing.Process(target=job, args=(port, who, until, found)) for job, who, found in jobs]
    for worker in workers:
        worker.start()
    times = sorted(one for _ in range(ASKERS) for one in asked.get())
    documents = sum(pushed.get() for _ in range(pushers))
    for worker in workers:
        worker.join()
    result = {
        "requests": len(times),
        "median ms": round(statistics.median(times), 1),
        "p99 ms": round(times[min(len(times) - 1, int(len(times) * 0.99))], 1),
        "worst ms": round(times[-1], 1),
    }
    return result | ({"documents pushed per second": round(documents / seconds)} if pushers else {})


# --- memory
def resident_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def settled_kb(pid: int) -> int:
    """The resident set once it no longer grows."""
    before = resident_kb(pid)
    for _ in range(30):
        time.sleep(1)
        now = resident_kb(pid)
        if abs(now - before) < 500:
            return now
        before = now
    return before


def measure(hub: HubProcess, people: list[Enrolled], seconds: float) -> dict[str, Any]:
    here, there = multiprocessing.Pipe()
    tokens = [who["token"] for who in people]
    sockets = multiprocessing.Process(target=run_sockets, args=(hub.port, tokens, there), daemon=True)
    sockets.start()

    def order(what: str) -> dict[str, Any]:
        here.send(what)
        found: dict[str, Any] = here.recv()
        return found

    every = max(1, len(people) // 16)
    spread = people[::every]  # of different ambulances
    result: dict[str, Any] = {"others, nobody connected": ask_meanwhile(hub.port, spread, seconds / 2, 0)}
    before = settled_kb(hub.pid)
    result["connecting"] = order("connect")
    after = settled_kb(hub.pid)
    result["kB each"] = round((after - before) / len(people), 1)
    result["hub MB before and after"] = [round(before / 1024), round(after / 1024)]
    result["others, all connected"] = ask_meanwhile(hub.port, spread, seconds, 0)
    result["others, eight push"] = ask_meanwhile(hub.port, spread, seconds, PUSHERS)
    result["nudges"] = order("tell")
    order("tear off")
    result["others, all torn off"] = ask_meanwhile(hub.port, spread, seconds / 2, 0)
    back: dict[str, Any] = {}
    returning = threading.Thread(target=lambda: back.update(order("connect")))
    returning.start()
    result["others, all coming back"] = ask_meanwhile(hub.port, spread, seconds / 2, 0)
    returning.join()
    result["coming back"] = back
    result["hub MB at the end"] = round(settled_kb(hub.pid) / 1024)
    here.send("end")
    sockets.join(10)
    return result


def raise_file_limit(devices: int) -> int:
    """Open files: one for each connection on either side. Returns how many devices there is room for."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    room = hard - SPARE_FILES if hard != resource.RLIM_INFINITY else devices
    if room < devices:
        print(f"REDUCED to {room} devices: ulimit -n is {hard}", file=sys.stderr)
    return min(devices, room)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, default=4000)
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    devices = raise_file_limit(given.devices)
    with tempfile.TemporaryDirectory() as name:
        instance = Path(name) / "instance"
        people = enrol(instance, devices)
        hub = HubProcess(instance, {}, {})
        hub.start()
        try:
            result = measure(hub, people, given.seconds)
        finally:
            hub.stop()
    print_result("connected_devices", {"devices": devices, **result})


if __name__ == "__main__":
    main()
