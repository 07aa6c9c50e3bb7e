"""What PouchDB and CouchDB's replicator call and rely on, as far as the other files here do not hold it already."""

from __future__ import annotations

import base64
import hashlib
import http.client
import re
import socket
import threading
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from tests.server.replication.asking import branched, problem
from tests.server.replication.live_hub import LiveHub, fill_instance


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    instance = tmp_path_factory.mktemp("calls") / "instance"
    fill_instance(instance)
    hub = LiveHub(instance, GREENLANE_CONFORMANCE="1").start()
    yield hub
    hub.stop()


def write(client: FlaskClient, *documents: dict[str, Any]) -> None:
    body = {"docs": documents, "new_edits": False}
    assert client.post("/db/t/_bulk_docs", json=body).get_json() == []


# --- root, database, checkpoints
def test_the_sequence_of_a_database_begins_with_a_number_that_grows(scratch: FlaskClient) -> None:
    numbers = []
    for one in "abc":
        scratch.put(f"/db/t/{one}", json={})
        info = scratch.get("/db/t").get_json()
        assert info["db_name"] == "t"
        leading = re.match(r"\d+", str(info["update_seq"]))
        assert leading
        numbers.append(int(leading[0]))
    assert numbers == sorted(set(numbers))


def test_a_database_that_is_not_there_is_404_until_it_is_put(scratch: FlaskClient) -> None:
    problem(scratch.get("/db/new"), 404, "not_found")
    assert scratch.put("/db/new").status_code == 201
    problem(scratch.put("/db/new"), 412, "file_exists")
    assert scratch.get("/db/new").status_code == 200


@pytest.mark.parametrize(
    "value", [None, True, -1.5, "", "县\u2028\n", [], {}, {"deep": [{"er": [1, None, {"": ""}]}]}, 2**53 - 1]
)
def test_any_json_in_a_checkpoint_comes_back_as_it_was(scratch: FlaskClient, value: Any) -> None:
    given = {"_id": "_local/k.Zm9v==", "z": value, "a": value}
    assert scratch.put("/db/t/_local/k.Zm9v%3D%3D", json=given).status_code == 201
    text = scratch.get("/db/t/_local/k.Zm9v%3D%3D").get_data()
    assert orjson.loads(text) == {**given, "_rev": "0-1"}
    assert scratch.get("/db/t/_changes").get_json()["results"] == []
    assert scratch.get("/db/t").get_json()["doc_count"] == 0


# --- pull
def test_bulk_get_names_what_is_missing_in_its_row_and_gives_the_rest(scratch: FlaskClient) -> None:
    write(scratch, {"_id": "a", "_rev": "1-a"}, {"_id": "b", "_revisions": {"start": 2, "ids": ["b", "a"]}})
    wanted = [{"id": "a", "rev": "9-z"}, {"id": "nobody", "rev": "1-a"}, {"id": "b", "rev": "2-b"}]
    rows = scratch.post("/db/t/_bulk_get?revs=true&latest=true", json={"docs": wanted}).get_json()["results"]
    assert [row["id"] for row in rows] == ["a", "nobody", "b"]
    for row, rev in zip(rows, ("9-z", "1-a"), strict=False):
        error = row["docs"][0]["error"]
        assert (error["id"], error["rev"], error["error"]) == (row["id"], rev, "not_found")
    assert rows[2]["docs"][0]["ok"]["_revisions"] == {"start": 2, "ids": ["b", "a"]}


def test_bulk_get_gives_the_bytes_that_are_newer_than_what_the_asker_has(scratch: FlaskClient) -> None:
    old = {"data": base64.b64encode(b"old").decode(), "content_type": "text/plain"}
    first = scratch.put("/db/t/a", json={"_attachments": {"old": old}}).get_json()["rev"]
    second = scratch.put(f"/db/t/a/new?rev={first}", data=b"new", content_type="text/plain").get_json()["rev"]

    def members(**more: Any) -> dict[str, Any]:
        body = {"docs": [{"id": "a", "rev": second, **more}]}
        found: dict[str, Any] = scratch.post("/db/t/_bulk_get?revs=true", json=body).get_json()
        attachments: dict[str, Any] = found["results"][0]["docs"][0]["ok"]["_attachments"]
        return attachments

    assert {name: "data" in member for name, member in members(atts_since=[first]).items()} == {
        "old": False, "new": True,
    }  # fmt: skip
    assert all("data" in member for member in members(atts_since=[]).values())
    assert all(member["stub"] for member in members().values())
    body = {"docs": [{"id": "a", "rev": second, "atts_since": [{}]}]}
    problem(scratch.post("/db/t/_bulk_get", json=body), 400, "bad_request")


