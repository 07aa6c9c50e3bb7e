"""The roster over HTTP, and as documents that devices pull."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from server.hub import Hub
from tests.conftest import PASSWORD, bearer

SignIn = Callable[..., dict[str, Any]]


def test_the_roster_database_follows_every_change(staffed: Hub, client: FlaskClient, sign_in: SignIn) -> None:
    admin = bearer(sign_in("admin"))
    body = {"username": "zhang", "name": "张医生", "role": "doctor", "password": PASSWORD, "sites": ["county"]}
    added = client.post("/api/staff", json=body, headers=admin)
    assert added.status_code == 201
    staff_id = added.get_json()["id"]
    document = staffed.store.get("roster", f"staff:{staff_id}")
    assert (document["name"], document["role"], document["active"]) == ("张医生", "doctor", True)
    assert "password" not in str(document)
    client.patch(f"/api/staff/{staff_id}", json={"active": False}, headers=admin)
    assert staffed.store.get("roster", f"staff:{staff_id}")["active"] is False


def test_sites_and_units_stand_in_the_roster_with_their_telephones(staffed: Hub) -> None:
    site = staffed.store.get("roster", "site:county")
    assert site["name"] == {"zh": "县人民医院", "en": "County Hospital"}
    assert site["phone"] == "0000-120"
    assert staffed.store.get("roster", "unit:a101")["phone"] == "0000-101"
    assert staffed.store.get("roster", "hub:info")["demo"] is False


def test_an_unchanged_roster_is_not_written_again(staffed: Hub) -> None:
    assert staffed.roster is not None
    before = staffed.store.info("roster").update_seq
    assert staffed.roster.sync() == 0
    assert staffed.store.info("roster").update_seq == before


def test_what_another_process_writes_reaches_the_roster(staffed: Hub, make_app: Callable[..., Flask]) -> None:
    from server.accounts.accounts import Accounts

    command_line = Accounts(staffed.settings.instance / "accounts.sqlite", staffed.settings, staffed.clock, "00" * 32)
    command_line.store.put_unit("a102", "救护车 102")
    command_line.database.close()
    assert staffed.store.get("roster", "unit:a102") is None
    assert staffed.roster is not None and staffed.roster.sync_if_changed() == 1
    assert staffed.store.get("roster", "unit:a102")["name"] == "救护车 102"
    assert staffed.roster.sync_if_changed() == 0


def test_a_thousand_ambulances_reach_the_roster_in_one_commit(
    staffed: Hub, make_app: Callable[..., Flask]
) -> None:  # a commit for each, and a look at all mailboxes after each, kept a city's hub from starting for a minute
    from server.accounts.accounts import Accounts

    command_line = Accounts(staffed.settings.instance / "accounts.sqlite", staffed.settings, staffed.clock, "00" * 32)
    for number in range(1000):
        command_line.store.put_unit(f"u{number}", f"救护车 {number}")
    command_line.database.close()
    rung: list[frozenset[str]] = []
    staffed.store.on_commit(rung.append)
    assert staffed.roster is not None and staffed.roster.sync_if_changed() == 1000
    assert rung == [frozenset({"roster"})]
    assert staffed.store.has_database("unit_u999") and staffed.store.has_database("unit_u999-media")


def test_only_an_administrator_changes_the_roster(staffed: Hub, client: FlaskClient, sign_in: SignIn) -> None:
    nurse = bearer(sign_in("nurse"))
    answer = client.put("/api/units/a102", json={"name": "102"}, headers=nurse)
    assert (answer.status_code, answer.get_json()["error"]) == (403, "forbidden")
    assert client.put("/api/units/a102", json={"name": "102"}).status_code == 401


def test_a_wrong_change_says_what_would_be_right(staffed: Hub, client: FlaskClient, sign_in: SignIn) -> None:
    admin = bearer(sign_in("admin"))

    def reason(body: dict[str, Any]) -> str:
        base = {"username": "x", "name": "x", "role": "nurse", "password": PASSWORD}
        answer = client.post("/api/staff", json=base | body, headers=admin)
        assert answer.status_code == 400
        text: str = answer.get_json()["reason"]
        return text

    assert "taken" in reason({"username": "nurse"})
    assert "no site nowhere" in reason({"sites": ["nowhere"]})
    assert "8 characters" in reason({"password": "short"})
    assert "small letters" in client.put("/api/sites/A-B", json={"name_zh": "x"}, headers=admin).get_json()["reason"]


def test_a_refused_change_leaves_nothing_half_written(staffed: Hub, client: FlaskClient, sign_in: SignIn) -> None:
    admin = bearer(sign_in("admin"))
    nurse = staffed.accounts.store.credential_by_username("nurse")
    assert nurse is not None
    answer = client.patch(f"/api/staff/{nurse.staff.id}", json={"name": "new", "sites": ["nowhere"]}, headers=admin)
    assert answer.status_code == 400
    unchanged = staffed.accounts.store.credential_by_username("nurse")
    assert unchanged is not None and unchanged.staff == nurse.staff


def test_the_roster_lists_everybody_for_whoever_signed_in(staffed: Hub, client: FlaskClient, sign_in: SignIn) -> None:
    roster = client.get("/api/roster", headers=bearer(sign_in("nurse"))).get_json()
    assert {row["role"] for row in roster["staff"]} == {"paramedic", "nurse", "commander", "quality", "admin"}
    assert [row["id"] for row in roster["sites"]] == ["county"]
    assert client.get("/api/roster").status_code == 401


def test_devices_are_listed_without_their_keys(staffed: Hub, client: FlaskClient, sign_in: SignIn) -> None:
    granted = sign_in("admin")
    devices = client.get("/api/devices", headers=bearer(granted)).get_json()["devices"]
    assert [(row["id"], row["name"], row["has_key"]) for row in devices] == [
        (granted["device"]["id"], "test tablet", False)
    ]
