"""A name of its own for each test's databases in CouchDB; dropped when the test is over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sync import couchdb


@pytest.fixture
def prefix() -> Iterator[str]:
    chosen = couchdb.new_prefix()
    yield chosen
    last = couchdb.open_one(chosen)
    couchdb.drop(last)
    last.close()
