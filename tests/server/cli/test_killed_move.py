"""A move whose process is killed in the middle goes on when it is called again, and ends with equal stores."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from server.cli.moving import STATE
from server.cli.verifying import differences
from sync.documents import parse_edit
from sync.sqlite_store import open_store
from sync.store import ARCHIVE
from tests.server.cli.test_move import quiet
from tests.server.replication.live_hub import ROOT

pytestmark = pytest.mark.slow
DOCUMENTS = 6000
SECONDS = 120.0


def test_a_killed_move_goes_on_where_it_was(tmp_path: Path) -> None:
    instance, target = tmp_path / "instance", tmp_path / "other.sqlite"
    instance.mkdir()
    source = open_store(instance / "store.sqlite")
    source.ensure_database("scratch")
    for number in range(DOCUMENTS // 200):
        rows = [{"_id": f"{number:03}-{one:03}", "n": one} for one in range(200)]
        source.apply("scratch", [parse_edit(row) for row in rows])
    source.close()
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "move", "--to", str(target)]
    environment = os.environ | {"GREENLANE_INSTANCE": str(instance), "GREENLANE_STORE": ""}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        until = time.monotonic() + SECONDS
        copied = 0
        while not copied and time.monotonic() < until and process.poll() is None:
            time.sleep(0.02)
            if target.exists() and target.stat().st_size:
                half = open_store(target)
                copied = half.info("scratch").doc_count if half.has_database("scratch") else 0
                half.close()
    finally:
        process.kill()
        process.wait(timeout=20)
    assert 0 < copied < DOCUMENTS, (tmp_path / "log").read_text()
    again = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "moved and verified" in again.stdout
    source, moved = open_store(instance / "store.sqlite"), open_store(target)
    assert list(differences(source, moved, quiet)) == []
    assert (moved.local(ARCHIVE, STATE) or {})["done"] is True
    source.close()
    moved.close()
