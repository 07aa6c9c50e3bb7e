"""What the CouchDB store does beyond the shared promises: generations, other hubs' commits, streaming, names."""

from __future__ import annotations

import base64
import threading

import pytest

from sync.couchdb_store import CouchdbStore, generations
from sync.couchdb_store.names import OTHER, Names, month_of
from sync.couchdb_store.pointers import Pointers
from sync.documents import parse_edit
from sync.errors import BadRequest
from sync.store import ARCHIVE, Group, Range
from tests.contracts.stores import RECEIPT, Everyone, becomes, edits, ids
from tests.sync import couchdb

ULID = "01KAJZ0000ABCDEFGHJKMNPQRS"  # a moment in November 2025


@pytest.fixture
def county(prefix: str) -> CouchdbStore:
    store = couchdb.open_one(prefix)
    for name in ("unit_a", "unit_a-media", "site_x", "site_x-media", "plain"):
        store.ensure_database(name)
    return store


# --- names
def test_an_id_is_archived_in_the_month_of_its_first_ulid() -> None:
    later = "01KZZZ0000ABCDEFGHJKMNPQRS"
    assert month_of(f"encounter:{ULID}:vitals:{later}") == "202511"
    assert month_of(f"encounter:{later}:vitals:{ULID}") != "202511"
    assert Names("p").archive(f"encounter:{ULID}:vitals:{later}") == "p+archive_202511"


@pytest.mark.parametrize("moment", ["0000000000", "7ZZZZZZZZZ", "00VHNCZB00"])
def test_an_id_of_a_clock_that_is_far_off_makes_no_month_of_its_own(moment: str) -> None:
    assert month_of(f"encounter:{moment}ABCDEFGHJKMNPQRS:vitals:x") == OTHER
    assert month_of("e:1") == OTHER


@pytest.mark.parametrize("name", ["roster", "unit_a101", "quarantine_D-01KAJZ", "a/b$c(d)+e", "临时"])
def test_any_name_survives_the_way_into_couchdb_and_back(name: str) -> None:
    names = Names("p")
    couch_name = names.generation(name, 12)
    assert names.name_of(couch_name) == name
    assert not set(couch_name) - set("abcdefghijklmnopqrstuvwxyz0123456789_$()+-/")
    assert names.name_of("q" + couch_name) is None
    assert names.name_of(names.control) is None


# --- bodies by month
@couchdb.NEEDED
def test_bodies_lie_by_month_and_mailboxes_hold_pointers_only(county: CouchdbStore) -> None:
    other = "01KC0Z0000ABCDEFGHJKMNPQRS"
    names = [f"encounter:{one}:note:{one}" for one in (ULID, other)]
    for name in names:
        county.accept("unit_a", edits({"_id": name, "_rev": "1-a", "n": name}), Everyone("unit_a"), RECEIPT)
    connection = county.parts.connection
    for name in names:
        assert name in connection.documents(county.names.archive(name), [name])
    assert county.names.archive(names[0]) != county.names.archive(names[1])
    pointer = connection.documents(county.names.generation("unit_a", 1), [names[0]])[names[0]]
    pointer.pop("_rev")
    assert pointer == {"_id": names[0], "revs": ["1-a"], "turn": 0}
    assert [document["n"] for document in county.read_range(ARCHIVE, "encounter:", "encounter:\uffff")] == names
    assert [document["n"] for document in county.read_range("unit_a", "encounter:", "encounter:\uffff")] == names


# --- generations
@couchdb.NEEDED
def test_the_next_generation_holds_what_stays_and_still_knows_what_left(county: CouchdbStore) -> None:
    county.accept("unit_a", edits(*({"_id": f"{k}:1", "_rev": "1-a"} for k in "efg")), Everyone("unit_a"), RECEIPT)
    county.put_local("unit_a", {"_id": "_local/x", "since": 3})
    county.release("f:", becomes(Group("f:", ("unit_a",))))
    before = county.changes("unit_a").last_seq
    assert before.startswith("1-")
    county.compact("unit_a")
    assert ids(county, "unit_a") == ["e:1", "g:1"]
    assert county.changes("unit_a").last_seq.startswith("2-")
    assert county.info("unit_a").doc_count == 2
    assert county.revs_diff("unit_a", {"f:1": ["1-a"], "h:1": ["1-a"]}) == {"h:1": {"missing": ["1-a"]}}
    assert county.local("unit_a", "_local/x") == {"_id": "_local/x", "_rev": "0-1", "since": 3}
    assert ids(county, "unit_a", before) == ["e:1", "g:1"]
    county.accept("unit_a", edits({"_id": "f:1", "_rev": "1-a"}), Everyone("unit_a"), RECEIPT)
    assert ids(county, "unit_a") == ["e:1", "g:1"]
    assert county.names.generation("unit_a", 1) not in county.parts.connection.names()


