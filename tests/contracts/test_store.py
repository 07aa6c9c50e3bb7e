"""What every store promises. A further store joins by adding its factory to STORES."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sync.attachments import CHUNK_BYTES, content_of
from sync.documents import Edit, Outcome, parse_edit
from sync.errors import BadRequest, Conflict, Forbidden, NotFound
from sync.memory_store import MemoryStore
from sync.sqlite_store import open_store
from sync.store import ARCHIVE, Arrival, Decide, Group, Notice, Range, Receipt, Store, Verdict, pages
from tests.sync import couchdb

# Where COUCHDB_URL names no CouchDB: as far as pouchdb-server can go. What it cannot show is skipped, and said.
COUCHDB = "couchdb" if couchdb.URL else "pouchdb-server"
STORES: dict[str, Callable[[Path], Any]] = {
    "memory": lambda folder: MemoryStore(),
    "sqlite": lambda folder: open_store(folder / "store.sqlite"),
    COUCHDB: lambda folder: couchdb.open_one(couchdb.new_prefix()),
}
RECEIPT = Receipt("s-1", "d-1", "unit_a", "2026-11-21T09:00:00.000Z")


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


class Everyone:
    """A router that gives each document to the mailboxes named, and the history to `backfill`."""

    def __init__(self, *members: str, backfill: tuple[str, ...] = (), lane: str = "") -> None:
        self.members, self.backfill, self.lane = members, backfill, lane

    def key_of(self, document_id: str) -> str:
        return document_id.partition(":")[0] + ":"

    def decide(self, arrival: Arrival, group: Group | None) -> Verdict:
        seen = [*((group.facts.get("seen") or []) if group else []), arrival.id]
        after = Group(self.key_of(arrival.id), self.members, {"seen": seen}, arrival.receipt.received_at)
        return Verdict(after, self.lane, self.members, self.backfill)


def becomes(group: Group) -> Decide:
    """Whatever the group is by now, it shall be this."""
    return lambda _now, _documents: group


def release(store: Store, group: Group, keep: str = "") -> int | None:
    return store.release(group.key, becomes(group), keep=keep)


def replicate(store: Store, database: str, *documents: dict[str, Any]) -> list[Outcome]:
    return store.apply(database, [parse_edit(one, new_edits=False) for one in documents], new_edits=False)


def edits(*documents: dict[str, Any]) -> list[Edit]:
    return [parse_edit(one, new_edits=False) for one in documents]


def ids(store: Store, database: str, since: str = "0") -> list[str]:
    return [change.id for change in store.changes(database, since).results]


# --- databases
def test_the_uuid_is_the_same_every_time(store: Store) -> None:
    assert store.uuid == store.uuid
    assert len(store.uuid) >= 16


def test_the_archive_is_there_from_the_start(store: Store) -> None:
    assert store.has_database(ARCHIVE)


def test_a_database_is_made_once_and_deleted_once(store: Store) -> None:
    assert store.create_database("plain")
    assert not store.create_database("plain")
    assert "plain" in store.database_names()
    assert store.delete_database("plain")
    assert not store.delete_database("plain")
    assert not store.has_database("plain")


def test_an_unknown_database_is_not_found(store: Store) -> None:
    for ask in (
        lambda: store.info("nowhere"),
        lambda: store.get("nowhere", "a"),
        lambda: store.changes("nowhere"),
        lambda: store.put("nowhere", {"_id": "a"}),
        lambda: store.local("nowhere", "_local/a"),
    ):
        with pytest.raises(NotFound):
            ask()


def test_a_database_made_again_does_not_take_old_sequences_for_its_own(plain: Store) -> None:
    plain.put("plain", {"_id": "a"})
    before = plain.changes("plain").last_seq
    plain.delete_database("plain")
    plain.create_database("plain")
    plain.put("plain", {"_id": "b"})
    assert ids(plain, "plain", before) == ["b"]


# --- ordinary edits
def test_a_document_comes_back_with_its_key_order_and_revision(plain: Store) -> None:
    rev = plain.put("plain", {"_id": "a", "z": 1, "a": {"y": 2, "b": [1.0, "é", None]}})
    document = plain.get("plain", "a")
    assert document == {"_id": "a", "_rev": rev, "z": 1, "a": {"y": 2, "b": [1.0, "é", None]}}
    assert list(document) == ["_id", "_rev", "z", "a"]
    assert list(document["a"]) == ["y", "b"]


def test_an_edit_without_the_current_revision_is_a_conflict(plain: Store) -> None:
    rev = plain.put("plain", {"_id": "a", "n": 1})
    plain.put("plain", {"_id": "a", "_rev": rev, "n": 2})
    for attempt in ({"_id": "a", "n": 3}, {"_id": "a", "_rev": rev, "n": 3}, {"_id": "b", "_rev": rev}):
        with pytest.raises(Conflict):
            plain.put("plain", attempt)
    assert (plain.get("plain", "a") or {})["n"] == 2


def test_the_same_edit_made_twice_is_the_same_revision(store: Store) -> None:
    for name in ("one", "two"):
        store.ensure_database(name)
    document = {"_id": "a", "n": 1}
    assert store.put("one", document) == store.put("two", document)


def test_a_deleted_document_is_gone_and_can_be_written_again(plain: Store) -> None:
    rev = plain.put("plain", {"_id": "a", "n": 1})
    plain.put("plain", {"_id": "a", "_rev": rev, "_deleted": True})
    assert plain.get("plain", "a") is None
    assert plain.info("plain").doc_count == 0
    assert plain.info("plain").doc_del_count == 1
    again = plain.put("plain", {"_id": "a", "n": 2})
    assert again.startswith("3-")
    assert plain.info("plain").doc_count == 1
    assert plain.info("plain").doc_del_count == 0


def test_one_refused_edit_does_not_hold_up_the_others(plain: Store) -> None:
    plain.put("plain", {"_id": "b"})
    outcomes = plain.apply("plain", [parse_edit({"_id": one}) for one in "abc"])
    assert [outcome.error for outcome in outcomes] == [None, "conflict", None]
    assert [row.id for row in plain.rows("plain", Range())] == ["a", "b", "c"]


# --- replicated histories
def test_two_histories_keep_both_leaves_and_every_replica_picks_the_same_winner(store: Store) -> None:
    histories = [
        {"_id": "a", "_rev": "2-b", "_revisions": {"start": 2, "ids": ["b", "r"]}, "n": "b"},
        {"_id": "a", "_rev": "2-c", "_revisions": {"start": 2, "ids": ["c", "r"]}, "n": "c"},
        {"_id": "a", "_rev": "3-d", "_revisions": {"start": 3, "ids": ["d", "x", "r"]}, "_deleted": True},
    ]
    for name, order in (("one", [0, 1, 2]), ("two", [2, 1, 0])):
        store.ensure_database(name)
        replicate(store, name, *(histories[i] for i in order))
        assert (store.get(name, "a") or {})["_rev"] == "2-c"
        assert store.changes(name).results[0].revs == ["2-c", "2-b", "3-d"]


def test_a_losing_revision_stays_readable(plain: Store) -> None:
    replicate(plain, "plain", {"_id": "a", "_rev": "1-a", "n": "lost"}, {"_id": "a", "_rev": "1-b", "n": "won"})
    record = plain.record("plain", "a")
    assert record is not None
    assert record.document("1-a")["n"] == "lost"
    assert record.document()["n"] == "won"


def test_revs_diff_names_what_is_missing_only(plain: Store) -> None:
    replicate(plain, "plain", {"_id": "a", "_revisions": {"start": 3, "ids": ["c", "b", "a"]}})
    wanted = {"a": ["1-a", "3-c", "4-d"], "b": ["1-x"], "c": []}
    missing = plain.revs_diff("plain", wanted)
    assert missing == {"a": {"missing": ["4-d"], "possible_ancestors": ["3-c"]}, "b": {"missing": ["1-x"]}}


def test_replicating_the_same_again_changes_nothing(plain: Store) -> None:
    document = {"_id": "a", "_rev": "1-a", "n": 1}
    replicate(plain, "plain", document)
    before = plain.info("plain").update_seq
    assert [outcome.error for outcome in replicate(plain, "plain", document)] == [None]
    assert plain.info("plain").update_seq == before


def test_a_history_longer_than_the_limit_is_cut_at_its_old_end(plain: Store) -> None:
    plain.set_revs_limit("plain", 3)
    rev = plain.put("plain", {"_id": "a", "n": 0})
    for n in range(1, 8):
        rev = plain.put("plain", {"_id": "a", "_rev": rev, "n": n})
    record = plain.record("plain", "a")
    assert record is not None
    assert sorted(record.tree) == sorted(record.tree, key=lambda r: int(r.split("-")[0]))
    assert len(record.tree) == 3
    assert record.rev == rev


def test_compaction_forgets_old_bodies_but_no_leaf(plain: Store) -> None:
    first = plain.put("plain", {"_id": "a", "n": 1})
    second = plain.put("plain", {"_id": "a", "_rev": first, "n": 2})
    replicate(plain, "plain", {"_id": "a", "_revisions": {"start": 2, "ids": ["0", first[2:]]}, "n": "other"})
    plain.compact("plain")
    record = plain.record("plain", "a")
    assert record is not None
    assert record.stored(first) is None
    assert record.stored(second) is not None
    assert record.stored("2-0") is not None


# --- change feed
def test_each_document_stands_once_in_the_feed_at_its_newest_change(plain: Store) -> None:
    rev = plain.put("plain", {"_id": "a"})
    plain.put("plain", {"_id": "b"})
    seen = plain.changes("plain").last_seq
    plain.put("plain", {"_id": "a", "_rev": rev, "n": 2})
    assert ids(plain, "plain") == ["b", "a"]
    assert ids(plain, "plain", seen) == ["a"]


def test_pages_of_the_feed_give_every_change_once(plain: Store) -> None:
    plain.apply("plain", [parse_edit({"_id": f"d{n:03}"}) for n in range(53)])
    found = [change.id for page in pages(plain, "plain", size=10) for change in page.results]
    assert found == [f"d{n:03}" for n in range(53)]
    page = plain.changes("plain", limit=10)
    assert page.pending == 43


def test_the_feed_can_be_read_backwards_and_for_some_ids(plain: Store) -> None:
    plain.apply("plain", [parse_edit({"_id": one}) for one in "abc"])
    assert [c.id for c in plain.changes("plain", descending=True, limit=2).results] == ["c", "b"]
    assert [c.id for c in plain.changes("plain", ids=["c", "a", "x"]).results] == ["a", "c"]


def test_a_checkpoint_from_elsewhere_starts_at_the_beginning(plain: Store) -> None:
    plain.put("plain", {"_id": "a"})
    plain.ensure_database("other")
    plain.put("other", {"_id": "b"})
    elsewhere = plain.changes("other").last_seq
    assert ids(plain, "plain", elsewhere) == ["a"]


def test_a_checkpoint_ahead_of_the_store_starts_at_the_beginning(plain: Store) -> None:
    plain.put("plain", {"_id": "a"})
    number, _, nonce = plain.changes("plain").last_seq.rpartition("-")
    if not number.isdigit():
        pytest.skip("sequences of this store are not counted")
    assert ids(plain, "plain", f"{int(number) + 5}-{nonce}") == ["a"]
    assert ids(plain, "plain", f"{int(number)}-{nonce}") == []


def test_a_malformed_since_is_a_bad_request(plain: Store) -> None:
    for since in ("abc", "-1", "1-", '{"a":1}', "١"):
        with pytest.raises(BadRequest):
            plain.changes("plain", since)


def test_a_listener_hears_which_databases_moved_after_the_commit(plain: Store) -> None:
    heard: list[frozenset[str]] = []
    found: list[object] = []
    plain.on_commit(heard.append)
    plain.on_commit(lambda _: found.append(plain.get("plain", "a")))
    plain.put("plain", {"_id": "a"})
    assert heard == [frozenset({"plain"})]
    assert found != [None]


def test_a_listener_may_write_in_its_turn(plain: Store) -> None:
    plain.ensure_database("log")

    def note(databases: frozenset[str]) -> None:
        if "plain" in databases:
            plain.put("log", {"_id": "noted"})

    plain.on_commit(note)
    plain.put("plain", {"_id": "a"})
    assert plain.get("log", "noted") is not None


def test_waiting_ends_at_once_when_something_is_there(plain: Store) -> None:
    plain.put("plain", {"_id": "a"})
    assert plain.wait("plain", "0", 0)
    assert not plain.wait("plain", plain.changes("plain").last_seq, 0)


# --- ranges
def test_a_range_holds_live_documents_in_order_of_id(plain: Store) -> None:
    rev = plain.put("plain", {"_id": "b2"})
    plain.apply("plain", [parse_edit({"_id": one}) for one in ("b1", "c", "a", "b3", "bé")])
    plain.put("plain", {"_id": "b2", "_rev": rev, "_deleted": True})
    assert [d["_id"] for d in plain.read_range("plain", "b", "b\uffff")] == ["b1", "b3", "bé"]
    assert [r.id for r in plain.rows("plain", Range("c", "b1", descending=True))] == ["c", "bé", "b3", "b1"]
    assert [r.id for r in plain.rows("plain", Range("b1", "c", inclusive_end=False, skip=1, limit=2))] == ["b3", "bé"]
    assert plain.count_before("plain", Range(start="b3")) == 2


# --- attachments
def test_an_attachment_comes_back_whole_and_in_ranges(plain: Store) -> None:
    data = bytes(range(256)) * (2 * CHUNK_BYTES // 256) + b"end"
    members = {"bytes": {"content_type": "image/jpeg", "data": base64.b64encode(data).decode()}}
    rev = plain.put("plain", {"_id": "a", "_attachments": members})
    found = plain.open_attachment("plain", "a", "bytes")
    assert found is not None
    assert (found.content_type, found.length) == ("image/jpeg", len(data))
    assert found.read() == data
    for start, stop in ((0, 1), (CHUNK_BYTES - 1, CHUNK_BYTES + 1), (10, 2 * CHUNK_BYTES + 3)):
        assert b"".join(found.chunks(start, stop)) == data[start:stop]
    stub = (plain.get("plain", "a") or {})["_attachments"]["bytes"]
    assert stub == {
        "content_type": "image/jpeg", "revpos": 1, "digest": content_of(data).digest,
        "length": len(data), "stub": True,
    }  # fmt: skip
    assert plain.open_attachment("plain", "a", "other") is None
    assert rev.startswith("1-")


def test_a_stub_keeps_the_bytes_of_before_and_an_unknown_one_is_refused(plain: Store) -> None:
    rev = plain.put("plain", {"_id": "a", "_attachments": {"x": {"data": "aGk="}}})
    plain.put("plain", {"_id": "a", "_rev": rev, "n": 2, "_attachments": {"x": {"stub": True}}})
    found = plain.open_attachment("plain", "a", "x")
    assert found is not None
    assert found.read() == b"hi"
    outcome = plain.apply("plain", [parse_edit({"_id": "b", "_attachments": {"y": {"stub": True}}})])[0]
    assert outcome.error == "missing_stub"
    assert plain.get("plain", "b") is None


def test_an_empty_attachment_is_an_attachment(plain: Store) -> None:
    plain.put("plain", {"_id": "a", "_attachments": {"x": {"data": ""}}})
    found = plain.open_attachment("plain", "a", "x")
    assert found is not None
    assert found.read() == b""


# --- local documents
def test_a_checkpoint_comes_back_as_it_was_with_revisions_of_its_own(plain: Store) -> None:
    assert plain.local("plain", "_local/x==") is None
    first = plain.put_local("plain", {"_id": "_local/x==", "b": 1, "a": [{"z": None}]})
    assert first == "0-1"
    assert plain.local("plain", "_local/x==") == {"_id": "_local/x==", "_rev": "0-1", "b": 1, "a": [{"z": None}]}
    with pytest.raises(Conflict):
        plain.put_local("plain", {"_id": "_local/x==", "b": 2})
    assert plain.put_local("plain", {"_id": "_local/x==", "_rev": "0-1", "b": 2}) == "0-2"
    plain.delete_local("plain", "_local/x==", "0-2")
    assert plain.local("plain", "_local/x==") is None
    assert ids(plain, "plain") == []


# --- mailboxes
@pytest.fixture
def county(store: Store) -> Store:
    for name in ("unit_a", "unit_a-media", "site_x", "site_x-media", "quarantine_d"):
        store.ensure_database(name)
    return store


def test_a_document_in_three_mailboxes_is_one_document_with_three_sequences(county: Store) -> None:
    county.accept("unit_a", edits({"_id": "e:1", "_rev": "1-a", "n": 1}), Everyone("unit_a", "site_x"), RECEIPT)
    for name in ("unit_a", "site_x", ARCHIVE):
        assert ids(county, name) == ["e:1"]
        assert (county.get(name, "e:1") or {})["_rev"] == "1-a"
    assert county.mailboxes_of("e:1") == ["site_x", "unit_a"]
    assert county.receipts(["e:1", "e:2"]) == {"e:1": [RECEIPT]}


def test_the_media_lane_goes_to_the_twins(county: Store) -> None:
    county.accept("unit_a-media", edits({"_id": "e:1", "_rev": "1-a"}), Everyone("unit_a", lane="-media"), RECEIPT)
    assert ids(county, "unit_a") == []
    assert ids(county, "unit_a-media") == ["e:1"]
    assert ids(county, ARCHIVE) == ["e:1"]


def test_a_mailbox_takes_no_ordinary_edits(county: Store) -> None:
    for name in ("unit_a", ARCHIVE):
        with pytest.raises(Forbidden):
            county.put(name, {"_id": "e:1"})


def test_a_changed_or_deleted_body_is_forbidden_and_the_same_again_is_welcome(county: Store) -> None:
    router = Everyone("unit_a")
    county.accept("unit_a", edits({"_id": "e:1", "_rev": "1-a", "n": 1, "m": 2}), router, RECEIPT)
    attempts = edits(
        {"_id": "e:1", "_rev": "1-a", "n": 2, "m": 2},
        {"_id": "e:1", "_revisions": {"start": 2, "ids": ["b", "a"]}, "n": 2, "m": 2},
        {"_id": "e:1", "_rev": "2-c", "_deleted": True},
        {"_id": "e:1", "_rev": "1-a", "m": 2, "n": 1},
        {"_id": "e:1", "_rev": "1-a", "n": 1, "m": 2, "_attachments": {"x": {"data": "aGk="}}},
    )
    outcomes = county.accept("unit_a", attempts, router, RECEIPT)
    assert [outcome.error for outcome in outcomes] == ["forbidden", "forbidden", "forbidden", None, "forbidden"]
    assert county.get("unit_a", "e:1") == {"_id": "e:1", "_rev": "1-a", "n": 1, "m": 2}


def test_a_new_member_receives_the_whole_history_in_both_lanes(county: Store) -> None:
    county.accept(
        "unit_a", edits({"_id": "e:1", "_rev": "1-a"}, {"_id": "f:1", "_rev": "1-a"}), Everyone("unit_a"), RECEIPT
    )
    county.accept("unit_a-media", edits({"_id": "e:2", "_rev": "1-a"}), Everyone("unit_a", lane="-media"), RECEIPT)
    joined = Everyone("unit_a", "site_x", backfill=("site_x",))
    county.accept("unit_a", edits({"_id": "e:3", "_rev": "1-a"}), joined, RECEIPT)
    assert sorted(ids(county, "site_x")) == ["e:1", "e:3"]
    assert ids(county, "site_x-media") == ["e:2"]


def test_what_was_released_is_gone_but_known_and_sequences_never_go_back(county: Store) -> None:
    router = Everyone("unit_a", "site_x")
    county.accept("unit_a", edits({"_id": "e:1", "_rev": "1-a"}, {"_id": "f:1", "_rev": "1-a"}), router, RECEIPT)
    before = county.changes("unit_a").last_seq
    group = county.group("e:")
    assert group is not None
    assert release(county, group) == 2
    assert ids(county, "unit_a") == ["f:1"]
    assert county.get("unit_a", "e:1") is None
    assert county.get(ARCHIVE, "e:1") is not None
    assert county.revs_diff("unit_a", {"e:1": ["1-a"]}) == {}
    assert county.info("unit_a").doc_count == 1
    assert county.changes("unit_a", before).results == []
    assert county.changes("unit_a").last_seq == before


def test_pushing_a_released_document_again_does_not_put_it_back_but_backfilling_does(county: Store) -> None:
    county.accept("unit_a", edits({"_id": "e:1", "_rev": "1-a"}), Everyone("unit_a"), RECEIPT)
    before = county.changes("unit_a").last_seq
    release(county, Group("e:", ("unit_a",)))
    county.accept("unit_a", edits({"_id": "e:1", "_rev": "1-a"}), Everyone("unit_a"), RECEIPT)
    assert ids(county, "unit_a") == []
    reopened = Everyone("unit_a", backfill=("unit_a",))
    county.accept("unit_a", edits({"_id": "e:2", "_rev": "1-a"}), reopened, RECEIPT)
    assert sorted(ids(county, "unit_a", before)) == ["e:1", "e:2"]


def told(store: Store, database: str) -> Any:
    return (store.get(database, "release:e") or {}).get("n")


def test_a_release_is_told_where_something_was_released_and_nowhere_else(county: Store) -> None:
    county.accept("unit_a", edits({"_id": "e:1", "_rev": "1-a"}), Everyone("unit_a", "quarantine_d"), RECEIPT)
    county.accept("unit_a-media", edits({"_id": "e:2", "_rev": "1-a"}), Everyone("site_x", lane="-media"), RECEIPT)
    release(county, Group("e:", ("unit_a",), {"x": 1}, None, Notice("release:e", {"n": 1})), keep="quarantine_")
    assert ids(county, "unit_a") == ids(county, "site_x") == ["release:e"]
    assert ids(county, "site_x-media") == ids(county, "unit_a-media") == []
    assert ids(county, "quarantine_d") == ["e:1"]
    assert told(county, "unit_a") == told(county, ARCHIVE) == 1
    assert county.group("e:") == Group("e:", ("unit_a",), {"x": 1}, None)


def test_what_is_told_next_is_a_further_revision_that_comes_with_the_document_that_arrives(county: Store) -> None:
    class Taking(Everyone):
        def decide(self, arrival: Arrival, group: Group | None) -> Verdict:
            after = Group("e:", self.members, {}, None, Notice("release:e", {"n": 2}))
            return Verdict(after, "", self.members)

    county.accept("unit_a", edits({"_id": "e:1", "_rev": "1-a"}), Everyone("unit_a", "site_x"), RECEIPT)
    release(county, Group("e:", ("unit_a",), {}, None, Notice("release:e", {"n": 1})))
    before = county.changes("unit_a").last_seq
    county.accept("unit_a", edits({"_id": "e:2", "_rev": "1-a"}), Taking("unit_a"), RECEIPT)
    # A cluster orders one commit as it likes; tests/server/replication/test_release.py holds the others to more.
    assert sorted(ids(county, "unit_a", before)) == ["e:2", "release:e"]
    assert ids(county, "site_x") == ["release:e"]
    assert told(county, "unit_a") == told(county, "site_x") == 2
    revisions = [county.changes(name, ids=["release:e"]).results[0].revs for name in ("unit_a", "site_x", ARCHIVE)]
    assert revisions[0][0].startswith("2-")
    assert revisions == [revisions[0]] * 3
    assert len(revisions[0]) == 1
    release(county, Group("e:", ("unit_a",), {}, None, Notice("release:e", {"n": 3})))
    assert ids(county, "unit_a") == ["release:e"]
    assert told(county, "site_x") == 3


def test_a_notice_without_words_leaves_the_mailboxes_and_stays_in_the_archive(county: Store) -> None:
    county.accept("unit_a", edits({"_id": "e:1", "_rev": "1-a"}), Everyone("unit_a"), RECEIPT)
    release(county, Group("e:", (), {}, None, Notice("release:e", {"n": 1})))
    release(county, Group("e:", (), {}, None, Notice("release:e", {})))
    assert ids(county, "unit_a") == []
    assert told(county, ARCHIVE) == 1
    release(county, Group("g:", (), {}, None, Notice("release:g", {})))
    assert county.get(ARCHIVE, "release:g") is None


def test_a_release_can_leave_some_mailboxes_alone(county: Store) -> None:
    county.accept("unit_a", edits({"_id": "e:1", "_rev": "1-a"}), Everyone("unit_a", "quarantine_d"), RECEIPT)
    release(county, Group("e:"), keep="quarantine_")
    assert county.mailboxes_of("e:1") == ["quarantine_d"]


def test_a_release_is_decided_on_the_group_as_it_is_and_may_be_left_undone(county: Store) -> None:
    county.accept("unit_a", edits({"_id": "e:1", "_rev": "1-a"}), Everyone("unit_a"), RECEIPT)
    county.accept("unit_a-media", edits({"_id": "e:2", "_rev": "1-a"}), Everyone("unit_a", lane="-media"), RECEIPT)
    before = {name: county.changes(name) for name in (ARCHIVE, "unit_a", "unit_a-media")}
    seen: list[tuple[Group | None, int]] = []

    def leave(group: Group | None, documents: int) -> Group | None:
        seen.append((group, documents))
        return None

    assert county.release("e:", leave) is None
    county.revise_group("e:", leave)
    assert county.release("nobody:", leave) is None
    assert seen == [(county.group("e:"), 2), (county.group("e:"), 2), (None, 0)]
    assert {name: county.changes(name) for name in before} == before


def test_a_group_is_revised_as_it_is_and_its_documents_stay(county: Store) -> None:
    county.accept("unit_a", edits({"_id": "e:1", "_rev": "1-a"}), Everyone("unit_a"), RECEIPT)
    county.revise_group("e:", lambda group, _documents: replace(group, due_at="2027") if group is not None else None)
    assert county.group("e:") == Group("e:", ("unit_a",), {"seen": ["e:1"]}, "2027")
    assert ids(county, "unit_a") == ["e:1"]


def test_groups_that_are_due_come_oldest_first(county: Store) -> None:
    for key, at in (("e", "2026-01-02"), ("f", "2026-01-01"), ("g", "2026-01-03")):
        county.accept(
            "unit_a", edits({"_id": f"{key}:1", "_rev": "1-a"}), Everyone("unit_a"), Receipt("s", "d", "unit_a", at)
        )
    assert [group.key for group in county.groups_due("2026-01-02")] == ["f:", "e:"]
    assert county.group("e:") == Group("e:", ("unit_a",), {"seen": ["e:1"]}, "2026-01-02")
    county.revise_group("f:", becomes(Group("f:", (), {}, None)))
    assert [group.key for group in county.groups_due("2026-01-02")] == ["e:"]


def test_a_router_that_fails_leaves_nothing_behind(county: Store) -> None:
    class Failing(Everyone):
        def decide(self, arrival: Arrival, group: Group | None) -> Verdict:
            if arrival.id == "e:2":
                raise RuntimeError("a fault in the router")
            return super().decide(arrival, group)

    with pytest.raises(RuntimeError):
        county.accept(
            "unit_a", edits({"_id": "e:1", "_rev": "1-a"}, {"_id": "e:2", "_rev": "1-a"}), Failing("unit_a"), RECEIPT
        )
    assert ids(county, ARCHIVE) == []
    assert ids(county, "unit_a") == []
    assert county.group("e:") is None
    assert county.info("unit_a").doc_count == 0
    county.accept("unit_a", edits({"_id": "e:3", "_rev": "1-a"}), Everyone("unit_a"), RECEIPT)
    assert ids(county, "unit_a") == ["e:3"]
