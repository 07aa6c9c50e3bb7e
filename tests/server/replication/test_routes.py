"""The addresses under /db/ over HTTP: rights, replication of a mailbox, limits, wrong requests."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from server.hub import Hub
from tests.conftest import PASSWORD, bearer
from tests.server.replication.asking import problem, push
from tests.server.replication.encounters import destination, header, rendition, vitals


@pytest.fixture
def nurse(staffed: Hub, sign_in: Callable[..., dict[str, Any]]) -> dict[str, str]:
    return bearer(sign_in("nurse"))


# --- the server
def test_the_welcome_has_a_uuid_that_stays_and_the_word_couchdb(client: FlaskClient) -> None:
    first, second = client.get("/db/").get_json(), client.get("/db/").get_json()
    assert first == second
    assert first["couchdb"] == "Welcome"
    assert first["uuid"]


def test_a_replicator_signs_in_by_form_and_goes_on_with_its_cookie(client: FlaskClient, staffed: Hub) -> None:
    answer = client.post("/db/_session", data={"name": "paramedic", "password": PASSWORD})
    assert answer.get_json() == {"ok": True, "name": "paramedic", "roles": ["paramedic"]}
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Max-Age=43200" in cookie
    assert client.get("/db/unit_a101").status_code == 200
    assert client.get("/db/_session").get_json()["userCtx"]["name"] == "paramedic"
    client.delete("/db/_session")
    problem(client.get("/db/unit_a101"), 401, "unauthorized")
    problem(client.post("/db/_session", data={"name": "paramedic", "password": "wrong"}), 401, "unauthorized")


def test_basic_authentication_opens_the_same_databases(client: FlaskClient, staffed: Hub) -> None:
    assert client.get("/db/unit_a101", auth=("paramedic", PASSWORD)).status_code == 200
    problem(client.get("/db/site_county", auth=("paramedic", PASSWORD)), 403, "forbidden")


# --- rights
def test_each_sees_its_own_databases_only(client: FlaskClient, crew: dict[str, str], nurse: dict[str, str]) -> None:
    assert client.get("/db/unit_a101", headers=crew).get_json()["db_name"] == "unit_a101"
    problem(client.get("/db/site_county", headers=crew), 403, "forbidden")
    problem(client.get("/db/unit_a101/_changes", headers=nurse), 403, "forbidden")
    problem(client.get("/db/archive/_all_docs", headers=nurse), 403, "forbidden")
    problem(client.get("/db/unit_a101"), 401, "unauthorized")
    assert "/api/session" in problem(client.get("/db/unit_a999", headers=crew), 404, "not_found")
    names = client.get("/db/_all_dbs", headers=crew).get_json()
    assert "unit_a101" in names
    assert "site_county" not in names


def test_the_roster_is_read_by_all_and_written_by_none(client: FlaskClient, crew: dict[str, str]) -> None:
    rows = client.get("/db/roster/_all_docs", headers=crew).get_json()["rows"]
    assert "unit:a101" in [row["id"] for row in rows]
    for attempt in (
        client.put("/db/roster/unit:a101", json={"x": 1}, headers=crew),
        push(client, crew, "roster", {"_id": "unit:x", "_rev": "1-a"}),
        client.delete("/db/roster/unit:a101?rev=1-a", headers=crew),
        client.delete("/db/roster", headers=crew),
        client.post("/db/roster/_compact", json={}, headers=crew),
    ):
        problem(attempt, 403, "forbidden")
    assert client.put("/db/roster/_local/x", json={"n": 1}, headers=crew).status_code == 201


def test_databases_of_the_hub_are_neither_made_nor_deleted(client: FlaskClient, crew: dict[str, str]) -> None:
    problem(client.put("/db/unit_a101", headers=crew), 412, "file_exists")
    problem(client.delete("/db/unit_a101", headers=crew), 403, "forbidden")
    problem(client.put("/db/mine", headers=crew), 404, "not_found")


def test_scratch_databases_need_conformance_mode_and_never_touch_the_hubs_own(scratch: FlaskClient) -> None:
    assert scratch.put("/db/t/a", json={"n": 1}).status_code == 201
    for name in ("unit_a101", "archive", "roster"):
        problem(scratch.put(f"/db/{name}"), 401, "unauthorized")
    far = scratch.get("/db/t", environ_overrides={"REMOTE_ADDR": "10.0.0.9"})
    problem(far, 401, "unauthorized")


# --- replication of a mailbox
def test_a_push_answers_with_failures_only(client: FlaskClient, crew: dict[str, str]) -> None:
    asked = {vitals(1, 1)["_id"]: [vitals(1, 1)["_rev"]]}
    missing = client.post("/db/unit_a101/_revs_diff", json=asked, headers=crew).get_json()
    assert missing == {vitals(1, 1)["_id"]: {"missing": [vitals(1, 1)["_rev"]]}}
    answer = push(client, crew, "unit_a101", header(1, 1), vitals(1, 1))
    assert (answer.status_code, answer.get_json()) == (201, [])
    assert client.post("/db/unit_a101/_revs_diff", json=asked, headers=crew).get_json() == {}
    refused = push(client, crew, "unit_a101", vitals(1, 1, sbp=7), vitals(1, 2), {"_id": "x", "_rev": "1-a"}).get_json()
    assert [(row["id"], row["error"]) for row in refused] == [(vitals(1, 1)["_id"], "forbidden"), ("x", "forbidden")]


def test_a_document_of_an_encounter_is_never_deleted_or_edited_by_any_way(
    client: FlaskClient, crew: dict[str, str]
) -> None:
    one = vitals(1, 1)
    push(client, crew, "unit_a101", one)
    at = f"/db/unit_a101/{one['_id']}"
    for attempt in (
        client.delete(f"{at}?rev={one['_rev']}", headers=crew),
        client.put(at, json={**one, "body": {}}, headers=crew),
        client.post("/db/unit_a101", json={**one, "body": {}}, headers=crew),
        client.put(f"{at}/x?rev={one['_rev']}", data=b"x", headers=crew),
    ):
        problem(attempt, 403, "forbidden")
    assert client.get(at, headers=crew).get_json() == one


def test_the_hospital_pulls_text_and_thumbnail_by_the_replicators_calls(
    client: FlaskClient, crew: dict[str, str], nurse: dict[str, str]
) -> None:
    photo = base64.b64encode(b"\xff\xd8" + bytes(3000)).decode()
    push(client, crew, "unit_a101", header(1, 1), destination(1, 2, "county"))
    push(client, crew, "unit_a101-media", rendition(1, 3, data=photo))
    feed = client.get("/db/site_county/_changes?style=all_docs&since=0&limit=10", headers=nurse).get_json()
    wanted = [{"id": row["id"], "rev": row["changes"][0]["rev"]} for row in feed["results"]]
    answer = client.post("/db/site_county/_bulk_get?revs=true&latest=true", json={"docs": wanted}, headers=nurse)
    found = [row["docs"][0]["ok"] for row in answer.get_json()["results"]]
    assert [one["kind"] for one in found] == ["encounter", "destination"]
    assert found[0]["_revisions"] == {"start": 1, "ids": [header(1, 1)["_rev"][2:]]}
    after = client.get(f"/db/site_county/_changes?since={feed['last_seq']}", headers=nurse).get_json()
    assert after["results"] == []
    media = rendition(1, 3)
    bytes_at = f"/db/site_county-media/{media['_id']}/bytes"
    answer = client.get(bytes_at, headers=nurse)
    assert answer.data == base64.b64decode(photo)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    part = client.get(bytes_at, headers={**nurse, "Range": "bytes=1-4"})
    assert (part.status_code, part.data) == (206, b"\xd8\0\0\0")
    assert part.headers["Content-Range"] == "bytes 1-4/3002"
    problem(client.get(bytes_at, headers={**nurse, "Range": "bytes=9999-"}), 416, "requested_range_not_satisfiable")
    again = client.get(bytes_at, headers={**nurse, "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_an_expired_token_delivers_into_quarantine_and_opens_nothing_else(
    client: FlaskClient, staffed: Hub, crew: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    device = client.get("/api/session", headers=crew).get_json()["device"]["id"]
    later = staffed.clock.now_ms() + 2 * staffed.settings.session_hours * 3_600_000
    monkeypatch.setattr(staffed.clock, "now_ms", lambda: later)
    problem(push(client, crew, "unit_a101", vitals(1, 1)), 401, "unauthorized")
    problem(client.get("/db/unit_a101/_changes", headers=crew), 401, "unauthorized")
    answer = push(client, crew, f"quarantine_{device}", vitals(1, 1))
    assert (answer.status_code, answer.get_json()) == (201, [])
    answer = push(client, crew, f"quarantine_{device}-media", rendition(1, 2))
    assert (answer.status_code, answer.get_json()) == (201, [])
    assert staffed.store.get("unit_a101", vitals(1, 1)["_id"]) is not None


def test_a_rendition_streams_in_as_multipart(client: FlaskClient, crew: dict[str, str]) -> None:
    one = rendition(1, 1)
    photo = bytes(range(256)) * 3000
    one["_attachments"]["bytes"] = {"content_type": "image/jpeg", "follows": True, "length": len(photo)}
    body = multipart(b"frontier", orjson.dumps(one), photo)
    at = f"/db/unit_a101-media/{one['_id']}?new_edits=false"
    headers = {**crew, "Content-Type": "multipart/related; boundary=frontier"}
    answer = client.put(at, data=body, headers=headers)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    assert answer.get_json()["rev"] == one["_rev"]
    got = client.get(f"/db/unit_a101-media/{one['_id']}/bytes", headers=crew)
    assert got.data == photo
    cut = client.put(at.replace("?", "x?"), data=body[:-5000], headers=headers)
    assert "again" in problem(cut, 400, "bad_request")


def multipart(boundary: bytes, document: bytes, *attachments: bytes) -> bytes:
    parts = [b"--" + boundary + b"\r\nContent-Type: application/json\r\n\r\n" + document]
    parts += [b"--" + boundary + b"\r\n\r\n" + data for data in attachments]
    return b"\r\n".join([*parts, b"--" + boundary + b"--"])


# --- limits and wrong requests
def test_a_gzipped_push_is_unpacked_and_a_bomb_is_refused(client: FlaskClient, crew: dict[str, str]) -> None:
    headers = {**crew, "Content-Encoding": "gzip", "Content-Type": "application/json"}
    at = "/db/unit_a101/_bulk_docs"
    body = orjson.dumps({"docs": [vitals(1, 1)], "new_edits": False})
    assert client.post(at, data=gzip.compress(body), headers=headers).get_json() == []
    bomb = gzip.compress(b" " * (9 * 1024 * 1024))
    assert len(bomb) < 20_000
    problem(client.post(at, data=bomb, headers=headers), 413, "document_too_large")
    problem(client.post(at, data=gzip.compress(body)[:-9], headers=headers), 400, "bad_request")
    problem(client.post(at, data=body, headers=headers), 400, "bad_request")
    problem(client.post(at, data=body, headers={**headers, "Content-Encoding": "br"}), 415, "bad_content_type")


def test_text_has_a_smaller_limit_than_media(client: FlaskClient, crew: dict[str, str]) -> None:
    large = "x" * (9 * 1024 * 1024)
    problem(push(client, crew, "unit_a101", vitals(1, 1, text=large)), 413, "document_too_large")
    data = base64.b64encode(bytes(9 * 1024 * 1024)).decode()
    assert push(client, crew, "unit_a101-media", rendition(1, 1, data=data)).get_json() == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("_bulk_docs", b"{"),
        ("_bulk_docs", b"[]"),
        ("_bulk_docs", b'{"docs":{}}'),
        ("_bulk_docs", b'{"docs":[1]}'),
        ("_bulk_docs", b'{"docs":[],"new_edits":1}'),
        ("_bulk_docs", b'{"docs":[{"_id":"a","n":NaN}]}'),
        ("_bulk_docs", b'{"docs":[{"_id":"a","n":"\xff"}]}'),
        ("_revs_diff", b'{"a":"1-a"}'),
        ("_revs_diff", b'{"a":["x"]}'),
        ("_bulk_get", b'{"docs":["a"]}'),
        ("_changes?filter=_doc_ids", b'{"doc_ids":1}'),
        ("_changes?filter=_selector", b'{"selector":{"$regexx":1}}'),
        ("_changes?since=abc", b"{}"),
        ("_changes?limit=-1", b"{}"),
        ("_changes?feed=pigeon", b"{}"),
        ("_all_docs?startkey=abc", b"{}"),
        ("_all_docs", b'{"keys":1}'),
    ],
)
def test_a_malformed_request_is_a_bad_request(
    client: FlaskClient, crew: dict[str, str], path: str, body: bytes
) -> None:
    headers = {**crew, "Content-Type": "application/json"}
    answer = client.post(f"/db/unit_a101/{path}", data=body, headers=headers)
    assert answer.status_code == 400, answer.get_data(as_text=True)
    assert answer.get_json()["reason"]


def test_a_form_of_a_foreign_page_writes_nothing(client: FlaskClient, crew: dict[str, str]) -> None:
    answer = client.post("/db/unit_a101/_bulk_docs", data=b"{}", headers={**crew, "Content-Type": "text/plain"})
    problem(answer, 415, "bad_content_type")


def test_an_unspoken_address_or_method_says_so(client: FlaskClient, crew: dict[str, str]) -> None:
    problem(client.get("/db/unit_a101/_find", headers=crew), 404, "not_found")
    answer = client.delete("/db/unit_a101/_bulk_docs", headers=crew)
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "POST"
