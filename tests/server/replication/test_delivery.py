"""Routing, receipts and refusals, through the one path of a push, over every store."""

from __future__ import annotations

from typing import Any

import pytest

from server.accounts.rules import Session
from server.errors import WireError
from sync.store import ARCHIVE
from tests.server.replication.county import CREW, NURSE, OTHER_CREW, County, session_of
from tests.server.replication.encounters import closure, destination, document, header, rendition, ulid, vitals


# --- claiming and routing
def test_the_first_mailbox_claims_and_a_destination_brings_the_whole_history(county: County) -> None:
    assert county.push(CREW, "unit_a101", header(1, 1), vitals(1, 2)) == [None, None]
    assert county.push(CREW, "unit_a101-media", rendition(1, 3)) == [None]
    assert not county.store.has_database("site_county")
    county.push(CREW, "unit_a101", destination(1, 4, "county"))
    assert sorted(county.kinds("site_county")) == ["destination", "encounter", "vitals"]
    assert county.kinds("site_county-media") == ["rendition"]
    county.push(CREW, "unit_a101", vitals(1, 5))
    assert county.kinds("site_county")[-1] == "vitals"
    assert len(county.kinds(ARCHIVE)) == 5


def test_what_the_hospital_writes_reaches_the_ambulance(county: County) -> None:
    county.push(CREW, "unit_a101", header(1, 1), destination(1, 2, "county"))
    answer = document(1, "acknowledgement", 3, {"of": "x", "seen": []})
    assert county.push(NURSE, "site_county", answer) == [None]
    assert county.kinds("unit_a101") == ["encounter", "destination", "acknowledgement"]


def test_a_new_destination_moves_the_encounter_and_the_old_site_gets_it_as_its_last(county: County) -> None:
    county.push(CREW, "unit_a101", header(1, 1), destination(1, 2, "county"))
    county.push(CREW, "unit_a101", destination(1, 3, "east"))
    county.push(CREW, "unit_a101", vitals(1, 4))
    assert county.kinds("site_county") == ["encounter", "destination", "destination"]
    assert sorted(county.kinds("site_east")) == ["destination", "destination", "encounter", "vitals"]
    assert county.kinds("unit_a101")[-1] == "vitals"


def test_an_encounter_that_comes_back_to_a_site_brings_what_was_missed(county: County) -> None:
    county.push(CREW, "unit_a101", header(1, 1), destination(1, 2, "county"), destination(1, 3, "east"), vitals(1, 4))
    county.push(CREW, "unit_a101", destination(1, 5, "county"))
    assert sorted(county.kinds("site_county")) == sorted(county.kinds("unit_a101"))


def test_an_older_destination_that_arrives_late_moves_nothing(county: County) -> None:
    county.push(CREW, "unit_a101", header(1, 1), destination(1, 9, "county"), destination(1, 5, "east"), vitals(1, 10))
    assert not county.store.has_database("site_east") or county.kinds("site_east") == []
    assert county.kinds("site_county")[-1] == "vitals"


def test_a_destination_of_a_fast_clock_does_not_beat_the_later_one(county: County) -> None:
    fast = destination(1, 4000, "east") | {"clock": {"session": "x", "mono_ms": 1, "offset_ms": -3_999_000}}
    county.push(CREW, "unit_a101", header(1, 1), fast, destination(1, 60, "county"))
    assert county.kinds("site_county") != []
    county.push(CREW, "unit_a101", vitals(1, 61))
    assert county.kinds("site_east")[-1] == "destination"


def test_a_prealert_without_a_destination_reaches_its_site_but_never_moves_one(county: County) -> None:
    county.push(CREW, "unit_a101", header(1, 1), document(1, "prealert", 2, {"site": "county"}))
    assert county.kinds("site_county") == ["encounter", "prealert"]
    county.push(CREW, "unit_a101", destination(1, 3, "county"), document(1, "prealert", 4, {"site": "east"}))
    assert not county.store.has_database("site_east") or county.kinds("site_east") == []


