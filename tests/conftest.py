"""Fixtures for tests that need a hub: a real app on a fresh instance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import create_app
from server.accounts.passwords import Passwords
from server.catalogue import Catalogue
from server.hub import Hub
from server.settings import Settings
from tests.sync import couchdb, pouchdb_server

PASSWORD = "correct horse"


@pytest.fixture(scope="session")
def couchdb_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A CouchDB at COUCHDB_URL, or a pouchdb-server of this session's own."""
    if couchdb.URL:
        yield couchdb.URL
        return
    with pouchdb_server.serving(tmp_path_factory.mktemp("pouchdb-server")) as url:
        couchdb.use(url)
        yield url


@pytest.fixture
def couchdb_server(request: pytest.FixtureRequest) -> str:
    """The CouchDB for one test; skips, with the reason, what only a real one can show."""
    if not couchdb.IS_REAL:
        pouchdb_server.skip_what_it_cannot(request.node.name)
    address: str = request.getfixturevalue("couchdb_address")
    return address


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(instance=tmp_path / "instance", bind="127.0.0.1", app_folder=tmp_path / "dist")


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """The product's own catalogue, read once."""
    return Catalogue.load(Settings().catalogue_folder)


@pytest.fixture
def make_app(settings: Settings, catalogue: Catalogue) -> Iterator[Callable[..., Flask]]:
    """Build the app with settings changed by keyword; everything is closed at the end."""
    apps: list[Flask] = []

    def make(**changes: Any) -> Flask:
        apps.append(create_app(replace(settings, **changes), catalogue=catalogue))
        return apps[-1]

    yield make
    for app in apps:
        hub: Hub = app.extensions["greenlane"]
        hub.close()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def hub(app: Flask) -> Hub:
    found: Hub = app.extensions["greenlane"]
    return found


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of PASSWORD, made once: hashing is slow by design."""
    return Passwords().hash(PASSWORD)


@pytest.fixture
def staffed(hub: Hub, password_hash: str) -> Hub:
    """A hub with a hospital, an ambulance, and one of each role; every password is PASSWORD."""
    hub.accounts.store.put_site("county", "县人民医院", "County Hospital", "0000-120")
    hub.accounts.store.put_unit("a101", "救护车 101", "0000-101")
    for role, places in {
        "paramedic": {"units": ["a101"]},
        "nurse": {"sites": ["county"]},
        "commander": {},
        "quality": {},
        "admin": {},
    }.items():
        hub.accounts.store.add_staff(role, f"{role} name", role, password_hash, **places)
    return hub


@pytest.fixture
def sign_in(client: FlaskClient) -> Callable[..., dict[str, Any]]:
    """Sign in over HTTP: `sign_in("nurse", device_id=…)` gives the answer's body."""

    def call(username: str, **more: Any) -> dict[str, Any]:
        body = {"username": username, "password": PASSWORD, "device_name": "test tablet"} | more
        answer = client.post("/api/session", json=body)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        granted: dict[str, Any] = answer.get_json()
        return granted

    return call


def bearer(granted: dict[str, Any]) -> dict[str, str]:
    """The header of a granted session."""
    return {"Authorization": f"Bearer {granted['token']}"}
