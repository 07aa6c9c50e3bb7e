"""Badges over HTTP: who may make them, what devices learn of them, and what becomes of what names them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from server.badges import rules
from server.clock import now, to_iso
from server.hub import Hub
from tests.conftest import bearer
from tests.server.encounters.hospital import ENCOUNTER, add_places, deliver, document, document_id, stroke

SignIn = Callable[..., dict[str, Any]]
OF = document_id("score", 6)


@pytest.fixture
def hospital(hub: Hub, password_hash: str) -> Hub:
    add_places(hub, password_hash)
    deliver(hub, "crew", "unit_a101", stroke())
    return hub


@pytest.fixture
def admin(hospital: Hub, sign_in: SignIn) -> dict[str, str]:
    return bearer(sign_in("admin"))


@pytest.fixture
def issue(client: FlaskClient, admin: dict[str, str]) -> Callable[..., dict[str, Any]]:
    def call(staff: str = "s-nurse", **more: Any) -> dict[str, Any]:
        answer = client.post("/api/badges", json={"staff": staff, **more}, headers=admin)
        assert answer.status_code == 201, answer.get_json()
        made: dict[str, Any] = answer.get_json()
        return made

    return call


def attestation(made: dict[str, Any], verdict: str = "confirmed", **body: Any) -> dict[str, Any]:
    """What the nurse's device writes after it read the badge."""
    claims = rules.read_token(made["token"])
    assert claims is not None
    proof = rules.proof_of(claims.signature, claims.badge, claims.staff, OF, "checklist", verdict)
    said = {"of": OF, "action": "checklist", "verdict": verdict, "badge": made["id"], "method": "nfc", "proof": proof}
    return document(
        "attestation",
        7,
        {**said, **body},
        author={"staff": made["staff"], "role": "nurse", "badge": made["id"]},
        at=to_iso(now()),
    )


def flags(client: FlaskClient, headers: dict[str, str]) -> list[str]:
    found = client.get(f"/api/encounters/{ENCOUNTER}", headers=headers).get_json()
    return [problem for flag in found["flags"] for problem in flag["problems"]]


def test_a_badge_is_made_listed_and_made_again_with_the_same_token(
    hospital: Hub, client: FlaskClient, admin: dict[str, str], issue: Callable[..., dict[str, Any]]
) -> None:
    made = issue(label="白卡 1", valid_days=30)
    verdict = hospital.badges.verify(made["token"], hospital.clock.now_ms())
    assert verdict.refusal is None and verdict.claims is not None
    assert (verdict.claims.staff, verdict.claims.badge) == ("s-nurse", made["id"])
    listed = client.get("/api/badges", headers=admin).get_json()
    assert [(one["id"], one["label"], one["revoked"]) for one in listed["badges"]] == [(made["id"], "白卡 1", None)]
    assert made["token"] not in str(listed) and listed["names"]["s-nurse"] == "nurse 姓名"
    assert client.get(f"/api/badges/{made['id']}", headers=admin).get_json() == made


def test_the_card_shows_the_name_and_a_code(
    client: FlaskClient, admin: dict[str, str], issue: Callable[..., dict[str, Any]]
) -> None:
    answer = client.get(f"/api/badges/{issue()['id']}/card.svg", headers=admin)
    assert answer.mimetype == "image/svg+xml"
    picture = ElementTree.fromstring(answer.get_data(as_text=True))
    words = "".join(picture.itertext())
    assert "nurse 姓名" in words and "县人民医院" in words
    assert picture.find(".//{http://www.w3.org/2000/svg}path") is not None


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"staff": "s-nobody"}, 400, "no active staff"),
        ({"staff": "s-nurse", "valid_days": 0}, 422, ""),
        ({}, 422, ""),
    ],
)
def test_a_badge_for_nobody_or_for_no_time_is_not_made(
    client: FlaskClient, admin: dict[str, str], body: dict[str, Any], status: int, words: str
) -> None:
    answer = client.post("/api/badges", json=body, headers=admin)
    assert answer.status_code == status and words in answer.get_json()["reason"]


