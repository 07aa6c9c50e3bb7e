"""Links are shown on both sides; the same number or wristband twice is said to both, and nobody learns more."""

from __future__ import annotations

from typing import Any

import pytest

from server.hub import Hub
from server.replication.own_documents import own_document
from tests.server.encounters.hospital import ENCOUNTER, OTHER, add_places, deliver, document, document_id, stroke

NUMBER = "330000195408160024"
THIRD = "01JD8Z0000000000000000000C"


@pytest.fixture
def hospital(hub: Hub, password_hash: str) -> Hub:
    add_places(hub, password_hash)
    return hub


def patient(number: int, encounter: str, **body: Any) -> dict[str, Any]:
    return document("patient", number, {"name": "测试甲", "sex": "female", **body}, encounter)


def begin(hub: Hub, encounter: str, crew: str, unit: str, *more: dict[str, Any], at: str | None = None) -> None:
    header = document("encounter", 1, {"unit": unit, "pathway": "general"}, encounter, **({"at": at} if at else {}))
    deliver(hub, crew, f"unit_{unit}", [header, *more])


def folded(hub: Hub, encounter: str) -> dict[str, Any]:
    told = hub.readmodel.told(encounter)
    assert told is not None
    return told.folded


def test_the_same_number_in_two_crews_is_said_to_both_with_place_and_time_only(hospital: Hub) -> None:
    begin(hospital, ENCOUNTER, "crew", "a101", patient(2, ENCOUNTER, id_number=NUMBER))
    deliver(hospital, "crew2", "unit_a102", [*stroke(OTHER, "a102"), patient(9, OTHER, id_number=f" {NUMBER} ")])
    hospital.relations.round()
    said = folded(hospital, ENCOUNTER)["duplicates"][0]
    assert {**said, "entry": None} == {
        "encounter": OTHER,
        "by": "id_number",
        "state": "possible",
        "unit": "a102",
        "site": "county",
        "opened_at": "2026-11-21T09:01:00.000Z",
        "entry": None,
    }
    assert said["entry"]["staff"] == "hub"
    assert folded(hospital, OTHER)["duplicates"][0]["encounter"] == ENCOUNTER
    assert hospital.readmodel.board("county")[0]["possible_duplicates"] == [ENCOUNTER]
    # The words went to those who have the patients, and gave nobody a patient.
    assert hospital.store.group(f"encounter:{ENCOUNTER}:").members == ("unit_a101",)
    assert not [i for i in ids_in(hospital, "unit_a101") if OTHER in i.split(":")[1]]


def ids_in(hub: Hub, mailbox: str) -> list[str]:
    return [change.id for change in hub.store.changes(mailbox, since="0", limit=500).results]


def test_looking_again_says_nothing_again(hospital: Hub) -> None:
    begin(hospital, ENCOUNTER, "crew", "a101", patient(2, ENCOUNTER, id_number=NUMBER))
    begin(hospital, OTHER, "crew2", "a102", patient(2, OTHER, id_number=NUMBER))
    while hospital.relations.round():
        pass
    before = folded(hospital, ENCOUNTER)["documents"]
    for encounter in (ENCOUNTER, OTHER, ENCOUNTER):
        hospital.relations.heard_of(encounter)
        hospital.relations.round()
    assert folded(hospital, ENCOUNTER)["documents"] == before == 3


def test_a_number_that_was_taken_back_takes_the_question_back(hospital: Hub) -> None:
    begin(hospital, ENCOUNTER, "crew", "a101", patient(2, ENCOUNTER, id_number=NUMBER))
    begin(hospital, OTHER, "crew2", "a102", patient(2, OTHER, id_number=NUMBER))
    hospital.relations.round()
    corrected = document("patient", 7, {"name": "测试甲"}, OTHER, supersedes=document_id("patient", 2, OTHER))
    deliver(hospital, "crew2", "unit_a102", [corrected])
    hospital.relations.round()
    assert [one["state"] for one in folded(hospital, ENCOUNTER)["duplicates"]] == ["cleared"]
    deliver(hospital, "crew2", "unit_a102", [patient(8, OTHER, id_number=NUMBER)])
    hospital.relations.round()
    assert [one["state"] for one in folded(hospital, ENCOUNTER)["duplicates"]] == ["possible"]


