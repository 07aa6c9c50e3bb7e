"""Documents per second over HTTP, ours beside CouchDB (or pouchdb-server) in the same run.

    COUCHDB_URL=http://name:password@127.0.0.1:5984 python bench/hub_speed.py [--documents 5000] [--rounds 5]

`_bulk_docs` (new_edits=false, 500 a batch; every answer comes after the commit is on the disk), `_bulk_get` of 500 and
`_changes` in pages of 500, at 1 and at 8 clients. Ours twice: `plain`, an ordinary database, which does the same work
as the other; and `mailbox`, the way of a phone: guard, router, receipt, archive and two mailboxes, while the read model
follows. Rounds alternate, and the median counts; beside documents per second stands the processor time that the
server's own process used for a document, which other programs on the machine stretch less.

Without COUCHDB_URL, pouchdb-server is used where `npx --no-install pouchdb-server` finds one; where neither is there,
only ours is measured, and that is said.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conditions import print_result
from speed_servers import Server, drop, ours, rival
from stroke_documents import ULID_ALPHABET

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


def one_round(server: Server, clients: int, documents: int, salt: int) -> dict[str, tuple[float, float]]:
    """Documents per second, and microseconds of its processor for each, of each measure in a database of its own."""
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

    def measured(count: int, jobs: list[Callable[[http.client.HTTPConnection], None]]) -> tuple[float, float]:
        before = server.processor_seconds()
        rate = count / together(clients, jobs, server)
        return rate, (server.processor_seconds() - before) / count * 1e6

    return {
        "_bulk_docs": measured(documents, [push(body) for body in bodies]),
        "_bulk_get": measured(documents, [fetch(body) for body in wanted]),
        "_changes": measured(clients * documents, [follow] * clients),
    }


def void(_value: object) -> None:
    """Drop an answer that only had to come."""


def measure(servers: list[Server], documents: int, rounds: int) -> dict[str, Any]:
    """Medians over the rounds: {measure and clients: {server: {"documents/s", "processor us each"}}}."""
    found: dict[str, dict[str, list[tuple[float, float]]]] = {}
    salt = 0
    for turn in range(rounds):
        for clients in CLIENTS:
            for server in servers[turn % len(servers) :] + servers[: turn % len(servers)]:
                salt += 1
                rates = one_round(server, clients, documents, salt)
                drop(server, salt)
                shown = {name: f"{rate:.0f}/s {cost:.0f} us" for name, (rate, cost) in rates.items()}
                print(f"round {turn + 1}, {clients} clients, {server.name}: {shown}", file=sys.stderr, flush=True)
                for measure_name, pair in rates.items():
                    found.setdefault(f"{measure_name}, {clients}", {}).setdefault(server.name, []).append(pair)
    return {name: {one: medians(pairs) for one, pairs in by.items()} for name, by in found.items()}


def medians(pairs: list[tuple[float, float]]) -> dict[str, int]:
    return {
        "documents/s": round(statistics.median(rate for rate, _ in pairs)),
        "best": round(max(rate for rate, _ in pairs)),
        "processor us each": round(statistics.median(cost for _, cost in pairs)),
    }


def ratio(ours: dict[str, int], others: dict[str, int]) -> dict[str, float]:
    """How many times the other's rate ours is; and how many times ours the other's processor time is."""
    found = {name: round(ours[name] / others[name], 2) for name in ("documents/s", "best")}
    if ours["processor us each"]:
        found["processor"] = round(others["processor us each"] / ours["processor us each"], 2)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    documents = max(BATCH, given.documents // BATCH * BATCH)
    with tempfile.TemporaryDirectory() as name:
        with ours(Path(name)) as mine, rival(Path(name)) as other:
            rates = measure(mine + ([other] if other else []), documents, given.rounds)
    ratios = {}
    if other is not None:
        for what, by_server in rates.items():
            ratios[what] = {one: ratio(by_server[one], by_server[other.name]) for one in ("plain", "mailbox")}
    result = {"documents a round": documents, "each server": rates, "times the other's": ratios}
    print_result("hub_speed", result)


if __name__ == "__main__":
    main()
