"""A hub that dies between the steps of a delivery, and hubs that write to one encounter at the same time."""

from __future__ import annotations

import base64
import threading

import pytest

from sync.couchdb_store import CouchdbStore
from sync.errors import StoreDamaged
from sync.store import ARCHIVE, Group, Receipt
from tests.contracts.stores import RECEIPT, Everyone, becomes, edits, ids
from tests.sync import couchdb

pytestmark = couchdb.TRIED

PHOTO = {"x": {"content_type": "image/jpeg", "data": base64.b64encode(b"photo" * 100_000).decode()}}
MAILBOXES = ("unit_a", "unit_a-media", "site_x", "site_x-media")


@pytest.fixture
def county(prefix: str) -> CouchdbStore:
    store = couchdb.open_one(prefix)
    for name in MAILBOXES:
        store.ensure_database(name)
    return store


def deliver(store: CouchdbStore, *names: str) -> None:
    joined = Everyone("unit_a", "site_x", backfill=("site_x",))
    outcomes = store.accept("unit_a", edits(*({"_id": name, "_rev": "1-a"} for name in names)), joined, RECEIPT)
    assert [outcome.error for outcome in outcomes] == [None] * len(names)


def where(store: CouchdbStore, document_id: str) -> list[str]:
    """Databases whose feed shows a document."""
    return [name for name in (ARCHIVE, "site_x", "unit_a") if document_id in ids(store, name)]


def test_a_hub_that_dies_anywhere_in_a_delivery_leaves_it_whole_or_not_at_all(
    prefix: str, county: CouchdbStore
) -> None:
    county.accept("unit_a", edits({"_id": "e:0", "_rev": "1-a"}), Everyone("unit_a"), RECEIPT)
    deaths, seen_whole, seen_none = 0, 0, 0
    for writes in range(40):
        document = f"e:{writes + 1}"
        hub = couchdb.open_one(prefix)
        couchdb.kill_after(hub, writes)
        try:
            deliver(hub, document)
            is_dead = False
        except couchdb.Killed:
            is_dead = True
        successor = couchdb.open_one(prefix)
        places = where(successor, document)
        assert places in ([], [ARCHIVE, "site_x", "unit_a"]), f"half-done after {writes} writes"
        assert bool(places) == bool(successor.receipts([document]))
        assert bool(places) == (successor.get(ARCHIVE, document) is not None)
        assert successor.mailboxes_of(document) == (["site_x", "unit_a"] if places else [])
        # The phone was not answered, so it sends again: everything is there, once.
        deliver(successor, document)
        assert where(successor, document) == [ARCHIVE, "site_x", "unit_a"]
        assert successor.info(ARCHIVE).doc_count == writes + 2
        assert ids(successor, "site_x").count(document) == 1
        assert successor.parts.groups.pending() == []
        successor.close()
        if not is_dead:
            break
        deaths, seen_whole, seen_none = deaths + 1, seen_whole + bool(places), seen_none + (not places)
    assert not is_dead
    assert deaths >= 5
    assert seen_none
    assert seen_whole
    assert "e:0" in ids(county, "site_x")


def test_a_hub_that_dies_while_releasing_leaves_it_to_the_next_one(prefix: str, county: CouchdbStore) -> None:
    for writes in range(40):
        deliver(county, "e:1", "e:2")
        reopened = Everyone("unit_a", "site_x", backfill=("unit_a", "site_x"))
        county.accept("unit_a", edits({"_id": f"e:r{writes}", "_rev": "1-a"}), reopened, RECEIPT)
        hub = couchdb.open_one(prefix)
        couchdb.kill_after(hub, writes)
        try:
            hub.release("e:", becomes(Group("e:", ("unit_a", "site_x"), {"released": writes})))
            is_dead = False
        except couchdb.Killed:
            is_dead = True
        successor = couchdb.open_one(prefix)
        counts = [len(ids(successor, name)) for name in ("unit_a", "site_x")]
        assert counts in ([0, 0], [writes + 3, writes + 3])
        assert len(ids(successor, ARCHIVE)) == writes + 3
        successor.close()
        if not is_dead:
            break
    assert not is_dead
    assert writes >= 3


