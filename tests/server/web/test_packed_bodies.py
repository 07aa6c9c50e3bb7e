"""Bodies of /api may be gzipped: the app packs them by their size, whatever the address."""

from __future__ import annotations

import gzip
import tracemalloc
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.hub import Hub
from tests.conftest import PASSWORD, bearer


def send(client: FlaskClient, path: str, packed: bytes, encoding: str = "gzip", **headers: str) -> TestResponse:
    headers |= {"Content-Encoding": encoding, "Content-Type": "application/json"}
    return client.post(path, data=packed, headers=headers)


def sign_in_body(name: str = "test tablet") -> bytes:
    return orjson.dumps({"username": "nurse", "password": PASSWORD, "device_name": name})


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", " GZip "])
def test_a_packed_body_says_the_same_as_a_plain_one(client: FlaskClient, staffed: Hub, encoding: str) -> None:
    answer = send(client, "/api/session", gzip.compress(sign_in_body()), encoding)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.get_json()["staff"]["name"] == "nurse name"


def test_many_refused_badges_arrive_packed(client: FlaskClient, staffed: Hub, sign_in: Any) -> None:
    attempt = {"at": "2026-11-21T09:31:05.120Z", "reason": "revoked", "method": "nfc", "place": "board"}
    attempts = [{**attempt, "id": f"01JD{n}"} for n in range(40)]
    packed = gzip.compress(orjson.dumps({"attempts": attempts}))
    answer = send(client, "/api/badge-attempts", packed, **bearer(sign_in("nurse")))
    assert answer.get_json() == {"taken": [one["id"] for one in attempts]}


def test_a_route_that_reads_the_body_itself_gets_it_unpacked(client: FlaskClient, staffed: Hub) -> None:
    answers = orjson.dumps({"eye": 4, "verbal": 5, "motor": 6})
    plain = client.post("/api/scores/gcs", data=answers, content_type="application/json")
    packed = send(client, "/api/scores/gcs", gzip.compress(answers))
    assert (packed.status_code, packed.get_json()) == (
        plain.status_code,
        plain.get_json(),
    ) and packed.status_code == 200


def test_a_bomb_is_refused_before_it_is_large(client: FlaskClient, staffed: Hub) -> None:
    limit = staffed.settings.text_body_limit_bytes
    bomb = gzip.compress(b" " * (30 * limit))
    assert len(bomb) < limit / 20
    tracemalloc.start()
    try:
        answer = send(client, "/api/session", bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (answer.status_code, answer.get_json()["error"]) == (413, "document_too_large")
    assert peak < 3 * limit


def test_what_is_no_gzip_says_so(client: FlaskClient, staffed: Hub) -> None:
    half = gzip.compress(sign_in_body("x" * 4000))[:-20]
    for packed in (sign_in_body(), half):
        answer = send(client, "/api/session", packed)
        assert (answer.status_code, answer.get_json()["error"]) == (400, "bad_request")
        assert "gzip" in answer.get_json()["reason"]
    answer = send(client, "/api/session", sign_in_body(), "br")
    assert (answer.status_code, answer.get_json()["error"]) == (415, "bad_content_type")
