"""Boards hear of changes: the event names the site, and nothing of the patient."""

from __future__ import annotations

from flask import Flask

from server.hub import Hub
from tests.server.encounters.hospital import add_places, deliver, document, session_of, stroke


def test_a_boards_staff_hear_when_it_changed_and_others_do_not(app: Flask, hub: Hub, password_hash: str) -> None:
    add_places(hub, password_hash)
    app.test_client()
    heard = {}
    for username in ("nurse", "nurse2"):
        granted = hub.accounts.sign_in(username, "correct horse", "tablet", "test")
        heard[username] = hub.live.socketio.test_client(app, namespace="/live", auth={"token": granted["token"]})
    assert session_of(hub, "nurse").staff.sites == ("county",)
    deliver(hub, "crew", "unit_a101", stroke())
    events = [event for event in heard["nurse"].get_received("/live") if event["name"] == "board"]
    assert [event["args"] for event in events] == [[{"site": "county"}]]
    assert not [event for event in heard["nurse2"].get_received("/live") if event["name"] == "board"]


def test_the_former_site_hears_that_its_patient_goes_elsewhere(app: Flask, hub: Hub, password_hash: str) -> None:
    add_places(hub, password_hash)
    deliver(hub, "crew", "unit_a101", stroke())
    granted = hub.accounts.sign_in("nurse", "correct horse", "tablet", "test")
    nurse = hub.live.socketio.test_client(app, namespace="/live", auth={"token": granted["token"]})
    deliver(hub, "crew", "unit_a101", [document("destination", 8, {"site": "east", "eta_at": None})])
    assert {"site": "county"} in [e["args"][0] for e in nurse.get_received("/live") if e["name"] == "board"]