def test_an_unknown_site_routes_nowhere_and_loses_nothing(county: County) -> None:
    assert county.push(CREW, "unit_a101", header(1, 1), destination(1, 2, "atlantis")) == [None, None]
    assert not county.store.has_database("site_atlantis")
    group = county.store.group(f"encounter:{ulid(1)}:")
    assert group is not None
    assert group.facts["unknown_sites"] == ["site_atlantis"]


def test_a_walk_in_belongs_to_the_site_where_it_began(county: County) -> None:
    county.push(NURSE, "site_county", header(1, 1, site="county"), vitals(1, 2))
    county.push(NURSE, "site_county", destination(1, 3, "east"), vitals(1, 4))
    assert sorted(county.kinds("site_county")) == sorted(county.kinds("site_east"))


# --- outsiders
def test_nobody_receives_a_record_by_guessing_its_id(county: County) -> None:
    county.push(CREW, "unit_a101", header(1, 1), vitals(1, 2))
    county.push(OTHER_CREW, "unit_a102", vitals(1, 3), destination(1, 4, "east"), closure(1, 5))
    assert county.kinds("unit_a102") == ["vitals", "destination", "closure"]
    assert not county.store.has_database("site_east") or county.kinds("site_east") == []
    assert len(county.kinds(ARCHIVE)) == 5
    group = county.store.group(f"encounter:{ulid(1)}:")
    assert group is not None
    assert group.members == ("unit_a101",)
    assert "closed_at" not in group.facts


def test_an_outsider_can_neither_move_nor_close_a_patient_whose_id_they_know(county: County) -> None:
    county.push(CREW, "unit_a101", header(1, 1), destination(1, 2, "county"))
    county.push(OTHER_CREW, "unit_a102", vitals(1, 3), destination(1, 4, "east"), closure(1, 5))
    county.push(CREW, "unit_a101", destination(1, 6, "east"))
    for mailbox in ("unit_a101", "site_county", "site_east"):  # also the one that got the history later
        assert destination(1, 4, "east")["_id"] not in ids_in(county, mailbox)
        assert "closure" not in county.kinds(mailbox)
        assert "vitals" in county.kinds(mailbox)
    group = county.store.group(f"encounter:{ulid(1)}:")
    assert group is not None
    assert group.facts["apart"] == [destination(1, 4, "east")["_id"], closure(1, 5)["_id"]]


def test_an_outsider_can_not_take_back_where_a_patient_goes(county: County) -> None:
    going = destination(1, 2, "county")
    county.push(CREW, "unit_a101", header(1, 1), going)
    retraction = document(1, "retraction", 3, {"of": going["_id"], "reason": "x"})
    instead = document(1, "note", 4, {"text": "x"}, supersedes=going["_id"])
    own = document(1, "retraction", 6, {"of": vitals(1, 5)["_id"], "reason": "x"})
    county.push(OTHER_CREW, "unit_a102", retraction, instead, vitals(1, 5), own)
    assert county.kinds("site_county") == ["encounter", "destination", "vitals", "retraction"]
    assert ids_in(county, "site_county").isdisjoint({retraction["_id"], instead["_id"]})


def test_an_outsider_can_not_acknowledge_in_a_hospitals_place(county: County) -> None:
    alert = document(1, "prealert", 3, {"site": "county"})
    county.push(CREW, "unit_a101", header(1, 1), destination(1, 2, "county"), alert)
    county.push(OTHER_CREW, "unit_a102", document(1, "acknowledgement", 4, {"of": alert["_id"]}))
    assert "acknowledgement" not in county.kinds("unit_a101")
    nurse = session_of("nurse", "county")
    county.push(nurse, "site_county", document(1, "acknowledgement", 5, {"of": alert["_id"]}))
    assert "acknowledgement" in county.kinds("unit_a101")


