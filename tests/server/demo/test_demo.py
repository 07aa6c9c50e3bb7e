"""The invented county: made once, through the same delivery as a phone's, complete enough to look alive."""

from __future__ import annotations

import io
import stat
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from flask import Flask
from PIL import Image

from server.board.rules import board_group
from server.demo import ensure_demo, pictures
from server.encounters.rules import document_problems
from server.hub import Hub
from server.readmodel.queries import Wanted


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """One county for all tests here: nine passwords are hashed, which is slow by design."""
    from server import create_app
    from server.settings import Settings

    app = create_app(Settings(instance=tmp_path_factory.mktemp("county"), demo=True, bind="127.0.0.1"))
    hub: Hub = app.extensions["greenlane"]
    ensure_demo(hub)
    return hub


def all_summaries(hub: Hub) -> list[dict[str, Any]]:
    return hub.readmodel.search(Wanted(limit=200))[0]


def test_there_are_twelve_patients_and_the_county_sees_three_coming(county: Hub) -> None:
    assert len(all_summaries(county)) == 12
    groups = [board_group(summary) for summary in county.readmodel.board("county")]
    assert sorted(groups) == ["arrived", "arrived", "coming", "coming", "coming", "finished"]


def test_a_second_start_adds_nothing(county: Hub) -> None:
    before = county.store.info("archive").update_seq
    passwords = ensure_demo(county)
    assert county.store.info("archive").update_seq == before
    assert ensure_demo(county) == passwords


def test_passwords_open_the_accounts_and_lie_in_a_closed_file(county: Hub) -> None:
    path = county.settings.instance / "demo-credentials.json"
    credentials = orjson.loads(path.read_bytes())
    expected = ["paramedic", "paramedic2", "nurse", "nurse2", "doctor", "specialist", "commander", "quality", "admin"]
    assert sorted(credentials) == sorted(expected)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    staff = county.accounts.check_password("nurse", credentials["nurse"], "test")
    assert (staff.role, staff.sites) == ("nurse", ("county",))


def test_no_document_of_the_county_has_a_clinical_problem(county: Hub) -> None:
    for summary in all_summaries(county):
        for document in county.readmodel.documents(summary["encounter"]):
            assert document_problems(document, county.catalogue) == [], document["_id"]


def test_the_stories_hold_what_they_tell(county: Hub) -> None:
    by_name = {(s["patient"]["name"] or s["patient"]["temporary_name"]): s for s in all_summaries(county)}
    stroke = by_name["赵示一"]
    assert stroke["scores"]["nihss"]["total"] == 14
    assert stroke["acknowledgements"] and stroke["critical_newer"] > 0
    assert by_name["钱示二"]["prealert"] and not by_name["钱示二"]["acknowledgements"]
    assert by_name["青隼 27"]["patient"]["name"] is None
    assert by_name["周示五"]["limits"] == "none"
    assert by_name["褚示十"]["onset"]["state"] == "wake_up"
    reasons = {s["closure"]["reason"] for s in by_name.values() if s["closure"]}
    assert reasons == {"handed_over", "not_transported", "died"}


def test_a_dead_patient_reached_no_hospital_but_is_in_archive(county: Hub) -> None:
    died = next(s for s in all_summaries(county) if s["closure"] and s["closure"]["reason"] == "died")
    assert county.readmodel.group(died["encounter"]).members == ("unit_a102",)


def test_the_fast_phone_does_not_shift_times_on_the_board(county: Hub) -> None:
    trauma = next(s for s in all_summaries(county) if s["patient"]["name"] == "钱示二")
    folded = county.readmodel.encounter(trauma["encounter"])
    assert folded is not None
    raw = next(d for d in county.readmodel.documents(trauma["encounter"]) if d["kind"] == "encounter")
    assert raw["occurred_at"] > folded["opened_at"]
    assert raw["clock"]["offset_ms"] < -180_000


def test_every_time_node_of_the_county_is_in_the_catalogue(county: Hub) -> None:
    used = {node["node"] for summary in all_summaries(county) for node in summary["time_nodes"]}
    assert used <= set(county.catalogue.entries["time_nodes"])


def test_photographs_are_pictures_and_thumbnails_are_small(county: Hub) -> None:
    photos = [photo for summary in all_summaries(county) for photo in summary["photos"]]
    assert len(photos) >= 4
    for photo in photos:
        attachment = county.store.open_attachment("archive", photo["thumbnail"], "bytes")
        picture = Image.open(io.BytesIO(b"".join(attachment.chunks())))
        assert (picture.format, picture.width) == ("JPEG", pictures.THUMBNAIL_WIDTH)
        assert attachment.length < 60_000


def test_a_hub_that_is_no_demo_has_no_county(make_app: Callable[..., Flask]) -> None:
    hub: Hub = make_app(demo=False).extensions["greenlane"]
    assert hub.store.info("archive").doc_count == 0
    assert not hub.accounts.store.has_staff()
