"""Every store in turn, empty, with a plain database, or with the mailboxes of a county."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.store import Store
from tests.contracts.stores import COUCHDB, STORES
from tests.sync import couchdb


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == COUCHDB:
        request.getfixturevalue("couchdb_server")
    opened = STORES[request.param](tmp_path)
    yield opened
    if request.param == COUCHDB:
        couchdb.drop(opened)
    opened.close()


@pytest.fixture
def plain(store: Store) -> Store:
    store.ensure_database("plain")
    return store


@pytest.fixture
def county(store: Store) -> Store:
    for name in ("unit_a", "unit_a-media", "site_x", "site_x-media", "quarantine_d"):
        store.ensure_database(name)
    return store
