"""The built app, its caching, the history fallback, the catalogue, the headers, the API description."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from server.settings import Settings

PAGE = {"Accept": "text/html"}


@pytest.fixture
def dist(settings: Settings) -> Path:
    (settings.app_folder / "assets").mkdir(parents=True)
    (settings.app_folder / "index.html").write_text("<!doctype html><title>app</title>")
    (settings.app_folder / "service_worker.js").write_text("// worker")
    (settings.app_folder / "assets" / "main-abc123.js").write_text("// main")
    return settings.app_folder


@pytest.mark.parametrize("path", ["/", "/encounters/01JD", "/board/county", "/sign-in"])
def test_every_screens_address_answers_with_the_app(dist: Path, client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=PAGE)
    assert answer.status_code == 200 and "<title>app</title>" in answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-cache"


def test_assets_are_kept_for_ever_and_the_service_worker_is_always_asked_for(dist: Path, client: FlaskClient) -> None:
    assert "immutable" in client.get("/assets/main-abc123.js").headers["Cache-Control"]
    assert client.get("/service_worker.js").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/assets/gone-1.js", "/logo.png", "/api/nothing", "/db/nothing/x", "/../wsgi.py"])
def test_what_is_no_screen_is_never_answered_with_the_app(dist: Path, client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=PAGE)
    assert answer.status_code in (401, 404)
    assert "<title>app</title>" not in answer.get_data(as_text=True)


def test_without_a_build_the_page_says_what_to_run(client: FlaskClient) -> None:
    answer = client.get("/", headers=PAGE)
    assert answer.status_code == 503 and "make setup" in answer.get_data(as_text=True)


def test_the_catalogue_is_served_as_it_is(client: FlaskClient, settings: Settings) -> None:
    name = next((settings.catalogue_folder / "scores").glob("*.json")).name
    answer = client.get(f"/catalogue/scores/{name}")
    assert answer.get_data() == (settings.catalogue_folder / "scores" / name).read_bytes()
    assert answer.headers["ETag"]
    assert client.get("/catalogue/../settings.py").status_code == 404


def test_the_policy_allows_nothing_from_elsewhere(dist: Path, client: FlaskClient) -> None:
    headers = client.get("/", headers=PAGE).headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self' 'wasm-unsafe-eval';" in policy and "frame-ancestors 'none'" in policy
    assert "http:" not in policy and "https:" not in policy and "*" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_answers_about_patients_are_not_kept_by_caches(client: FlaskClient) -> None:
    assert client.get("/api/session").headers["Cache-Control"] == "no-store"


def test_the_description_names_every_route_and_the_page_needs_nothing_from_elsewhere(client: FlaskClient) -> None:
    spec = client.get("/api/openapi.json").get_json()
    assert spec["openapi"].startswith("3.")
    assert {"/api/session", "/api/session/renew", "/api/clock", "/healthz", "/api/scores/{score_id}"} <= set(
        spec["paths"]
    )
    assert spec["paths"]["/api/session"]["post"]["requestBody"]
    page = client.get("/api/docs").get_data(as_text=True)
    assert "/api/session/renew" in page
    assert "<script" not in page and "src=" not in page and "http" not in page.replace("http method", "")


def test_described_and_plain_operations_all_answer_errors_in_the_one_shape(client: FlaskClient) -> None:
    spec = client.get("/api/openapi.json").get_json()
    reference = {"$ref": "#/components/responses/DEFAULT_ERROR"}
    operations = [
        operation for path in spec["paths"].values() for operation in path.values() if "responses" in operation
    ]
    assert operations
    assert all(operation["responses"]["default"] == reference for operation in operations)
    assert {"error", "reason"} <= set(spec["components"]["schemas"]["WireError"]["properties"])
