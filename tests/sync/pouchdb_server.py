"""pouchdb-server from npm (tests/pouchdb_server/install), for the shared suite where no CouchDB is at hand."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.server.replication.live_hub import free_port

FOLDER = Path(__file__).resolve().parents[1] / "pouchdb_server"
START_SECONDS = 60.0

# What pouchdb-server 4.2.0 does otherwise than CouchDB 3, by test of the shared suite. Everything else runs against it.
LIMITS = {
    "test_a_deleted_document_is_gone_and_can_be_written_again": "it does not count deleted documents",
    "test_two_histories_keep_both_leaves_and_every_replica_picks_the_same_winner": "no winner first in style=all_docs",
    "test_a_losing_revision_stays_readable": "its _bulk_get without rev gives the winner only",
    "test_a_history_longer_than_the_limit_is_cut_at_its_old_end": "its _revs_limit takes no number",
    "test_compaction_forgets_old_bodies_but_no_leaf": "its _bulk_get without rev gives the winner only",
    "test_pages_of_the_feed_give_every_change_once": "its feeds do not say what is pending",
    "test_a_checkpoint_from_elsewhere_starts_at_the_beginning": "its sequences are bare numbers",
    "test_a_range_holds_live_documents_in_order_of_id": "its offset is always 0",
    "test_an_attachment_comes_back_whole_and_in_ranges": "a multipart request ends its process",
    "test_a_photo_is_archived_before_anybody_hears_of_it": "a multipart request ends its process",
}


def skip_what_it_cannot(test: str) -> None:
    """Skip, with the reason, what only a real CouchDB can show."""
    name = test.partition("[")[0]
    if name in LIMITS:
        pytest.skip(f"pouchdb-server is no CouchDB: {LIMITS[name]} ({name})")


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a fresh server that keeps everything in memory. Skips, with the reason, where it cannot be had."""
    if why := why_missing():
        pytest.skip(f"no pouchdb-server, so the CouchDB store was not tried here: {why}")
    port = free_port()
    (folder / "config.json").write_text(json.dumps({"log": {"file": str(folder / "log.txt"), "level": "error"}}))
    command = [
        "node", str(FOLDER / "node_modules" / ".bin" / "pouchdb-server"), "--in-memory",
        "--host", "127.0.0.1", "--port", str(port), "--config", str(folder / "config.json"),
    ]  # fmt: skip
    with (folder / "output.txt").open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
    try:
        wait_for(f"http://127.0.0.1:{port}", process, folder / "output.txt")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def why_missing() -> str:
    """Why there is no server to start; empty when there is one. Waits for an installation that is under way."""
    if shutil.which("node") is None:
        return "node is not installed"
    with (FOLDER / "package-lock.json").open() as lock:
        subprocess.run(["flock", "--timeout", "240", str(lock.fileno())], pass_fds=[lock.fileno()], check=False)
    if not (FOLDER / "node_modules" / ".installed").exists():
        return "tests/pouchdb_server/install was not run, or failed (offline?)"
    return ""


def wait_for(url: str, process: subprocess.Popen[bytes], output: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if "express-pouchdb" in requests.get(url, timeout=10).json():
                return
        except requests.RequestException:
            time.sleep(0.1)  # not listening yet
    raise RuntimeError(f"pouchdb-server did not start: {output.read_text()[-2000:]}")
