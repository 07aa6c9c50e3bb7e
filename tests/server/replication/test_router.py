"""The router under every order and repetition: nobody is forgotten, nobody receives what is not theirs."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from server.replication.delivery import Delivery
from server.replication.router import corrected_time, due_at
from sync.memory_store import MemoryStore
from sync.store import ARCHIVE
from tests.server.replication.county import CREW, EAST_NURSE, NURSE, OTHER_CREW
from tests.server.replication.encounters import closure, destination, header, rendition, ulid, vitals

SENDERS = {"unit_a101": CREW, "unit_a102": OTHER_CREW, "site_county": NURSE, "site_east": EAST_NURSE}
KEY = f"encounter:{ulid(1)}:"


class Clock:
    def now(self) -> datetime:
        return datetime(2026, 11, 21, 12, tzinfo=UTC)


def new_store() -> MemoryStore:
    store = MemoryStore()
    store.ensure_database("roster")
    for one in ("unit:a101", "unit:a102", "site:county", "site:east"):
        store.put("roster", {"_id": one})
    return store


def deliver(store: MemoryStore, mailbox: str, document: dict[str, Any]) -> str | None:
    lane = "-media" if document["kind"] == "rendition" else ""
    rows = Delivery(store, Clock()).deliver(SENDERS[mailbox], mailbox + lane, [document])
    error: str | None = rows[0].get("error")
    return error


@st.composite
def crew_documents(draw: st.DrawFn) -> list[dict[str, Any]]:
    """What one crew writes: facts, photographs, destinations, closings."""
    made = [header(1, 1)]
    for number in range(2, draw(st.integers(3, 12))):
        kind = draw(st.sampled_from(["vitals", "rendition", "county", "east", "closed", "reopened"]))
        made.append(
            vitals(1, number)
            if kind == "vitals"
            else rendition(1, number)
            if kind == "rendition"
            else closure(1, number, kind)
            if kind in ("closed", "reopened")
            else destination(1, number, kind)
        )
    return made


def wanted_site(documents: list[dict[str, Any]]) -> set[str]:
    named = [one for one in documents if one["kind"] == "destination"]
    return {f"site_{max(named, key=lambda one: one['occurred_at'])['body']['site']}"} if named else set()


@settings(max_examples=60, deadline=None)
@given(crew_documents(), st.randoms(use_true_random=False))
def test_any_order_of_arrival_ends_with_the_same_members_and_all_documents(
    documents: list[dict[str, Any]], chance: random.Random
) -> None:
    shuffled = documents + chance.choices(documents, k=3)
    chance.shuffle(shuffled)
    store = new_store()
    assert [deliver(store, "unit_a101", one) for one in shuffled] == [None] * len(shuffled)
    group = store.group(KEY)
    assert group is not None
    assert set(group.members) == {"unit_a101"} | wanted_site(documents)
    for member in group.members:
        for lane, is_media in (("", False), ("-media", True)):
            held = {change.id for change in store.changes(member + lane).results}
            assert held == {one["_id"] for one in documents if (one["kind"] == "rendition") == is_media}
    closings = [one for one in documents if one["kind"] == "closure"]
    newest = max(closings, key=lambda one: one["occurred_at"])["body"]["state"] if closings else "reopened"
    assert ("closed_at" in group.facts) == (newest == "closed")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(SENDERS)), st.integers(1, 30)), min_size=1, max_size=25), st.data())
def test_only_members_and_senders_ever_hold_a_document(pushes: list[tuple[str, int]], data: st.DataObject) -> None:
    store = new_store()
    sent: dict[str, set[str]] = {}
    ever_members: set[str] = set()
    bodies: dict[int, dict[str, Any]] = {}
    for mailbox, number in pushes:
        kind = data.draw(st.sampled_from(["vitals", "county", "east", "closed"]))
        made = {"vitals": vitals(1, number), "closed": closure(1, number)}.get(kind) or destination(1, number, kind)
        document = bodies.setdefault(number, made)
        assert deliver(store, mailbox, document) is None
        sent.setdefault(document["_id"], set()).add(mailbox)
        group = store.group(KEY)
        assert group is not None
        assert mailbox in group.members or mailbox not in ever_members or mailbox in group.facts.get("stubs", [])
        ever_members |= set(group.members)
    group = store.group(KEY)
    assert group is not None
    assert {change.id for change in store.changes(ARCHIVE).results} == set(sent)
    for document_id, senders in sent.items():
        holders = set(store.mailboxes_of(document_id))
        if document_id in group.facts.get("apart", []):
            assert holders <= senders, "what lies apart is seen by others than its senders"
        else:
            assert set(group.members) <= holders, "a member lacks a document"
        assert senders <= holders, "a sender no longer sees what it sent"
        assert holders <= ever_members | senders, "somebody holds what is not theirs"


def test_a_stated_time_is_never_shifted_and_an_unreadable_one_is_the_oldest() -> None:
    tapped = {"occurred_at": "2026-11-21T10:00:00.000Z", "time_basis": "device", "clock": {"offset_ms": 60_000}}
    assert corrected_time(tapped) == "2026-11-21T10:01:00.000Z"
    assert corrected_time({**tapped, "time_basis": "stated"}) == "2026-11-21T10:00:00.000Z"
    assert corrected_time({**tapped, "occurred_at": "2026-11-21T18:00:00.000+08:00", "clock": None}) == (
        "2026-11-21T10:00:00.000Z"
    )
    for unreadable in ("yesterday", "2026-11-21T10:00:00", None):
        assert corrected_time({**tapped, "occurred_at": unreadable}) == ""
    assert corrected_time({**tapped, "clock": {"offset_ms": 1e300}}) == ""


def test_the_hub_looks_again_after_a_day_of_closure_or_three_of_silence() -> None:
    at = "2026-11-21T10:00:00.000Z"
    assert due_at({"last_received_at": at}, at) == "2026-11-24T10:00:00.000Z"
    assert due_at({"last_received_at": at, "closed_at": at}, at) == "2026-11-22T10:00:00.000Z"
    assert due_at({"closed_at": at, "released_at": at}, "2026-12-01T00:00:00.000Z") == "2026-12-02T00:00:00.000Z"
