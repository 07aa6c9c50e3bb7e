"""The invented county: made once, through the same delivery as a phone's, complete enough to look alive."""

from __future__ import annotations

import io
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from flask import Flask
from PIL import Image

from server.board.rules import board_group
from server.clock import to_iso
from server.demo import ensure_demo, pictures
from server.demo.crew import PHONE_101, head_for, known_patient, set_out, unknown_falcon
from server.demo.demo import deliver
from server.demo.scribe import Story
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


def coming(hub: Hub) -> list[dict[str, Any]]:
    return [summary for summary in hub.readmodel.board("county") if board_group(summary) == "coming"]


def test_there_are_thirteen_patients_and_the_county_sees_four_coming(county: Hub) -> None:
    assert len(all_summaries(county)) == 13
    groups = [board_group(summary) for summary in county.readmodel.board("county")]
    assert sorted(groups) == ["arrived", "arrived", "coming", "coming", "coming", "coming", "finished"]


def test_of_those_coming_one_alert_waits_and_one_patient_has_no_level(county: Hub) -> None:
    on_the_way = coming(county)
    assert sorted((one["triage"] or {"level": 0})["level"] for one in on_the_way) == [0, 1, 2, 2]
    assert [one["acknowledgements"] for one in on_the_way].count([]) == 1
    assert all(one["prealert"] for one in on_the_way)
    now = to_iso(county.clock.now())
    assert all(one["eta_at"] > now for one in on_the_way)


def test_a_heart_attack_on_the_way_has_its_ecg(county: Hub) -> None:
    (stemi,) = [one for one in coming(county) if one["pathway"] == "chest_pain"]
    (photo,) = stemi["photos"]
    assert photo["purpose"] == "ecg"
    folded = county.readmodel.encounter(stemi["encounter"])
    assert folded is not None
    renditions = folded["media"][0]["renditions"]
    assert sorted(renditions) == ["original", "thumbnail"]
    for rendition in renditions.values():
        assert county.store.open_attachment("archive", rendition, "bytes").length > 1000


def test_chips_of_the_county_are_in_the_catalogue(county: Hub) -> None:
    known = {chip["id"] for group in county.catalogue.entries["chips"].values() for chip in group["chips"]}
    used: set[str] = set()
    for summary in all_summaries(county):
        used |= set((summary["complaint"] or {"chips": []})["chips"])
        folded = county.readmodel.encounter(summary["encounter"])
        assert folded is not None
        for history in folded["histories"]:
            for field in ("past", "allergies", "medications"):
                used |= set(history.get(field, []))
    assert {"penicillin", "warfarin", "crushing_pain"} <= used <= known


def test_whoever_is_on_the_way_again_is_somebody_else_in_every_wave() -> None:
    def people(wave: int) -> set[str]:
        told = [known_patient(name, "male", "1980-01-01", "115", wave=wave) for name in ("赵示一", "钱示二", "蒋示乙")]
        return {one["name"] for one in told} | {unknown_falcon(wave)}

    for wave in range(1, 97):
        assert len(people(wave)) == 4
        assert people(wave).isdisjoint(people(0)), wave
        assert people(wave).isdisjoint(people(wave % 96 + 1)), wave


def test_a_start_after_six_hours_has_patients_on_the_way_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from server import create_app
    from server.settings import Settings

    hub: Hub = create_app(Settings(instance=tmp_path / "i", demo=True, bind="127.0.0.1")).extensions["greenlane"]
    ensure_demo(hub)
    first, begun = coming(hub), hub.clock.now()

    def start_again(**later: float) -> list[dict[str, Any]]:
        monkeypatch.setattr(hub.clock, "now", lambda: begun + timedelta(**later))
        ensure_demo(hub)
        return coming(hub)

    assert start_again(hours=5) == first
    before = hub.store.info("archive").update_seq
    fresh = start_again(hours=7)
    assert {one["encounter"] for one in fresh}.isdisjoint(one["encounter"] for one in first)
    assert len(fresh) == 4 and all(one["eta_at"] > to_iso(begun + timedelta(hours=7)) for one in fresh)
    names = {one["patient"]["name"] or one["patient"]["temporary_name"] for one in (*first, *fresh)}
    assert len(names) == 8
    assert hub.store.info("archive").update_seq != before
    after = hub.store.info("archive").update_seq
    start_again(hours=7, minutes=10)
    assert hub.store.info("archive").update_seq == after
    for summary in all_summaries(hub):
        for document in hub.readmodel.documents(summary["encounter"]):
            assert document_problems(document, hub.catalogue) == [], document["_id"]
    hub.close()


def test_a_visitors_patient_is_left_alone_when_the_county_is_filled_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server import create_app
    from server.settings import Settings

    hub: Hub = create_app(Settings(instance=tmp_path / "i", demo=True, bind="127.0.0.1")).extensions["greenlane"]
    ensure_demo(hub)
    begun = hub.clock.now()
    story = Story(begun, hub.catalogue)
    visitor = replace(PHONE_101, device="d-visitor")
    set_out(story, visitor, "general", "other")
    head_for(story, visitor, 1, "county", story.at(20))
    deliver(hub, [story])
    monkeypatch.setattr(hub.clock, "now", lambda: begun + timedelta(hours=8))
    ensure_demo(hub)
    assert story.encounter in {one["encounter"] for one in coming(hub)}
    assert len(coming(hub)) == 5
    hub.close()


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
