"""What every store promises of mailboxes: accepting, routing, releasing, groups."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sync.errors import Forbidden
from sync.store import ARCHIVE, Arrival, Group, Notice, Receipt, Store, Verdict
from tests.contracts.stores import RECEIPT, Everyone, becomes, edits, ids, release


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
