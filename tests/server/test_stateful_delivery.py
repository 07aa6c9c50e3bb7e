"""Long stories of several ambulances, hospitals and days: the router and an oracle of its rules always agree.

The oracle (bench/fault_campaign/oracle.py) is written from docs/replication.md alone and shares no code with the hub.
"""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bench.fault_campaign.oracle import Arrival, Oracle
from server.replication import lifecycle
from server.replication.delivery import Delivery
from server.replication.mailboxes import ensure_roster_mailboxes
from sync.memory_store import MemoryStore
from sync.sqlite_store import open_store
from sync.store import ARCHIVE
from tests.server.replication.county import session_of
from tests.server.replication.encounters import document, rendition, ulid

# Each sender's own mailbox, role, place and device.
SENDERS = {
    "unit_a101": ("paramedic", "a101", "d-1"),
    "unit_a102": ("paramedic", "a102", "d-2"),
    "site_county": ("nurse", "county", "d-3"),
    "site_east": ("nurse", "east", "d-4"),
}
QUARANTINES = [f"quarantine_{device}" for _, _, device in SENDERS.values()]
KINDS = ["vitals", "hologram", "rendition", "destination", "destination", "prealert", "closed", "closed", "reopened"]
START = datetime(2026, 11, 21, 8, tzinfo=UTC)


def written(kind: str, encounter: int, number: int, site: str, minute: int) -> dict[str, Any]:
    """A document of a kind; its time has nothing to do with the order in which it is sent."""
    at = {"occurred_at": f"2026-11-21T{minute // 60:02}:{minute % 60:02}:00.000Z"}
    if kind == "rendition":
        return {**rendition(encounter, number), **at}
    if kind in ("closed", "reopened"):
        return document(encounter, "closure", number, {"state": kind, "reason": "error"}, **at)
    if kind in ("destination", "prealert"):
        return document(encounter, kind, number, {"site": site}, **at)
    return document(encounter, kind, number, {"sbp": number}, **at)


