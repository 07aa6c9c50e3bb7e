"""Whatever way a device pulls a patient's documents over /db/, the access log says so before they go out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.hub import Hub
from tests.conftest import bearer
from tests.server.encounters.hospital import ENCOUNTER, OTHER, PNG, document, document_id

VITALS = document_id("vitals", 3)
RENDITION = document_id("rendition", 6)


@pytest.fixture
def nurse(staffed: Hub, client: FlaskClient, sign_in: Callable[..., dict[str, Any]]) -> dict[str, str]:
    """The nurse's header; before, the crew has pushed a patient who goes to the county hospital, with a photograph."""
    crew = bearer(sign_in("paramedic"))
    text = [
        document("encounter", 1, {"unit": "a101", "pathway": "stroke"}),
        document("vitals", 3, {"sbp": 190}),
        document("destination", 4, {"site": "county", "eta_at": None}),
        document("media", 5, {"media": "photo", "content_type": "image/png", "purpose": "other"}),
    ]
    body = {"of": document_id("media", 5), "rendition": "thumbnail"}
    photo = document("rendition", 6, body, _attachments={"bytes": {"content_type": "image/png", "data": PNG}})
    for mailbox, documents in (("unit_a101", text), ("unit_a101-media", [photo])):
        answer = client.post(f"/db/{mailbox}/_bulk_docs", json={"docs": documents}, headers=crew)
        assert all("error" not in row for row in answer.get_json()), answer.get_json()
    return bearer(sign_in("nurse", device_name="Tablet 3"))


def reads(hub: Hub, encounter: str = ENCOUNTER) -> list[tuple[str, str]]:
    return [(read["role"], read["what"]) for read in hub.audit.reads_of(encounter)]


PULLS: dict[str, tuple[str, str, Any]] = {
    "one document": ("GET", f"/db/site_county/{VITALS}", None),
    "its revisions": ("GET", f"/db/site_county/{VITALS}?open_revs=all", None),
    "many documents": ("POST", "/db/site_county/_bulk_get", {"docs": [{"id": VITALS}]}),
    "all documents": ("GET", "/db/site_county/_all_docs?include_docs=true", None),
    "documents by key": ("POST", "/db/site_county/_all_docs?include_docs=true", {"keys": [VITALS]}),
    "changes with documents": ("GET", "/db/site_county/_changes?include_docs=true", None),
    "a photograph": ("GET", f"/db/site_county-media/{RENDITION}/bytes", None),
    "a photograph within its document": ("GET", f"/db/site_county-media/{RENDITION}?attachments=true", None),
}


@pytest.mark.parametrize("pull", PULLS.values(), ids=PULLS)
def test_a_pull_is_in_the_access_log(
    pull: tuple[str, str, Any], hub: Hub, client: FlaskClient, nurse: dict[str, str]
) -> None:
    method, address, body = pull
    assert reads(hub) == []
    for _ in range(2):
        answer = client.open(address, method=method, json=body, headers=nurse)
        assert answer.status_code == 200 and answer.get_data()
    assert reads(hub) == [("nurse", "replicated")]
    device = hub.audit.reads_of(ENCOUNTER)[0]["device"]
    assert device and device.startswith("d-")


NO_READING: dict[str, tuple[str, str, Any]] = {
    "ids and revisions": ("GET", "/db/site_county/_all_docs", None),
    "ids by key": ("POST", "/db/site_county/_all_docs", {"keys": [VITALS]}),
    "changes": ("GET", "/db/site_county/_changes", None),
    "what is missing": ("POST", "/db/site_county/_revs_diff", {VITALS: ["1-" + "0" * 32]}),
    "documents that are not there": ("POST", "/db/site_county/_bulk_get", {"docs": [{"id": document_id("note", 9)}]}),
}


@pytest.mark.parametrize("ask", NO_READING.values(), ids=NO_READING)
def test_what_names_documents_without_showing_them_is_no_reading(
    ask: tuple[str, str, Any], hub: Hub, client: FlaskClient, nurse: dict[str, str]
) -> None:
    method, address, body = ask
    answer = client.open(address, method=method, json=body, headers=nurse)
    assert answer.status_code == 200 and answer.get_data()
    assert reads(hub) == []


def test_documents_do_not_go_out_when_the_log_cannot_be_written(
    hub: Hub, client: FlaskClient, nurse: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: Any) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(hub.audit, "record_replicated", fail)
    assert client.get(f"/db/site_county/{VITALS}", headers=nurse).status_code == 500


def test_pulling_one_patient_says_nothing_of_another(hub: Hub, client: FlaskClient, nurse: dict[str, str]) -> None:
    client.post("/db/site_county/_bulk_get", json={"docs": [{"id": VITALS}]}, headers=nurse).get_data()
    assert reads(hub, OTHER) == []
