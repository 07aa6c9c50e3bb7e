"""The addresses under /db/ over HTTP: rights, the protocol's answers, limits, wrong requests."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.hub import Hub
from tests.conftest import PASSWORD, bearer
from tests.server.replication.encounters import destination, header, rendition, vitals


@pytest.fixture
def crew(staffed: Hub, sign_in: Callable[..., dict[str, Any]]) -> dict[str, str]:
    return bearer(sign_in("paramedic"))


@pytest.fixture
def nurse(staffed: Hub, sign_in: Callable[..., dict[str, Any]]) -> dict[str, str]:
    return bearer(sign_in("nurse"))


@pytest.fixture
def scratch(make_app: Callable[..., Flask]) -> Iterator[FlaskClient]:
    """A hub in conformance mode with an empty database `t`."""
    client = make_app(conformance=True).test_client()
    assert client.put("/db/t").status_code == 201
    yield client


def push(client: FlaskClient, headers: dict[str, str], mailbox: str, *documents: dict[str, Any]) -> Any:
    body = {"docs": documents, "new_edits": False}
    return client.post(f"/db/{mailbox}/_bulk_docs", json=body, headers=headers)


def problem(answer: Any, status: int, error: str) -> str:
    """Check an error's shape; returns the reason."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    body = answer.get_json()
    assert body["error"] == error
    assert len(body["reason"]) > 5
    reason: str = body["reason"]
    return reason


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


# --- the protocol in scratch databases
def test_an_edit_needs_the_current_revision(scratch: FlaskClient) -> None:
    first = scratch.put("/db/t/a", json={"n": 1}).get_json()["rev"]
    problem(scratch.put("/db/t/a", json={"n": 2}), 409, "conflict")
    second = scratch.put(f"/db/t/a?rev={first}", json={"n": 2})
    assert second.status_code == 201
    problem(scratch.put("/db/t/a", json={"_rev": "x"}), 400, "bad_request")
    assert scratch.delete(f"/db/t/a?rev={second.get_json()['rev']}").status_code == 200
    assert problem(scratch.get("/db/t/a"), 404, "not_found") == "deleted"
    assert problem(scratch.get("/db/t/b"), 404, "not_found") == "missing"


def branched(scratch: FlaskClient) -> None:
    histories = [
        {"_id": "a", "_revisions": {"start": 2, "ids": ["b", "r"]}, "n": "b"},
        {"_id": "a", "_revisions": {"start": 2, "ids": ["c", "r"]}, "n": "c"},
        {"_id": "a", "_revisions": {"start": 3, "ids": ["d", "x", "r"]}, "_deleted": True},
    ]
    assert scratch.post("/db/t/_bulk_docs", json={"docs": histories, "new_edits": False}).get_json() == []


def test_conflicts_open_revisions_and_history_can_be_read(scratch: FlaskClient) -> None:
    branched(scratch)
    document = scratch.get("/db/t/a?conflicts=true&deleted_conflicts=true&revs=true&revs_info=true").get_json()
    assert document["_rev"] == "2-c"
    assert document["_conflicts"] == ["2-b"]
    assert document["_deleted_conflicts"] == ["3-d"]
    assert document["_revisions"] == {"start": 2, "ids": ["c", "r"]}
    assert document["_revs_info"] == [{"rev": "2-c", "status": "available"}, {"rev": "1-r", "status": "missing"}]
    everything = scratch.get("/db/t/a?open_revs=all").get_json()
    assert [row["ok"]["_rev"] for row in everything] == ["2-c", "2-b", "3-d"]
    some = scratch.get('/db/t/a?open_revs=["2-b","9-z"]').get_json()
    assert [row.get("missing") or row["ok"]["_rev"] for row in some] == ["2-b", "9-z"]
    latest = scratch.get('/db/t/a?open_revs=["2-x"]&latest=true').get_json()
    assert [row["ok"]["_rev"] for row in latest] == ["3-d"]
    assert scratch.get("/db/t/a?rev=2-x&latest=true").get_json()["_rev"] == "3-d"
    assert scratch.get("/db/t/nobody?open_revs=all").status_code == 404


