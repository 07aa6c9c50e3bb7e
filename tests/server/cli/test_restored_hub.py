"""A hub restored from a backup gets back from its devices what they have and the backup had not."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from server.cli.moving import feed
from sync.sqlite_store import open_store
from sync.store import ARCHIVE
from tests.server.replication.encounters import destination, header, vitals
from tests.server.replication.live_hub import ROOT, LiveHub, fill_instance

pytestmark = pytest.mark.slow


def command(instance: Path, *arguments: str) -> str:
    environment = os.environ | {"GREENLANE_INSTANCE": str(instance), "GREENLANE_STORE": "", "GREENLANE_DEMO": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def push(hub: LiveHub, token: str, *documents: dict[str, Any]) -> None:
    status, rows = hub.call("POST", "/db/unit_a101/_bulk_docs", {"docs": documents, "new_edits": False}, token)
    assert (status, rows) == (201, [])


def test_a_phone_newer_than_the_backup_brings_back_what_the_restored_hub_lacks(tmp_path: Path) -> None:
    instance, restored = tmp_path / "instance", tmp_path / "restored"
    fill_instance(instance)
    hub = LiveHub(instance).start()
    try:
        token = hub.sign_in("paramedic")
        phone = [header(1, 1), destination(1, 2, "county"), *(vitals(1, number) for number in range(3, 11))]
        push(hub, token, *phone)
        checkpoint = {"_id": "_local/phone", "last_seq": "10"}
        assert hub.call("PUT", "/db/unit_a101/_local/phone", checkpoint, token)[0] == 201
        # While somebody writes all the time, the backup is one moment: what was acknowledged before it is in it.
        over, busy = threading.Event(), []

        def write() -> None:
            number = 100
            while not over.is_set():
                push(hub, token, vitals(1, number))
                busy.append(vitals(1, number)["_id"])
                number += 1

        writer = threading.Thread(target=write)
        writer.start()
        command(instance, "backup", str(tmp_path / "backup.zip"))
        over.set()
        writer.join()
        phone += [vitals(1, number) for number in range(11, 21)]
        push(hub, token, *phone[10:])
        uuid = hub.call("GET", "/healthz")[1]["uuid"]
    finally:
        hub.stop()
    command(restored, "restore", str(tmp_path / "backup.zip"))
    command(restored, "verify")
    store = open_store(restored / "store.sqlite")
    kept = {change.id for page in feed(store, ARCHIVE, "0") for change in page.results}
    assert {one["_id"] for one in phone[:10]} <= kept
    # Every document of the snapshot is in the mailboxes as well as in the archive.
    for mailbox in ("unit_a101", "site_county"):
        assert {change.id for page in feed(store, mailbox, "0") for change in page.results} == kept
    store.close()
    hub = LiveHub(restored).start()
    try:
        assert hub.call("GET", "/healthz")[1]["uuid"] != uuid
        wanted = {one["_id"]: [one["_rev"]] for one in phone}
        status, missing = hub.call("POST", "/db/unit_a101/_revs_diff", wanted, token)
        assert (status, set(missing)) == (200, {one["_id"] for one in phone[10:]})
        push(hub, token, *(one for one in phone if one["_id"] in missing))
        nurse = hub.sign_in("nurse")
        board = hub.call("GET", "/db/site_county/_changes", token=nurse)[1]
        assert {one["_id"] for one in phone} <= {row["id"] for row in board["results"]}
    finally:
        hub.stop()
