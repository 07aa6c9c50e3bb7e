"""The rules of pathways, by the vectors that the phone runs too."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from server.catalogue import Catalogue
from server.pathways.rules import evaluate_indicator, interval_minutes, next_step, onset_timer, stations, with_symptom

ROOT = Path(__file__).parents[3]
CATALOGUE = Catalogue.load(ROOT / "static/catalogue")
VECTORS = json.loads((ROOT / "tests/vectors/pathways/rules.json").read_text("utf-8"))


def named(part: str) -> list[Any]:
    return [pytest.param(vector, id=vector["name"]) for vector in VECTORS[part]]


@pytest.mark.parametrize("vector", named("intervals"))
def test_an_interval_is_minutes_or_the_reason_why_there_are_none(vector: dict[str, Any]) -> None:
    found = interval_minutes(vector["folded"], vector["from"], vector["to"], CATALOGUE.time_nodes)
    assert found == vector["expected"]


@pytest.mark.parametrize("vector", named("lines"))
def test_the_line_of_stations_says_where_a_patient_is(vector: dict[str, Any]) -> None:
    line = stations(
        CATALOGUE.pathways[vector["pathway"]],
        vector["folded"],
        datetime.fromisoformat(vector["now"]),
        indicators=CATALOGUE.indicators,
        time_nodes=CATALOGUE.time_nodes,
        shown=vector["shown"],
    )
    assert len(line) == len(vector["expected"])
    for station, expected in zip(line, vector["expected"], strict=True):
        assert {key: station[key] for key in expected} == expected


@pytest.mark.parametrize("vector", named("steps"))
def test_the_next_step_is_the_first_that_still_makes_sense(vector: dict[str, Any]) -> None:
    symptom = CATALOGUE.symptoms.get(vector.get("symptom", ""))
    pathway = with_symptom(CATALOGUE.pathways[vector["pathway"]], symptom)
    step = next_step(pathway, vector["folded"], CATALOGUE.time_nodes, side=vector["side"])
    assert (step and [step["kind"], step["ref"]]) == vector["expected"]


@pytest.mark.parametrize("vector", named("timers"))
def test_the_onset_timer_runs_only_from_a_known_time(vector: dict[str, Any]) -> None:
    pathway = CATALOGUE.pathways[vector["pathway"]]
    assert onset_timer(pathway, vector["folded"], datetime.fromisoformat(vector["now"])) == vector["expected"]


def test_every_pathway_puts_an_empty_record_at_a_first_station_and_a_first_step() -> None:
    now = datetime.fromisoformat("2026-11-21T13:00:00+00:00")
    for pathway in CATALOGUE.pathways.values():
        line = stations(pathway, {}, now, indicators=CATALOGUE.indicators, time_nodes=CATALOGUE.time_nodes)
        assert [station["is_next"] for station in line].index(True) == 0
        assert next_step(pathway, {}, CATALOGUE.time_nodes) is not None


def test_an_interval_on_its_target_is_within_it() -> None:
    entry = {"id": "x", "basis": "measured", "error_ms": 0}
    nodes = {
        "hospital_door": [{"at": "2026-11-21T13:00:00.000Z", "precision": "exact", "entry": entry}],
        "needle": [{"at": "2026-11-21T14:00:00.000Z", "precision": "exact", "entry": entry}],
    }
    on_target = evaluate_indicator(CATALOGUE.indicators["st_dnt"], {"time_nodes": nodes})
    assert (on_target["minutes"], on_target["is_within"]) == (60, True)
    nodes["needle"][0]["at"] = "2026-11-21T14:00:00.001Z"
    assert evaluate_indicator(CATALOGUE.indicators["st_dnt"], {"time_nodes": nodes})["is_within"] is False
    nodes["needle"][0]["at"] = "2026-11-21T12:59:00.000Z"
    assert evaluate_indicator(CATALOGUE.indicators["st_dnt"], {"time_nodes": nodes})["is_within"] is None