def test_what_lay_apart_counts_and_is_followed_once_a_member_sends_it(county: County) -> None:
    county.push(CREW, "unit_a101", header(1, 1), destination(1, 2, "county"))
    stranger = session_of("paramedic", "a102", device="d-2", expired=True)
    county.push(stranger, "quarantine_d-2", vitals(1, 3), closure(1, 4))
    before = county.store.changes(ARCHIVE).last_seq
    county.push(CREW, "unit_a101", vitals(1, 3), closure(1, 4))
    assert county.kinds("site_county")[-2:] == ["vitals", "closure"]
    assert [change.id for change in county.store.changes(ARCHIVE, before).results] == [
        vitals(1, 3)["_id"],
        closure(1, 4)["_id"],
    ]
    group = county.store.group(f"encounter:{ulid(1)}:")
    assert group is not None
    assert (group.facts["apart"], "closed_at" in group.facts) == ([], True)


def ids_in(county: County, mailbox: str) -> set[str]:
    return {change.id for change in county.store.changes(mailbox).results}


def test_a_known_id_with_another_body_shows_the_outsider_nothing(county: County) -> None:
    county.push(CREW, "unit_a101", vitals(1, 2))
    assert county.push(OTHER_CREW, "unit_a102", vitals(1, 2, sbp=1)) == ["forbidden"]
    assert county.kinds("unit_a102") == []


def test_a_routing_document_counts_when_it_comes_again_by_a_member(county: County) -> None:
    county.push(CREW, "unit_a101", header(1, 1))
    county.push(OTHER_CREW, "unit_a102", destination(1, 2, "county"))
    county.push(CREW, "unit_a101", destination(1, 2, "county"))
    assert sorted(county.kinds("site_county")) == ["destination", "encounter"]


# --- repetition
def test_a_reset_phone_that_pushes_everything_again_doubles_nothing(county: County) -> None:
    everything = [header(1, 1), vitals(1, 2), destination(1, 3, "county"), destination(1, 4, "east")]
    county.push(CREW, "unit_a101", *everything)
    before = {name: county.store.changes(name) for name in county.store.database_names()}
    assert county.push(CREW, "unit_a101", *everything) == [None] * 4
    assert {name: county.store.changes(name) for name in county.store.database_names()} == before


# --- quarantine
def test_an_expired_device_delivers_into_its_quarantine_and_the_crew_mailbox_gets_it(county: County) -> None:
    county.push(CREW, "unit_a101", header(1, 1), destination(1, 2, "county"))
    expired = session_of("paramedic", "a101", expired=True)
    assert county.push(expired, "quarantine_d-1", vitals(1, 3)) == [None]
    assert county.push(expired, "quarantine_d-1-media", rendition(1, 4)) == [None]
    assert county.kinds("site_county")[-1] == "vitals"
    assert county.kinds("site_county-media") == ["rendition"]
    assert county.kinds("quarantine_d-1") == []
    assert county.store.revs_diff("quarantine_d-1", {vitals(1, 3)["_id"]: [vitals(1, 3)["_rev"]]}) == {}
    receipt = county.store.receipts([vitals(1, 3)["_id"]])[vitals(1, 3)["_id"]][0]
    assert (receipt.staff, receipt.device, receipt.mailbox) == ("s-paramedic-a101", "d-1", "quarantine_d-1")


def test_an_unknown_encounter_in_quarantine_is_claimed_for_the_crew(county: County) -> None:
    county.store.ensure_database("unit_a101")
    expired = session_of("paramedic", "a101", expired=True)
    county.push(expired, "quarantine_d-1", header(1, 1), destination(1, 2, "county"))
    assert county.kinds("unit_a101") == ["encounter", "destination"]
    assert sorted(county.kinds("site_county")) == ["destination", "encounter"]


def test_a_stranger_in_quarantine_stays_there_in_sight_and_routes_nothing(county: County) -> None:
    county.push(CREW, "unit_a101", header(1, 1))
    stranger = session_of("paramedic", "a102", device="d-2", expired=True)
    assert county.push(stranger, "quarantine_d-2", vitals(1, 2), destination(1, 3, "east"), closure(1, 4)) == [None] * 3
    assert county.kinds("quarantine_d-2") == ["vitals", "destination", "closure"]
    assert county.kinds("unit_a101") == ["encounter"]
    assert len(county.kinds(ARCHIVE)) == 4
    county.push(CREW, "unit_a101", closure(1, 5))
    county.later(hours=25)
    assert len(county.kinds("quarantine_d-2")) == 3


