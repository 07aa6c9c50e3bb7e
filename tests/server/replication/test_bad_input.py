"""Bad input at /db/: an error that replicators understand, and nothing stored."""

from __future__ import annotations

import base64
import gzip
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.hub import Hub
from tests.conftest import bearer
from tests.server.replication.encounters import rendition, vitals
from tests.server.replication.live_hub import LiveHub, fill_instance
from tests.server.replication.test_routes import problem, push


@pytest.fixture
def crew(staffed: Hub, sign_in: Callable[..., dict[str, Any]]) -> dict[str, str]:
    return bearer(sign_in("paramedic"))


@pytest.fixture
def scratch(make_app: Callable[..., Flask]) -> Iterator[FlaskClient]:
    client = make_app(conformance=True).test_client()
    assert client.put("/db/t").status_code == 201
    assert client.put("/db/t/there", json={"n": 1}).status_code == 201
    yield client


def ids(client: FlaskClient) -> list[str]:
    return [row["id"] for row in client.get("/db/t/_all_docs").get_json()["rows"]]


# --- sequences
@pytest.mark.parametrize("since", ["abc", "-1", "1-", "1.5", "%7B%22a%22:1%7D", "%D9%A1", "9" * 40, "1 2", "null"])
@pytest.mark.parametrize("feed", ["normal", "longpoll", "continuous"])
def test_a_malformed_since_is_a_bad_request(scratch: FlaskClient, since: str, feed: str) -> None:
    problem(scratch.get(f"/db/t/_changes?since={since}&feed={feed}&timeout=1"), 400, "bad_request")


@pytest.mark.parametrize(
    "since", ["7-0123abcd", "999999", "12-g1AAAACTeJzLYWBgYMpgTmHgz8tPSTV0MDQy1zMAQsMckEQeC5BkaAFS"]
)
def test_a_checkpoint_from_another_store_starts_at_the_beginning(scratch: FlaskClient, since: str) -> None:
    answer = scratch.get(f"/db/t/_changes?since={since}").get_json()
    assert [row["id"] for row in answer["results"]] == ["there"]


@pytest.mark.parametrize(
    "query",
    ["limit=x", "limit=-1", "feed=zzz", "style=zzz", "timeout=x", "heartbeat=x", "include_docs=maybe",
     "filter=_doc_ids", "filter=_doc_ids&doc_ids=1", "filter=_doc_ids&doc_ids=%5B1%5D",
     "filter=_selector", "atts_since=x"],
)  # fmt: skip
def test_a_malformed_question_of_the_feed_is_a_bad_request(scratch: FlaskClient, query: str) -> None:
    assert scratch.get(f"/db/t/_changes?{query}").status_code == 400


# --- revisions and ids
@pytest.mark.parametrize(
    "rev", ["x", "1", "-1", "0-a", "x-1", "-1-a", "1.0-a", "9" * 4000 + "-a", 1, ["1-a"], {}, True]
)
def test_a_malformed_revision_is_a_bad_request_and_stores_nothing(scratch: FlaskClient, rev: Any) -> None:
    documents = [{"_id": "right", "_rev": "1-a"}, {"_id": "wrong", "_rev": rev}]
    problem(scratch.post("/db/t/_bulk_docs", json={"docs": documents, "new_edits": False}), 400, "bad_request")
    problem(scratch.put("/db/t/wrong", json={"_rev": rev}), 400, "bad_request")
    if isinstance(rev, str):
        for answer in (
            scratch.get("/db/t/there", query_string={"rev": rev}),
            scratch.delete("/db/t/there", query_string={"rev": rev}),
            scratch.get("/db/t/there", query_string={"open_revs": orjson.dumps([rev]).decode()}),
            scratch.put("/db/t/there/x", query_string={"rev": rev}, data=b"x"),
        ):
            assert answer.status_code in (400, 409), answer.get_data(as_text=True)
        row = scratch.post("/db/t/_bulk_get", json={"docs": [{"id": "there", "rev": rev}]}).get_json()["results"][0]
        assert row["docs"][0]["error"]["error"] == "bad_request"
    problem(scratch.post("/db/t/_revs_diff", json={"there": [rev]}), 400, "bad_request")
    assert ids(scratch) == ["there"]


@pytest.mark.parametrize(
    "history",
    [
        None, [], "x", {}, {"start": 1}, {"start": "1", "ids": ["a"]}, {"start": 1, "ids": "a"},
        {"start": 1, "ids": []}, {"start": 1, "ids": ["a", "b"]}, {"start": 1, "ids": [1]}, {"start": 1, "ids": [""]},
        {"start": True, "ids": ["a"]},
    ],
)  # fmt: skip
def test_a_malformed_history_is_a_bad_request_and_stores_nothing(scratch: FlaskClient, history: Any) -> None:
    documents = [{"_id": "wrong", "_rev": "1-a", "_revisions": history}]
    problem(scratch.post("/db/t/_bulk_docs", json={"docs": documents, "new_edits": False}), 400, "bad_request")
    assert ids(scratch) == ["there"]