def test_a_superseded_revision_resolves_through_latest_in_bulk_get(scratch: FlaskClient) -> None:
    branched(scratch)
    wanted = {
        "docs": [{"id": "a", "rev": "2-x"}, {"id": "a", "rev": "9-z"}, {"id": "nobody", "rev": "1-a"}, {"id": "a"}]
    }
    rows = scratch.post("/db/t/_bulk_get?latest=true", json=wanted).get_json()["results"]
    assert rows[0]["docs"][0]["ok"]["_rev"] == "3-d"
    assert rows[1]["docs"][0]["error"]["error"] == "not_found"
    assert rows[2]["docs"][0]["error"]["error"] == "not_found"
    assert len(rows[3]["docs"]) == 3


def test_open_revisions_come_as_multipart_with_the_bytes_that_the_asker_lacks(scratch: FlaskClient) -> None:
    first = scratch.put("/db/t/a", json={"_attachments": {"old": {"data": "b2xk", "content_type": "text/plain"}}})
    rev = first.get_json()["rev"]
    second = scratch.put(f"/db/t/a/new?rev={rev}", data=b"new", content_type="text/plain").get_json()["rev"]
    asked = f'/db/t/a?open_revs=["{second}"]&revs=true&atts_since=["{rev}"]'
    answer = scratch.get(asked, headers={"Accept": "multipart/mixed"})
    assert answer.mimetype == "multipart/mixed"
    text = answer.get_data(as_text=True)
    assert "multipart/related" in text
    assert text.count("\r\n\r\nnew\r\n") == 1
    assert "\r\n\r\nold\r\n" not in text
    # CouchDB's replicator asks so for a document that it has nothing of.
    whole = scratch.get(f'/db/t/a?open_revs=["{second}"]&revs=true&latest=true', headers={"Accept": "multipart/mixed"})
    assert whole.get_data(as_text=True).count("\r\n\r\nold\r\n") == 1
    assert whole.get_data(as_text=True).count("\r\n\r\nnew\r\n") == 1
    missing = scratch.get('/db/t/a?open_revs=["9-z"]', headers={"Accept": "multipart/mixed"})
    assert 'application/json; error="true"' in missing.get_data(as_text=True)


def test_attachments_are_put_and_deleted_at_their_own_address(scratch: FlaskClient) -> None:
    rev = scratch.put("/db/t/a/x.txt", data=b"hello", content_type="text/plain").get_json()["rev"]
    problem(scratch.put("/db/t/a/y.txt", data=b"y"), 409, "conflict")
    wrong = {"Content-MD5": base64.b64encode(bytes(16)).decode()}
    problem(scratch.put(f"/db/t/a/y.txt?rev={rev}", data=b"y", headers=wrong), 400, "content_md5_mismatch")
    document = scratch.get("/db/t/a?attachments=true").get_json()
    assert document["_attachments"]["x.txt"]["data"] == base64.b64encode(b"hello").decode()
    assert scratch.delete(f"/db/t/a/x.txt?rev={rev}").status_code == 200
    problem(scratch.get("/db/t/a/x.txt"), 404, "not_found")
    assert scratch.get(f"/db/t/a/x.txt?rev={rev}").data == b"hello"


def test_a_stub_of_unknown_bytes_is_412(scratch: FlaskClient) -> None:
    problem(scratch.put("/db/t/a", json={"_attachments": {"x": {"stub": True}}}), 412, "missing_stub")
    problem(scratch.put("/db/t/a", json={"_attachments": {"x": {"data": "*"}}}), 400, "bad_request")


def test_all_documents_by_range_and_by_keys(scratch: FlaskClient) -> None:
    docs = [{"_id": one, "n": number} for number, one in enumerate("abcde")]
    rows = scratch.post("/db/t/_bulk_docs", json={"docs": docs}).get_json()
    scratch.delete(f"/db/t/c?rev={rows[2]['rev']}")
    answer = scratch.get('/db/t/_all_docs?startkey="b"&endkey="e"&inclusive_end=false&include_docs=true').get_json()
    assert [row["doc"]["n"] for row in answer["rows"]] == [1, 3]
    assert (answer["total_rows"], answer["offset"]) == (4, 1)
    answer = scratch.get("/db/t/_all_docs?descending=true&skip=1&limit=2").get_json()
    assert [row["id"] for row in answer["rows"]] == ["d", "b"]
    answer = scratch.post("/db/t/_all_docs?include_docs=true", json={"keys": ["d", "c", "x"]}).get_json()
    assert [row.get("error") or row["id"] for row in answer["rows"]] == ["d", "c", "not_found"]
    assert answer["rows"][1]["value"]["deleted"]
    assert answer["rows"][1]["doc"] is None


