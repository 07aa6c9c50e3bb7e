"""The protocol itself, in scratch databases: revisions, attachments, ranges, feeds, checkpoints."""

from __future__ import annotations

import base64

import orjson
from flask.testing import FlaskClient

from tests.server.replication.asking import branched, problem


def test_an_edit_needs_the_current_revision(scratch: FlaskClient) -> None:
    first = scratch.put("/db/t/a", json={"n": 1}).get_json()["rev"]
    problem(scratch.put("/db/t/a", json={"n": 2}), 409, "conflict")
    second = scratch.put(f"/db/t/a?rev={first}", json={"n": 2})
    assert second.status_code == 201
    problem(scratch.put("/db/t/a", json={"_rev": "x"}), 400, "bad_request")
    assert scratch.delete(f"/db/t/a?rev={second.get_json()['rev']}").status_code == 200
    assert problem(scratch.get("/db/t/a"), 404, "not_found") == "deleted"
    assert problem(scratch.get("/db/t/b"), 404, "not_found") == "missing"


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
