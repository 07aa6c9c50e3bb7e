"""Two units and two sites over every store, and a clock that the test turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.accounts.rules import Session, Staff, databases_of, quarantine_of
from server.replication import lifecycle
from server.replication.delivery import Delivery
from sync.memory_store import MemoryStore
from sync.sqlite_store import open_store
from sync.store import Store
from tests.server.replication.encounters import ulid
from tests.sync import couchdb

START = datetime(2026, 11, 21, 8, tzinfo=UTC)


@dataclass
class County:
    """Two units, two sites, and a clock that the test turns."""

    store: Store
    at: datetime = START
    delivery: Delivery = field(init=False)

    def __post_init__(self) -> None:
        self.delivery = Delivery(self.store, self)

    def now(self) -> datetime:
        return self.at

    def push(self, session: Session, mailbox: str, *documents: dict[str, Any]) -> list[str | None]:
        """Deliver; returns the error word of each document (None when taken)."""
        rows = self.delivery.deliver(session, mailbox, list(documents))
        assert [row["id"] for row in rows] == [one.get("_id") for one in documents]
        return [row.get("error") for row in rows]

    def kinds(self, mailbox: str, encounter: int = 1) -> list[str]:
        """Kinds of an encounter's documents in a mailbox, in order of the feed."""
        prefix = f"encounter:{ulid(encounter)}:"
        return [c.id.split(":")[2] for c in self.store.changes(mailbox).results if c.id.startswith(prefix)]

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)
        lifecycle.run(self.store, self.delivery, self.at)


def session_of(role: str, *places: str, device: str = "d-1", expired: bool = False) -> Session:
    units, sites = (places, ()) if role == "paramedic" else ((), places)
    staff = Staff(f"s-{role}-{'-'.join(places)}", role, role, role, True, tuple(sites), tuple(units))
    return Session(staff, device, expired, quarantine_of(device) if expired else databases_of(staff, device))


CREW = session_of("paramedic", "a101")
OTHER_CREW = session_of("paramedic", "a102", device="d-2")
NURSE = session_of("nurse", "county", device="d-3")
EAST_NURSE = session_of("nurse", "east", device="d-4")
STORES: dict[str, Callable[[Path], Any]] = {
    "memory": lambda folder: MemoryStore(),
    "sqlite": lambda folder: open_store(folder / "store.sqlite"),
}


if couchdb.URL:
    STORES["couchdb"] = lambda folder: couchdb.open_one(couchdb.new_prefix())


def new_county(request: pytest.FixtureRequest, folder: Path) -> Iterator[County]:
    """A county over the store that the fixture asks for; dropped when the test is over."""
    store = STORES[request.param](folder)
    store.ensure_database("roster")
    for one in ("unit:a101", "unit:a102", "site:county", "site:east"):
        store.put("roster", {"_id": one, "kind": one.partition(":")[0]})
    yield County(store)
    if request.param == "couchdb":
        couchdb.drop(store)
    store.close()
