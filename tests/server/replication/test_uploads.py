"""Originals in pieces: resumed by offset, across restarts, verified before they are a document."""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.hub import Hub
from server.replication.uploads import KEPT_FOR, OPEN_AT_ONCE, Uploads
from tests.conftest import bearer
from tests.server.replication.asking import problem
from tests.server.replication.encounters import header, rendition
from tests.server.replication.live_hub import LiveHub, fill_instance

PHOTO = bytes(range(256)) * 1500
DOCUMENT = {name: value for name, value in rendition(1, 9).items() if name != "_attachments"}
MAILBOX = "unit_a101-media"


@pytest.fixture
def crew(staffed: Hub, sign_in: Callable[..., dict[str, Any]]) -> dict[str, str]:
    return bearer(sign_in("paramedic"))


@pytest.fixture
def nurse(staffed: Hub, sign_in: Callable[..., dict[str, Any]]) -> dict[str, str]:
    return bearer(sign_in("nurse"))


def address(number: int = 9, mailbox: str = MAILBOX) -> str:
    return f"/db/{mailbox}/_uploads/{quote(rendition(1, number)['_id'], safe='')}"


def piece(client: FlaskClient, headers: dict[str, str], start: int, stop: int, **more: Any) -> Any:
    length = more.pop("length", len(PHOTO))
    ranged = headers | {"Content-Range": f"bytes {start}-{stop - 1}/{length}"}
    return client.patch(more.pop("at", address()), data=more.pop("data", PHOTO[start:stop]), headers=ranged, **more)


def finish(client: FlaskClient, headers: dict[str, str], **more: Any) -> Any:
    body = {
        "document": DOCUMENT,
        "content_type": "image/jpeg",
        "sha256": hashlib.sha256(PHOTO).hexdigest(),
        "length": len(PHOTO),
    } | more
    return client.post(address(), json=body, headers=headers)


def offset(client: FlaskClient, headers: dict[str, str]) -> int:
    answer = client.head(address(), headers=headers)
    assert answer.status_code == 200
    return int(answer.headers["Upload-Offset"])


def test_a_photograph_in_pieces_becomes_a_document_with_its_attachment(
    client: FlaskClient, crew: dict[str, str]
) -> None:
    assert offset(client, crew) == 0
    for start in range(0, len(PHOTO), 100_000):
        stop = min(start + 100_000, len(PHOTO))
        answer = piece(client, crew, start, stop)
        assert (answer.status_code, answer.get_json()["offset"]) == (202, stop)
        assert offset(client, crew) == stop
    done = finish(client, crew)
    assert done.status_code == 201
    assert done.get_json() == {"ok": True, "id": DOCUMENT["_id"], "rev": DOCUMENT["_rev"]}
    stored = client.get(f"/db/{MAILBOX}/{DOCUMENT['_id']}", headers=crew).get_json()
    assert stored["_attachments"]["bytes"]["length"] == len(PHOTO)
    assert {name: stored[name] for name in DOCUMENT} == DOCUMENT
    assert client.get(f"/db/{MAILBOX}/{DOCUMENT['_id']}/bytes", headers=crew).data == PHOTO
    assert client.get(address(), headers=crew).get_json() == {"offset": 0, "length": None, "complete": True}


def test_a_finish_whose_answer_was_lost_can_be_sent_again(client: FlaskClient, crew: dict[str, str]) -> None:
    piece(client, crew, 0, len(PHOTO))
    first, again = finish(client, crew), finish(client, crew)
    assert (first.status_code, first.get_json()) == (201, again.get_json())
    assert again.status_code == 201


def test_it_is_the_same_document_as_one_pushed_whole(client: FlaskClient, crew: dict[str, str]) -> None:
    piece(client, crew, 0, len(PHOTO))
    finish(client, crew)
    whole = {"bytes": {"content_type": "image/jpeg", "data": base64.b64encode(PHOTO).decode()}}
    body = {"docs": [{**DOCUMENT, "_attachments": whole}], "new_edits": False}
    assert client.post(f"/db/{MAILBOX}/_bulk_docs", json=body, headers=crew).get_json() == []


