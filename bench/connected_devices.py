"""Thousands of connected devices on one hub: memory of each, others' requests while eight push, all leaving at once.

    python bench/connected_devices.py [--devices 4000] [--seconds 20]

Devices are enrolled and hold a session each, four to an ambulance; each keeps a Socket.IO connection (namespace /live)
to the hub's process from another one. Memory is the growth of the hub's resident set. While eight of them push batches
of 60 documents without pause, others ask for what a device asks for (its clock, a page of changes). Then all sockets
are torn off at once, and all come back at once; a document into every tenth ambulance then shows whether each of its
devices is nudged. The hub's own processor time stands beside the clock, which a shared machine stretches.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from conditions import ROOT, print_result
from device_sockets import run_sockets
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
NUDGED_EVERY = 10
NUDGE_SECONDS = 60.0
ANSWER_SECONDS = 600.0  # a late answer is a figure, none is a failure

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
    connection, pushed = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS), 0
    while time.time() < until:
        pushed += push_once(connection, who, DOCUMENTS)
    results.put(pushed)


def push_once(connection: http.client.HTTPConnection, who: Enrolled, count: int) -> int:
    _, documents = stroke_documents(
        DOCUMENTS,
        staff=who["staff"],
        device=who["device"],
        unit=who["unit"],
        site="county",
        began_at=datetime.now(UTC) - timedelta(minutes=10),
    )
    body = {"new_edits": False, "docs": documents[:count]}
    refused = call(connection, "POST", f"/db/unit_{who['unit']}/_bulk_docs", who["token"], body)
    if refused:
        raise RuntimeError(f"the hub refused {refused[0]}")
    return count


def ask_without_pause(port: int, who: Enrolled, until: float, results: Any) -> None:
    """What a device asks for, one after another with a breath between; the milliseconds of each."""
    connection, times = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS), []
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


class Watch:
    """The hub's processor time from one look to the next."""

    def __init__(self, pid: int) -> None:
        self._path = Path(f"/proc/{pid}/stat")
        self._seen = self._used()

    def _used(self) -> float:
        user, system = self._path.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def seconds(self) -> float:
        before, self._seen = self._seen, self._used()
        return round(self._seen - before, 2)


def measure(hub: HubProcess, people: list[Enrolled], seconds: float) -> dict[str, Any]:
    here, there = multiprocessing.Pipe()
    tokens = [who["token"] for who in people]
    sockets = multiprocessing.Process(target=run_sockets, args=(hub.port, tokens, there), daemon=True)
    sockets.start()
    watch = Watch(hub.pid)

    def order(what: str) -> dict[str, Any]:
        here.send(what)
        found: dict[str, Any] = here.recv()
        return found

    every = max(1, len(people) // 16)
    spread = people[::every]  # of different ambulances
    result: dict[str, Any] = {"others, nobody connected": ask_meanwhile(hub.port, spread, seconds / 2, 0)}
    before = settled_kb(hub.pid)
    watch.seconds()
    result["connecting"] = order("connect") | {"hub's processor seconds": watch.seconds()}
    result["kB each"] = round((settled_kb(hub.pid) - before) / len(people), 1)
    result["others, all connected"] = ask_meanwhile(hub.port, spread, seconds, 0)
    watch.seconds()
    pushing = ask_meanwhile(hub.port, spread, seconds, PUSHERS)
    result["others, eight push"] = pushing | {"hub's processor seconds": watch.seconds()}
    result["lost while connected"] = order("tell")["lost"]
    result["kB each, all nudged"] = round((settled_kb(hub.pid) - before) / len(people), 1)
    order("tear off")
    result["others, all torn off"] = ask_meanwhile(hub.port, spread, seconds / 2, 0)
    watch.seconds()
    back: dict[str, Any] = {}
    returning = threading.Thread(target=lambda: back.update(order("connect")))
    returning.start()
    result["others, all coming back"] = ask_meanwhile(hub.port, spread, seconds / 2, 0)
    returning.join()
    result["coming back"] = back | {"hub's processor seconds": watch.seconds()}
    result["nudges after coming back"] = nudge_everywhere(hub.port, people, order)
    result["hub MB before and at the end"] = [round(before / 1024), round(settled_kb(hub.pid) / 1024)]
    here.send("end")
    sockets.join(10)
    return result


def nudge_everywhere(port: int, people: list[Enrolled], order: Any) -> dict[str, Any]:
    """Push into every tenth ambulance; how many nudges its devices should have had, how many came, and how soon."""
    before: Counter[str] = Counter(order("tell")["nudges"])
    chosen = people[:: PER_UNIT * NUDGED_EVERY]
    connection, began = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS), time.perf_counter()
    for who in chosen:
        push_once(connection, who, 1)
    due = {f"unit_{who['unit']}": PER_UNIT for who in chosen}
    pushed = time.perf_counter()
    while True:
        found = Counter(order("tell")["nudges"]) - before
        missing = sum(max(0, count - found[name]) for name, count in due.items())
        if not missing or time.perf_counter() - pushed > NUDGE_SECONDS:
            break
        time.sleep(0.02)
    return {
        "due": sum(due.values()),
        "missing": missing,
        "pushing seconds": round(pushed - began, 2),
        "seconds after the last push": round(time.perf_counter() - pushed, 2),
    }


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