def test_only_administrators_make_see_and_revoke_badges(
    client: FlaskClient, sign_in: SignIn, issue: Callable[..., dict[str, Any]]
) -> None:
    made, nurse = issue(), bearer(sign_in("nurse"))
    asked = [
        client.post("/api/badges", json={"staff": "s-nurse"}, headers=nurse),
        client.get("/api/badges", headers=nurse),
        client.get(f"/api/badges/{made['id']}", headers=nurse),
        client.get(f"/api/badges/{made['id']}/card.svg", headers=nurse),
        client.post(f"/api/badges/{made['id']}/revoke", json={"why": "lost"}, headers=nurse),
        client.get("/api/badge-attempts", headers=nurse),
    ]
    assert [answer.status_code for answer in asked] == [403] * len(asked)
    assert client.get("/api/badges").status_code == 401


def test_keys_and_revoked_badges_travel_in_the_roster(
    hospital: Hub, client: FlaskClient, admin: dict[str, str], issue: Callable[..., dict[str, Any]]
) -> None:
    assert hospital.store.get("roster", "badges:keys")["keys"] == []
    made = issue()
    keys = hospital.store.get("roster", "badges:keys")["keys"]
    claims = rules.read_token(made["token"])
    assert claims is not None and [key["id"] for key in keys] == [claims.key] and "d" not in keys[0]
    assert hospital.store.get("roster", "badges:revoked")["revoked"] == []
    first = client.post(f"/api/badges/{made['id']}/revoke", json={"why": "lost"}, headers=admin).get_json()
    again = client.post(f"/api/badges/{made['id']}/revoke", json={"why": "other"}, headers=admin).get_json()
    assert first["revoked"]["why"] == "lost" and again == first
    assert [one["id"] for one in hospital.store.get("roster", "badges:revoked")["revoked"]] == [made["id"]]
    assert hospital.badges.verify(made["token"], hospital.clock.now_ms()).refusal == "revoked"
    assert client.post("/api/badges/b-none/revoke", json={"why": "lost"}, headers=admin).status_code == 404


def test_a_new_key_signs_and_the_one_before_still_verifies_until_it_is_withdrawn(
    hospital: Hub, issue: Callable[..., dict[str, Any]]
) -> None:
    old = issue()
    hospital.badges.keys.make()
    new, now_ms = issue(), hospital.clock.now_ms()
    keys = [one and one.key for one in (rules.read_token(old["token"]), rules.read_token(new["token"]))]
    assert keys[0] != keys[1]
    assert [hospital.badges.verify(one["token"], now_ms).refusal for one in (old, new)] == [None, None]
    hospital.badges.keys.withdraw(str(keys[0]))
    assert [hospital.badges.verify(one["token"], now_ms).refusal for one in (old, new)] == ["unknown_key", None]


def test_the_badge_of_somebody_switched_off_is_refused(
    hospital: Hub, client: FlaskClient, admin: dict[str, str], issue: Callable[..., dict[str, Any]]
) -> None:
    made = issue()
    client.patch("/api/staff/s-nurse", json={"active": False}, headers=admin)
    assert hospital.badges.verify(made["token"], hospital.clock.now_ms()).refusal == "staff_inactive"


def test_an_attestation_that_the_badge_proves_has_no_flag(
    hospital: Hub, client: FlaskClient, admin: dict[str, str], issue: Callable[..., dict[str, Any]]
) -> None:
    deliver(hospital, "nurse", "site_county", [attestation(issue())])
    assert flags(client, admin) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"proof": None}, "the proof is not this badge's"),
        ({"proof": "x" * 43}, "the proof is not this badge's"),
        ({"of": document_id("score", 9)}, "the proof is not this badge's"),
        ({"verdict": "disputed"}, "the proof is not this badge's"),
        ({"badge": "b-000000000000"}, "names none as its author"),
    ],
)
def test_an_attestation_that_the_badge_does_not_prove_is_flagged_and_kept(
    hospital: Hub,
    client: FlaskClient,
    admin: dict[str, str],
    issue: Callable[..., dict[str, Any]],
    change: dict[str, Any],
    words: str,
) -> None:
    written = attestation(issue())
    written["body"] |= change
    deliver(hospital, "nurse", "site_county", [written])
    found = flags(client, admin)
    assert len(found) == 1 and words in found[0]
    board = client.get("/api/board/county", headers=admin).get_json()
    assert board["encounters"][0]["problems"] == 1


