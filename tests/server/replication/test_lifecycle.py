"""The hub's own rounds: closing and releasing, and what was due when it looked but no longer is when it acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from server.replication import lifecycle
from server.replication.notices import LISTED_FOR
from server.replication.router import RELEASE_AFTER, STALE_AFTER
from sync.store import ARCHIVE, Group
from tests.server.replication.county import CREW, NURSE, OTHER_CREW, County, session_of
from tests.server.replication.encounters import closure, destination, header, rendition, ulid, vitals

KEY = f"encounter:{ulid(1)}:"
NOTICE = f"release:{ulid(1)}"


def while_the_hub_looks(county: County, monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]) -> None:
    """Let something happen once, between the hub's reading of what is due and its acting on it."""
    look = county.store.groups_due
    acts = [act]

    def groups_due(now: str, limit: int = 100) -> list[Group]:
        found = look(now, limit)
        if found and acts:
            acts.pop()()
        return found

    monkeypatch.setattr(county.store, "groups_due", groups_due)


def encounters_in(county: County, mailbox: str) -> list[str]:
    return [change.id for change in county.store.changes(mailbox).results if change.id.startswith(KEY)]


def close(county: County) -> None:
    county.push(CREW, "unit_a101", header(1, 1), vitals(1, 2), destination(1, 3, "county"), closure(1, 4))
    county.push(CREW, "unit_a101-media", rendition(1, 5))


def facts(county: County) -> Any:
    group = county.store.group(KEY)
    assert group is not None
    return group.facts


# --- closing, releasing, late arrivals
def test_a_closed_encounter_is_released_after_a_day_and_stays_in_the_archive(county: County) -> None:
    county.push(CREW, "unit_a101", header(1, 1), destination(1, 2, "county"), closure(1, 3))
    county.later(hours=23)
    assert len(county.kinds("site_county")) == 3
    county.later(hours=2)
    assert county.kinds("site_county") == county.kinds("unit_a101") == []
    assert len(county.kinds(ARCHIVE)) == 3
    known = {header(1, 1)["_id"]: [header(1, 1)["_rev"]]}
    assert county.store.revs_diff("unit_a101", known) == {}
    county.push(CREW, "unit_a101", header(1, 1), destination(1, 2, "county"), closure(1, 3))
    assert county.kinds("site_county") == county.kinds("unit_a101") == []


def test_a_late_document_is_archived_routed_as_late_and_released_again(county: County) -> None:
    county.push(CREW, "unit_a101", header(1, 1), destination(1, 2, "county"), closure(1, 3))
    county.later(hours=25)
    late = vitals(1, 2000)
    assert county.push(CREW, "unit_a101", late) == [None]
    assert county.kinds("site_county") == ["vitals"]
    assert [receipt.late for receipt in county.store.receipts([late["_id"]])[late["_id"]]] == [True]
    county.later(hours=25)
    assert county.kinds("site_county") == []
    assert len(county.kinds(ARCHIVE)) == 4


def test_reopening_gives_the_members_new_sequences(county: County) -> None:
    county.push(CREW, "unit_a101", header(1, 1), destination(1, 2, "county"), closure(1, 3))
    county.later(hours=25)
    before = county.store.changes("site_county").last_seq
    county.push(CREW, "unit_a101", closure(1, 4, "reopened"))
    again = [c.id for c in county.store.changes("site_county", before).results if c.id.startswith("encounter:")]
    assert sorted(one.split(":")[2] for one in again) == ["closure", "closure", "destination", "encounter"]
    county.later(hours=25)
    assert len(county.kinds("site_county")) == 4


def test_an_encounter_that_fell_silent_is_closed_by_the_hub_as_stale(county: County) -> None:
    county.push(CREW, "unit_a101", header(1, 1), destination(1, 2, "county"))
    county.later(hours=71)
    county.push(CREW, "unit_a101", vitals(1, 3))
    county.later(hours=71)
    assert "closure" not in county.kinds("site_county")
    county.later(hours=2)
    assert county.kinds("site_county")[-1] == "closure"
    closing = county.store.changes("site_county").results[-1].id
    written = county.store.get(ARCHIVE, closing)
    assert written is not None
    assert written["body"] == {"state": "closed", "reason": "stale"}
    assert written["author"]["staff"] == "hub"
    county.later(hours=25)
    assert county.kinds("site_county") == []


