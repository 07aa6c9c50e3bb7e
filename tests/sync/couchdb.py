"""A CouchDB for tests: each store gets a prefix of its own, and its databases are dropped afterwards."""

from __future__ import annotations

import os
import secrets
from typing import Any

import pytest

from sync.couchdb_store import CouchdbStore

URL = os.environ.get("COUCHDB_URL", "")
NEEDED = pytest.mark.skipif(not URL, reason="needs a CouchDB: set COUCHDB_URL=http://user:password@host:5984")


def new_prefix() -> str:
    return f"test-{secrets.token_hex(4)}"


def drop(store: CouchdbStore) -> None:
    """Delete everything that a store of a test made."""
    for name in _connection_of(store).names():
        if store.names.is_ours(name):
            _connection_of(store).delete(name)


def _connection_of(store: CouchdbStore) -> Any:
    return store.parts.connection