def test_what_the_record_has_already_does_not_lie_in_the_quarantine_of_a_former_member(county: County) -> None:
    county.push(CREW, "unit_a101", header(1, 1), destination(1, 2, "county"))
    county.push(NURSE, "site_county", vitals(1, 3))
    county.push(NURSE, "site_county-media", rendition(1, 4))
    county.push(CREW, "unit_a101", destination(1, 5, "east"))
    # The answer was lost on the way, so the tablet sends again, with a token that has run out meanwhile.
    expired = session_of("nurse", "county", device="d-3", expired=True)
    before = {name: county.store.changes(name) for name in ("site_county", "site_east", "unit_a101", ARCHIVE)}
    assert county.push(expired, "quarantine_d-3", vitals(1, 3)) == [None]
    assert county.push(expired, "quarantine_d-3-media", rendition(1, 4)) == [None]
    assert county.kinds("quarantine_d-3") == county.kinds("quarantine_d-3-media") == []
    assert {name: county.store.changes(name) for name in before} == before
    known = {vitals(1, 3)["_id"]: [vitals(1, 3)["_rev"]]}
    assert county.store.revs_diff("quarantine_d-3", known) == {}


def test_an_expired_token_opens_nothing_but_its_own_quarantine(county: County) -> None:
    county.push(CREW, "unit_a101", header(1, 1))
    county.store.ensure_database("quarantine_d-9")
    expired = session_of("paramedic", "a101", expired=True)
    for mailbox, status in (("unit_a101", 401), ("quarantine_d-9", 403)):
        with pytest.raises(WireError) as refused:
            county.push(expired, mailbox, vitals(1, 2))
        assert refused.value.status == status


# --- what is refused
@pytest.mark.parametrize(
    ("mailbox", "wrong"),
    [
        ("unit_a101", {"_id": "note:1"}),
        ("unit_a101", {"_id": "encounter:short:vitals:short", "kind": "vitals"}),
        ("unit_a101", vitals(1, 1) | {"kind": "note"}),
        ("unit_a101", vitals(1, 1) | {"schema": "one"}),
        ("unit_a101", vitals(1, 1) | {"_deleted": True}),
        ("unit_a101", rendition(1, 1)),
        ("unit_a101-media", vitals(1, 1)),
        ("unit_a101", {"_id": f"_local/{ulid(1)}"}),
    ],
)
def test_a_wrong_document_is_forbidden_with_a_reason_and_the_right_ones_beside_it_are_taken(
    county: County, mailbox: str, wrong: dict[str, Any]
) -> None:
    right = rendition(2, 2) if mailbox.endswith("-media") else vitals(2, 2)
    rows = county.delivery.deliver(CREW, mailbox, [wrong, right])
    assert rows[0]["error"] == "forbidden"
    assert len(rows[0]["reason"]) > 20
    assert "error" not in rows[1]
    assert len(county.store.changes(ARCHIVE).results) == 1


def test_clinical_nonsense_is_never_refused(county: County) -> None:
    assert county.push(CREW, "unit_a101", vitals(1, 1, sbp=-5, hr="fast", unheard_of=[1])) == [None]


def test_a_document_without_a_revision_is_given_one(county: County) -> None:
    plain = vitals(1, 1)
    del plain["_rev"]
    first = county.delivery.deliver(CREW, "unit_a101", [plain])
    assert first[0]["rev"].startswith("1-")
    assert county.delivery.deliver(CREW, "unit_a101", [plain]) == first


@pytest.mark.parametrize(
    ("session", "mailbox", "status"),
    [
        (CREW, "unit_a102", 403),
        (CREW, "site_county", 403),
        (CREW, "unit_nowhere", 404),
        (CREW, "archive", 403),
        (CREW, "roster", 403),
        (NURSE, "unit_a101", 403),
        (CREW, "quarantine_d-9", 404),
    ],
)
def test_a_mailbox_of_others_is_closed(county: County, session: Session, mailbox: str, status: int) -> None:
    with pytest.raises(WireError) as refused:
        county.push(session, mailbox, vitals(1, 1))
    assert refused.value.status == status
    assert county.store.changes(ARCHIVE).results == []