def test_the_fallback_of_the_pull_is_a_json_list_also_for_one_revision(scratch: FlaskClient) -> None:
    branched(scratch)
    answer = scratch.get('/db/t/a?revs=true&latest=true&open_revs=["2-b"]', headers={"Accept": "application/json"})
    assert answer.mimetype == "application/json"
    assert [row["ok"]["_rev"] for row in answer.get_json()] == ["2-b"]
    assert scratch.get('/db/t/nobody?open_revs=["1-a"]').get_json() == [{"missing": "1-a"}]


def test_an_attachment_is_read_of_a_revision_or_of_the_winner(scratch: FlaskClient) -> None:
    first = scratch.put("/db/t/a/x", data=b"one", content_type="text/plain").get_json()["rev"]
    second = scratch.put(f"/db/t/a/x?rev={first}", data=b"two", content_type="text/plain").get_json()["rev"]
    assert scratch.get("/db/t/a/x").data == b"two"
    assert scratch.get(f"/db/t/a/x?rev={first}").data == b"one"
    assert scratch.get(f"/db/t/a/x?rev={second}").data == b"two"
    problem(scratch.get("/db/t/a/y"), 404, "not_found")
    problem(scratch.get("/db/t/nobody/x"), 404, "not_found")
    head = scratch.head("/db/t/a/x")
    assert (head.data, head.headers["Content-Length"], head.mimetype) == (b"", "3", "text/plain")


# --- the feed
def test_the_feed_gives_documents_with_their_bytes_and_conflicts(scratch: FlaskClient) -> None:
    branched(scratch)
    scratch.put("/db/t/b/x", data=b"hello", content_type="text/plain")
    query = "style=all_docs&include_docs=true&attachments=true&conflicts=true&seq_interval=10&limit=25"
    rows = scratch.get(f"/db/t/_changes?{query}").get_json()["results"]
    assert [change["rev"] for change in rows[0]["changes"]] == ["2-c", "2-b", "3-d"]
    assert rows[0]["doc"]["_conflicts"] == ["2-b"]
    assert rows[1]["doc"]["_attachments"]["x"]["data"] == base64.b64encode(b"hello").decode()
    assert [row["id"] for row in scratch.get("/db/t/_changes?descending=true").get_json()["results"]] == ["b", "a"]


def test_a_feed_with_a_timeout_and_without_a_limit_is_whole(scratch: FlaskClient) -> None:
    write(scratch, *({"_id": f"d{number:04}", "_rev": "1-a"} for number in range(1100)))
    answer = scratch.get("/db/t/_changes?feed=normal&style=all_docs&since=0&timeout=30000").get_json()
    assert len(answer["results"]) == 1100
    assert answer["pending"] == 0
    assert answer["last_seq"] == answer["results"][-1]["seq"] == scratch.get("/db/t").get_json()["update_seq"]
    rest = scratch.get(f"/db/t/_changes?limit=25&since={answer['results'][1080]['seq']}").get_json()
    assert [row["id"] for row in rest["results"]] == [f"d{number:04}" for number in range(1081, 1100)]


def test_a_waiting_feed_beats_inside_its_json_and_answers_at_the_change(live: LiveHub) -> None:
    live.call("PUT", "/db/beats")
    since = live.call("GET", "/db/beats")[1]["update_seq"]
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=30)
    connection.request("GET", f"/db/beats/_changes?feed=longpoll&heartbeat=100&since={since}")
    answer = connection.getresponse()
    begun = answer.read(len(b'{"results":[') + 3)
    assert begun == b'{"results":[' + b"\n" * 3
    assert live.call("PUT", "/db/beats/a", {})[0] == 201
    found = orjson.loads(begun + answer.read())
    assert [row["id"] for row in found["results"]] == ["a"]
    connection.close()


