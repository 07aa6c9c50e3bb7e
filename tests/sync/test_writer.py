"""The one writer: jobs that queue share a commit, and none takes another's work with it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import pytest

from sync.documents import parse_edit
from sync.errors import NotFound, StoreDamaged
from sync.sqlite_store import open_store


class Gate:
    """An offload that holds every batch until the test opens it, and counts batches."""

    def __init__(self) -> None:
        self.is_open = threading.Event()
        self.is_open.set()
        self.arrived = threading.Event()
        self.batches = 0

    def __call__(self, function: Callable[..., Any], *arguments: Any) -> Any:
        if function.__name__ == "_run_batch":
            self.batches += 1
            self.arrived.set()
            assert self.is_open.wait(30)
        return function(*arguments)


def test_those_who_queue_while_a_commit_runs_share_the_next_one(tmp_path: Path) -> None:
    gate = Gate()
    store = open_store(tmp_path / "store.sqlite", offload=gate)
    store.ensure_database("plain")
    gate.batches = 0
    gate.is_open.clear()
    gate.arrived.clear()
    outcomes: dict[int, object] = {}

    def write(number: int) -> None:
        try:
            database = "nowhere" if number == 5 else "plain"
            outcomes[number] = store.apply(database, [parse_edit({"_id": f"d{number}"})])[0].error
        except NotFound:
            outcomes[number] = "not_found"

    threads = [threading.Thread(target=write, args=(number,)) for number in range(12)]
    threads[0].start()
    assert gate.arrived.wait(30)
    for thread in threads[1:]:
        thread.start()
    while len(store._writer._queue) < 11:
        time.sleep(0.01)  # the others are on their way into the queue
    gate.is_open.set()
    for thread in threads:
        thread.join(30)
    assert gate.batches == 2
    assert outcomes == {number: "not_found" if number == 5 else None for number in range(12)}
    assert len(store.changes("plain").results) == 11
    store.close()


def test_a_file_that_is_no_database_is_named_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.write_bytes(b"this is no database at all, but long enough to be read as one" * 100)
    with pytest.raises(StoreDamaged) as problem:
        open_store(path)
    assert str(path) in problem.value.reason
    assert "restore" in problem.value.reason
    assert path.read_bytes().startswith(b"this is no database")


def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    open_store(path).close()
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreDamaged) as problem:
        open_store(path)
    assert "newer version" in problem.value.reason


def test_everything_is_there_after_opening_again(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    store = open_store(path)
    uuid = store.uuid
    store.ensure_database("plain")
    store.put("plain", {"_id": "a", "n": 1, "_attachments": {"x": {"data": "aGk="}}})
    seq = store.changes("plain").last_seq
    store.close()
    store = open_store(path)
    assert store.uuid == uuid
    assert store.changes("plain").last_seq == seq
    found = store.open_attachment("plain", "a", "x")
    assert found is not None
    assert found.read() == b"hi"
    renewed = store.renew_uuid()
    assert renewed != uuid
    assert [change.id for change in store.changes("plain", seq).results] == ["a"], "an old checkpoint was trusted"
    store.close()
    assert open_store(path).uuid == renewed
