"""gzip: the same content, smaller, and never where it would hurt."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from server.settings import Settings

GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def answering(make_app: Callable[..., Flask]) -> FlaskClient:
    app = make_app()

    @app.get("/api/long")
    def long() -> dict[str, str]:
        return {"text": "绿道" * 40_000}

    @app.get("/api/stream")
    def stream() -> Response:
        return Response((b"\n" * 600 for _ in range(4)), mimetype="application/json")

    return app.test_client()


def test_a_long_answer_is_packed_and_says_the_same(answering: FlaskClient) -> None:
    plain, packed = answering.get("/api/long"), answering.get("/api/long", headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.get_data()) < len(plain.get_data()) / 4
    assert gzip.decompress(packed.get_data()) == plain.get_data()
    assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.parametrize("path", ["/api/clock", "/api/stream", "/api/nothing"])
def test_short_answers_streams_and_errors_pass_as_they_are(answering: FlaskClient, path: str) -> None:
    assert "Content-Encoding" not in answering.get(path, headers=GZIP).headers


def test_who_refuses_gzip_gets_none(answering: FlaskClient) -> None:
    assert "Content-Encoding" not in answering.get("/api/long", headers={"Accept-Encoding": "gzip;q=0"}).headers


@pytest.fixture
def script(settings: Settings) -> Path:
    folder = settings.app_folder / "assets"
    folder.mkdir(parents=True)
    (settings.app_folder / "index.html").write_text("<!doctype html>")
    (folder / "main-1.js").write_text("const a = 1;\n" * 1000)
    return folder / "main-1.js"


def test_a_built_file_is_packed_and_a_rebuilt_one_is_packed_anew(script: Path, client: FlaskClient) -> None:
    first = client.get("/assets/main-1.js", headers=GZIP)
    assert gzip.decompress(first.get_data()) == script.read_bytes()
    assert "immutable" in first.headers["Cache-Control"]
    script.write_text("const b = 2;\n" * 1000)
    second = client.get("/assets/main-1.js", headers=GZIP)
    assert gzip.decompress(second.get_data()) == script.read_bytes()
    assert second.headers["ETag"] != first.headers["ETag"]


def test_an_unchanged_file_is_answered_with_304(script: Path, client: FlaskClient) -> None:
    etag = client.get("/assets/main-1.js", headers=GZIP).headers["ETag"]
    again = client.get("/assets/main-1.js", headers=GZIP | {"If-None-Match": etag})
    assert again.status_code == 304 and again.get_data() == b""
