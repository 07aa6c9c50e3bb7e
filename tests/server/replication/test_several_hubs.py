"""Two hub processes on one CouchDB and one instance: what one takes in, the other hears of; nothing is lost."""

from __future__ import annotations

import queue
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import socketio

from server import create_app
from server.accounts.passwords import Passwords
from server.settings import Settings
from tests.server.replication.encounters import destination, header, vitals
from tests.server.replication.live_hub import PASSWORD, LiveHub, free_port, not_registered
from tests.sync import couchdb

pytestmark = pytest.mark.slow
SECONDS = 60.0


@pytest.fixture(params=["no queue", "redis"])
def message_queue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "no queue":
        yield ""
        return
    if shutil.which("redis-server") is None:
        pytest.skip("redis-server is not installed, so the message queue between hubs was not tried here")
    port = str(free_port())
    command = ["redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    with (tmp_path / "redis.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait(timeout=20)


@pytest.fixture
def prefix(couchdb_server: str) -> Iterator[str]:
    chosen = couchdb.new_prefix()
    yield chosen
    store = couchdb.open_one(chosen)
    assert store.check() == []
    couchdb.drop(store)
    store.close()


@pytest.fixture
def hubs(couchdb_server: str, prefix: str, message_queue: str, tmp_path: Path) -> Iterator[list[LiveHub]]:
    address = f"{couchdb_server.rstrip('/')}/{prefix}"
    instance = tmp_path / "instance"
    settings = replace(Settings(), instance=instance, bind="127.0.0.1", store=address)
    hub = create_app(settings).extensions["greenlane"]
    hashed = Passwords().hash(PASSWORD)
    hub.accounts.store.put_site("county", "县人民医院", "County Hospital", "0000-120")
    hub.accounts.store.put_unit("a101", "救护车 101", "0000-101")
    hub.accounts.store.add_staff("paramedic", "P", "paramedic", hashed, units=["a101"])
    hub.accounts.store.add_staff("nurse", "N", "nurse", hashed, sites=["county"])
    hub.close()
    not_registered(instance)
    pair = [
        LiveHub(
            instance,
            GREENLANE_STORE=address,
            GREENLANE_MESSAGE_QUEUE=message_queue,
            GREENLANE_DATABASE=f"sqlite:///{tmp_path / f'readmodel-{number}.sqlite'}",
        )
        for number in (1, 2)
    ]
    for one in pair:
        one.start()
    yield pair
    for one in pair:
        one.stop()


def push(hub: LiveHub, token: str, mailbox: str, *documents: dict[str, Any]) -> None:
    status, rows = hub.call("POST", f"/db/{mailbox}/_bulk_docs", {"docs": documents, "new_edits": False}, token)
    assert (status, rows) == (201, [])


def ids(hub: LiveHub, token: str, mailbox: str) -> set[str]:
    status, feed = hub.call("GET", f"/db/{mailbox}/_changes?style=all_docs", token=token)
    assert status == 200, feed
    return {row["id"] for row in feed["results"]}


def test_what_comes_in_at_one_hub_wakes_a_device_at_the_other_and_both_lose_nothing(hubs: list[LiveHub]) -> None:
    first, second = hubs
    # A token of one hub is good at the other.
    crew, nurse = first.sign_in("paramedic"), first.sign_in("nurse")
    told: queue.Queue[str] = queue.Queue()
    client = socketio.Client()
    client.on("nudge", lambda message: told.put(message["database"]), namespace="/live")
    client.connect(second.url, namespaces=["/live"], auth={"token": nurse}, wait_timeout=SECONDS)
    try:
        push(first, crew, "unit_a101", header(1, 1), destination(1, 2, "county"))
        while told.get(timeout=SECONDS) != "site_county":
            pass  # the roster moves, too
    finally:
        client.disconnect()
    assert ids(second, nurse, "site_county") == {header(1, 1)["_id"], destination(1, 2, "county")["_id"]}

    # Both write to the same encounter at the same time.
    problems: list[BaseException] = []

    def write(hub: LiveHub, numbers: range) -> None:
        try:
            for number in numbers:
                push(hub, crew, "unit_a101", vitals(1, number))
        except BaseException as problem:
            problems.append(problem)

    writers = [
        threading.Thread(target=write, args=(hub, range(at, at + 8))) for hub, at in zip(hubs, (10, 30), strict=True)
    ]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert problems == []
    expected = {vitals(1, number)["_id"] for at in (10, 30) for number in range(at, at + 8)}
    expected |= {header(1, 1)["_id"], destination(1, 2, "county")["_id"]}
    for hub in hubs:
        assert ids(hub, nurse, "site_county") == expected
        assert ids(hub, crew, "unit_a101") == expected

    # One of them dies; the other goes on with everything.
    first.kill()
    push(second, crew, "unit_a101", vitals(1, 50))
    assert ids(second, nurse, "site_county") == expected | {vitals(1, 50)["_id"]}
