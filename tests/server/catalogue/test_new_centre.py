"""A new centre is one file: dropped in, it has steps, stations, times, a start, reasons, and its row of quality."""

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.catalogue import Catalogue
from server.catalogue.canonical import definition_hash
from server.catalogue.decisions import write_decisions
from server.hub import Hub
from server.pathways.rules import next_step, stations
from tests.server.encounters.hospital import add_places, deliver, document

ROOT = Path(__file__).parents[3]
SHELF = ROOT / "static/catalogue"
FILE_OF_THE_CENTRE = ROOT / "tests/vectors/new_centre/maternal.json"
BROUGHT = {
    ("time_nodes", "caesarean_decision"),
    ("time_nodes", "baby_born"),
    ("indicators", "ma_ddi"),
    ("symptoms", "maternal"),
    ("reasons", "caesarean"),
    ("chips", "complaint_maternal"),
}


def drop_in(folder: Path, edit: Callable[[dict[str, Any]], object] = lambda entry: None) -> Path:
    """Put the one file into a catalogue or a site's own folder."""
    entry = json.loads(FILE_OF_THE_CENTRE.read_text("utf-8"))
    edit(entry)
    (folder / "pathways").mkdir(parents=True, exist_ok=True)
    (folder / "pathways/maternal.json").write_text(json.dumps(entry, ensure_ascii=False), "utf-8")
    return folder


@pytest.fixture(params=["on the shelf", "at the site"])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Catalogue:
    """The catalogue with the file, in either place."""
    if request.param == "at the site":
        return Catalogue.load(SHELF, drop_in(tmp_path / "site"))
    shutil.copytree(SHELF, tmp_path / "shelf")
    return Catalogue.load(drop_in(tmp_path / "shelf"))


def test_one_file_makes_a_whole_centre(catalogue: Catalogue) -> None:
    assert catalogue.withheld == []
    assert set(catalogue.brought) == BROUGHT
    for folder, id_ in BROUGHT:
        entry = catalogue.entries[folder][id_]
        assert (entry["version"], entry["sources"][0]["id"]) == ("0.1.0", "invented")
        assert catalogue.hashes[folder][id_] == definition_hash(entry)
    pathway = catalogue.pathways["maternal"]
    now = datetime.fromisoformat("2026-11-21T13:00:00+00:00")
    line = stations(pathway, {}, now, indicators=catalogue.indicators, time_nodes=catalogue.time_nodes)
    assert [one["node"] for one in line][-2:] == ["caesarean_decision", "baby_born"]
    assert (next_step(pathway, {}, catalogue.time_nodes) or {})["ref"] == "patient_contact_fmc"
    assert (next_step(pathway, {}, catalogue.time_nodes, side="hospital") or {})["ref"] == "hospital_door"


def test_what_it_brings_travels_with_it_to_devices(tmp_path: Path) -> None:
    document = Catalogue.load(SHELF, drop_in(tmp_path)).site_document()
    assert {(one["folder"], one["id"]) for one in document["definitions"]} == {*BROUGHT, ("pathways", "maternal")}
    for one in document["definitions"]:
        assert one["hash"] == definition_hash(one["definition"])


def test_the_signature_of_a_pathway_counts_for_what_it_brings(tmp_path: Path) -> None:
    drop_in(tmp_path)
    hash_ = Catalogue.load(SHELF, tmp_path).hashes["pathways"]["maternal"]
    signature = {"folder": "pathways", "id": "maternal", "hash": hash_, "by": "王主任", "role": "", "at": "2026-11-20"}
    write_decisions(tmp_path, {"variants": {}, "signed_off": [signature]})
    catalogue = Catalogue.load(SHELF, tmp_path)
    assert catalogue.withheld == []
    assert (catalogue.signed_off("indicators", "ma_ddi") or {})["by"] == "王主任"
    assert catalogue.signed_off("indicators", "st_dnt") is None


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (
            lambda entry: entry["brings"]["time_nodes"][0].update(id="needle"),
            "time_nodes/needle, which is there already",
        ),
        (
            lambda entry: entry["brings"]["time_nodes"][0].pop("label"),
            "time_nodes/caesarean_decision, which does not fit",
        ),
        (lambda entry: entry["brings"].update(spells=[{"id": "x"}]), "spells/x, which has no folder of that name"),
        (
            lambda entry: entry["brings"]["indicators"][0].update(to_node="nowhere"),
            "names what is not in the catalogue",
        ),
    ],
)
def test_a_fault_in_what_it_brings_is_named_and_the_rest_stands(
    tmp_path: Path, edit: Callable[[dict[str, Any]], object], reason: str
) -> None:
    catalogue = Catalogue.load(SHELF, drop_in(tmp_path, edit))
    assert any(reason in one["reason"] for one in catalogue.withheld), catalogue.withheld
    assert "maternal" in catalogue.pathways
    assert catalogue.time_nodes["needle"] == Catalogue.load(SHELF).time_nodes["needle"]


def test_a_pathway_without_its_questions_is_withheld_and_the_others_stay(tmp_path: Path) -> None:
    catalogue = Catalogue.load(SHELF, drop_in(tmp_path, lambda entry: entry["onset_timer"].pop("question")))
    assert "maternal" not in catalogue.pathways
    assert "baby_born" not in catalogue.time_nodes
    assert "onset_timer.question" in catalogue.withheld[0]["reason"]


def test_the_hub_counts_its_quality_and_shows_it_on_the_board(
    tmp_path: Path, make_app: Callable[..., Flask], password_hash: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app_with(make_app, Catalogue.load(SHELF, drop_in(tmp_path / "site")), monkeypatch)
    hub: Hub = app.extensions["greenlane"]
    add_places(hub, password_hash)
    deliver(
        hub,
        "crew",
        "unit_a101",
        [
            document("encounter", 1, {"unit": "a101", "pathway": "maternal", "symptom": "maternal"}),
            document("destination", 2, {"site": "county", "eta_at": None}),
            document("time_node", 10, {"node": "caesarean_decision", "precision": "exact"}),
            document("time_node", 31, {"node": "baby_born", "precision": "exact"}),
        ],
    )
    client: FlaskClient = app.test_client()
    token = client.post("/api/session", json={"username": "quality", "password": "correct horse", "device_name": "t"})
    ask = {"headers": {"Authorization": f"Bearer {token.get_json()['token']}"}}
    found = client.get("/api/quality/maternal?from=2026-11-01&to=2026-11-30", **ask).get_json()  # type: ignore[arg-type]
    row = next(one for one in found["indicators"] if one["indicator"] == "ma_ddi")
    assert (found["encounters"], row["n"], row["median_minutes"], row["within_target"]) == (1, 1, 21.0, 1)
    [summary] = client.get("/api/board/county", **ask).get_json()["encounters"]  # type: ignore[arg-type]
    assert summary["pathway"] == "maternal"
    assert {"caesarean_decision", "baby_born"} <= {one["node"] for one in summary["time_nodes"]}
    assert client.get("/api/quality/newborn", **ask).status_code == 404  # type: ignore[arg-type]


def make_app_with(make_app: Callable[..., Flask], catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The fixture gives every app the product's catalogue; this one gets another."""
    monkeypatch.setattr("tests.conftest.create_app", lambda settings, **_: _create(settings, catalogue))
    return make_app()


def _create(settings: Any, catalogue: Catalogue) -> Flask:
    from server import create_app

    return create_app(settings, catalogue=catalogue)