# --- against everybody else
def test_an_encounter_reopened_while_the_hub_releases_stays_where_it_is(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(county)
    reopening = closure(1, 90, "reopened")
    while_the_hub_looks(county, monkeypatch, lambda: county.push(CREW, "unit_a101", reopening))
    county.at += RELEASE_AFTER
    assert lifecycle.release_due(county.store, county.at) == 0
    for mailbox in ("unit_a101", "site_county"):
        assert len(encounters_in(county, mailbox)) == 5
        assert county.store.get(mailbox, NOTICE) is None
    assert facts(county)["closure"]["state"] == "reopened"
    assert "released_at" not in facts(county)
    # What is written next is part of the open encounter, not a late arrival.
    county.push(NURSE, "site_county", vitals(1, 91))
    assert len(encounters_in(county, "unit_a101")) == 6
    receipt = county.store.receipts([vitals(1, 91)["_id"]])[vitals(1, 91)["_id"]][0]
    assert not receipt.late


def test_a_document_that_comes_while_the_hub_releases_is_counted_in_the_notice(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(county)
    while_the_hub_looks(county, monkeypatch, lambda: county.push(CREW, "unit_a101", vitals(1, 90)))
    county.at += RELEASE_AFTER
    assert lifecycle.release_due(county.store, county.at) == 1
    notice = county.store.get("unit_a101", NOTICE)
    assert notice is not None
    assert notice["body"] == {"state": "released", "documents": 6}
    assert len(encounters_in(county, ARCHIVE)) == 6
    assert facts(county)["last_received_at"] == "2026-11-22T08:00:00.000Z", "an arrival is forgotten"


def test_what_a_stranger_leaves_while_the_hub_releases_still_lies_apart(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(county)
    stranger = destination(1, 90, "east")
    while_the_hub_looks(county, monkeypatch, lambda: county.push(OTHER_CREW, "unit_a102", stranger))
    county.at += RELEASE_AFTER
    lifecycle.release_due(county.store, county.at)
    assert facts(county)["apart"] == [stranger["_id"]]


def test_a_late_document_while_the_old_notice_is_taken_down_is_not_hidden(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(county)
    county.later(hours=25)
    county.at += LISTED_FOR
    while_the_hub_looks(county, monkeypatch, lambda: county.push(CREW, "unit_a101", vitals(1, 2000)))
    lifecycle.release_due(county.store, county.at)
    notice = county.store.get("unit_a101", NOTICE)
    assert notice is not None
    assert notice["body"]["state"] == "withdrawn"
    county.later(hours=25)
    assert encounters_in(county, "unit_a101") == []
    assert county.store.get("unit_a101", NOTICE) is not None


def test_an_encounter_that_speaks_while_the_hub_closes_the_silent_ones_stays_open(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.push(CREW, "unit_a101", header(1, 1), destination(1, 2, "county"))
    while_the_hub_looks(county, monkeypatch, lambda: county.push(CREW, "unit_a101", vitals(1, 90)))
    county.at += STALE_AFTER
    assert lifecycle.close_stale(county.store, county.delivery, county.at) == 0
    assert county.kinds("unit_a101") == ["encounter", "destination", "vitals"]
    assert county.kinds(ARCHIVE) == ["encounter", "destination", "vitals"]
    county.later(hours=71)
    assert "closure" not in county.kinds("unit_a101")
    county.later(hours=2)
    assert county.kinds("unit_a101")[-1] == "closure"


def test_an_encounter_that_is_closed_while_the_hub_closes_the_silent_ones_is_closed_once(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.push(CREW, "unit_a101", header(1, 1))
    while_the_hub_looks(county, monkeypatch, lambda: county.push(CREW, "unit_a101", closure(1, 90)))
    county.at += STALE_AFTER
    assert lifecycle.close_stale(county.store, county.delivery, county.at) == 0
    assert county.kinds(ARCHIVE) == ["encounter", "closure"]


def test_an_encounter_that_is_claimed_while_the_hub_sorts_out_the_unclaimed_keeps_its_member(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = session_of("doctor", device="d-9", expired=True)
    county.store.ensure_database("quarantine_d-9")
    assert county.push(stranger, "quarantine_d-9", vitals(1, 2)) == [None]
    group = county.store.group(KEY)
    assert group is not None
    assert group.members == ()
    county.store.revise_group(KEY, lambda now, _documents: Group(KEY, (), facts(county), "2026-11-21T08:00:00.000Z"))
    while_the_hub_looks(county, monkeypatch, lambda: county.push(CREW, "unit_a101", header(1, 1)))
    county.later(hours=1)
    claimed = county.store.group(KEY)
    assert claimed is not None
    assert claimed.members == ("unit_a101",)
    assert claimed.due_at is not None