def test_an_author_with_a_badge_of_somebody_else_unknown_revoked_or_expired_is_flagged(
    hospital: Hub, client: FlaskClient, admin: dict[str, str], issue: Callable[..., dict[str, Any]]
) -> None:
    made = issue()

    def note(number: int, author: dict[str, Any], at: str) -> dict[str, Any]:
        return document("note", number, {"text": "x"}, author={"role": "nurse", **author}, at=at)

    own = {"staff": "s-nurse", "badge": made["id"]}
    before, long_after = to_iso(now() - timedelta(minutes=1)), "2032-01-01T00:00:00.000Z"
    hospital.badges.revoke(made["id"], "lost")
    notes = [
        note(11, own, before),
        note(12, {**own, "staff": "s-crew"}, before),
        note(13, {**own, "badge": "b-ffffffffffff"}, before),
        note(14, own, long_after),
    ]
    deliver(hospital, "nurse", "site_county", notes)
    found = client.get(f"/api/encounters/{ENCOUNTER}", headers=admin).get_json()["flags"]
    said = {flag["id"]: flag["problems"] for flag in found}
    assert said.pop(document_id("note", 12)) == ["author.badge: belongs to somebody else than the author"]
    assert said.pop(document_id("note", 13)) == ["author.badge: this hub issued no such badge"]
    assert said.pop(document_id("note", 14)) == ["author.badge: was revoked before this was written"]
    assert said == {}


def test_a_refused_attempt_on_record_is_no_attestation_and_no_flag(
    hospital: Hub, client: FlaskClient, admin: dict[str, str]
) -> None:
    body = {"of": OF, "action": "checklist", "outcome": "refused", "reason": "expired", "method": "nfc"}
    deliver(hospital, "nurse", "site_county", [document("attestation", 8, body)])
    found = client.get(f"/api/encounters/{ENCOUNTER}", headers=admin).get_json()
    assert (found["attestations"], found["flags"]) == ([], [])
    assert [one["reason"] for one in found["refused_attestations"]] == ["expired"]


def test_refused_attempts_are_kept_once_and_read_by_those_who_answer_for_it(
    hospital: Hub, client: FlaskClient, sign_in: SignIn
) -> None:
    nurse = bearer(sign_in("nurse"))
    attempt = {"id": "01JA", "at": "2026-11-21T09:31:05.120Z", "reason": "revoked", "method": "nfc", "place": "board"}
    body = {"attempts": [{**attempt, "badge": "b-0102030405aa", "claimed_staff": "s-crew"}]}
    for _ in range(2):
        assert client.post("/api/badge-attempts", json=body, headers=nurse).get_json() == {"taken": ["01JA"]}
    found = client.get("/api/badge-attempts", headers=bearer(sign_in("quality"))).get_json()
    assert [(one["staff"], one["reason"], one["claimed_staff"], one["at"]) for one in found["attempts"]] == [
        ("s-nurse", "revoked", "s-crew", "2026-11-21T09:31:05.120Z")
    ]
    assert found["names"] == {"s-nurse": "nurse 姓名", "s-crew": "crew 姓名"}
    assert client.post("/api/badge-attempts", json={"attempts": [{"id": "x"}]}, headers=nurse).status_code == 422


def test_somebody_switched_off_still_hands_in_what_their_device_refused(
    hospital: Hub, client: FlaskClient, sign_in: SignIn
) -> None:
    nurse = bearer(sign_in("nurse"))
    hospital.accounts.store.change_staff("s-nurse", active=False)
    attempt = {"id": "01JB", "at": "2026-11-21T09:31:05.120Z", "reason": "forged", "method": "qr"}
    assert client.post("/api/badge-attempts", json={"attempts": [attempt]}, headers=nurse).status_code == 200