@pytest.mark.parametrize("feed", ["longpoll", "continuous"])
def test_a_waiting_feed_ends_in_order_when_its_database_is_deleted(live: LiveHub, feed: str) -> None:
    live.call("PUT", f"/db/gone-{feed}")
    live.call("PUT", f"/db/gone-{feed}/a", {})
    since = live.call("GET", f"/db/gone-{feed}")[1]["update_seq"]
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=30)
    connection.request("GET", f"/db/gone-{feed}/_changes?feed={feed}&heartbeat=100&since={since}")
    answer = connection.getresponse()
    answer.read(1)
    threading.Timer(0.2, lambda: live.call("DELETE", f"/db/gone-{feed}")).start()
    last = answer.read().splitlines()[-1]
    assert since.encode() in last
    connection.close()


@pytest.mark.parametrize("path", ["", "/_changes", "/_all_docs", "/a", "/a?open_revs=all", "/a/x", "/nobody"])
def test_a_head_leaves_nothing_on_the_connection(live: LiveHub, path: str) -> None:
    live.call("PUT", "/db/heads")
    live.call("PUT", "/db/heads/a", {"_attachments": {"x": {"data": "aGk="}}})
    asked = (
        f"HEAD /db/heads{path} HTTP/1.1\r\nHost: hub\r\n\r\nGET /db/ HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", live.port), timeout=30) as link:
        link.sendall(asked.encode())
        answers = b"".join(iter(lambda: link.recv(65536), b""))
    _, after_head = answers.split(b"\r\n\r\n", 1)
    assert after_head.startswith(b"HTTP/1.1 200 OK\r\n")


# --- push
def test_known_revisions_are_left_out_of_the_difference(scratch: FlaskClient) -> None:
    branched(scratch)
    asked = {"a": ["2-b", "2-zz", "1-r", "3-d"], "new": ["1-a"], "known": []}
    found = scratch.post("/db/t/_revs_diff", json=asked).get_json()
    assert {document_id: row["missing"] for document_id, row in found.items()} == {"a": ["2-zz"], "new": ["1-a"]}
    assert scratch.post("/db/t/_revs_diff", json={}).get_json() == {}


def test_a_pushed_batch_with_bytes_answers_201_and_an_empty_list(scratch: FlaskClient) -> None:
    document = {
        "_id": "a", "_rev": "2-b", "_revisions": {"start": 2, "ids": ["b", "a"]},
        "_attachments": {"x": {"content_type": "text/plain", "revpos": 1, "data": "aGk=",
                               "digest": "md5-" + base64.b64encode(hashlib.md5(b"hi").digest()).decode()}},
    }  # fmt: skip
    answer = scratch.post("/db/t/_bulk_docs", json={"docs": [document], "new_edits": False})
    assert (answer.status_code, answer.get_json()) == (201, [])
    member = scratch.get("/db/t/a").get_json()["_attachments"]["x"]
    assert (member["revpos"], member["length"], member["stub"]) == (1, 2, True)
    again = scratch.post("/db/t/_bulk_docs", json={"docs": [document], "new_edits": False})
    assert (again.status_code, again.get_json()) == (201, [])


def test_a_document_put_with_its_history_is_answered_with_its_own_revision(scratch: FlaskClient) -> None:
    branched(scratch)
    losing = {"_id": "a", "_rev": "2-a", "_revisions": {"start": 2, "ids": ["a", "r"]}}
    assert scratch.put("/db/t/a?new_edits=false", json=losing).get_json()["rev"] == "2-a"
    assert scratch.get("/db/t/a").get_json()["_rev"] == "2-c"


def multipart_put(scratch: FlaskClient, document: dict[str, Any], *parts: bytes) -> Any:
    head = b"--b\r\nContent-Type: application/json\r\n\r\n" + orjson.dumps(document)
    body = head + b"".join(b"\r\n--b\r\n\r\n" + part for part in parts) + b"\r\n--b--"
    kind = 'multipart/related; boundary="b"'
    return scratch.put(f"/db/t/{document['_id']}?new_edits=false", data=body, content_type=kind)


