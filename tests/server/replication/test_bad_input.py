"""Bad input at /db/: an error that replicators understand, and nothing stored."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from tests.server.replication.asking import problem


def ids(client: FlaskClient) -> list[str]:
    return [row["id"] for row in client.get("/db/t/_all_docs").get_json()["rows"]]


# --- sequences
@pytest.mark.parametrize("since", ["abc", "-1", "1-", "1.5", "%7B%22a%22:1%7D", "%D9%A1", "9" * 40, "1 2", "null"])
@pytest.mark.parametrize("feed", ["normal", "longpoll", "continuous"])
def test_a_malformed_since_is_a_bad_request(guarded: FlaskClient, since: str, feed: str) -> None:
    problem(guarded.get(f"/db/t/_changes?since={since}&feed={feed}&timeout=1"), 400, "bad_request")


@pytest.mark.parametrize(
    "since", ["7-0123abcd", "999999", "12-g1AAAACTeJzLYWBgYMpgTmHgz8tPSTV0MDQy1zMAQsMckEQeC5BkaAFS"]
)
def test_a_checkpoint_from_another_store_starts_at_the_beginning(guarded: FlaskClient, since: str) -> None:
    answer = guarded.get(f"/db/t/_changes?since={since}").get_json()
    assert [row["id"] for row in answer["results"]] == ["there"]


@pytest.mark.parametrize(
    "query",
    ["limit=x", "limit=-1", "feed=zzz", "style=zzz", "timeout=x", "heartbeat=x", "include_docs=maybe",
     "filter=_doc_ids", "filter=_doc_ids&doc_ids=1", "filter=_doc_ids&doc_ids=%5B1%5D",
     "filter=_selector", "atts_since=x"],
)  # fmt: skip
def test_a_malformed_question_of_the_feed_is_a_bad_request(guarded: FlaskClient, query: str) -> None:
    assert guarded.get(f"/db/t/_changes?{query}").status_code == 400


# --- revisions and ids
@pytest.mark.parametrize(
    "rev",
    ["x", "1", "-1", "0-a", "x-1", "-1-a", "1.0-a", "9" * 4000 + "-a", '1-"a"', "1-a b", "1-a\r\nX: y", "1-é", "²-a",
     "1-" + "a" * 4000, 1, ["1-a"], {}, True],
)  # fmt: skip
def test_a_malformed_revision_is_a_bad_request_and_stores_nothing(guarded: FlaskClient, rev: Any) -> None:
    documents = [{"_id": "right", "_rev": "1-a"}, {"_id": "wrong", "_rev": rev}]
    problem(guarded.post("/db/t/_bulk_docs", json={"docs": documents, "new_edits": False}), 400, "bad_request")
    problem(guarded.put("/db/t/wrong", json={"_rev": rev}), 400, "bad_request")
    if isinstance(rev, str):
        for answer in (
            guarded.get("/db/t/there", query_string={"rev": rev}),
            guarded.delete("/db/t/there", query_string={"rev": rev}),
            guarded.get("/db/t/there", query_string={"open_revs": orjson.dumps([rev]).decode()}),
            guarded.put("/db/t/there/x", query_string={"rev": rev}, data=b"x"),
        ):
            assert answer.status_code in (400, 409), answer.get_data(as_text=True)
        row = guarded.post("/db/t/_bulk_get", json={"docs": [{"id": "there", "rev": rev}]}).get_json()["results"][0]
        assert row["docs"][0]["error"]["error"] == "bad_request"
    problem(guarded.post("/db/t/_revs_diff", json={"there": [rev]}), 400, "bad_request")
    assert ids(guarded) == ["there"]


@pytest.mark.parametrize(
    "history",
    [
        None, [], "x", {}, {"start": 1}, {"start": "1", "ids": ["a"]}, {"start": 1, "ids": "a"},
        {"start": 1, "ids": []}, {"start": 1, "ids": ["a", "b"]}, {"start": 1, "ids": [1]}, {"start": 1, "ids": [""]},
        {"start": True, "ids": ["a"]}, {"start": 1, "ids": ['a"b']}, {"start": 1, "ids": ["a\n"]},
        {"start": 10**18, "ids": ["a"]}, {"start": 1, "ids": ["é"]},
    ],
)  # fmt: skip
def test_a_malformed_history_is_a_bad_request_and_stores_nothing(guarded: FlaskClient, history: Any) -> None:
    documents = [{"_id": "wrong", "_rev": "1-a", "_revisions": history}]
    problem(guarded.post("/db/t/_bulk_docs", json={"docs": documents, "new_edits": False}), 400, "bad_request")
    assert ids(guarded) == ["there"]


@pytest.mark.parametrize("wrong", ["", "_x", "_design/", "_local/", 1, None, [], {"a": 1}])
def test_a_malformed_id_is_refused_and_stores_nothing(guarded: FlaskClient, wrong: Any) -> None:
    documents = [{"_id": "right", "_rev": "1-a"}, {"_id": wrong, "_rev": "1-a"}]
    answer = guarded.post("/db/t/_bulk_docs", json={"docs": documents, "new_edits": False})
    assert answer.status_code == 400
    assert answer.get_json()["error"] in ("illegal_docid", "bad_request")
    assert ids(guarded) == ["there"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"1", b"null", b'"x"', b"{}", b'{"docs":{}}', b'{"docs":[1]}', b'{"docs":[],"new_edits":1}',
     b'{"docs":[{"_id":"x","_deleted":1}]}', b'{"docs":[{"_id":"x","_unheard":1}]}', b'{"docs":[{"_id":"\xff"}]}',
     b'{"docs":[{"_id":"x","n":NaN}]}', b'{"docs":' + b"[" * 5000],
)  # fmt: skip
def test_a_batch_that_is_none_is_a_bad_request(guarded: FlaskClient, body: bytes) -> None:
    answer = guarded.post("/db/t/_bulk_docs", data=body, content_type="application/json")
    assert answer.status_code == 400, answer.get_data(as_text=True)
    assert set(answer.get_json()) == {"error", "reason"}
    assert ids(guarded) == ["there"]


@pytest.mark.parametrize(
    ("word", "body"),
    [
        ("_revs_diff", []), ("_revs_diff", {"a": "1-a"}), ("_revs_diff", {"a": [1]}), ("_missing_revs", {"a": {}}),
        ("_bulk_get", {}), ("_bulk_get", {"docs": [1]}), ("_bulk_get", {"docs": [{}]}), ("_bulk_get", []),
        ("_bulk_get", {"docs": [{"id": "there", "atts_since": [{}]}]}), ("_all_docs", []), ("_changes", []),
        ("_all_docs", {"keys": 1}), ("_changes?filter=_doc_ids", {"doc_ids": "x"}),
        ("_changes?filter=_selector", {"selector": []}), ("_changes?filter=_selector", {"selector": {"a": {"$zz": 1}}}),
    ],
)  # fmt: skip
def test_a_malformed_question_is_a_bad_request(guarded: FlaskClient, word: str, body: Any) -> None:
    problem(guarded.post(f"/db/t/{word}", json=body), 400, "bad_request")


@pytest.mark.parametrize("rev", ["x", "0-", "1-a", "0-²", "0-" + "9" * 5000, "0--1", "0-1 ", 1, [], {}, True])
def test_a_malformed_revision_of_a_checkpoint_is_a_bad_request(guarded: FlaskClient, rev: Any) -> None:
    assert guarded.put("/db/t/_local/a", json={"n": 1}).status_code == 201
    problem(guarded.put("/db/t/_local/a", json={"n": 2, "_rev": rev}), 400, "bad_request")
    problem(guarded.put("/db/t/_local/a", json={"_deleted": True, "_rev": rev}), 400, "bad_request")
    assert guarded.get("/db/t/_local/a").get_json() == {"_id": "_local/a", "_rev": "0-1", "n": 1}


@pytest.mark.parametrize("body", [b"", b"0", b"-1", b"x", "²".encode(), b"9" * 5000, b"1.5", b"{}", b"\xff"])
def test_a_malformed_limit_of_revisions_is_a_bad_request(guarded: FlaskClient, body: bytes) -> None:
    problem(guarded.put("/db/t/_revs_limit", data=body), 400, "bad_request")
    assert guarded.get("/db/t/_revs_limit").get_json() == 1000