def test_the_next_delivery_finishes_what_a_dead_hub_left(prefix: str, county: CouchdbStore) -> None:
    hub = couchdb.open_one(prefix)
    couchdb.kill_after(hub, 2)
    with pytest.raises(couchdb.Killed):
        deliver(hub, "e:1")
    assert where(county, "e:1") == []
    county.accept("unit_a", edits({"_id": "e:2", "_rev": "1-a"}), Everyone("unit_a", "site_x"), RECEIPT)
    assert where(county, "e:1") == [ARCHIVE, "site_x", "unit_a"]
    assert where(county, "e:2") == [ARCHIVE, "site_x", "unit_a"]


def test_the_round_of_groups_that_are_due_finishes_what_a_dead_hub_left(prefix: str, county: CouchdbStore) -> None:
    hub = couchdb.open_one(prefix)
    couchdb.kill_after(hub, 3)
    with pytest.raises(couchdb.Killed):
        deliver(hub, "e:1")
    assert [group.key for group in county.groups_due("2027")] == ["e:"]
    assert where(county, "e:1") == [ARCHIVE, "site_x", "unit_a"]


def test_hubs_that_write_to_one_encounter_at_the_same_time_lose_nothing(prefix: str, county: CouchdbStore) -> None:
    hubs = [couchdb.open_one(prefix) for _ in range(3)]
    names = [[f"e:{number}-{at}" for at in range(6)] for number in range(3)]
    faults: list[BaseException] = []

    def work(hub: CouchdbStore, mine: list[str]) -> None:
        try:
            for name in mine:
                deliver(hub, name)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=pair) for pair in zip(hubs, names, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Under heavy contention a hub may say "send again"; it never loses or halves what it took.
    assert [fault for fault in faults if not isinstance(fault, StoreDamaged)] == []
    for mine in names:
        deliver(county, *mine)
    everything = sorted(name for mine in names for name in mine)
    for name in (ARCHIVE, "unit_a", "site_x"):
        assert sorted(ids(county, name)) == everything
    group = county.group("e:")
    assert group is not None
    assert set(everything) <= set(group.facts["seen"])
    assert all(len(given) == 1 for given in county.receipts(everything).values())


def test_a_photo_is_archived_before_anybody_hears_of_it(prefix: str, county: CouchdbStore) -> None:
    router = Everyone("unit_a", "site_x", lane="-media")
    photo = edits({"_id": "e:1", "_rev": "1-a", "_attachments": PHOTO})
    hub = couchdb.open_one(prefix)
    couchdb.kill_after(hub, 1)
    with pytest.raises(couchdb.Killed):
        hub.accept("unit_a-media", photo, router, RECEIPT)
    assert ids(county, ARCHIVE) == []
    county.accept("unit_a-media", photo, router, RECEIPT)
    for name in (ARCHIVE, "unit_a-media", "site_x-media"):
        found = county.open_attachment(name, "e:1", "x")
        assert found is not None
        assert found.read() == b"photo" * 100_000
        assert b"".join(found.chunks(5, 12)) == b"photoph"
    again = county.accept("unit_a-media", photo, router, Receipt("s-2", "d-2", "unit_a", "2026-11-22T09:00:00.000Z"))
    assert [outcome.error for outcome in again] == [None]
    assert len(county.receipts(["e:1"])["e:1"]) == 2
    other = edits({"_id": "e:1", "_rev": "1-a", "_attachments": {"x": {"data": "b3RoZXI="}}})
    assert [one.error for one in county.accept("unit_a-media", other, router, RECEIPT)] == ["forbidden"]
    assert county.check() == []


def test_one_delivery_for_many_encounters_reaches_all_of_them(county: CouchdbStore) -> None:
    names = [f"{key}:{number}" for key in "abcdefgh" for number in range(3)]
    deliver(county, *names)
    for name in (ARCHIVE, "unit_a", "site_x"):
        assert sorted(ids(county, name)) == names
    assert [county.group(f"{key}:") is not None for key in "abcdefgh"] == [True] * 8


def test_another_name_of_the_same_body_is_learned_everywhere(county: CouchdbStore) -> None:
    deliver(county, "e:1")
    county.accept("unit_a", edits({"_id": "e:1", "_rev": "1-b"}), Everyone("unit_a", "site_x"), RECEIPT)
    assert county.revs_diff("site_x", {"e:1": ["1-a", "1-b", "1-c"]}) == {"e:1": {"missing": ["1-c"]}}
    assert county.changes("unit_a").results[-1].revs == ["1-b", "1-a"]
    record = county.record("unit_a", "e:1")
    assert record is not None
    assert record.document("1-a") == {"_id": "e:1", "_rev": "1-a"}
