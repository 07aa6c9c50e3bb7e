"""Joining by a wristband: who holds it gets the whole record, nobody else anything; and labels that can be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.hub import Hub
from server.wristbands import labels
from server.wristbands.code import make_code
from tests.conftest import bearer
from tests.server.encounters.hospital import (
    ENCOUNTER,
    OTHER,
    add_places,
    deliver,
    document,
    document_id,
    stroke,
)

CODE = "GLW1M9S346Q3D25V6"
UNKNOWN = "GLW1T4F5V37E3S3EN"
KEY = f"encounter:{ENCOUNTER}:"
SignIn = Callable[..., dict[str, Any]]
Post = Callable[..., Any]


@pytest.fixture
def hospital(hub: Hub, password_hash: str) -> Hub:
    add_places(hub, password_hash)
    deliver(hub, "crew", "unit_a101", [*stroke(), document("wristband", 6, {"code": CODE, "state": "attached"})])
    return hub


@pytest.fixture
def post(client: FlaskClient, sign_in: SignIn) -> Post:
    granted: dict[str, Any] = {}

    def call(username: str, path: str, body: Any) -> Any:
        if username not in granted:
            granted[username] = sign_in(username)
        return client.post(path, headers=bearer(granted[username]), json=body)

    return call


def held_in(hub: Hub, mailbox: str) -> set[str]:
    return {change.id for change in hub.store.changes(mailbox).results} if hub.store.has_database(mailbox) else set()


def test_who_holds_the_wristband_gets_the_whole_record_and_the_crew_sees_who_came(hospital: Hub, post: Post) -> None:
    before = held_in(hospital, "unit_a101")
    answer = post("crew2", "/api/wristbands/join", {"code": CODE.lower()})
    assert answer.status_code == 200
    assert answer.get_json() == {
        "code": CODE,
        "mailbox": "unit_a102",
        "encounters": [{"encounter": ENCOUNTER, "state": "open", "joined": True}],
    }
    assert before < held_in(hospital, "unit_a102") == held_in(hospital, "unit_a101")
    [band] = hospital.readmodel.encounter(ENCOUNTER)["wristbands"]
    assert (band["joined"], band["entry"]["staff"], band["state"]) == ("unit_a102", "s-crew2", "attached")
    deliver(hospital, "crew2", "unit_a102", [document("vitals", 20, {"hr": 70})])
    assert document_id("vitals", 20) in held_in(hospital, "site_county")
    # A second scan changes nothing.
    again = post("crew2", "/api/wristbands/join", {"code": CODE}).get_json()
    assert again["encounters"][0]["joined"] is False
    assert len(hospital.readmodel.encounter(ENCOUNTER)["wristbands"]) == 1


def test_a_hospital_that_joins_may_read_over_rest_and_the_receiving_one_keeps_the_board(
    hospital: Hub, post: Post, client: FlaskClient, sign_in: SignIn
) -> None:
    token = sign_in("nurse2")
    assert client.get(f"/api/encounters/{ENCOUNTER}", headers=bearer(token)).status_code == 403
    assert post("nurse2", "/api/wristbands/join", {"code": CODE}).status_code == 200
    assert client.get(f"/api/encounters/{ENCOUNTER}", headers=bearer(token)).status_code == 200
    assert client.get("/api/board/east", headers=bearer(token)).get_json()["encounters"] == []
    county = client.get("/api/board/county", headers=bearer(sign_in("nurse"))).get_json()["encounters"]
    assert [row["wristbands"] for row in county] == [[CODE]]


def test_the_reading_is_on_record_before_the_answer(hospital: Hub, post: Post) -> None:
    post("crew2", "/api/wristbands/join", {"code": CODE})
    rows = hospital.audit.reads_of(ENCOUNTER)
    assert [(row["staff"], row["what"]) for row in rows if row["what"] == "wristband"] == [("s-crew2", "wristband")]


@pytest.mark.parametrize("code", ["GLW1M9S346Q3D25V7", "https://his.example/p?1", "GLW1", ""])
def test_what_is_no_wristband_of_ours_is_said_so(hospital: Hub, post: Post, code: str) -> None:
    answer = post("crew2", "/api/wristbands/join", {"code": code})
    assert answer.status_code in (400, 422)
    assert held_in(hospital, "unit_a102") == set()


def test_an_unknown_code_and_a_part_of_one_find_nothing(hospital: Hub, post: Post) -> None:
    assert post("crew2", "/api/wristbands/join", {"code": UNKNOWN}).status_code == 404
    assert post("crew2", "/api/wristbands/join", {"code": CODE[:10]}).status_code == 400


def test_codes_cannot_be_tried_in_numbers(hospital: Hub, post: Post) -> None:
    import secrets

    answers = [
        post("crew2", "/api/wristbands/join", {"code": make_code(secrets.choice)}).status_code for _ in range(12)
    ]
    assert answers[:10] == [404] * 10
    assert answers[10:] == [429, 429]
    # Not even a right one any more; and who did not try is not held up.
    assert post("crew2", "/api/wristbands/join", {"code": CODE}).status_code == 429
    assert post("nurse2", "/api/wristbands/join", {"code": CODE}).status_code == 200


def test_a_band_that_was_taken_off_opens_nothing(hospital: Hub, post: Post) -> None:
    deliver(hospital, "crew", "unit_a101", [document("wristband", 7, {"code": CODE, "state": "removed"})])
    assert post("crew2", "/api/wristbands/join", {"code": CODE}).status_code == 404


def test_a_stranger_cannot_put_a_band_of_his_own_onto_a_guessed_encounter(hospital: Hub, post: Post) -> None:
    deliver(hospital, "crew2", "unit_a102", [document("wristband", 8, {"code": UNKNOWN, "state": "attached"})])
    assert post("crew2", "/api/wristbands/join", {"code": UNKNOWN}).status_code == 404
    assert held_in(hospital, "unit_a102") == {document_id("wristband", 8)}
    # Nor by a correction of the band that is there.
    swapped = document("note", 9, {"text": "x"}, supersedes=document_id("wristband", 6))
    deliver(hospital, "crew2", "unit_a102", [swapped])
    assert hospital.readmodel.wearing(UNKNOWN) == []
    assert [one["encounter"] for one in hospital.readmodel.wearing(CODE)] == [ENCOUNTER]


def test_a_patient_whose_name_reads_like_a_code_is_not_found_by_it(hospital: Hub, post: Post) -> None:
    deliver(hospital, "crew", "unit_a101", [document("patient", 9, {"name": UNKNOWN})])
    assert post("crew2", "/api/wristbands/join", {"code": UNKNOWN}).status_code == 404


def test_two_encounters_with_one_band_are_flagged_and_both_are_joined(
    hospital: Hub, post: Post, client: FlaskClient, sign_in: SignIn
) -> None:
    second = [
        document("encounter", 11, {"unit": "a102", "pathway": "general"}, OTHER),
        document("wristband", 12, {"code": CODE, "state": "attached"}, OTHER),
    ]
    deliver(hospital, "crew2", "unit_a102", second)
    found = client.get(f"/api/encounters/{OTHER}", headers=bearer(sign_in("crew2"))).get_json()
    assert found["same_wristband"] == {CODE: [ENCOUNTER]}
    [flag] = found["flags"]
    assert flag["id"] == document_id("wristband", 12, OTHER)
    assert "same patient" in flag["problems"][0]
    answer = post("crew2", "/api/wristbands/join", {"code": CODE}).get_json()
    assert {(one["encounter"], one["joined"]) for one in answer["encounters"]} == {(OTHER, False), (ENCOUNTER, True)}


def test_what_has_just_ended_is_still_found_and_what_was_released_is_not(hospital: Hub, post: Post) -> None:
    from datetime import timedelta

    from server.replication import lifecycle

    deliver(hospital, "crew", "unit_a101", [document("closure", 30, {"state": "closed", "reason": "handed_over"})])
    answer = post("nurse2", "/api/wristbands/join", {"code": CODE}).get_json()
    assert answer["encounters"] == [{"encounter": ENCOUNTER, "state": "closed", "joined": True}]
    lifecycle.release_due(hospital.store, hospital.clock.now() + timedelta(hours=30))
    gone = post("crew2", "/api/wristbands/join", {"code": CODE})
    assert (gone.status_code, gone.get_json()["error"]) == (410, "gone")
    assert not any(one.startswith(KEY) for one in held_in(hospital, "unit_a102"))


@pytest.mark.parametrize(
    ("username", "mailbox", "status"),
    [
        ("crew2", "unit_a101", 403),
        ("crew2", "unit_a102-media", 403),
        ("crew2", "archive", 403),
        ("crew2", "quarantine_d-crew2", 403),
        ("quality", None, 403),
        ("admin", None, 403),
        ("crew2", "unit_a102", 200),
    ],
)
def test_the_record_goes_only_into_a_mailbox_of_ones_own(
    hospital: Hub, post: Post, username: str, mailbox: str | None, status: int
) -> None:
    assert post(username, "/api/wristbands/join", {"code": CODE, "mailbox": mailbox}).status_code == status


def test_nobody_joins_without_a_session(hospital: Hub, client: FlaskClient) -> None:
    assert client.post("/api/wristbands/join", json={"code": CODE}).status_code == 401
    assert client.post("/api/wristbands/labels", json={"layout": "a4_24", "count": 1}).status_code == 401


def test_the_hubs_clock_reading_does_not_correct_what_the_phone_wrote(hospital: Hub, post: Post) -> None:
    late = document("vitals", 40, {"hr": 60}, clock={"session": "x", "mono_ms": 1, "offset_ms": None, "error_ms": None})
    late["device"] = "d-crew2"
    post("crew2", "/api/wristbands/join", {"code": CODE})
    deliver(hospital, "crew2", "unit_a102", [late])
    [entry] = [
        one["entry"] for one in hospital.readmodel.encounter(ENCOUNTER)["vitals"]["sets"] if one["values"] == {"hr": 60}
    ]
    assert entry["basis"] == "unmeasured"


# --- labels
def test_labels_for_stock_have_new_codes_each_its_own(hospital: Hub, post: Post) -> None:
    answer = post("nurse", "/api/wristbands/labels", {"layout": "a4_24", "count": 30})
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    assert answer.data.count(b"/Type /Page\n") == 2


@pytest.mark.parametrize(
    "body",
    [
        {"layout": "a4_24"},
        {"layout": "a4_24", "count": 2, "codes": [CODE]},
        {"layout": "a4_24", "codes": []},
        {"layout": "a4_24", "codes": ["GLW1M9S346Q3D25V7"]},
        {"layout": "a4_24", "count": 0},
        {"layout": "a4_24", "count": 241},
        {"layout": "poster", "count": 1},
        {"layout": "a4_24", "count": 1, "text": "x" * 25},
    ],
)
def test_labels_that_cannot_be_printed_are_refused_with_the_reason(hospital: Hub, post: Post, body: Any) -> None:
    answer = post("nurse", "/api/wristbands/labels", body)
    assert answer.status_code in (400, 422)
    assert answer.get_json()["reason"]


def test_a_text_that_no_font_has_is_said_and_nothing_is_printed_without_it(
    hospital: Hub, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labels, "chinese_font", lambda: None)
    answer = post("nurse", "/api/wristbands/labels", {"layout": "label_50x30", "codes": [CODE], "text": "青隼 27"})
    assert (answer.status_code, answer.get_json()["error"]) == (422, "no_font")