@couchdb.NEEDED
def test_a_hub_that_remembers_the_former_generation_finds_the_next_one(prefix: str, county: CouchdbStore) -> None:
    other = couchdb.open_one(prefix)
    county.accept("unit_a", edits({"_id": "e:1", "_rev": "1-a"}), Everyone("unit_a"), RECEIPT)
    assert ids(other, "unit_a") == ["e:1"]
    county.compact("unit_a")
    other.accept("unit_a", edits({"_id": "e:2", "_rev": "1-a"}), Everyone("unit_a"), RECEIPT)
    assert ids(county, "unit_a") == ["e:1", "e:2"]
    assert ids(other, "unit_a") == ["e:1", "e:2"]
    assert [row.id for row in other.rows("unit_a", Range())] == ["e:1", "e:2"]


@couchdb.NEEDED
def test_what_is_written_while_a_generation_ends_is_in_the_next_one(
    prefix: str, county: CouchdbStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The narrowest place: a writer has looked at the generation, and writes after the copy was made."""
    county.accept("unit_a", edits({"_id": "e:1", "_rev": "1-a"}), Everyone("unit_a"), RECEIPT)
    other = couchdb.open_one(prefix)
    put, advanced = Pointers.put, []

    def put_late(self: Pointers, place: object, leaves: dict[str, list[str]]) -> None:
        if self is county.parts.pointers and getattr(place, "name", "") == "unit_a" and not advanced:
            advanced.append(generations.advance(other.parts, other.parts.registry.place("unit_a")))
        put(self, place, leaves)  # type: ignore[arg-type]

    monkeypatch.setattr(Pointers, "put", put_late)
    county.accept("unit_a", edits({"_id": "e:2", "_rev": "1-a"}), Everyone("unit_a"), RECEIPT)
    assert advanced
    assert sorted(ids(county, "unit_a")) == ["e:1", "e:2"]
    assert sorted(ids(other, "unit_a")) == ["e:1", "e:2"]


@couchdb.NEEDED
def test_a_mailbox_that_shows_little_of_what_it_holds_goes_on_by_itself(
    county: CouchdbStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generations, "DELETED_LIMIT", 3)
    county.accept("unit_a", edits({"_id": "f:1", "_rev": "1-a"}), Everyone("unit_a"), RECEIPT)
    county.accept("unit_a", edits(*({"_id": f"e:{n}", "_rev": "1-a"} for n in range(4))), Everyone("unit_a"), RECEIPT)
    county.release("e:", becomes(Group("e:", ("unit_a",))))
    assert county.changes("unit_a").last_seq.startswith("2-")
    assert ids(county, "unit_a") == ["f:1"]
    assert ids(county, ARCHIVE) == ["f:1", "e:0", "e:1", "e:2", "e:3"]


@couchdb.NEEDED
def test_a_long_tail_of_releases_hides_nothing_that_comes_after_it(county: CouchdbStore) -> None:
    many = [{"_id": f"e:{n:03}", "_rev": "1-a"} for n in range(60)]
    county.accept("unit_a", edits({"_id": "f:1", "_rev": "1-a"}, *many), Everyone("unit_a"), RECEIPT)
    county.release("e:", becomes(Group("e:", ("unit_a",))))
    at = county.changes("unit_a", limit=1).last_seq
    assert county.changes("unit_a", at, 1).results == []
    assert not county.wait("unit_a", at, 0)
    county.accept("unit_a", edits({"_id": "g:1", "_rev": "1-a"}), Everyone("unit_a"), RECEIPT)
    assert [change.id for change in county.changes("unit_a", at, 1).results] == ["g:1"]
    assert [change.id for change in county.changes("unit_a", descending=True, limit=1).results] == ["g:1"]
    assert [change.id for change in county.changes("unit_a", at, descending=True).results] == ["g:1"]


@couchdb.NEEDED
def test_a_sequence_of_another_store_begins_at_the_beginning(county: CouchdbStore) -> None:
    county.put("plain", {"_id": "a"})
    for since in ("7-9f3a2b1c", "1-9f3a2b1c", "1-12345678", 7, "9-3-g1AAAA"):
        assert ids(county, "plain", str(since)) == ["a"]
    with pytest.raises(BadRequest):
        county.changes("plain", "1-5-garbage")


# --- several hubs
@couchdb.NEEDED
def test_a_hub_hears_what_other_hubs_wrote_and_not_its_own_twice(prefix: str, county: CouchdbStore) -> None:
    hub = couchdb.open_one(prefix, watch=True)
    heard: list[frozenset[str]] = []
    rang = threading.Event()

    def listen(names: frozenset[str]) -> None:
        heard.append(names)
        if "plain" in names:
            rang.set()

    hub.on_commit(listen)
    hub.accept("unit_a", edits({"_id": "e:1", "_rev": "1-a"}), Everyone("unit_a"), RECEIPT)
    county.put("plain", {"_id": "a"})
    assert rang.wait(30)
    assert heard[0] == frozenset({ARCHIVE, "unit_a"})
    assert all(names == frozenset({"plain"}) for names in heard[1:])
    county.accept("site_x", edits({"_id": "g:1", "_rev": "1-a"}), Everyone("site_x"), RECEIPT)
    assert hub.wait("site_x", "0", 30)
    hub.close()


@couchdb.NEEDED
def test_a_wait_ends_when_another_hub_writes(prefix: str, county: CouchdbStore) -> None:
    hub = couchdb.open_one(prefix, watch=True)
    at = hub.changes("site_x").last_seq
    writer = threading.Timer(
        0.3, county.accept, ("site_x", edits({"_id": "g:1", "_rev": "1-a"}), Everyone("site_x"), RECEIPT)
    )
    writer.start()
    assert hub.wait("site_x", at, 30)
    assert ids(hub, "site_x", at) == ["g:1"]
    hub.close()


# --- plain databases
@couchdb.NEEDED
def test_a_large_attachment_is_streamed_both_ways(county: CouchdbStore) -> None:
    for content_type in ("image/jpeg", "text/plain"):
        data = bytes(range(256)) * 4096
        members = {"x": {"content_type": content_type, "data": base64.b64encode(data).decode()}}
        rev = county.put("plain", {"_id": content_type, "_attachments": members})
        again = county.put("plain", {"_id": content_type, "_rev": rev, "n": 2, "_attachments": {"x": {"stub": True}}})
        assert again.startswith("2-")
        found = county.open_attachment("plain", content_type, "x")
        assert found is not None
        assert found.read() == data
        assert b"".join(found.chunks(1000, 300_000)) == data[1000:300_000]
        assert b"".join(found.chunks(7, 7)) == b""


@couchdb.NEEDED
def test_older_bodies_can_be_read_until_they_are_compacted(county: CouchdbStore) -> None:
    first = county.put("plain", {"_id": "a", "n": 1})
    county.put("plain", {"_id": "a", "_rev": first, "n": 2})
    record = county.record("plain", "a")
    assert record is not None
    assert record.document(first)["n"] == 1
    county.compact("plain")
    record = county.record("plain", "a")
    assert record is not None
    assert not record.tree[first].stored


@couchdb.NEEDED
def test_an_edit_of_a_document_that_is_not_there_is_a_conflict(county: CouchdbStore) -> None:
    outcomes = county.apply("plain", [parse_edit({"_id": "a", "_rev": "1-abc"}), parse_edit({"_id": "b"})])
    assert [outcome.error for outcome in outcomes] == ["conflict", None]
    assert county.get("plain", "a") is None


# --- the store as a whole
@couchdb.NEEDED
def test_the_uuid_outlives_the_hub_and_a_restore_renews_it(prefix: str, county: CouchdbStore) -> None:
    assert couchdb.open_one(prefix).uuid == county.uuid
    before = county.uuid
    assert county.renew_uuid() != before
    assert couchdb.open_one(prefix).uuid == county.uuid


@couchdb.NEEDED
def test_a_body_that_is_missing_from_the_archive_is_told(county: CouchdbStore) -> None:
    county.accept("unit_a", edits({"_id": "e:1", "_rev": "1-a"}), Everyone("unit_a"), RECEIPT)
    assert county.check() == []
    county.parts.connection.delete(county.names.archive("e:1"))
    assert len(county.check()) == 1
