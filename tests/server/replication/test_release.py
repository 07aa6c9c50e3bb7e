"""Release notices: what a phone may drop, and when that is taken back."""

from __future__ import annotations

from typing import Any

from server.replication.notices import LISTED_FOR
from sync.couchdb_store import CouchdbStore
from sync.store import ARCHIVE
from tests.server.replication.county import CREW, EAST_NURSE, NURSE, OTHER_CREW, County, session_of
from tests.server.replication.encounters import closure, destination, document, header, rendition, ulid, vitals

NOTICE = f"release:{ulid(1)}"


def notice(county: County, mailbox: str) -> tuple[str | None, Any]:
    """The state that a mailbox was told, and the reason or the number of documents."""
    found = county.store.get(mailbox, NOTICE)
    if found is None:
        return None, None
    body = found["body"]
    assert (found["kind"], found["encounter"]) == ("release", ulid(1))
    return body["state"], body.get("reason", body.get("documents"))


def feed(county: County, mailbox: str, since: str = "0") -> list[str]:
    return [change.id for change in county.store.changes(mailbox, since).results]


def is_told_first(county: County, told: list[str]) -> bool:
    """Whether a feed names the notice, and ahead of all else; a cluster orders one commit as it likes."""
    return NOTICE in told if isinstance(county.store, CouchdbStore) else told[0] == NOTICE


def close(county: County) -> list[dict[str, Any]]:
    """A whole encounter, closed and released."""
    everything = [header(1, 1), vitals(1, 2), destination(1, 3, "county"), closure(1, 4)]
    county.push(CREW, "unit_a101", *everything)
    county.push(CREW, "unit_a101-media", rendition(1, 5))
    county.later(hours=23)
    assert notice(county, "unit_a101") == (None, None)
    county.later(hours=2)
    return everything


def test_a_released_encounter_is_told_to_every_mailbox_that_had_it(county: County) -> None:
    close(county)
    for mailbox in ("unit_a101", "site_county"):
        assert notice(county, mailbox) == ("released", 5)
        assert feed(county, mailbox) == [NOTICE]
        assert feed(county, f"{mailbox}-media") == []
    assert not county.store.has_database("unit_a102") or notice(county, "unit_a102") == (None, None)
    assert county.kinds(ARCHIVE) == ["encounter", "vitals", "destination", "closure", "rendition"]


def test_a_former_destination_and_an_outsider_are_told_too(county: County) -> None:
    county.push(CREW, "unit_a101", header(1, 1), destination(1, 2, "county"), destination(1, 3, "east"))
    county.push(OTHER_CREW, "unit_a102", vitals(1, 4))
    county.push(CREW, "unit_a101", closure(1, 5))
    county.later(hours=25)
    for mailbox in ("unit_a101", "site_county", "site_east", "unit_a102"):
        assert feed(county, mailbox) == [NOTICE]
        assert notice(county, mailbox)[0] == "released"


def test_a_reset_phone_that_pushes_everything_again_resurrects_and_doubles_nothing(county: County) -> None:
    everything = close(county)
    names = [name for name in county.store.database_names() if county.store.has_database(name)]
    before = {name: county.store.changes(name) for name in names}
    wanted = {one["_id"]: [one["_rev"]] for one in everything}
    assert county.store.revs_diff("unit_a101", wanted) == {}
    assert county.push(CREW, "unit_a101", *everything) == [None] * 4
    assert county.push(CREW, "unit_a101-media", rendition(1, 5)) == [None]
    assert {name: county.store.changes(name) for name in names} == before
    assert notice(county, "unit_a101") == ("released", 5)


