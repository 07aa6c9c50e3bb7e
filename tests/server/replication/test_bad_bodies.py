"""Requests that are too large, cut off or packed wrongly: an error, and nothing stored."""

from __future__ import annotations

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

from server.cli import command_line_app
from server.hub import Hub
from tests.server.replication.asking import problem, push
from tests.server.replication.encounters import vitals
from tests.server.replication.live_hub import LiveHub, fill_instance
from tests.server.replication.test_bad_input import ids


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


def test_a_multipart_body_that_is_cut_off_stores_nothing(guarded: FlaskClient) -> None:
    document = orjson.dumps({"_id": "m", "_attachments": {"x": {"follows": True, "length": 5, "content_type": "a/b"}}})
    whole = b"--b\r\nContent-Type: application/json\r\n\r\n" + document + b"\r\n--b\r\n\r\nhello\r\n--b--"
    kind = {"content_type": 'multipart/related; boundary="b"'}
    for cut in (10, 60, len(whole) - 30, len(whole) - 12, len(whole) - 5):
        problem(guarded.put("/db/t/m", data=whole[:cut], **kind), 400, "bad_request")
    other = whole.replace(b"hello", b"hell")
    problem(guarded.put("/db/t/m", data=other, **kind), 400, "bad_request")
    problem(guarded.put("/db/t/m", data=whole, content_type="multipart/related"), 400, "bad_request")
    assert ids(guarded) == ["there"]
    assert guarded.put("/db/t/m", data=whole, **kind).status_code == 201
    assert guarded.get("/db/t/m/x").data == b"hello"


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
        log = (tmp_path / "hub.log").read_text()
        assert "Traceback" not in log and '"fault"' not in log  # a network that breaks is no fault of the hub
        status, info = hub.call("GET", "/db/unit_a101", token=token)
        assert (status, info["doc_count"]) == (200, 0)
        assert hub.call("POST", "/db/unit_a101/_bulk_docs", orjson.loads(body), token) == (201, [])
    finally:
        hub.stop()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    instance = tmp_path_factory.mktemp("bodies") / "instance"
    fill_instance(instance)
    hub = LiveHub(instance, GREENLANE_CONFORMANCE="1").start()
    assert hub.call("PUT", "/db/t")[0] == 201
    yield hub
    hub.stop()


def send_half(hub: LiveHub, request: str, framing: str, half: bytes) -> None:
    """Send the head of a request and a part of its body, end our side, and wait until the hub has done with it."""
    head = f"{request} HTTP/1.1\r\nHost: hub\r\nContent-Type: image/jpeg\r\n{framing}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", hub.port), timeout=30) as link:
        link.sendall(head + half)
        link.shutdown(socket.SHUT_WR)
        while link.recv(4096):
            pass


@pytest.mark.parametrize("size", [1, 40_000, 999_999])
def test_an_attachment_that_is_cut_off_is_not_stored_by_half(live: LiveHub, size: int) -> None:
    send_half(live, "PUT /db/t/cut/x", "Content-Length: 1000000", b"x" * size)
    piece = f"{size:x}\r\n".encode() + b"x" * size
    for half in (piece, piece + b"\r\n", piece[:-1]):
        send_half(live, "PUT /db/t/cut/x", "Transfer-Encoding: chunked", half)
    assert live.call("GET", "/db/t/cut")[0] == 404
    log = (live.instance.parent / "hub.log").read_text()
    assert "Traceback" not in log and '"fault"' not in log


@pytest.mark.parametrize("line", [b"POST /db/t HTTP/1\r\n\r\n", b"POST /db/t HTT\r\n\r\n", b"POST\r\n\r\n"])
def test_a_request_line_that_is_cut_off_is_answered_400_and_is_no_fault(live: LiveHub, line: bytes) -> None:
    with socket.create_connection(("127.0.0.1", live.port), timeout=30) as link:
        link.sendall(line)
        link.shutdown(socket.SHUT_WR)
        assert link.recv(4096).startswith(b"HTTP/1.1 400 ")
    assert "Traceback" not in (live.instance.parent / "hub.log").read_text()


def test_an_attachment_that_comes_in_chunks_is_stored_whole(live: LiveHub) -> None:
    whole = b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"
    send_half(live, "PUT /db/t/whole/x", "Transfer-Encoding: chunked", whole)
    status, document = live.call("GET", "/db/t/whole")
    assert (status, document["_attachments"]["x"]["length"]) == (200, 11)


# --- a hub that came back from an older backup
def test_a_checkpoint_ahead_of_a_restored_hub_skips_nothing(
    guarded: FlaskClient, make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    source: Hub = guarded.application.extensions["greenlane"]
    keep = {"last_seq": guarded.get("/db/t").get_json()["update_seq"]}
    assert guarded.put("/db/t/_local/checkpoint", json=keep).status_code == 201
    cli = command_line_app().test_cli_runner(env={"GREENLANE_INSTANCE": str(source.settings.instance)})
    assert cli.invoke(args=["backup", str(tmp_path / "kept.zip")]).exit_code == 0
    for number in range(5):
        guarded.put(f"/db/t/later{number}", json={})
    ahead = guarded.get("/db/t").get_json()["update_seq"]
    cli = command_line_app().test_cli_runner(env={"GREENLANE_INSTANCE": str(tmp_path / "restored")})
    assert cli.invoke(args=["restore", str(tmp_path / "kept.zip")]).exit_code == 0
    restored = make_app(instance=tmp_path / "restored", conformance=True).test_client()
    # The uuid is part of a replicator's checkpoint id; who trusts an older checkpoint all the same begins anew.
    assert restored.get("/db/").get_json()["uuid"] != guarded.get("/db/").get_json()["uuid"]
    for number in range(9):
        restored.put(f"/db/t/new{number}", json={})
    everything = ids(restored)
    assert len(everything) == 10
    for since in (ahead, keep["last_seq"], ahead.partition("-")[0] + "0"):
        answer = restored.get("/db/t/_changes", query_string={"since": since}).get_json()
        assert sorted(row["id"] for row in answer["results"]) == everything, since
    # What a device has and the restored hub has not is told by the difference, so it is pushed again.
    asked = {f"later{number}": ["1-a"] for number in range(5)}
    assert set(restored.post("/db/t/_revs_diff", json=asked).get_json()) == set(asked)