class Deliveries(RuleBasedStateMachine):
    """One county's hub. Senders deliver by their mailbox, or with an expired token into their quarantine."""

    def open_store(self) -> Any:
        return MemoryStore()

    @initialize()
    def make(self) -> None:
        self.store = self.open_store()
        self.store.ensure_database("roster")
        for one in ("unit:a101", "unit:a102", "site:county", "site:east"):
            self.store.put("roster", {"_id": one, "kind": one.partition(":")[0]})
        ensure_roster_mailboxes(self.store)
        self.at = START
        self.delivery = Delivery(self.store, self)
        self.oracle = Oracle(frozenset({"county", "east"}))
        self.sent: list[tuple[str, bool, bool, dict[str, Any]]] = []
        self.archived: set[str] = set()
        self.wrote = 0

    def now(self) -> datetime:
        return self.at

    def deliver(self, own: str, in_quarantine: bool, sent: dict[str, Any]) -> str:
        role, place, device = SENDERS[own]
        session = session_of(role, place, device=device, expired=in_quarantine)
        mailbox = f"quarantine_{device}" if in_quarantine else own
        lane = "-media" if sent["kind"] == "rendition" else ""
        rows = self.delivery.deliver(session, mailbox + lane, [sent])
        assert "error" not in rows[0], rows
        return mailbox

    def is_member(self, own: str, encounter: str) -> bool:
        case = self.oracle.cases.get(encounter)
        return case is None or not case.members or own in case.members

    @rule(
        own=st.sampled_from(sorted(SENDERS)),
        in_quarantine=st.sampled_from([False, False, False, True]),
        encounter=st.sampled_from([1, 1, 1, 2]),
        kind=st.sampled_from(KINDS),
        site=st.sampled_from(["county", "east", "nowhere"]),
        minute=st.integers(0, 23 * 60),
    )
    def send(self, own: str, in_quarantine: bool, encounter: int, kind: str, site: str, minute: int) -> None:
        self.wrote += 1
        sent = written(kind, encounter, self.wrote, site, minute)
        is_member = self.is_member(own, ulid(encounter))
        mailbox = self.deliver(own, in_quarantine, sent)
        self.oracle.arrive(Arrival(sent, mailbox, own, self.at))
        self.archived.add(sent["_id"])
        self.sent.append((own, in_quarantine, is_member, sent))

    @rule(which=st.integers(0, 10_000), in_quarantine=st.booleans())
    def send_again(self, which: int, in_quarantine: bool) -> None:
        """Whatever a member sends again changes nothing; so does an outsider who takes the same way again."""
        if not self.sent:
            return
        own, was_in_quarantine, was_member, sent = self.sent[which % len(self.sent)]
        is_member = self.is_member(own, sent["_id"].split(":")[1])
        if is_member and was_member:
            self.deliver(own, in_quarantine, sent)
        elif not is_member and not was_member:
            self.deliver(own, was_in_quarantine, sent)

    @rule(hours=st.sampled_from([1, 25, 25, 73]))
    def pass_time(self, hours: int) -> None:
        self.at += timedelta(hours=hours)
        silent = set(self.oracle.stale_at(self.at))
        lifecycle.run(self.store, self.delivery, self.at)
        own_words = self.ids_in(ARCHIVE) - self.archived
        assert {one.split(":")[1] for one in own_words} == silent
        for one in own_words:
            closure = self.store.get(ARCHIVE, one)
            assert closure["device"] == "hub" and closure["body"]["reason"] == "stale"
            began = self.oracle.cases[one.split(":")[1]].members[0]
            self.oracle.arrive(Arrival(closure, began, began, self.at))
        self.archived |= own_words
        self.oracle.release(self.at)

    @invariant()
    def every_document_is_where_it_belongs_and_nowhere_else(self) -> None:
        if not hasattr(self, "store"):
            return
        assert self.ids_in(ARCHIVE) == self.archived
        for base in (*SENDERS, *QUARANTINES):
            held = self.ids_in(base) | self.ids_in(f"{base}-media")
            assert held == self.oracle.expected(base), base

    def ids_in(self, database: str) -> set[str]:
        """Documents of encounters in a database, without the hub's notices of release."""
        if not self.store.has_database(database):
            return set()
        found = {change.id for change in self.store.changes(database).results}
        return {one for one in found if one.startswith("encounter:")}

    @invariant()
    def a_notice_of_release_is_never_contradicted(self) -> None:
        """A phone drops what a notice names; nothing of it may still be in that mailbox."""
        for base in SENDERS if hasattr(self, "store") else ():
            for notice in self.store.read_range(base, "release:", "release:\uffff"):
                if notice["body"]["state"] == "released":
                    held = self.ids_in(base) | self.ids_in(f"{base}-media")
                    assert not [one for one in held if one.split(":")[1] == notice["encounter"]]


class DurableDeliveries(Deliveries):
    """The same on SQLite, closed and opened again in between."""

    def open_store(self) -> Any:
        self.folder = tempfile.TemporaryDirectory()
        return open_store(Path(self.folder.name) / "store.sqlite")

    @rule()
    def open_again(self) -> None:
        self.store.close()
        self.store = open_store(Path(self.folder.name) / "store.sqlite")
        self.delivery = Delivery(self.store, self)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.store.close()
            self.folder.cleanup()


TestDeliveries = Deliveries.TestCase
TestDeliveries.settings = settings(max_examples=60, stateful_step_count=30, deadline=None, derandomize=True)
TestDurableDeliveries = DurableDeliveries.TestCase
TestDurableDeliveries.settings = settings(max_examples=6, stateful_step_count=30, deadline=None, derandomize=True)


@pytest.mark.skipif("GREENLANE_LONG" not in os.environ, reason="for as long as it takes: GREENLANE_LONG=1")
class TestDeliveriesLong(Deliveries.TestCase):  # type: ignore[name-defined,misc]
    """The same for longer, with stories that nobody has tried yet."""

    settings = settings(max_examples=2000, stateful_step_count=50, deadline=None)