def test_a_document_comes_in_parts_with_some_bytes_and_stubs_of_the_others(scratch: FlaskClient) -> None:
    def member(revpos: int, **more: Any) -> dict[str, Any]:
        return {"content_type": "image/jpeg", "revpos": revpos, "length": 3, **more}

    first = {"_id": "a", "_rev": "1-a", "_attachments": {"x": member(1, follows=True), "y": member(1, follows=True)}}
    assert multipart_put(scratch, first, b"xxx", b"yyy").status_code == 201
    second = {
        "_id": "a", "_revisions": {"start": 2, "ids": ["b", "a"]},
        "_attachments": {"x": member(1, stub=True), "y": member(2, follows=True)},
    }  # fmt: skip
    assert multipart_put(scratch, second, b"YYY").get_json()["rev"] == "2-b"
    assert (scratch.get("/db/t/a/x").data, scratch.get("/db/t/a/y").data) == (b"xxx", b"YYY")
    related = scratch.get("/db/t/a?attachments=true", headers={"Accept": "multipart/related"})
    assert related.mimetype == "multipart/related"
    assert related.data.count(b"\r\n\r\nxxx\r\n") == related.data.count(b"\r\n\r\nYYY\r\n") == 1


# --- reading documents
def test_a_document_is_read_with_everything_that_may_stand_beside_it(scratch: FlaskClient) -> None:
    first = scratch.put("/db/t/a", json={"n": 1}).get_json()["rev"]
    second = scratch.put(f"/db/t/a?rev={first}", json={"n": 2}).get_json()["rev"]
    query = "revs=true&revs_info=true&conflicts=true&local_seq=true&update_seq=true"
    document = scratch.get(f"/db/t/a?{query}").get_json()
    assert document["_revisions"]["ids"] == [second[2:], first[2:]]
    assert [one["status"] for one in document["_revs_info"]] == ["available", "available"]
    assert document["_local_seq"]
    assert scratch.get(f"/db/t/a?rev={first}").get_json()["n"] == 1
    assert scratch.get(f"/db/t/a?rev={first}&latest=true").get_json()["_rev"] == second
    head = scratch.head("/db/t/a")
    assert (head.status_code, head.headers["ETag"]) == (200, f'"{second}"')
    assert scratch.get("/db/t/a", headers={"If-None-Match": f'"{second}"'}).status_code == 304
    problem(scratch.get("/db/t/a?rev=9-z"), 404, "not_found")


def test_all_documents_are_asked_for_in_every_way(scratch: FlaskClient) -> None:
    branched(scratch)
    scratch.put("/db/t/b/x", data=b"hello", content_type="text/plain")
    row = scratch.get('/db/t/_all_docs?key="a"&include_docs=true&conflicts=true').get_json()["rows"][0]
    assert row["doc"]["_conflicts"] == ["2-b"]
    row = scratch.get('/db/t/_all_docs?key="b"&include_docs=true&attachments=true').get_json()["rows"][0]
    assert row["doc"]["_attachments"]["x"]["data"]
    answer = scratch.get("/db/t/_all_docs?limit=0&update_seq=true").get_json()
    assert (answer["rows"], answer["total_rows"]) == ([], 2)
    assert answer["update_seq"] == scratch.get("/db/t").get_json()["update_seq"]
    unknown: list[Any] = [1, None, {}]
    for keys in ([], unknown):
        rows = scratch.post("/db/t/_all_docs", json={"keys": keys}).get_json()["rows"]
        assert [row["error"] for row in rows] == ["not_found"] * len(keys)


def test_compaction_is_over_when_the_database_says_so(scratch: FlaskClient) -> None:
    first = scratch.put("/db/t/a", json={"n": 1}).get_json()["rev"]
    scratch.put(f"/db/t/a?rev={first}", json={"n": 2})
    assert scratch.post("/db/t/_compact", json={}).status_code == 202
    assert scratch.get("/db/t").get_json()["compact_running"] is False
    problem(scratch.get(f"/db/t/a?rev={first}"), 404, "not_found")
    assert scratch.get("/db/t/a?revs_info=true").get_json()["_revs_info"][1]["status"] == "missing"
