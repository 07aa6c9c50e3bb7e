"""A hub whose CouchDB is not there yet waits for it, and says so; what waiting does not mend ends it at once."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.server.replication.live_hub import LiveHub, free_port
from tests.server.serving.test_serve import environment, start_and_fail
from tests.sync import couchdb

pytestmark = pytest.mark.slow
SECONDS = 60.0


@pytest.fixture
def line(couchdb_server: str) -> Iterator[couchdb.Line]:
    parts = urlsplit(couchdb_server)
    opened = couchdb.Line(str(parts.hostname), parts.port or 80)
    opened.cut()
    yield opened
    opened.close()


@pytest.fixture
def hub(couchdb_server: str, line: couchdb.Line, tmp_path: Path) -> Iterator[LiveHub]:
    parts = urlsplit(couchdb_server)
    user = parts.netloc.rpartition("@")[0]
    prefix = couchdb.new_prefix()
    address = f"http://{user}{'@' if user else ''}127.0.0.1:{line.port}/{prefix}"
    started = LiveHub(tmp_path / "instance", GREENLANE_STORE=address)
    started.launch()
    yield started
    started.stop()
    line.mend()
    left = couchdb.open_one(prefix)
    couchdb.drop(left)
    left.close()


def health(hub: LiveHub) -> tuple[int, dict[str, Any], str | None]:
    try:
        with urllib.request.urlopen(hub.url + "/healthz", timeout=20) as answer:
            return answer.status, json.load(answer), None
    except urllib.error.HTTPError as error:
        return error.code, json.load(error), error.headers["Retry-After"]


def until(hub: LiveHub, status: int) -> tuple[int, dict[str, Any], str | None]:
    """The health once it has that status."""
    last: Any = None
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            last = health(hub)
            if last[0] == status:
                return last
        except OSError as error:  # not listening yet
            last = error
        time.sleep(0.1)
    raise AssertionError(f"no {status}: {last}")


def test_a_hub_waits_for_its_couchdb_and_says_why(hub: LiveHub, line: couchdb.Line) -> None:
    status, body, retry_after = until(hub, 503)
    assert (body["status"], body["error"]) == ("unavailable", "store_unavailable")
    assert "cannot be reached" in body["reason"]
    assert int(retry_after or 0) > 0
    line.mend()
    status, body, _ = until(hub, 200)
    assert (status, body["status"], body["store"]) == (200, "ok", "couchdb")


def test_a_wrong_address_ends_the_hub_with_one_line(tmp_path: Path) -> None:
    line = start_and_fail(environment(tmp_path / "instance", STORE=f"ftp://127.0.0.1:{free_port()}/x"))
    assert "GREENLANE_STORE must be written" in line
