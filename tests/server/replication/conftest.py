"""A county over every store; and a hub in conformance mode with a scratch database, for the protocol itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.hub import Hub
from tests.conftest import bearer
from tests.server.replication.county import STORES, County, new_county


@pytest.fixture
def scratch(make_app: Callable[..., Flask]) -> Iterator[FlaskClient]:
    """A hub in conformance mode with an empty database `t`."""
    client = make_app(conformance=True).test_client()
    assert client.put("/db/t").status_code == 201
    yield client


@pytest.fixture
def guarded(scratch: FlaskClient) -> FlaskClient:
    """The same with one document, `there`, beside which nothing wrong may come to lie."""
    assert scratch.put("/db/t/there", json={"n": 1}).status_code == 201
    return scratch


@pytest.fixture
def crew(staffed: Hub, sign_in: Callable[..., dict[str, Any]]) -> dict[str, str]:
    return bearer(sign_in("paramedic"))


@pytest.fixture(params=STORES)
def county(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[County]:
    yield from new_county(request, tmp_path)