@pytest.mark.parametrize("wrong", ["", "_x", "_design/", "_local/", 1, None, [], {"a": 1}])
def test_a_malformed_id_is_refused_and_stores_nothing(scratch: FlaskClient, wrong: Any) -> None:
    documents = [{"_id": "right", "_rev": "1-a"}, {"_id": wrong, "_rev": "1-a"}]
    answer = scratch.post("/db/t/_bulk_docs", json={"docs": documents, "new_edits": False})
    assert answer.status_code == 400
    assert answer.get_json()["error"] in ("illegal_docid", "bad_request")
    assert ids(scratch) == ["there"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"1", b"null", b'"x"', b"{}", b'{"docs":{}}', b'{"docs":[1]}', b'{"docs":[],"new_edits":1}',
     b'{"docs":[{"_id":"x","_deleted":1}]}', b'{"docs":[{"_id":"x","_unheard":1}]}', b'{"docs":[{"_id":"\xff"}]}',
     b'{"docs":[{"_id":"x","n":NaN}]}', b'{"docs":' + b"[" * 5000],
)  # fmt: skip
def test_a_batch_that_is_none_is_a_bad_request(scratch: FlaskClient, body: bytes) -> None:
    answer = scratch.post("/db/t/_bulk_docs", data=body, content_type="application/json")
    assert answer.status_code == 400, answer.get_data(as_text=True)
    assert set(answer.get_json()) == {"error", "reason"}
    assert ids(scratch) == ["there"]


@pytest.mark.parametrize(
    ("word", "body"),
    [
        ("_revs_diff", []), ("_revs_diff", {"a": "1-a"}), ("_revs_diff", {"a": [1]}), ("_missing_revs", {"a": {}}),
        ("_bulk_get", {}), ("_bulk_get", {"docs": [1]}), ("_bulk_get", {"docs": [{}]}), ("_bulk_get", []),
        ("_all_docs", {"keys": 1}), ("_changes?filter=_doc_ids", {"doc_ids": "x"}),
        ("_changes?filter=_selector", {"selector": []}), ("_changes?filter=_selector", {"selector": {"a": {"$zz": 1}}}),
    ],
)  # fmt: skip
def test_a_malformed_question_is_a_bad_request(scratch: FlaskClient, word: str, body: Any) -> None:
    problem(scratch.post(f"/db/t/{word}", json=body), 400, "bad_request")


# --- attachments
BYTES = base64.b64encode(b"hello").decode()


@pytest.mark.parametrize(
    ("member", "status", "error"),
    [
        ({"data": BYTES, "digest": "md5-AAAAAAAAAAAAAAAAAAAAAA=="}, 400, "content_md5_mismatch"),
        ({"data": BYTES, "length": 4}, 400, "bad_request"),
        ({"data": "*"}, 400, "bad_request"),
        ({"data": BYTES[:-2]}, 400, "bad_request"),
        ({"data": 1}, 400, "bad_request"),
        ({}, 400, "bad_request"),
        (1, 400, "bad_request"),
        ({"follows": True}, 400, "bad_request"),
        ({"content": {"key": "x"}}, 400, "bad_request"),
        ({"stub": True}, 412, "missing_stub"),
        ({"stub": True, "digest": "md5-XUFAKrxLKna5cZ2REBfFkg=="}, 412, "missing_stub"),
    ],
)
def test_an_attachment_that_is_not_what_it_says_is_refused(
    scratch: FlaskClient, member: Any, status: int, error: str
) -> None:
    document = {"_id": "wrong", "_rev": "1-a", "_attachments": {"x": member}}
    problem(scratch.put("/db/t/wrong?new_edits=false", json=document), status, error)
    assert ids(scratch) == ["there"]


def test_an_attachment_that_is_what_it_says_is_taken(scratch: FlaskClient) -> None:
    member = {"data": BYTES, "digest": "md5-XUFAKrxLKna5cZ2REBfFkg==", "length": 5, "content_type": "text/plain"}
    right = {"_rev": "1-a", "_attachments": {"x": member}}
    assert scratch.put("/db/t/right?new_edits=false", json=right).status_code == 201
    # CouchDB digests what it stores, which is packed for such types; digests of other kinds say nothing to us.
    for number, digest in enumerate(("sha256-abc", "md5-AAAAAAAAAAAAAAAAAAAAAA==")):
        packed = {"_rev": "1-a", "_attachments": {"x": {**member, "digest": digest}}}
        assert scratch.put(f"/db/t/right{number}?new_edits=false", json=packed).status_code == 201