def test_a_number_beside_another_claim_counts_and_one_of_a_week_ago_does_not(hospital: Hub) -> None:
    claims = (patient(2, ENCOUNTER, id_number=NUMBER), patient(3, ENCOUNTER, name="测试乙"))
    begin(hospital, ENCOUNTER, "crew", "a101", *claims)
    begin(hospital, OTHER, "crew2", "a102", patient(2, OTHER, id_number=NUMBER))
    old = "2026-11-14T09:01:00.000Z"
    begin(hospital, THIRD, "crew2", "a102", patient(2, THIRD, id_number=NUMBER), at=old)
    hospital.relations.round()
    assert [one["encounter"] for one in folded(hospital, ENCOUNTER)["duplicates"]] == [OTHER]
    assert folded(hospital, THIRD)["duplicates"] == []


@pytest.mark.parametrize("number", ["", "  ", "1111111111", "无", "12345", 7])
def test_what_names_nobody_asks_nothing(hospital: Hub, number: Any) -> None:
    begin(hospital, ENCOUNTER, "crew", "a101", patient(2, ENCOUNTER, id_number=number))
    begin(hospital, OTHER, "crew2", "a102", patient(2, OTHER, id_number=number))
    hospital.relations.round()
    assert folded(hospital, OTHER)["duplicates"] == []


def test_the_same_wristband_asks_too(hospital: Hub) -> None:
    begin(hospital, ENCOUNTER, "crew", "a101", document("wristband", 2, {"code": "GL-7K2M"}, ENCOUNTER))
    begin(hospital, OTHER, "crew2", "a102", document("wristband", 2, {"code": "gl7k2m"}, OTHER))
    hospital.relations.round()
    assert [one["by"] for one in folded(hospital, ENCOUNTER)["duplicates"]] == ["wristband"]


def link(number: int, encounter: str, other: str, state: str = "linked", **more: Any) -> dict[str, Any]:
    return document("link", number, {"encounter": other, "relation": "mother_child", "state": state}, encounter, **more)


def test_a_link_is_repeated_on_the_other_side_in_the_same_persons_name_and_gives_no_access(hospital: Hub) -> None:
    begin(hospital, ENCOUNTER, "crew", "a101", link(5, ENCOUNTER, OTHER))
    begin(hospital, OTHER, "crew2", "a102")
    while hospital.relations.round():
        pass
    repeated = folded(hospital, OTHER)["links"][0]
    assert (repeated["encounter"], repeated["relation"], repeated["state"]) == (ENCOUNTER, "mother_child", "linked")
    assert repeated["of"] == document_id("link", 5)
    assert (repeated["entry"]["staff"], repeated["entry"]["role"]) == ("s-crew", "hub")
    assert repeated["entry"]["at"] == "2026-11-21T09:05:00.000Z"
    assert hospital.store.group(f"encounter:{OTHER}:").members == ("unit_a102",)
    assert not [i for i in ids_in(hospital, "unit_a101") if i.split(":")[1] == OTHER]


def test_a_link_to_a_record_that_comes_later_is_repeated_when_it_comes(hospital: Hub) -> None:
    begin(hospital, ENCOUNTER, "crew", "a101", link(5, ENCOUNTER, OTHER))
    hospital.relations.round()
    assert hospital.readmodel.told(OTHER) is None
    begin(hospital, OTHER, "crew2", "a102")
    hospital.relations.round()
    assert [one["encounter"] for one in folded(hospital, OTHER)["links"]] == [ENCOUNTER]


