"""What a push, a pull and a look cost with 1,000,000 documents, against 10,000: at most twice as much.

    python bench/scale.py [--sizes 10000 1000000] [--folder /on/this/disk]

Uses the store and the documents of replication_store.py, all of them in one mailbox, which is more than a mailbox ever
holds. `mailbox pull` is a device that comes back: changes since its checkpoint, the 60 documents, a checkpoint.

Each cost is taken sixty times: the median and the best of the clock, and the median of the processor's time, which
other programs on the machine disturb less. The pages that SQLite had to fetch from the file are counted by what the
operating system read (`read_bytes`), 0 while the file is in memory.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conditions import print_result
from replication_store import BATCH, PER_ENCOUNTER, documents, push

# isort: split
# (replication_store has made the hub's modules importable)
from sync.protocol import bulk, changes
from sync.protocol.options import Options
from sync.sqlite_store import SqliteStore, open_store

MAILBOX = "unit_a101"
ROUNDS = 60
PUSHED = 60


def costs_at(store: SqliteStore, held: int) -> tuple[dict[str, dict[str, float]], int]:
    """Costs with `held` documents, and how many are held afterwards."""
    batches = [list(documents(held + n * PUSHED, PUSHED)) for n in range(ROUNDS)]
    step = max(1, held // PER_ENCOUNTER // ROUNDS)
    unknown = [{f"encounter:{n * step:026d}:x:{k:026d}": ["1-a"] for k in range(PUSHED)} for n in range(ROUNDS)]
    known = [{edit.id: edit.path for edit in documents(n * step * PER_ENCOUNTER, PUSHED)} for n in range(ROUNDS)]
    wanted = [[{"id": name, "rev": revs[0]} for name, revs in some.items()] for some in known]
    seqs = [store.changes(MAILBOX, held * (n + 1) // (ROUNDS + 2), 1).last_seq for n in range(ROUNDS)]
    found = {
        "_bulk_docs of 60": measured(lambda n: push(store, batches[n])),
        "_bulk_get of 60": measured(lambda n: bulk_get(store, wanted[n])),
        "_revs_diff of 60 unknown": measured(lambda n: store.revs_diff(MAILBOX, unknown[n])),
        "_revs_diff of 60 known": measured(lambda n: store.revs_diff(MAILBOX, known[n])),
        "_changes of 100": measured(lambda n: page_of_changes(store, seqs[n], 100)),
        "mailbox pull of 60": measured(lambda n: pull(store, seqs[-n])),
        "one encounter": measured(
            lambda n: store.read_range("archive", f"encounter:{n * step:026d}:", f"encounter:{n * step:026d}:\uffff")
        ),
    }
    return found, held + ROUNDS * PUSHED


def bulk_get(store: SqliteStore, wanted: list[dict[str, str]]) -> None:
    found = json.loads(b"".join(bulk.bulk_get(store, MAILBOX, wanted, Options({"revs": "true", "latest": "true"}))))
    assert all("ok" in row["docs"][0] for row in found["results"])


def page_of_changes(store: SqliteStore, since: str, limit: int) -> dict[str, Any]:
    query = changes.parse_query(Options({"since": since, "limit": str(limit), "style": "all_docs"}), {})
    page: dict[str, Any] = json.loads(b"".join(changes.changes(store, MAILBOX, query)))
    assert len(page["results"]) == limit
    return page


def pull(store: SqliteStore, since: str) -> None:
    page = page_of_changes(store, since, PUSHED)
    bulk_get(store, [{"id": row["id"], "rev": row["changes"][0]["rev"]} for row in page["results"]])
    checkpoint = {"_id": "_local/scale", "last_seq": page["last_seq"]}
    kept = store.local(MAILBOX, "_local/scale")
    store.put_local(MAILBOX, checkpoint | ({"_rev": kept["_rev"]} if kept else {}))


def measured(action: Callable[[int], object]) -> dict[str, float]:
    clock, processor, read_before = [], [], bytes_read()
    for n in range(ROUNDS):
        began, busy = time.perf_counter(), time.process_time()
        action(n)
        clock.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - busy) * 1000)
    return {
        "median ms": round(statistics.median(clock), 2),
        "best ms": round(min(clock), 2),
        "processor ms": round(statistics.median(processor), 2),
        "read kB each": round((bytes_read() - read_before) / 1024 / ROUNDS, 1),
    }


def bytes_read() -> int:
    lines = Path("/proc/self/io").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("read_bytes"))


def fill(store: SqliteStore, held: int, size: int) -> float:
    """Push until `size` documents are held; returns documents per second of the clock."""
    began, start = 0.0, held
    while held < size:
        batch = list(documents(held, min(BATCH, size - held)))
        before = time.perf_counter()
        push(store, batch)
        began += time.perf_counter() - before
        held += len(batch)
    return (size - start) / began if began else 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=[10_000, 1_000_000])
    parser.add_argument("--folder", help="where the store is made, for a while (default: the temporary folder)")
    given = parser.parse_args()
    sizes = sorted(given.sizes)
    result: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        path = Path(name) / "store.sqlite"
        store = open_store(path)
        for database in ("unit_a101", "unit_a101-media", "site_county", "site_county-media"):
            store.ensure_database(database)
        held = 0
        for size in sizes:
            rate = fill(store, held, size)
            costs, held = costs_at(store, size)
            result[str(size)] = {"documents per second until here": round(rate), **costs}
            print(json.dumps({size: result[str(size)]}), file=sys.stderr, flush=True)
        result["file MB"] = round(path.stat().st_size / 1e6)
        store.close()
    first, last = result[str(sizes[0])], result[str(sizes[-1])]
    result["times the first"] = {
        what: {how: round(last[what][how] / first[what][how], 2) for how in ("median ms", "best ms", "processor ms")}
        for what in first
        if isinstance(first[what], dict)
    }
    print_result("scale", result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
