"""The projection follows archive, can be thrown away, and says the same whatever came first."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy

from server.catalogue import Catalogue
from server.hub import Hub
from server.readmodel import ReadModel, database
from server.readmodel.projection import project, searched_words, standing_of_places
from server.readmodel.queries import Wanted
from sync.errors import SyncError
from tests.server.encounters.hospital import (
    ENCOUNTER,
    OTHER,
    add_places,
    deliver,
    document,
    stroke,
)


@pytest.fixture
def hospital(hub: Hub, password_hash: str) -> Hub:
    add_places(hub, password_hash)
    return hub


def rows(model: ReadModel) -> dict[str, list[Any]]:
    """Everything in the database but the checkpoint."""
    found = {}
    with model._engine.connect() as connection:
        for table in ("encounters", "places", "words", "intervals"):
            text = sqlalchemy.text(f"SELECT * FROM {table}")
            found[table] = sorted(map(repr, connection.execute(text)))
    return found


def test_a_rebuild_gives_what_following_gave(hospital: Hub) -> None:
    for one in stroke():
        deliver(hospital, "crew", "unit_a101", [one])
    deliver(hospital, "crew2", "unit_a102", stroke(OTHER, "a102", "李示例"))
    followed = rows(hospital.readmodel)
    assert len(followed["encounters"]) == 2
    seen: list[tuple[int, int]] = []
    assert hospital.readmodel.rebuild(lambda done, pending: seen.append((done, pending))) == 2
    assert rows(hospital.readmodel) == followed
    assert seen[-1] == (2, 0)


def test_a_model_opened_again_goes_on_from_its_checkpoint(hospital: Hub) -> None:
    deliver(hospital, "crew", "unit_a101", stroke())
    again = ReadModel(hospital.settings.read_model_url, hospital.store, hospital.catalogue, hospital.clock)
    assert again.catch_up() == 0
    deliver(hospital, "crew", "unit_a101", [document("vitals", 9, {"hr": 70})])
    assert [s["vitals"]["hr"] for s in again.board("county")] == [70]


def test_other_definitions_or_another_store_project_everything_again(hospital: Hub, catalogue: Catalogue) -> None:
    deliver(hospital, "crew", "unit_a101", stroke())
    changed = Catalogue.load(hospital.settings.catalogue_folder)
    changed.vitals["sbp"] = {**changed.vitals["sbp"], "adult_alarm": {"low": 90, "high": 200}}
    again = ReadModel(hospital.settings.read_model_url, hospital.store, changed, hospital.clock)
    assert again.catch_up() == 1
    assert again.board("county")[0]["alarms"] == {}


def test_a_lost_database_is_projected_anew(hospital: Hub, tmp_path: Any) -> None:
    deliver(hospital, "crew", "unit_a101", stroke())
    fresh = ReadModel(f"sqlite:///{tmp_path / 'other.sqlite'}", hospital.store, hospital.catalogue, hospital.clock)
    assert fresh.catch_up() == 1
    assert rows(fresh) == rows(hospital.readmodel)


def test_listeners_hear_each_changed_encounter_after_it_can_be_read(hospital: Hub) -> None:
    heard: list[tuple[str, int, frozenset[str], str | None]] = []

    def listen(encounter: str, summary: dict[str, Any], sites: frozenset[str], unit: str | None) -> None:
        assert hospital.readmodel.board("county")[0]["documents"] == summary["documents"]
        heard.append((encounter, summary["documents"], sites, unit))

    hospital.readmodel.on_change(listen)
    deliver(hospital, "crew", "unit_a101", stroke())
    assert heard == [(ENCOUNTER, 5, frozenset({"county"}), "a101")]


def test_a_finished_patient_stays_on_the_board_for_a_day(hospital: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(hospital, "crew", "unit_a101", stroke())
    closure = document("closure", 30, {"state": "closed", "reason": "handed_over"})
    deliver(hospital, "crew", "unit_a101", [closure])
    from server.clock import parse_iso

    for now, expected in (("2026-11-22T09:29:59Z", 1), ("2026-11-22T09:30:01Z", 0)):
        monkeypatch.setattr(hospital.clock, "now", lambda now=now: parse_iso(now))
        assert len(hospital.readmodel.board("county")) == expected
    assert len(hospital.readmodel.search(Wanted(places=("site_county",)))[0]) == 1


def test_a_failure_while_writing_leaves_the_page_for_the_next_round(
    hospital: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = ReadModel(
        "sqlite:///" + str(hospital.settings.instance / "second.sqlite"), hospital.store, hospital.catalogue
    )
    deliver(hospital, "crew", "unit_a101", stroke())

    def fail(*_arguments: Any) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(database, "write_checkpoints", fail)
        with pytest.raises(OSError, match="disk"):
            model.catch_up()
    assert model.board("county") == []
    assert model.catch_up() == 1
    assert len(model.board("county")) == 1


def test_places_are_what_the_router_says_not_what_documents_say(catalogue: Catalogue) -> None:
    projected = project(stroke(), (), {}, catalogue)
    assert projected.places == {}
    assert projected.row["receiving_site"] is None


def test_where_an_encounter_began_is_not_its_board_once_it_goes_elsewhere() -> None:
    facts = {"destination": {"site": "site_county"}}
    assert standing_of_places(("site_east", "site_county"), facts) == {"site_east": False, "site_county": True}
    assert standing_of_places(("site_east",), {}) == {"site_east": True}


def test_a_patient_is_found_by_any_part_of_a_name_and_the_last_four() -> None:
    patient = {"name": "欧阳示例", "id_number": "33000019900307001X"}
    summary = {"encounter": ENCOUNTER, "patient": patient, "wristbands": ["GLW1M9S346Q3D25V6"]}
    words = searched_words(summary)
    number = {"33000019900307001x", "001x"}
    assert {"欧阳示例", "阳示例", "示例", "例", *number, "glw1m9s346q3d25v6", ENCOUNTER.lower()} == words


def test_many_pages_of_changes_are_followed_to_the_end(hospital: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.readmodel.read_model.PAGE", 3)
    deliver(hospital, "crew", "unit_a101", stroke())
    deliver(hospital, "crew2", "unit_a102", stroke(OTHER, "a102"))
    assert len(hospital.readmodel.search(Wanted())[0]) == 2
    assert hospital.readmodel.board("county")[0]["documents"] == 5


def test_a_common_surname_finds_the_same_as_a_rare_one(hospital: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver(hospital, "crew", "unit_a101", stroke())
    deliver(hospital, "crew2", "unit_a102", stroke(OTHER, "a102", "张大"))
    wanted = [
        Wanted(text="张"),
        Wanted(("site_county",), text="张"),
        Wanted(("unit_a101", "unit_a102"), text="示"),
        Wanted(("site_east",), text="张"),
        Wanted(("site_county",), text="李"),
        Wanted(("site_county", "unit_a101"), text="张", limit=1),
        Wanted(text="张", from_at="2026-11-21T09:02:00.000Z"),
    ]
    by_word = [hospital.readmodel.search(one) for one in wanted]
    monkeypatch.setattr("server.readmodel.queries.COMMON_FROM", 1)
    assert [hospital.readmodel.search(one) for one in wanted] == by_word
    assert [len(found) for found, _ in by_word] == [2, 2, 1, 0, 0, 1, 0]
    page, following = by_word[5]
    assert following is not None and page[0]["encounter"] == OTHER
    second, _ = hospital.readmodel.search(Wanted(("site_county",), text="张", limit=1, before=following))
    assert [summary["encounter"] for summary in second] == [ENCOUNTER]


def test_a_damaged_model_is_set_aside_and_made_anew(hospital: Hub) -> None:
    deliver(hospital, "crew", "unit_a101", stroke())
    before = rows(hospital.readmodel)
    hospital.readmodel.close()
    path = hospital.settings.instance / "readmodel.sqlite"
    path.write_bytes(b"this is no database " * 500)
    again = ReadModel(hospital.settings.read_model_url, hospital.store, hospital.catalogue, hospital.clock)
    assert "damaged" in again.trouble
    with pytest.raises(SyncError) as refused:
        again.board("county")
    assert refused.value.status == 503
    assert again.catch_up() == 1
    assert again.trouble == ""
    assert rows(again) == before
    assert (path.parent / "readmodel.sqlite.damaged").read_bytes().startswith(b"this is no database")


def test_damage_that_is_met_while_serving_is_mended_while_serving(hospital: Hub) -> None:
    deliver(hospital, "crew", "unit_a101", stroke())
    model = hospital.readmodel
    before = rows(model)
    with model._engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    path = hospital.settings.instance / "readmodel.sqlite"
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(SyncError) as refused:
        model.board("county")
    assert (refused.value.status, "made anew" in refused.value.reason) == (503, True)
    model.catch_up()
    assert model.trouble == ""
    assert rows(model) == before
