"""Health, the clock, the status page's figures, metrics."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from server import create_app
from server.hub import Hub
from server.settings import Settings
from sync.errors import StoreDamaged
from tests.conftest import bearer


def test_a_well_hub_says_ok(client: FlaskClient, hub: Hub) -> None:
    answer = client.get("/healthz")
    body = answer.get_json()
    assert answer.status_code == 200
    assert (body["status"], body["store"], body["uuid"], body["demo"]) == ("ok", "sqlite", hub.store.uuid, False)
    assert set(body["checks"].values()) == {"ok"}


def test_a_store_that_cannot_be_read_makes_the_hub_unavailable(client: FlaskClient, hub: Hub) -> None:
    def fail(_name: str) -> Any:
        raise StoreDamaged("store.sqlite is damaged; restore the last backup")

    hub.store.info = fail
    answer = client.get("/healthz")
    body = answer.get_json()
    assert (answer.status_code, body["status"]) == (503, "unavailable")
    assert "restore the last backup" in body["reason"]


def test_a_withheld_definition_degrades_and_does_not_stop(tmp_path: Path, settings: Settings) -> None:
    folder = tmp_path / "catalogue"
    shutil.copytree(settings.catalogue_folder, folder)
    (folder / "scores" / "gcs.json").write_text("{")
    app = create_app(replace(settings, catalogue_folder=folder))
    body = app.test_client().get("/healthz").get_json()
    app.extensions["greenlane"].close()
    assert body["status"] == "degraded"
    assert any("gcs.json" in name for name in body["degraded"])


def test_a_setting_that_this_version_does_not_follow_is_not_passed_over_in_silence(
    make_app: Callable[..., Flask],
) -> None:
    body = make_app(upstream="https://hub.example").test_client().get("/healthz").get_json()
    assert body["status"] == "degraded" and "does not chain" in body["degraded"]["upstream"]


def test_the_clock_is_told_to_anybody_in_both_forms(client: FlaskClient) -> None:
    body = client.get("/api/clock").get_json()
    assert set(body) == {"now", "now_ms"}
    assert body["now"].endswith(f".{body['now_ms'] % 1000:03d}Z")


def test_the_status_needs_a_session_and_counts_quarantined_work(
    staffed: Hub, client: FlaskClient, sign_in: Callable[..., dict[str, Any]]
) -> None:
    assert client.get("/api/status").status_code == 401
    body = client.get("/api/status", headers=bearer(sign_in("admin"))).get_json()
    assert body["quarantine"] == [] and body["withheld"] == []
    assert body["checks"]["store"] == "ok"


def test_metrics_count_requests_by_route_and_never_by_path(client: FlaskClient, app: Flask) -> None:
    client.get("/api/clock")
    client.get("/api/encounters/01JDSECRET")
    text = client.get("/metrics").get_data(as_text=True)
    assert 'greenlane_requests_total{endpoint="api_clock",method="GET",status="200"} 1.0' in text
    assert "01JDSECRET" not in text
