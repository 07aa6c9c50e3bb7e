"""What every store promises of databases, edits, replicated histories and ranges."""

from __future__ import annotations

import pytest

from sync.documents import parse_edit
from sync.errors import Conflict, NotFound
from sync.store import ARCHIVE, Range, Store
from tests.contracts.stores import ids, replicate


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


# --- ranges
def test_a_range_holds_live_documents_in_order_of_id(plain: Store) -> None:
    rev = plain.put("plain", {"_id": "b2"})
    plain.apply("plain", [parse_edit({"_id": one}) for one in ("b1", "c", "a", "b3", "bé")])
    plain.put("plain", {"_id": "b2", "_rev": rev, "_deleted": True})
    assert [d["_id"] for d in plain.read_range("plain", "b", "b\uffff")] == ["b1", "b3", "bé"]
    assert [r.id for r in plain.rows("plain", Range("c", "b1", descending=True))] == ["c", "bé", "b3", "b1"]
    assert [r.id for r in plain.rows("plain", Range("b1", "c", inclusive_end=False, skip=1, limit=2))] == ["b3", "bé"]
    assert plain.count_before("plain", Range(start="b3")) == 2
