"""The one wire shape, whatever goes wrong."""

from __future__ import annotations

from collections.abc import Callable

import apsw
import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from server.errors import WireError
from sync.errors import Conflict


@pytest.fixture
def faulty(make_app: Callable[..., Flask]) -> FlaskClient:
    app = make_app(text_body_limit_bytes=1000)

    @app.get("/api/broken")
    def broken() -> str:
        raise RuntimeError("张三 440101199001011234")

    @app.get("/api/refused")
    def refused() -> str:
        raise WireError(409, "conflict", "load it again", current="2-b")

    @app.get("/api/sync_refused")
    def sync_refused() -> str:
        raise Conflict("load it again")

    @app.get("/api/full")
    def full() -> str:
        raise apsw.FullError("database or disk is full")

    @app.post("/api/echo")
    def echo() -> dict[str, int]:
        return {"length": len(request.get_data())}

    return app.test_client()


@pytest.mark.parametrize(
    ("method", "path", "status", "error"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("DELETE", "/api/clock", 405, "method_not_allowed"),
        ("GET", "/api/broken", 500, "internal_server_error"),
        ("GET", "/api/refused", 409, "conflict"),
        ("GET", "/api/sync_refused", 409, "conflict"),
        ("GET", "/api/full", 507, "insufficient_storage"),
        ("GET", "/healthz/nothing", 404, "not_found"),
    ],
)
def test_every_error_has_error_and_reason(faulty: FlaskClient, method: str, path: str, status: int, error: str) -> None:
    answer = faulty.open(path, method=method, headers={"Accept": "text/html"})
    body = answer.get_json()
    assert (answer.status_code, body["error"]) == (status, error)
    assert isinstance(body["reason"], str) and body["reason"]


def test_extra_fields_stand_beside_the_reason(faulty: FlaskClient) -> None:
    assert faulty.get("/api/refused").get_json() == {
        "error": "conflict",
        "reason": "load it again",
        "current": "2-b",
    }


def test_a_fault_tells_the_client_a_number_and_nothing_of_the_patient(faulty: FlaskClient) -> None:
    answer = faulty.get("/api/broken")
    assert "张三" not in answer.get_data(as_text=True)
    assert answer.get_json()["fault"] in answer.get_json()["reason"]


def test_the_log_of_a_fault_names_its_place_and_nothing_of_the_patient(
    faulty: FlaskClient, capfd: pytest.CaptureFixture[str]
) -> None:
    fault = faulty.get("/api/broken").get_json()["fault"]
    logged = capfd.readouterr().err
    assert fault in logged and "RuntimeError" in logged and "broken" in logged
    assert "张三" not in logged and "440101199001011234" not in logged


def test_a_body_over_the_limit_is_refused_as_couchdb_does(faulty: FlaskClient) -> None:
    assert faulty.post("/api/echo", data=b"x" * 1000).get_json() == {"length": 1000}
    answer = faulty.post("/api/echo", data=b"x" * 1001)
    assert (answer.status_code, answer.get_json()["error"]) == (413, "document_too_large")


def test_405_names_the_methods_that_work(faulty: FlaskClient) -> None:
    assert "GET" in faulty.delete("/api/clock").headers["Allow"]


def test_a_body_that_is_no_json_is_answered_with_what_to_send(faulty: FlaskClient) -> None:
    answer = faulty.post("/api/session", data="{nope", content_type="application/json")
    assert (answer.status_code, answer.get_json()["error"]) == (400, "bad_request")
    assert "JSON" in answer.get_json()["reason"] and "browser" not in answer.get_json()["reason"]
