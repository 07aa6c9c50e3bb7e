"""A patient who is taken elsewhere: the former hospital keeps a closed stub that says so, and expects nobody."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from server.encounters.fold import fold
from server.hub import Hub
from server.replication import lifecycle
from server.replication.router import RELEASE_AFTER
from tests.server.encounters.hospital import ENCOUNTER, add_places, deliver, document, stroke


@pytest.fixture
def diverted(app: Flask, hub: Hub, password_hash: str) -> Hub:
    """On the way to the county hospital, then to the east, with one more blood pressure since."""
    add_places(hub, password_hash)
    deliver(hub, "crew", "unit_a101", stroke())
    deliver(hub, "crew", "unit_a101", [document("destination", 8, {"site": "east", "eta_at": None})])
    deliver(hub, "crew", "unit_a101", [document("vitals", 9, {"sbp": 80})])
    return hub


def held(hub: Hub, mailbox: str) -> list[dict[str, Any]]:
    return hub.store.read_range(mailbox, "encounter:", "encounter:\uffff")


def on_board(hub: Hub, app: Flask, username: str, site: str) -> list[str]:
    return [row["encounter"] for row in answer(hub, app, username, f"/api/board/{site}").get_json()["encounters"]]


def answer(hub: Hub, app: Flask, username: str, path: str) -> Any:
    granted = hub.accounts.sign_in(username, "correct horse", "tablet", "test")
    return app.test_client().get(path, headers={"Authorization": f"Bearer {granted['token']}"})


def test_the_former_hospital_keeps_what_it_had_and_the_word_where_the_patient_went(diverted: Hub) -> None:
    stub, record = held(diverted, "site_county"), held(diverted, "site_east")
    assert len(stub) == 6
    assert len(record) == 7
    assert fold(stub)["destination"]["site"] == "east"
    assert fold(stub)["vitals"]["latest"]["sbp"]["value"] == 190
    assert fold(record)["vitals"]["latest"]["sbp"]["value"] == 80


def test_the_former_hospital_expects_nobody_and_the_new_one_does(diverted: Hub, app: Flask) -> None:
    assert on_board(diverted, app, "nurse", "county") == []
    assert on_board(diverted, app, "nurse2", "east") == [ENCOUNTER]


def test_the_live_record_is_closed_to_the_former_hospital_and_the_refusal_says_who_can_help(
    diverted: Hub, app: Flask
) -> None:
    refused = answer(diverted, app, "nurse", f"/api/encounters/{ENCOUNTER}")
    assert refused.status_code == 403
    assert "the crew or the treating hospital" in refused.get_json()["reason"]
    assert answer(diverted, app, "nurse2", f"/api/encounters/{ENCOUNTER}").status_code == 200


def test_what_the_former_hospital_still_writes_reaches_those_who_treat(diverted: Hub) -> None:
    deliver(diverted, "nurse", "site_county", [document("note", 10, {"text": "called back"})])
    for mailbox in ("unit_a101", "site_east", "site_county"):
        assert "called back" in [one["body"].get("text") for one in held(diverted, mailbox)]
    # It stays a stub: what others answer is not for it.
    deliver(diverted, "nurse2", "site_east", [document("note", 11, {"text": "expected"})])
    assert "expected" not in [one["body"].get("text") for one in held(diverted, "site_county")]


def test_the_former_hospital_can_neither_call_the_patient_back_nor_acknowledge(diverted: Hub) -> None:
    words = [
        document("destination", 20, {"site": "county", "eta_at": None}),
        document("acknowledgement", 21, {"of": stroke()[4]["_id"]}),
        document("closure", 22, {"state": "closed", "reason": "handed_over"}),
    ]
    deliver(diverted, "nurse", "site_county", words)
    group = diverted.store.group(f"encounter:{ENCOUNTER}:")
    assert group is not None
    assert group.members == ("unit_a101", "site_east")
    assert fold(held(diverted, "unit_a101"))["acknowledgements"] == []
    assert fold(held(diverted, "unit_a101"))["state"] == "open"


def test_the_stub_is_released_with_the_encounter(diverted: Hub) -> None:
    deliver(diverted, "crew", "unit_a101", [document("closure", 12, {"state": "closed", "reason": "handed_over"})])
    assert len(held(diverted, "site_county")) == 6
    lifecycle.run(diverted.store, diverted.delivery, diverted.clock.now() + RELEASE_AFTER)
    for mailbox in ("site_county", "site_east", "unit_a101"):
        assert held(diverted, mailbox) == []
        notice = diverted.store.get(mailbox, f"release:{ENCOUNTER}")
        assert notice is not None
        assert notice["body"] == {"state": "released", "documents": 8}


def test_a_patient_who_is_brought_back_brings_what_was_missed(diverted: Hub, app: Flask) -> None:
    deliver(diverted, "crew", "unit_a101", [document("destination", 30, {"site": "county", "eta_at": None})])
    assert on_board(diverted, app, "nurse", "county") == [ENCOUNTER]
    assert on_board(diverted, app, "nurse2", "east") == []
    assert {one["_id"] for one in held(diverted, "site_county")} == {one["_id"] for one in held(diverted, "unit_a101")}
