"""Shares: who counts, what must be known, what is a success."""

from pathlib import Path
from typing import Any

import pytest

from server.catalogue import Catalogue
from server.catalogue.checks import CONDITION_SHAPES, condition_fault
from server.quality.rules import statistics
from server.quality.shares import CONDITIONS, NO_SUCCESS, NOT_KNOWN, SUCCESS, share_of_one

CATALOGUE = Catalogue.load(Path(__file__).parents[3] / "static/catalogue")


def patient(unit: str | None = "a101", scores: dict[str, Any] | None = None, **nodes: str) -> dict[str, Any]:
    """A folded record with times like needle="10:30"."""
    return {
        "unit": unit,
        "scores": scores or {},
        "time_nodes": {
            node: [{"at": f"2026-11-21T{at}:00.000Z", "precision": "exact", "entry": {"id": node}}]
            for node, at in nodes.items()
        },
    }


def share(indicator: str, folded: dict[str, Any]) -> float | None:
    return share_of_one(CATALOGUE.indicators[indicator]["rule"], folded, CATALOGUE.time_nodes)


STEMI = {"stemi_lysis": [{"inputs": {"st_elevation_criteria": True}, "entry": {"id": "x"}}]}


@pytest.mark.parametrize(
    ("indicator", "folded", "expected"),
    [
        ("cp_r_ecg_tx", patient(scores=STEMI, ecg_transmitted="10:00", hospital_door="10:20"), SUCCESS),
        ("cp_r_ecg_tx", patient(scores=STEMI, ecg_transmitted="10:30", hospital_door="10:20"), NO_SUCCESS),
        ("cp_r_ecg_tx", patient(wire_cross="11:00"), NO_SUCCESS),
        ("cp_r_ecg_tx", patient(scores={"stemi_lysis": [{"inputs": {"st_elevation_criteria": 1}}]}), None),
        ("cp_r_ecg_tx", patient(unit=None, scores=STEMI, ecg_transmitted="10:00"), None),
        ("cp_r_ecg_tx", patient(ecg_transmitted="10:00"), None),
        ("cp_r_bypass", patient(cathlab_arrive="10:30", wire_cross="11:00"), SUCCESS),
        ("cp_r_bypass", patient(ed_enter="10:10", cathlab_arrive="10:30", wire_cross="11:00"), NO_SUCCESS),
        ("cp_r_bypass", patient(cathlab_arrive="10:30", wire_cross="11:00", icu_arrive="12:00"), SUCCESS),
        ("cp_r_bypass", patient(wire_cross="11:00"), NOT_KNOWN),
        ("cp_r_bypass", patient(cathlab_arrive="10:30"), None),
        ("cp_r_bypass", patient(needle="10:00", cathlab_arrive="12:00", wire_cross="12:30"), None),
        (
            "cp_r_walkin_bypass",
            patient(unit=None, ed_enter="10:00", cathlab_arrive="10:30", wire_cross="11:00"),
            SUCCESS,
        ),
        (
            "cp_r_walkin_bypass",
            patient(unit=None, icu_arrive="10:20", cathlab_arrive="10:30", wire_cross="11:00"),
            NO_SUCCESS,
        ),
        ("cp_r_walkin_bypass", patient(cathlab_arrive="10:30", wire_cross="11:00"), None),
        ("ph_prenotify", patient(leave_scene="10:05", hospital_prenotify="10:00", hospital_door="10:20"), SUCCESS),
        ("ph_prenotify", patient(hospital_prenotify="10:20", hospital_door="10:20"), NO_SUCCESS),
        ("ph_prenotify", patient(hospital_door="10:20"), NO_SUCCESS),
        ("ph_prenotify", patient(hospital_prenotify="10:00"), None),
    ],
)
def test_a_patient_is_a_success_or_not_or_does_not_count(
    indicator: str, folded: dict[str, Any], expected: float | None
) -> None:
    assert share(indicator, folded) == expected


def test_a_share_is_of_those_of_whom_enough_is_known() -> None:
    found = statistics(CATALOGUE.indicators["cp_r_bypass"], {"cp_r_bypass:share": [-1.0, 0.0, 0.0, 1.0]}, 9)
    assert (found["n"], found["missing"], found["share"], found["is_met"]) == (3, 1, 0.3333, True)
    none = statistics(CATALOGUE.indicators["cp_r_bypass"], {"cp_r_bypass:share": [-1.0]}, 9)
    assert (none["n"], none["share"], none["is_met"]) == (0, None, None)


def test_every_condition_that_a_file_may_use_can_be_evaluated() -> None:
    assert set(CONDITION_SHAPES) == set(CONDITIONS)


@pytest.mark.parametrize(
    "condition",
    [
        {"recorded": 3},
        {"before": ["needle"]},
        {"arrived_by": "helicopter"},
        {"any": []},
        {"any": [{"magic": 1}]},
        {"answered": {"score": "gcs"}},
        {"recorded": "needle", "before": ["a", "b"]},
        "recorded",
    ],
)
def test_a_condition_that_cannot_be_evaluated_is_a_fault(condition: Any) -> None:
    assert condition_fault([condition]) is not None
