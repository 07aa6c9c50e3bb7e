"""A whole hub on CouchDB: delivery, boards and health, and what a device is told when CouchDB goes away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from server.hub import Hub
from sync.store import ARCHIVE
from tests.conftest import PASSWORD, bearer
from tests.server.replication.encounters import destination, header, rendition, ulid, vitals
from tests.sync import couchdb

pytestmark = couchdb.TRIED


@pytest.fixture
def line(couchdb_server: str) -> Iterator[couchdb.Line]:
    parts = urlsplit(couchdb.URL)
    opened = couchdb.Line(str(parts.hostname), parts.port or 80)
    yield opened
    opened.close()


@pytest.fixture
def hub(couchdb_server: str, make_app: Callable[..., Flask], line: couchdb.Line, password_hash: str) -> Iterator[Hub]:
    parts = urlsplit(couchdb.URL)
    user = parts.netloc.rpartition("@")[0]
    address = f"{parts.scheme}://{user}{'@' if user else ''}127.0.0.1:{line.port}/{couchdb.new_prefix()}"
    found: Hub = make_app(store=address).extensions["greenlane"]
    found.accounts.store.put_site("county", "县人民医院", "County Hospital", "0000-120")
    found.accounts.store.put_unit("a101", "救护车 101", "0000-101")
    found.accounts.store.add_staff("paramedic", "P", "paramedic", password_hash, units=["a101"])
    found.accounts.store.add_staff("nurse", "N", "nurse", password_hash, sites=["county"])
    yield found
    line.mend()
    couchdb.drop(found.store)


@pytest.fixture
def client(hub: Hub, make_app: Callable[..., Flask]) -> Any:
    return hub.api._app.test_client()


def sign_in(client: Any, username: str) -> dict[str, str]:
    body = {"username": username, "password": PASSWORD, "device_name": "test"}
    return bearer(client.post("/api/session", json=body).get_json())


def push(client: Any, headers: dict[str, str], mailbox: str, *documents: dict[str, Any]) -> Any:
    return client.post(f"/db/{mailbox}/_bulk_docs", json={"docs": documents, "new_edits": False}, headers=headers)


@couchdb.NEEDED  # a photograph goes in a multipart request, which ends pouchdb-server's process
def test_a_case_goes_from_the_ambulance_to_the_board(client: Any, hub: Hub) -> None:
    crew, nurse = sign_in(client, "paramedic"), sign_in(client, "nurse")
    answer = push(client, crew, "unit_a101", header(1, 1), vitals(1, 2), destination(1, 3, "county"))
    assert (answer.status_code, answer.get_json()) == (201, [])
    assert push(client, crew, "unit_a101-media", rendition(1, 4)).get_json() == []
    board = client.get("/api/board/county", headers=nurse).get_json()
    assert [one["encounter"] for one in board["encounters"]] == [ulid(1)]
    feed = client.get("/db/site_county/_changes?style=all_docs", headers=nurse).get_json()
    assert len(feed["results"]) == 3
    wanted = [{"id": row["id"], "rev": row["changes"][0]["rev"]} for row in feed["results"]]
    found = client.post("/db/site_county/_bulk_get?revs=true&latest=true", json={"docs": wanted}, headers=nurse)
    assert [list(row["docs"][0]) for row in found.get_json()["results"]] == [["ok"]] * 3
    photo = client.get(f"/db/site_county-media/{rendition(1, 4)['_id']}/bytes", headers=nurse)
    assert photo.data == b"\xff\xd8\xff"
    assert client.get("/healthz").get_json()["store"] == "couchdb"


def test_when_couchdb_goes_away_the_device_is_told_to_keep_its_data(client: Any, hub: Hub, line: couchdb.Line) -> None:
    crew = sign_in(client, "paramedic")
    assert push(client, crew, "unit_a101", header(1, 1)).get_json() == []
    assert client.get("/healthz").status_code == 200
    line.cut()
    answer = push(client, crew, "unit_a101", vitals(1, 2))
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.get_json()["error"] == "store_unavailable"
    assert "devices keep their data and send it again" in answer.get_json()["reason"]
    health = client.get("/healthz")
    assert (health.status_code, health.get_json()["status"]) == (503, "unavailable")
    assert "CouchDB" in health.get_json()["reason"]
    status = client.get("/api/status", headers=crew).get_json()
    assert (status["status"], status["quarantine"]) == ("unavailable", None)
    assert "cannot be reached" in status["checks"]["store"]
    line.mend()
    assert push(client, crew, "unit_a101", vitals(1, 2)).get_json() == []
    assert client.get("/healthz").status_code == 200
    assert hub.store.info(ARCHIVE).doc_count == 2


def test_a_couchdb_that_thinks_for_ever_is_told_by_healthz_and_loses_nothing(
    client: Any, hub: Hub, line: couchdb.Line
) -> None:
    crew = sign_in(client, "paramedic")
    assert push(client, crew, "unit_a101", header(1, 1)).get_json() == []
    line.stall()
    health = client.get("/healthz")
    assert (health.status_code, health.get_json()["status"]) == (503, "unavailable")
    assert "does not answer in time" in health.get_json()["reason"]
    hub.store.parts.connection.timeout = (1.0, 1.0)
    answer = push(client, crew, "unit_a101", vitals(1, 2))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    line.mend()
    assert push(client, crew, "unit_a101", vitals(1, 2)).get_json() == []
    assert hub.store.info(ARCHIVE).doc_count == 2
    assert hub.store.check() == []