def test_a_long_range_is_streamed_whole_and_in_order(scratch: FlaskClient) -> None:
    docs = [{"_id": f"d{number:04}"} for number in range(950)]
    scratch.post("/db/t/_bulk_docs", json={"docs": docs})
    rows = scratch.get("/db/t/_all_docs?skip=5&limit=900").get_json()["rows"]
    assert [row["id"] for row in rows] == [one["_id"] for one in docs[5:905]]
    rows = scratch.get("/db/t/_changes").get_json()["results"]
    assert [row["id"] for row in rows] == [one["_id"] for one in docs]


def test_the_feed_is_filtered_by_ids_and_by_selector(scratch: FlaskClient) -> None:
    docs = [{"_id": f"d{number:03}", "n": number, "of": {"kind": "x" if number % 2 else "y"}} for number in range(20)]
    scratch.post("/db/t/_bulk_docs", json={"docs": docs})
    answer = scratch.post("/db/t/_changes?filter=_doc_ids", json={"doc_ids": ["d003", "d001", "zz"]}).get_json()
    assert [row["id"] for row in answer["results"]] == ["d001", "d003"]
    selector = {"selector": {"of.kind": "x", "n": {"$gte": 5, "$lt": 12}}}
    answer = scratch.post("/db/t/_changes?filter=_selector&limit=3&include_docs=true", json=selector).get_json()
    assert [row["doc"]["n"] for row in answer["results"]] == [5, 7, 9]
    rest = scratch.post(f"/db/t/_changes?filter=_selector&since={answer['last_seq']}", json=selector).get_json()
    assert [row["id"] for row in rest["results"]] == ["d011"]
    assert "JavaScript" in problem(scratch.get("/db/t/_changes?filter=a/b"), 404, "not_found")


def test_waiting_feeds_answer_at_once_when_something_is_there_and_end_in_time(scratch: FlaskClient) -> None:
    scratch.put("/db/t/a", json={})
    answer = scratch.get("/db/t/_changes?feed=longpoll&heartbeat=10000").get_json()
    assert [row["id"] for row in answer["results"]] == ["a"]
    empty = scratch.get(f"/db/t/_changes?feed=longpoll&timeout=1&since={answer['last_seq']}").get_json()
    assert (empty["results"], empty["last_seq"]) == ([], answer["last_seq"])
    lines = scratch.get("/db/t/_changes?feed=continuous&timeout=1").get_data().splitlines()
    assert [orjson.loads(line).get("id") for line in lines] == ["a", None]
    assert scratch.get("/db/t/_changes?since=now").get_json()["results"] == []


def test_checkpoints_come_back_as_they_were(scratch: FlaskClient) -> None:
    at = "/db/t/_local/x%3D%3D"
    problem(scratch.get(at), 404, "not_found")
    checkpoint = {"_id": "_local/x==", "history": [{"last_seq": "3-abc"}], "version": 1}
    assert scratch.put(at, json=checkpoint).get_json() == {"ok": True, "id": "_local/x==", "rev": "0-1"}
    assert scratch.get(at).get_json() == {**checkpoint, "_rev": "0-1"}
    problem(scratch.put(at, json=checkpoint), 409, "conflict")
    assert scratch.put(at, json={**checkpoint, "_rev": "0-1"}).get_json()["rev"] == "0-2"


def test_upkeep_calls_of_replicators_are_answered(scratch: FlaskClient) -> None:
    assert scratch.post("/db/t/_ensure_full_commit", json={}).status_code == 201
    assert scratch.post("/db/t/_compact", json={}).status_code == 202
    assert scratch.get("/db/t").get_json()["compact_running"] is False
    assert scratch.get("/db/t/_revs_limit").get_json() == 1000
    problem(scratch.put("/db/T"), 400, "illegal_database_name")
    problem(scratch.put("/db/t"), 412, "file_exists")
