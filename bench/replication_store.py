"""Documents per second into the store, and what a push and a pull cost as history grows.

    python bench/replication_store.py 10000 100000 1000000

For each number of documents in `archive`: the rate of `accept` in batches of 500 (durable, into two mailboxes), and
the median milliseconds of one push of 60 documents, one `_revs_diff` of 60, one page of changes, one encounter's range.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from server.replication.router import EncounterRouter
from sync.documents import Edit, parse_edit
from sync.sqlite_store import SqliteStore, open_store
from sync.store import Receipt

BATCH = 500
PER_ENCOUNTER = 50
ROUNDS = 30
ROUTER = EncounterRouter(sites=frozenset({"site_county"}))
RECEIPT = Receipt("s-1", "d-1", "unit_a101", "2026-11-21T09:00:00.000Z")


def documents(start: int, count: int) -> Iterator[Edit]:
    """Believable documents of 380 bytes; each encounter's second one names the hospital."""
    for number in range(start, start + count):
        encounter, place = divmod(number, PER_ENCOUNTER)
        kind = ("encounter", "destination")[place] if place < 2 else "vitals"
        body: dict[str, Any] = {"sbp": 92, "hr": 118, "spo2": 94, "note": "x" * 40}
        if kind == "destination":
            body = {"site": "county", "eta_at": None}
        yield parse_edit(
            {
                "_id": f"encounter:{encounter:026d}:{kind}:{number:026d}",
                "_rev": f"1-{number:032x}",
                "kind": kind,
                "schema": 1,
                "occurred_at": "2026-11-21T09:31:05.120Z",
                "time_basis": "device",
                "recorded_at": "2026-11-21T09:31:07.400Z",
                "clock": {"session": f"{number:026d}", "mono_ms": 812344, "offset_ms": -812, "error_ms": 40},
                "author": {"staff": "s-1", "role": "paramedic", "badge": None},
                "device": "d-1",
                "supersedes": None,
                "body": body,
            },
            new_edits=False,
        )


def push(store: SqliteStore, edits: list[Edit]) -> None:
    refused = [one for one in store.accept("unit_a101", edits, ROUTER, RECEIPT) if one.error]
    assert not refused, refused[:1]


def median_ms(action: Callable[[int], object]) -> float:
    times = []
    for round_number in range(ROUNDS):
        start = time.perf_counter()
        action(round_number)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def measure(store: SqliteStore, held: int) -> tuple[dict[str, float], int]:
    """Costs at `held` documents; returns them and how many documents are held afterwards."""
    batches = [list(documents(held + n * 60, 60)) for n in range(ROUNDS)]
    asked = [{f"encounter:{n:026d}:x:{n + k:026d}": ["1-a"] for k in range(60)} for n in range(ROUNDS)]
    middle = store.changes("unit_a101", held // 2, 1).last_seq
    return {
        "push of 60": median_ms(lambda n: push(store, batches[n])),
        "_revs_diff of 60": median_ms(lambda n: store.revs_diff("unit_a101", asked[n])),
        "100 changes": median_ms(lambda n: store.changes("unit_a101", middle, 100)),
        "one encounter": median_ms(
            lambda n: store.read_range("archive", f"encounter:{n * 7:026d}:", f"encounter:{n * 7:026d}:\uffff")
        ),
    }, held + ROUNDS * 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[10_000, 100_000])
    sizes = sorted(parser.parse_args().sizes)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "store.sqlite")
        for name in ("unit_a101", "unit_a101-media", "site_county", "site_county-media"):
            store.ensure_database(name)
        held = 0
        for size in sizes:
            start, count, busy = held, size - held, 0.0
            while held < size:
                batch = list(documents(held, min(BATCH, size - held)))
                begun = time.perf_counter()
                push(store, batch)
                busy += time.perf_counter() - begun
                held += len(batch)
            print(f"{size:>9,} documents: {count / busy:,.0f} documents/s from {start:,} on", flush=True)
            costs, held = measure(store, held)
            for name, cost in costs.items():
                print(f"           {name:<18} {cost:8.2f} ms")
        store.close()


if __name__ == "__main__":
    main()
