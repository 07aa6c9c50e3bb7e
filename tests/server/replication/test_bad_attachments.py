"""Attachments that are not what they say: an error that replicators understand, and nothing stored."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.server.replication.asking import problem, push
from tests.server.replication.encounters import rendition, vitals
from tests.server.replication.test_bad_input import ids

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
    guarded: FlaskClient, member: Any, status: int, error: str
) -> None:
    document = {"_id": "wrong", "_rev": "1-a", "_attachments": {"x": member}}
    problem(guarded.put("/db/t/wrong?new_edits=false", json=document), status, error)
    assert ids(guarded) == ["there"]


def test_an_attachment_that_is_what_it_says_is_taken(guarded: FlaskClient) -> None:
    member = {"data": BYTES, "digest": "md5-XUFAKrxLKna5cZ2REBfFkg==", "length": 5, "content_type": "text/plain"}
    right = {"_rev": "1-a", "_attachments": {"x": member}}
    assert guarded.put("/db/t/right?new_edits=false", json=right).status_code == 201
    # CouchDB digests what it stores, which is packed for such types; digests of other kinds say nothing to us.
    for number, digest in enumerate(("sha256-abc", "md5-AAAAAAAAAAAAAAAAAAAAAA==")):
        packed = {"_rev": "1-a", "_attachments": {"x": {**member, "digest": digest}}}
        assert guarded.put(f"/db/t/right{number}?new_edits=false", json=packed).status_code == 201


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


@pytest.mark.parametrize(
    "header",
    ["bytes=" + "9" * 5000 + "-", "bytes=-" + "9" * 5000, "bytes=²-", "bytes=0-1,3-4", "bytes=3-1", "x", "bytes="],
)
def test_a_range_that_is_none_gives_all_bytes(guarded: FlaskClient, header: str) -> None:
    assert guarded.put("/db/t/a/x", data=b"hello").status_code == 201
    answer = guarded.get("/db/t/a/x", headers={"Range": header})
    assert (answer.status_code, answer.data) == (200, b"hello")


def test_a_range_behind_the_end_cannot_be_given(guarded: FlaskClient) -> None:
    assert guarded.put("/db/t/a/x", data=b"hello").status_code == 201
    assert guarded.get("/db/t/a/x", headers={"Range": "bytes=5-"}).status_code == 416


@pytest.mark.parametrize("kind", ["a/b\r\nX-Evil: 1", "图/片", "\x00", "é", " " * 4000])
def test_a_content_type_that_cannot_stand_in_a_header_harms_nobody(guarded: FlaskClient, kind: str) -> None:
    document = {"_attachments": {"x": {"data": BYTES, "content_type": kind}}}
    assert guarded.put("/db/t/odd", json=document).status_code == 201
    answer = guarded.get("/db/t/odd/x")
    assert (answer.status_code, answer.data) == (200, b"hello")
    assert "X-Evil" not in answer.headers
    assert guarded.get("/db/t/odd").get_json()["_attachments"]["x"]["content_type"] == kind
    parts = guarded.get("/db/t/odd?open_revs=all", headers={"Accept": "multipart/mixed"})
    assert b"\r\nX-Evil" not in parts.data


def test_a_document_put_into_a_mailbox_without_a_revision_is_answered_with_the_one_it_got(
    client: FlaskClient, crew: dict[str, str]
) -> None:
    document = vitals(1, 1)
    answer = client.put(f"/db/unit_a101/{document['_id']}?new_edits=false", json=document, headers=crew)
    assert answer.status_code == 201
    assert answer.get_json()["rev"] == client.get(f"/db/unit_a101/{document['_id']}", headers=crew).get_json()["_rev"]