def test_a_wrong_offset_is_a_conflict_that_names_the_right_one(client: FlaskClient, crew: dict[str, str]) -> None:
    piece(client, crew, 0, 1000)
    for start in (0, 500, 1001):
        answer = piece(client, crew, start, start + 10)
        problem(answer, 409, "conflict")
        assert (answer.get_json()["offset"], answer.headers["Upload-Offset"]) == (1000, "1000")
    answer = piece(client, crew, 1000, 1010, length=len(PHOTO) + 1)
    problem(answer, 409, "conflict")
    assert offset(client, crew) == 1000


def test_it_is_not_finished_before_it_is_whole(client: FlaskClient, crew: dict[str, str]) -> None:
    problem(finish(client, crew), 409, "conflict")
    piece(client, crew, 0, 1000)
    answer = finish(client, crew)
    problem(answer, 409, "conflict")
    assert answer.get_json()["offset"] == 1000
    piece(client, crew, 1000, len(PHOTO))
    assert finish(client, crew).status_code == 201


def test_bytes_that_are_not_what_was_promised_are_thrown_away(client: FlaskClient, crew: dict[str, str]) -> None:
    piece(client, crew, 0, len(PHOTO), data=PHOTO[:-1] + b"?")
    answer = finish(client, crew)
    problem(answer, 400, "digest_mismatch")
    assert answer.get_json()["offset"] == offset(client, crew) == 0
    assert client.get(f"/db/{MAILBOX}/{DOCUMENT['_id']}", headers=crew).status_code == 404
    piece(client, crew, 0, len(PHOTO))
    assert finish(client, crew).status_code == 201


def test_a_refused_document_keeps_its_bytes(client: FlaskClient, crew: dict[str, str]) -> None:
    piece(client, crew, 0, len(PHOTO))
    broken = {name: value for name, value in DOCUMENT.items() if name != "author"} | {"schema": "one"}
    problem(finish(client, crew, document=broken), 403, "forbidden")
    assert offset(client, crew) == len(PHOTO)
    assert finish(client, crew).status_code == 201


def test_others_neither_see_nor_continue_an_upload(
    client: FlaskClient, crew: dict[str, str], nurse: dict[str, str], sign_in: Callable[..., dict[str, Any]]
) -> None:
    piece(client, crew, 0, 1000)
    problem(piece(client, nurse, 1000, 2000), 403, "forbidden")
    assert client.get(address()).status_code == 401
    second_device = bearer(sign_in("paramedic", device_name="another"))
    assert offset(client, second_device) == 0
    assert piece(client, second_device, 0, 10).status_code == 202
    assert offset(client, crew) == 1000


def test_giving_up_forgets_the_bytes(client: FlaskClient, crew: dict[str, str]) -> None:
    problem(client.delete(address(), headers=crew), 404, "not_found")
    piece(client, crew, 0, 1000)
    assert client.delete(address(), headers=crew).status_code == 200
    assert offset(client, crew) == 0


@pytest.mark.parametrize(
    "content_range",
    ["", "bytes 0-9", "bytes 0-9/*", "bytes 9-0/10", "bytes 0-10/10", "bytes -9/10", "items 0-9/10", "bytes 0-9/x"],
)
def test_a_malformed_range_is_a_bad_request(client: FlaskClient, crew: dict[str, str], content_range: str) -> None:
    answer = client.patch(address(), data=bytes(10), headers=crew | {"Content-Range": content_range})
    problem(answer, 400, "bad_request")
    assert offset(client, crew) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"sha256": "x"}, {"sha256": None}, {"length": "1"}, {"length": -1}, {"length": True}, {"document": []},
        {"document": {"_id": "encounter:x"}}, {"attachment": 1}, {"content_type": ""},
    ],
)  # fmt: skip
def test_a_malformed_finish_is_a_bad_request(client: FlaskClient, crew: dict[str, str], wrong: dict[str, Any]) -> None:
    piece(client, crew, 0, len(PHOTO))
    problem(finish(client, crew, **wrong), 400, "bad_request")
    assert offset(client, crew) == len(PHOTO)