def test_a_document_from_a_drawer_takes_the_release_back_before_it_is_seen(county: County) -> None:
    close(county)
    county.later(days=30)
    seen = {mailbox: county.store.changes(mailbox).last_seq for mailbox in ("unit_a101", "site_county")}
    late = vitals(1, 2000)
    assert county.push(CREW, "unit_a101", late) == [None]
    for mailbox, since in seen.items():
        told = feed(county, mailbox, since)
        assert is_told_first(county, told)
        assert sorted(told) == sorted([NOTICE, late["_id"]])
        assert notice(county, mailbox) == ("withdrawn", "late")
    assert [receipt.late for receipt in county.store.receipts([late["_id"]])[late["_id"]]] == [True]
    county.push(CREW, "unit_a101", vitals(1, 2001))
    county.later(hours=25)
    for mailbox in seen:
        assert feed(county, mailbox) == [NOTICE]
        assert notice(county, mailbox) == ("released", 7)
    assert county.kinds(ARCHIVE).count("vitals") == 3


def test_a_late_photograph_takes_the_release_back_in_the_text_lane(county: County) -> None:
    close(county)
    county.push(CREW, "unit_a101-media", rendition(1, 2000))
    assert notice(county, "site_county") == ("withdrawn", "late")
    assert len(feed(county, "site_county-media")) == 1
    county.later(hours=25)
    assert feed(county, "site_county-media") == []
    assert notice(county, "site_county") == ("released", 6)


def test_a_late_document_of_an_outsider_takes_the_release_back_for_the_members(county: County) -> None:
    close(county)
    county.push(OTHER_CREW, "unit_a102", vitals(1, 2000))
    assert notice(county, "unit_a101") == ("withdrawn", "late")
    county.later(hours=25)
    assert [notice(county, one)[0] for one in ("unit_a101", "site_county", "unit_a102")] == ["released"] * 3


def test_reopening_takes_the_release_back_and_gives_the_members_new_sequences(county: County) -> None:
    close(county)
    before = county.store.changes("site_county").last_seq
    county.push(CREW, "unit_a101", closure(1, 2000, "reopened"))
    again = feed(county, "site_county", before)
    assert is_told_first(county, again)
    assert len(again) == len(set(again)) == 6
    assert notice(county, "site_county") == ("withdrawn", "reopened")
    assert len(feed(county, "site_county-media")) == 1
    county.push(NURSE, "site_county", document(1, "note", 2001, {"text": "x"}), closure(1, 2002))
    county.later(hours=25)
    assert feed(county, "site_county") == [NOTICE]
    assert notice(county, "site_county") == ("released", 8)


def test_an_old_notice_leaves_the_mailboxes_and_a_late_document_still_ends_in_a_release(county: County) -> None:
    close(county)
    county.later(days=LISTED_FOR.days - 1)
    assert feed(county, "unit_a101") == [NOTICE]
    county.later(days=3)
    assert feed(county, "unit_a101") == feed(county, "site_county") == []
    assert notice(county, ARCHIVE) == ("released", 5)
    county.later(days=300)
    county.push(CREW, "unit_a101", vitals(1, 2000))
    county.later(hours=25)
    assert notice(county, "unit_a101") == ("released", 6)


def test_no_device_writes_or_deletes_a_notice(county: County) -> None:
    close(county)
    forged: dict[str, Any] = {
        "_id": f"release:{ulid(2)}",
        "kind": "release",
        "encounter": ulid(2),
        "body": {"state": "released"},
    }
    county.push(CREW, "unit_a101", header(2, 10))
    rev = (county.store.get("unit_a101", NOTICE) or {})["_rev"]
    taken_back = {"_id": NOTICE, "_rev": rev, "kind": "release", "body": {"state": "withdrawn"}}
    for session, mailbox in ((CREW, "unit_a101"), (NURSE, "site_county"), (EAST_NURSE, "site_east")):
        refused = county.push(session, mailbox, forged, taken_back, {"_id": NOTICE, "_rev": rev, "_deleted": True})
        assert refused == ["forbidden"] * 3
    expired = session_of("paramedic", "a101", expired=True)
    assert county.push(expired, "quarantine_d-1", forged) == ["forbidden"]
    assert notice(county, "unit_a101") == ("released", 5)
    assert county.store.get(ARCHIVE, forged["_id"]) is None