def test_an_unlink_and_a_retraction_are_repeated_and_nothing_comes_back_and_forth(hospital: Hub) -> None:
    begin(hospital, OTHER, "crew2", "a102")
    begin(hospital, ENCOUNTER, "crew", "a101", link(5, ENCOUNTER, OTHER))
    hospital.relations.round()
    unlinked = link(6, ENCOUNTER, OTHER, "unlinked", supersedes=document_id("link", 5))
    deliver(hospital, "crew", "unit_a101", [unlinked])
    while hospital.relations.round():
        pass
    assert [one["state"] for one in folded(hospital, OTHER)["links"]] == ["unlinked"]
    taken_back = document("retraction", 7, {"of": document_id("link", 6), "reason": "wrong_tap"})
    deliver(hospital, "crew", "unit_a101", [taken_back])
    while hospital.relations.round():
        pass
    assert [one["state"] for one in folded(hospital, OTHER)["links"]] == ["linked"]
    counts = [folded(hospital, encounter)["documents"] for encounter in (ENCOUNTER, OTHER)]
    assert counts == [4, 4]


def test_the_phone_that_holds_both_writes_both_and_the_hub_adds_nothing(hospital: Hub) -> None:
    begin(hospital, ENCOUNTER, "crew", "a101")
    begin(hospital, OTHER, "crew", "a101")
    both = [link(5, ENCOUNTER, OTHER), link(5, OTHER, ENCOUNTER)]
    both[1]["body"]["of"] = both[0]["_id"]
    deliver(hospital, "crew", "unit_a101", both)
    while hospital.relations.round():
        pass
    assert [folded(hospital, encounter)["documents"] for encounter in (ENCOUNTER, OTHER)] == [2, 2]


@pytest.mark.parametrize("other", [ENCOUNTER, "x", "01JD8Z0000000000000000000a", "../roster", 7, None])
def test_a_link_to_itself_or_to_nothing_is_repeated_nowhere(hospital: Hub, other: Any) -> None:
    begin(hospital, ENCOUNTER, "crew", "a101", link(5, ENCOUNTER, other))
    assert hospital.relations.round() == 1
    assert hospital.relations.round() == 0
    assert folded(hospital, ENCOUNTER)["documents"] == 2


def test_those_who_compared_a_pair_are_not_asked_about_it_again(hospital: Hub) -> None:
    not_same = {"encounter": OTHER, "relation": "same_patient", "state": "unlinked", "reason": "not_same"}
    begin(hospital, OTHER, "crew2", "a102", patient(2, OTHER, id_number=NUMBER))
    begin(hospital, ENCOUNTER, "crew", "a101", patient(2, ENCOUNTER, id_number=NUMBER), document("link", 3, not_same))
    while hospital.relations.round():
        pass
    assert folded(hospital, ENCOUNTER)["duplicates"] == []
    assert hospital.readmodel.told(OTHER) is not None
    assert [one["state"] for one in folded(hospital, OTHER)["links"]] == ["unlinked"]


def test_open_encounters_are_looked_at_once_more_after_a_start(hospital: Hub) -> None:
    begin(hospital, ENCOUNTER, "crew", "a101", patient(2, ENCOUNTER, id_number=NUMBER))
    begin(hospital, OTHER, "crew2", "a102", patient(2, OTHER, id_number=NUMBER))
    from server.patients.follow import Relations

    class Now:
        def now(self) -> Any:
            from server.clock import parse_iso

            return parse_iso("2026-11-21T12:00:00Z")

    hospital.clock = Now()  # type: ignore[assignment]
    started_again = Relations(hospital)
    assert started_again.round() == 2
    assert len(folded(hospital, OTHER)["duplicates"]) == 1


def test_the_hubs_own_documents_are_sound(hospital: Hub) -> None:
    from server.encounters.rules import check_envelope

    made = own_document(ENCOUNTER, "duplicate", {"encounter": OTHER, "state": "possible"}, hospital.clock.now())
    assert check_envelope(made) == []