def test_limits(make_app: Callable[..., Flask], client: FlaskClient, crew: dict[str, str], hub: Hub) -> None:
    limit = hub.settings.media_body_limit_bytes
    problem(piece(client, crew, 0, 10, length=limit + 1), 413, "document_too_large")
    problem(piece(client, crew | {"Content-Encoding": "gzip"}, 0, 10), 415, "bad_content_type")
    problem(piece(client, crew, 0, 10, data=bytes(9)), 400, "bad_request")
    for number in range(100, 100 + OPEN_AT_ONCE):
        assert piece(client, crew, 0, 10, at=address(number)).status_code == 202
    problem(piece(client, crew, 0, 10, at=address(999)), 429, "too_many_requests")
    for mailbox in ("unit_a101", "roster", "archive"):
        assert client.get(address(mailbox=mailbox), headers=crew).status_code == 404
    assert client.get(f"/db/{MAILBOX}/_uploads", headers=crew).status_code == 404


def test_what_got_nothing_for_a_week_is_forgotten(client: FlaskClient, crew: dict[str, str], hub: Hub) -> None:
    piece(client, crew, 0, 1000)
    uploads = Uploads(hub.settings.instance / "uploads")
    assert uploads.expire(hub.clock.now() + KEPT_FOR - timedelta(minutes=1)) == 0
    assert offset(client, crew) == 1000
    assert uploads.expire(hub.clock.now() + KEPT_FOR + timedelta(minutes=1)) == 1
    assert offset(client, crew) == 0
    assert list((hub.settings.instance / "uploads").iterdir()) == []


def test_the_hub_looks_for_forgotten_uploads_by_itself(staffed: Hub) -> None:
    assert "uploads" in {job.name for job in staffed.jobs}


# On a link that is cut every few seconds a photograph gets on only by what a cut leaves: at most a page is sent twice.
@pytest.mark.parametrize("sent", [10_000, 200_000])
def test_a_cut_connection_and_a_restart_lose_nothing_that_arrived(tmp_path: Path, sent: int) -> None:
    fill_instance(tmp_path / "instance")
    hub = LiveHub(tmp_path / "instance").start()
    try:
        token = hub.sign_in("paramedic")
        hub.call("POST", "/db/unit_a101/_bulk_docs", {"docs": [header(1, 1)], "new_edits": False}, token)
        with socket.create_connection(("127.0.0.1", hub.port), timeout=30) as link:
            head = (
                f"PATCH {address()} HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {token}\r\n"
                f"Content-Range: bytes 0-{len(PHOTO) - 1}/{len(PHOTO)}\r\nContent-Length: {len(PHOTO)}\r\n\r\n"
            )
            link.sendall(head.encode() + PHOTO[:sent])
        arrived = 0
        for _ in range(600):  # until the hub has noticed
            arrived = hub.call("GET", address(), token=token)[1]["offset"]
            if arrived > sent - 4096:
                break
            time.sleep(0.05)
        assert sent - 4096 < arrived <= sent
        hub.kill()
        hub.start()
        assert hub.call("GET", address(), token=token)[1] == {
            "offset": arrived, "length": len(PHOTO), "complete": False,
        }  # fmt: skip
    finally:
        hub.stop()
    kept = next((tmp_path / "instance" / "uploads").glob("*.part"))
    assert kept.read_bytes() == PHOTO[:arrived]
    assert os.stat(kept.parent).st_mode & 0o077 == 0
