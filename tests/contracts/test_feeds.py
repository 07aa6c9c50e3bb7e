"""What every store promises of its change feeds, and of those who listen or wait."""

from __future__ import annotations

import pytest

from sync.documents import parse_edit
from sync.errors import BadRequest
from sync.store import Store, pages
from tests.contracts.stores import ids


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
