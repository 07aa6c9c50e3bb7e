"""Encounters on their way are registered, the number comes back as a document, and failures wait and are shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from server.clock import from_ms, parse_iso
from server.hub import Hub
from server.integrations.contract import HospitalRefused, HospitalUnreachable, Preregistration, Registered
from server.integrations.follow import Registrar
from server.integrations.registry_file import RegistryFile
from server.integrations.sites import Sites
from tests.server.encounters.hospital import ENCOUNTER, OTHER, add_places, deliver, document, document_id, stroke

NUMBER = "330000195408160024"
START = parse_iso("2026-11-21T10:00:00Z")


class Hands:
    """A clock that the test moves."""

    def __init__(self) -> None:
        assert START is not None
        self.ms = int(START.timestamp() * 1000)

    def now(self) -> Any:
        return from_ms(self.ms)

    def now_ms(self) -> int:
        return self.ms


class Desk:
    """A hospital that says what the test wants."""

    def __init__(self) -> None:
        self.asked: list[tuple[Preregistration, str]] = []
        self.failure: Exception | None = None

    def preregister(self, wanted: Preregistration, key: str) -> Registered:
        self.asked.append((wanted, key))
        if self.failure is not None:
            raise self.failure
        return Registered(f"H-{wanted.visit[-1]}", f"V-{wanted.visit[-1]}")

    def close(self) -> None:
        """Nothing to close."""


class OneDesk(Sites):
    """Every site is served by one desk."""

    def __init__(self, desk: Desk) -> None:
        self.problems: dict[str, str] = {}
        self.desk = desk

    def name_of(self, site: str) -> str:
        return "desk"

    def open(self, site: str) -> Any:
        return "desk", self.desk

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture
def hospital(hub: Hub, password_hash: str) -> Hub:
    add_places(hub, password_hash)
    hub.clock = Hands()  # type: ignore[assignment]
    return hub


@pytest.fixture
def desk(hospital: Hub, tmp_path: Path) -> Desk:
    hospital.integrations.close()
    made = Desk()
    hospital.integrations = Registrar(hospital, RegistryFile(tmp_path / "desk.sqlite"), OneDesk(made))
    hospital.readmodel.on_change(hospital.integrations.heard_of)
    return made


def rounds(hub: Hub) -> None:
    while hub.integrations.round():
        pass


def registrations(hub: Hub, encounter: str = ENCOUNTER) -> list[dict[str, Any]]:
    told = hub.readmodel.told(encounter)
    assert told is not None
    return [{**one, "entry": None} for one in told.folded["registrations"]]


def test_a_patient_on_the_way_is_registered_and_the_number_reaches_crew_and_board(hospital: Hub) -> None:
    deliver(hospital, "crew", "unit_a101", stroke())
    rounds(hospital)
    (one,) = registrations(hospital)
    assert (one["site"], one["system"], one["state"]) == ("county", "local", "registered")
    assert hospital.readmodel.board("county")[0]["registration"]["record_number"] == one["record_number"]
    for mailbox in ("unit_a101", "site_county"):
        assert [c for c in hospital.store.changes(mailbox, since="0", limit=99).results if ":registration:" in c.id]
    rounds(hospital)
    assert len(registrations(hospital)) == 1


def test_a_patient_who_goes_nowhere_is_registered_nowhere(hospital: Hub, desk: Desk) -> None:
    deliver(hospital, "crew", "unit_a101", stroke()[:3])
    rounds(hospital)
    assert desk.asked == []


def test_who_walks_in_is_registered_where_they_walked_in(hospital: Hub, desk: Desk) -> None:
    deliver(hospital, "nurse", "site_county", [document("encounter", 1, {"site": "county", "pathway": "general"})])
    rounds(hospital)
    assert [wanted.site for wanted, _ in desk.asked] == ["county"]


def test_an_outsiders_destination_registers_nobody(hospital: Hub, desk: Desk) -> None:
    deliver(hospital, "crew", "unit_a101", stroke()[:3])
    deliver(hospital, "crew2", "unit_a102", [document("destination", 8, {"site": "east", "eta_at": None})])
    rounds(hospital)
    assert desk.asked == []


def test_a_changed_identity_is_told_and_other_entries_are_not(hospital: Hub, desk: Desk) -> None:
    deliver(hospital, "crew", "unit_a101", stroke())
    rounds(hospital)
    deliver(hospital, "crew", "unit_a101", [document("vitals", 10, {"hr": 70}), document("note", 11, {"text": "x"})])
    rounds(hospital)
    assert len(desk.asked) == 1
    named = document("patient", 12, {"name": "张示例", "id_number": NUMBER}, supersedes=document_id("patient", 2))
    deliver(hospital, "crew", "unit_a101", [named])
    rounds(hospital)
    assert [wanted.identity.id_number for wanted, _ in desk.asked] == [None, NUMBER]
    assert desk.asked[0][1] != desk.asked[1][1]
    assert len(registrations(hospital)) == 1  # the same number needs no second document


def test_claims_that_differ_pass_on_no_number(hospital: Hub, desk: Desk) -> None:
    claims = [
        document("patient", n, {"name": "甲", "id_number": number})
        for n, number in ((12, NUMBER), (13, "11010519491231002X"))
    ]
    deliver(hospital, "crew", "unit_a101", [*stroke()[:1], *stroke()[3:], *claims])
    rounds(hospital)
    assert (desk.asked[0][0].identity.id_number, desk.asked[0][0].identity.is_disputed) == (None, True)


def test_a_diversion_registers_at_the_other_hospital_too(hospital: Hub) -> None:
    deliver(hospital, "crew", "unit_a101", stroke())
    rounds(hospital)
    deliver(hospital, "crew", "unit_a101", [document("destination", 20, {"site": "east", "eta_at": None})])
    rounds(hospital)
    assert sorted(one["site"] for one in registrations(hospital)) == ["county", "east"]


def test_a_silent_hospital_is_asked_again_ever_more_seldom_and_the_status_says_so(hospital: Hub, desk: Desk) -> None:
    deliver(hospital, "crew", "unit_a101", stroke())
    deliver(hospital, "crew2", "unit_a102", stroke(OTHER, "a102"))
    desk.failure = HospitalUnreachable("no answer within 10 s")
    pauses = []
    for attempts in range(1, 12):
        asked = len(desk.asked)
        rounds(hospital)
        assert len(desk.asked) == asked + 1, attempts  # one patient finds out for all that wait
        rounds(hospital)
        assert len(desk.asked) == asked + 1, attempts
        failing = hospital.integrations.status()["sites"]["county"]["failing"]
        pauses.append(max(one["attempts"] for one in failing))
        hospital.clock.ms += 16 * 60_000  # type: ignore[attr-defined]
    status = hospital.integrations.status()["sites"]["county"]
    assert (status["integration"], status["waiting"]) == ("desk", 2)
    assert {one["reason"] for one in status["failing"]} == {"no answer within 10 s"}
    assert "张" not in json.dumps(status, ensure_ascii=False)
    desk.failure = None
    rounds(hospital)
    assert hospital.integrations.status()["sites"] == {}
    assert registrations(hospital)[0]["record_number"] == "H-A"
    assert registrations(hospital, OTHER)[0]["record_number"] == "H-B"


def test_a_refusal_waits_for_an_hour_or_for_another_identity_and_holds_up_nobody(hospital: Hub, desk: Desk) -> None:
    desk.failure = HospitalRefused("it answered 422")
    deliver(hospital, "crew", "unit_a101", stroke())
    deliver(hospital, "crew2", "unit_a102", stroke(OTHER, "a102"))
    rounds(hospital)
    assert len(desk.asked) == 2
    hospital.clock.ms += 59 * 60_000  # type: ignore[attr-defined]
    rounds(hospital)
    assert len(desk.asked) == 2
    desk.failure = None
    deliver(
        hospital, "crew", "unit_a101", [document("patient", 12, {"name": "李"}, supersedes=document_id("patient", 2))]
    )
    rounds(hospital)
    assert len(registrations(hospital)) == 1


def test_what_an_integration_does_wrong_is_its_own_fault(hospital: Hub, desk: Desk) -> None:
    desk.failure = KeyError("a bug")
    deliver(hospital, "crew", "unit_a101", stroke())
    rounds(hospital)
    assert "KeyError" in hospital.integrations.status()["sites"]["county"]["failing"][0]["reason"]


def test_who_is_not_brought_any_more_is_told_to_nobody(hospital: Hub, desk: Desk) -> None:
    desk.failure = HospitalUnreachable("no answer")
    deliver(hospital, "crew", "unit_a101", stroke())
    rounds(hospital)
    deliver(hospital, "crew", "unit_a101", [document("closure", 20, {"state": "closed", "reason": "cancelled"})])
    hospital.clock.ms += 16 * 60_000  # type: ignore[attr-defined]
    rounds(hospital)
    assert len(desk.asked) == 1
    assert hospital.integrations.status()["sites"] == {}


def test_what_waited_when_the_hub_stopped_is_told_after_it_starts(hospital: Hub, desk: Desk, tmp_path: Path) -> None:
    deliver(hospital, "crew", "unit_a101", stroke())  # and the hub stops before any round
    hospital.integrations.close()
    hospital.integrations = Registrar(hospital, RegistryFile(tmp_path / "desk.sqlite"), OneDesk(desk))
    rounds(hospital)
    assert len(registrations(hospital)) == 1


def test_a_hub_that_died_between_answer_and_document_asks_with_the_same_key_again(hospital: Hub, desk: Desk) -> None:
    deliver(hospital, "crew", "unit_a101", stroke())
    write_own = hospital.delivery.write_own
    hospital.delivery.write_own = lambda *_: [{"id": "x", "error": "disk_full", "reason": "no room"}]
    rounds(hospital)
    assert registrations(hospital) == []
    hospital.delivery.write_own = write_own
    hospital.clock.ms += 16 * 60_000  # type: ignore[attr-defined]
    rounds(hospital)
    assert len({key for _, key in desk.asked}) == 1
    assert len(registrations(hospital)) == 1


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("{", "integrations.json"),
        ("[]", "integrations.json"),
        ('{"county": "local"}', "integrations.json"),
        ('{"county": {"integration": "his9000"}}', "county"),
        ('{"county": {"integration": "http_json"}}', "county"),
        ('{"county": {"integration": "local", "address": "https://x"}}', "county"),
    ],
)
def test_broken_settings_register_nobody_by_guess_and_are_named(content: str, named: str, tmp_path: Path) -> None:
    (tmp_path / "integrations.json").write_text(content)
    sites = Sites(tmp_path)
    assert sites.open("county") is None
    assert list(sites.problems) == [named]
    assert (sites.open("east") is None) is (named == "integrations.json")
    sites.close()


def test_a_site_may_want_no_registration(tmp_path: Path) -> None:
    (tmp_path / "integrations.json").write_text('{"county": {"integration": "none"}}')
    sites = Sites(tmp_path)
    assert sites.open("county") is None
    assert sites.problems == {}
