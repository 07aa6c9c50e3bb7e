"""What PouchDB's own integration suite asked of a server and this one once did otherwise."""

from __future__ import annotations

import base64
import http.client
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.server.replication.live_hub import LiveHub, fill_instance


def bulk(client: FlaskClient, *documents: dict[str, Any], **more: Any) -> Any:
    return client.post("/db/t/_bulk_docs", json={"docs": documents, **more})


def rows_of(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [row["id"] for row in answer.get_json()["rows"]]


# --- ranges
def test_a_key_that_is_no_text_stands_before_all_ids(scratch: FlaskClient) -> None:
    bulk(scratch, *({"_id": one} for one in "abc"))
    for nothing in ("key=null", "key=1", "key=%7B%7D", "endkey=1", "endkey=%5B%5D", "startkey=1&descending=true"):
        assert rows_of(scratch.get(f"/db/t/_all_docs?{nothing}")) == []
    assert rows_of(scratch.get("/db/t/_all_docs?startkey=null")) == ["a", "b", "c"]
    assert rows_of(scratch.get("/db/t/_all_docs?endkey=null&descending=true")) == ["c", "b", "a"]


@pytest.mark.parametrize("beside", ['key="a"', 'startkey="a"', 'endkey="a"', 'start_key="a"', 'end_key="a"'])
def test_keys_and_a_range_are_not_asked_for_together(scratch: FlaskClient, beside: str) -> None:
    answer = scratch.post(f"/db/t/_all_docs?{beside}", json={"keys": ["a"]})
    assert (answer.status_code, answer.get_json()["error"]) == (400, "query_parse_error")


def test_a_view_as_a_filter_must_be_named(scratch: FlaskClient) -> None:
    assert scratch.get("/db/t/_changes?filter=_view").status_code == 400
    assert scratch.get("/db/t/_changes?filter=_view&view=a/b").status_code == 404


# --- edits
def test_a_conflict_names_no_revision_but_a_refused_replicated_document_does(scratch: FlaskClient) -> None:
    first = bulk(scratch, {"_id": "a"}).get_json()[0]["rev"]
    bulk(scratch, {"_id": "a", "_rev": first, "n": 2})
    row = bulk(scratch, {"_id": "a", "_rev": first, "n": 3}).get_json()[0]
    assert (row["id"], row["error"]) == ("a", "conflict")
    assert "rev" not in row
    stub = {"_id": "b", "_rev": "1-b", "_attachments": {"x": {"stub": True}}}
    assert bulk(scratch, stub, new_edits=False).get_json()[0]["rev"] == "1-b"


def test_replicated_documents_without_a_revision_are_refused_as_a_whole(scratch: FlaskClient) -> None:
    answer = bulk(scratch, {"_id": "a", "_rev": "1-a"}, {"_id": "b"}, new_edits=False)
    assert (answer.status_code, answer.get_json()["error"]) == (400, "bad_request")
    assert rows_of(scratch.get("/db/t/_all_docs")) == []


def test_a_revision_without_a_digest_is_stored_as_couchdb_does(scratch: FlaskClient) -> None:
    assert bulk(scratch, {"_id": "a", "_rev": "1-", "n": 1}, new_edits=False).get_json() == []
    assert scratch.get("/db/t/a").get_json() == {"_id": "a", "_rev": "1-", "n": 1}
    assert scratch.post("/db/t/_revs_diff", json={"a": ["1-"]}).get_json() == {}


def test_a_history_that_disagrees_with_the_revision_counts(scratch: FlaskClient) -> None:
    bulk(scratch, {"_id": "a", "_revisions": {"start": 2, "ids": ["b", "a"]}, "n": 1}, new_edits=False)
    cut = {"_id": "a", "_rev": "3-c", "_revisions": {"start": 2, "ids": ["c", "a"]}, "n": 2}
    assert bulk(scratch, cut, new_edits=False).get_json() == []
    document = scratch.get("/db/t/a?conflicts=true").get_json()
    assert (document["_rev"], document["n"], document["_conflicts"]) == ("2-c", 2, ["2-b"])


def test_the_first_history_of_a_document_is_cut_to_the_limit_too(scratch: FlaskClient) -> None:
    digests = [f"{number:032x}" for number in range(3000, 0, -1)]
    bulk(scratch, {"_id": "a", "_revisions": {"start": 3000, "ids": digests}}, new_edits=False)
    kept = scratch.get("/db/t/a?revs=true").get_json()["_revisions"]
    assert kept == {"start": 3000, "ids": digests[:1000]}


def test_what_a_replicator_writes_into_a_document_is_kept(scratch: FlaskClient) -> None:
    state = {"_replication_id": "x", "_replication_state": "triggered", "_replication_stats": {"n": 1}}
    assert bulk(scratch, {"_id": "a", **state, "b": 1}).status_code == 201
    document = scratch.get("/db/t/a").get_json()
    assert {name: document[name] for name in state} == state
    assert bulk(scratch, {"_id": "b", "_unheard_of": 1}).get_json()["error"] == "doc_validation"


def test_changed_bytes_are_of_the_revision_that_brought_them(scratch: FlaskClient) -> None:
    def put(document: dict[str, Any]) -> dict[str, Any]:
        assert scratch.put("/db/t/a", json=document).status_code == 201
        found: dict[str, Any] = scratch.get("/db/t/a").get_json()
        return found

    document = put({"_attachments": {"one": {"data": "b25l", "content_type": "text/plain"}}})
    document["_attachments"]["two"] = {"data": "dHdv"}
    document = put(document)
    document["_attachments"]["one"] = {**document["_attachments"]["one"], "data": "b25lIQ=="}
    del document["_attachments"]["one"]["stub"]
    members = put(document)["_attachments"]
    assert [members[name]["revpos"] for name in ("one", "two")] == [3, 2]


# --- checkpoints
def test_checkpoints_have_no_attachments(scratch: FlaskClient) -> None:
    document = {"n": 1, "_attachments": {"x": {"data": "aGk="}}}
    assert scratch.put("/db/t/_local/a", json=document).status_code == 201
    assert scratch.get("/db/t/_local/a?attachments=true").get_json() == {"_id": "_local/a", "_rev": "0-1", "n": 1}
    for address in ("/db/t/_local/a/x", "/db/t/_local/nobody/x"):
        for method in (scratch.get, scratch.put):
            answer = method(address)
            assert answer.status_code == 400
            assert answer.get_json()["reason"] == "_local documents do not accept attachments."


def test_checkpoints_are_deleted_by_a_deleting_edit(scratch: FlaskClient) -> None:
    scratch.put("/db/t/_local/a", json={"n": 1})
    deleted = scratch.put("/db/t/_local/a", json={"_rev": "0-1", "_deleted": True}).get_json()
    assert deleted["rev"] == "0-0"
    assert scratch.get("/db/t/_local/a").status_code == 404
    scratch.put("/db/t/_local/a", json={"n": 2})
    wrong = {"_id": "_local/b", "_rev": "7-fake"}
    rows = bulk(scratch, {"_id": "c"}, {"_id": "_local/a", "_rev": "0-1", "_deleted": True}, wrong).get_json()
    assert [row.get("error") for row in rows] == [None, None, "bad_request"]
    assert rows[1]["rev"] == "0-0"
    assert scratch.get("/db/t/_local/a").status_code == 404


# --- the real server
def ask(hub: LiveHub, method: str, path: str, **headers: str) -> tuple[int, bytes, str | None]:
    connection = http.client.HTTPConnection("127.0.0.1", hub.port, timeout=30)
    try:
        body = b"{}" if method == "PUT" else None
        connection.request(method, path, body, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.getheader("Connection")
    finally:
        connection.close()


def test_the_serving_process_tells_an_escaped_slash_from_a_slash(tmp_path: Path) -> None:
    fill_instance(tmp_path / "instance")
    hub = LiveHub(tmp_path / "instance", GREENLANE_CONFORMANCE="1").start()
    try:
        assert ask(hub, "PUT", "/db/one%2Ftwo")[0] == 201
        assert ask(hub, "PUT", "/db/one%2Ftwo/a%2Fb")[0] == 201
        assert b'"_id":"a/b"' in ask(hub, "GET", "/db/one%2Ftwo/a%2Fb")[1]
        assert ask(hub, "PUT", "/db/one%2Ftwo/_design%2Fx%2Fy")[0] == 201
        assert b"_design/x/y" in ask(hub, "GET", "/db/one%2Ftwo/_design/x%2Fy")[1]
        assert ask(hub, "GET", "/db/one%2Ftwo/a/b")[0] == 404
        # Node keeps a connection whose end it has asked for, unless the answer says that it ends.
        for path in ("/db", "/db/", "/db/one%2Ftwo", "/api/clock"):
            assert ask(hub, "GET", path, Connection="close")[2] == "close"
    finally:
        hub.stop()


def test_base64_with_line_ends_is_no_base64(scratch: FlaskClient) -> None:
    folded = base64.encodebytes(bytes(90)).decode()
    answer = scratch.put("/db/t/a", json={"_attachments": {"x": {"data": folded}}})
    assert (answer.status_code, answer.get_json()["error"]) == (400, "bad_request")