def test_one_unknown_stub_in_a_mailbox_does_not_hold_up_the_others(client: FlaskClient, crew: dict[str, str]) -> None:
    stubbed = rendition(1, 1)
    stubbed["_attachments"] = {"bytes": {"stub": True, "digest": "md5-XUFAKrxLKna5cZ2REBfFkg==", "length": 5}}
    damaged = rendition(1, 2)
    damaged["_attachments"]["bytes"]["digest"] = "md5-XUFAKrxLKna5cZ2REBfFkg=="
    rows = push(client, crew, "unit_a101-media", stubbed, damaged, rendition(1, 3)).get_json()
    assert [(row["id"], row["error"]) for row in rows] == [
        (stubbed["_id"], "missing_stub"), (damaged["_id"], "content_md5_mismatch"),
    ]  # fmt: skip
    assert client.get("/db/unit_a101-media", headers=crew).get_json()["doc_count"] == 1


# --- bodies
def gzipped(client: FlaskClient, headers: dict[str, str], data: bytes, mailbox: str = "unit_a101") -> Any:
    return client.post(
        f"/db/{mailbox}/_bulk_docs", data=data, content_type="application/json",
        headers=headers | {"Content-Encoding": "gzip"},
    )  # fmt: skip


def test_a_gzip_bomb_is_too_large_whatever_it_weighs(client: FlaskClient, crew: dict[str, str]) -> None:
    bomb = gzip.compress(b'{"docs":[' + b" " * (300 * 1024 * 1024) + b"]}", 1)
    assert len(bomb) < 2 * 1024 * 1024
    problem(gzipped(client, crew, bomb), 413, "document_too_large")
    problem(gzipped(client, crew, bomb, "unit_a101-media"), 413, "document_too_large")


def test_a_packed_body_that_is_cut_off_or_no_gzip_stores_nothing(client: FlaskClient, crew: dict[str, str]) -> None:
    packed = gzip.compress(orjson.dumps({"docs": [vitals(1, 1)], "new_edits": False}))
    for broken in (packed[:-1], packed[: len(packed) // 2], b"no gzip", packed[:20] + b"x" * 20 + packed[40:]):
        problem(gzipped(client, crew, broken), 400, "bad_request")
    assert client.get("/db/unit_a101", headers=crew).get_json()["doc_count"] == 0
    assert gzipped(client, crew, packed).get_json() == []


def test_a_batch_over_the_limit_is_too_large_and_stores_nothing(
    make_app: Callable[..., Flask], client: FlaskClient, crew: dict[str, str], hub: Hub
) -> None:
    documents = [vitals(1, number, text="x" * 200_000) for number in range(1, 60)]
    assert sum(len(one["body"]["text"]) for one in documents) > hub.settings.text_body_limit_bytes
    problem(push(client, crew, "unit_a101", *documents), 413, "document_too_large")
    assert client.get("/db/unit_a101", headers=crew).get_json()["doc_count"] == 0
    assert push(client, crew, "unit_a101", *documents[:20]).get_json() == []


def test_a_multipart_body_that_is_cut_off_stores_nothing(scratch: FlaskClient) -> None:
    document = orjson.dumps({"_id": "m", "_attachments": {"x": {"follows": True, "length": 5, "content_type": "a/b"}}})
    whole = b"--b\r\nContent-Type: application/json\r\n\r\n" + document + b"\r\n--b\r\n\r\nhello\r\n--b--"
    kind = {"content_type": 'multipart/related; boundary="b"'}
    for cut in (10, 60, len(whole) - 30, len(whole) - 12, len(whole) - 5):
        problem(scratch.put("/db/t/m", data=whole[:cut], **kind), 400, "bad_request")
    other = whole.replace(b"hello", b"hell")
    problem(scratch.put("/db/t/m", data=other, **kind), 400, "bad_request")
    problem(scratch.put("/db/t/m", data=whole, content_type="multipart/related"), 400, "bad_request")
    assert ids(scratch) == ["there"]
    assert scratch.put("/db/t/m", data=whole, **kind).status_code == 201
    assert scratch.get("/db/t/m/x").data == b"hello"


def test_a_connection_cut_in_the_middle_of_a_push_stores_nothing_and_harms_nobody(tmp_path: Path) -> None:
    fill_instance(tmp_path / "instance")
    hub = LiveHub(tmp_path / "instance").start()
    try:
        token = hub.sign_in("paramedic")
        body = orjson.dumps({"docs": [vitals(1, number) for number in range(1, 40)], "new_edits": False})
        head = (
            f"POST /db/unit_a101/_bulk_docs HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        for cut in (1, len(body) // 2, len(body) - 1):
            with socket.create_connection(("127.0.0.1", hub.port), timeout=30) as link:
                link.sendall(head + body[:cut])
        time.sleep(0.2)  # the hub has had its chance to store something wrong
        status, info = hub.call("GET", "/db/unit_a101", token=token)
        assert (status, info["doc_count"]) == (200, 0)
        assert hub.call("POST", "/db/unit_a101/_bulk_docs", orjson.loads(body), token) == (201, [])
    finally:
        hub.stop()
