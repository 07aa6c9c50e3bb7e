"""Indicators over many encounters: what is missing or negative is never counted as success, and clocks are doubted."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.catalogue import Catalogue
from server.pathways.rules import evaluate_indicator
from server.quality.rules import (
    count_within,
    indicators_for,
    indicators_of,
    interval_statistics,
    keys_of,
    measurements,
    percentile,
    statistics,
)

CATALOGUE = Catalogue.load(Path(__file__).parents[3] / "static/catalogue")
NODES = CATALOGUE.time_nodes
INDICATOR: dict[str, Any] = {
    "id": "st_dnt",
    "kind": "interval",
    "label": {"zh": "入门至溶栓", "en": "Door to needle"},
    "from_node": "hospital_door",
    "to_node": "needle",
    "target_minutes": 60,
    "comparison": "<=",
}
SHORT = {**INDICATOR, "id": "tr_resus", "to_node": "resus_start", "target_minutes": 5}


def head(at: str, basis: str = "measured", error_ms: int | None = 10, device: str | None = "d-1") -> list[Any]:
    entry = {"id": "x", "at": at, "basis": basis, "error_ms": error_ms, "device": device, "recorded_at": at}
    return [{"at": at, "precision": "exact", "reason": None, "entry": entry}]


def on(time: str, **of: Any) -> list[Any]:
    return head(f"2026-11-21T{time}.000Z", **of)


def measured(indicator: dict[str, Any], **nodes: list[Any]) -> dict[str, float]:
    return measurements([indicator], {"time_nodes": nodes}, NODES)


def test_missing_and_negative_intervals_are_not_among_the_counted() -> None:
    found = interval_statistics(INDICATOR, [-5.0, 30.0, 50.0, 90.0], encounters=6)
    assert (found["n"], found["missing"], found["negative"]) == (3, 2, 1)
    assert (found["median_minutes"], found["within_target"]) == (50.0, 0.6667)


def test_nothing_measured_gives_no_median_and_no_share() -> None:
    found = interval_statistics(INDICATOR, [], encounters=4)
    assert (found["n"], found["missing"], found["median_minutes"], found["within_target"]) == (0, 4, None, None)


def test_without_a_target_there_is_no_share() -> None:
    assert interval_statistics({**INDICATOR, "target_minutes": None}, [5.0], 1)["within_target"] is None


def test_a_target_is_met_on_the_minute_and_not_beyond() -> None:
    assert count_within(INDICATOR, [0.0, 59.99, 60.0, 60.0, 60.01]) == 4
    assert count_within({**INDICATOR, "comparison": "<"}, [0.0, 59.99, 60.0, 60.0, 60.01]) == 2
    assert interval_statistics(INDICATOR, [60.01, -1.0, 60.0], 3)["within_target"] == 0.5


def test_what_comes_before_its_window_is_no_success() -> None:
    lysis_to_angiography = CATALOGUE.indicators["cp_lysis2angio"]
    assert count_within(lysis_to_angiography, [30.0, 119.9, 120.0, 1440.0, 1440.1]) == 2
    early = {"needle": on("10:00:00"), "angio_start": on("10:30:00")}
    assert evaluate_indicator(lysis_to_angiography, {"time_nodes": early})["is_within"] is False


@given(st.lists(st.floats(0, 3000, allow_nan=False)), st.sampled_from(list(CATALOGUE.indicators.values())))
def test_counting_within_agrees_with_judging_each(minutes: list[float], indicator: dict[str, Any]) -> None:
    if indicator["kind"] != "interval" or indicator["target_minutes"] is None:
        return
    start = datetime(2026, 11, 21, tzinfo=UTC)
    verdicts = []
    for seconds in (round(minute * 60) for minute in minutes):
        end = (start + timedelta(seconds=seconds)).isoformat()
        nodes = {indicator["from_node"]: head(start.isoformat()), indicator["to_node"]: head(end)}
        found = evaluate_indicator(indicator, {"time_nodes": nodes}, {})
        verdicts.append((found["minutes"], found["is_within"]))
    assert count_within(indicator, sorted(minute for minute, _ in verdicts)) == sum(is_in for _, is_in in verdicts)


def test_percentiles_lie_between_neighbours() -> None:
    assert percentile([10.0, 20.0], 0.5) == 15.0
    assert percentile([10.0], 0.9) == 10.0
    assert percentile([], 0.5) is None


def test_an_interval_needs_both_of_its_nodes() -> None:
    assert measured(INDICATOR, hospital_door=on("10:00:00")) == {}
    assert measured(INDICATOR, hospital_door=on("10:00:00"), needle=on("10:45:30")) == {"st_dnt": 45.5}


def test_a_verdict_that_the_clocks_could_turn_is_unsure() -> None:
    door = on("10:00:00", error_ms=20_000)
    near = measured(INDICATOR, hospital_door=door, needle=on("11:00:15", error_ms=1_000))
    assert near == {"st_dnt": 60.25, "st_dnt:error": 21.0, "st_dnt:unsure": pytest.approx(0.35)}
    far = measured(INDICATOR, hospital_door=door, needle=on("11:05:00", error_ms=1_000))
    assert far == {"st_dnt": 65.0, "st_dnt:error": 21.0}
    told = measured(INDICATOR, hospital_door=on("10:00:00", basis="stated", error_ms=None), needle=on("11:00:15"))
    assert told == {"st_dnt": 60.25}


def test_a_short_interval_on_clocks_never_compared_is_left_out_and_counted() -> None:
    never = {"basis": "unmeasured", "error_ms": None}
    two = {"hospital_door": on("10:00:00", device="d-1"), "resus_start": on("10:03:00", device="d-2", **never)}
    assert measured(SHORT, **two) == {"tr_resus:unchecked": 3.0}
    one = {"hospital_door": on("10:00:00", **never), "resus_start": on("10:03:00", **never)}
    assert measured(SHORT, **one) == {"tr_resus": 3.0}, "on one device the clock's offset cancels out"
    longer = {"hospital_door": on("10:00:00"), "needle": on("10:30:00", **never)}
    assert measured(INDICATOR, **longer) == {"st_dnt": 30.0, "st_dnt:unmeasured": 30.0}
    values = {"tr_resus": [4.0], "tr_resus:unchecked": [3.0], "tr_resus:error": [2.0, 61.0], "tr_resus:unsure": [1.0]}
    found = statistics(SHORT, values, encounters=3)
    assert (found["n"], found["missing"], found["within_target"]) == (1, 1, 1.0)
    assert found["clock"] == {
        "unmeasured": 0,
        "unchecked": 1,
        "unsure": 1,
        "over_one_second": 2,
        "largest_error_seconds": 61.0,
    }


def test_an_aggregate_wants_both_the_mean_and_the_share() -> None:
    first_ecg = CATALOGUE.indicators["cp_fmc2ecg"]
    assert statistics(first_ecg, {"cp_fmc2ecg": [5.0, 8.0, 10.0, 12.0]}, 4)["aggregate"]["is_met"] is True
    one_long = statistics(first_ecg, {"cp_fmc2ecg": [5.0, 8.0, 9.0, 60.0]}, 4)["aggregate"]
    assert (one_long["mean_minutes"], one_long["is_met"]) == (20.5, False)
    few = statistics(first_ecg, {"cp_fmc2ecg": [1.0, 2.0, 11.0, 12.0]}, 4)["aggregate"]
    assert (few["mean_minutes"], few["is_met"]) == (6.5, False)
    assert statistics(first_ecg, {}, 4)["aggregate"]["is_met"] is None


def test_a_goal_beside_the_target_has_a_share_of_its_own() -> None:
    goals = statistics(CATALOGUE.indicators["st_dnt"], {"st_dnt": [25.0, 40.0, 55.0, 70.0]}, 4)
    assert goals["within_target"] == 0.75
    assert goals["goals"] == [{"minutes": 45, "within": 0.5}, {"minutes": 30, "within": 0.25}]


def test_every_indicator_of_the_catalogue_is_counted_somewhere() -> None:
    words = [*CATALOGUE.pathways, "mci"]
    counted = {one["id"] for word in words for one in indicators_of(CATALOGUE.indicators.values(), word)}
    assert counted == set(CATALOGUE.indicators)
    assert all(keys_of(indicator)[0] for indicator in CATALOGUE.indicators.values())
    for indicator in CATALOGUE.indicators.values():
        assert statistics(indicator, {}, 0)["n"] == 0


def test_an_encounter_of_an_incident_is_measured_for_it_too() -> None:
    folded = {
        "pathway": "trauma",
        "incident": "i-1",
        "time_nodes": {"mci_declared": on("10:00:00"), "first_triage_done": on("10:20:00")},
    }
    indicators = indicators_for(CATALOGUE.indicators.values(), folded)
    found = measurements(indicators, folded, NODES)
    assert found == {"encounters:mci": 1.0, "mci_triage": 20.0}
    without = {**folded, "incident": None}
    assert measurements(indicators_for(CATALOGUE.indicators.values(), without), without, NODES) == {}
