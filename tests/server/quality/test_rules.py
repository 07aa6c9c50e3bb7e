"""Indicators over many encounters: what is missing or negative is never counted as success."""

from typing import Any

from server.quality.rules import count_within, interval_statistics, measured_minutes, percentile

INDICATOR: dict[str, Any] = {
    "id": "st_dnt",
    "label": {"zh": "入门至溶栓", "en": "Door to needle"},
    "from_node": "hospital_door",
    "to_node": "needle",
    "target_minutes": 60,
    "comparison": "<=",
}


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


def test_percentiles_lie_between_neighbours() -> None:
    assert percentile([10.0, 20.0], 0.5) == 15.0
    assert percentile([10.0], 0.9) == 10.0
    assert percentile([], 0.5) is None


def test_an_interval_needs_both_of_its_nodes() -> None:
    def node(at: str) -> dict[str, Any]:
        entry = {"id": "x", "at": at, "basis": "measured", "error_ms": 10, "recorded_at": at}
        return {"at": at, "precision": "exact", "reason": None, "entry": entry}

    nodes = {"hospital_door": {}, "needle": {}}
    door = {"hospital_door": [node("2026-11-21T10:00:00.000Z")]}
    assert measured_minutes([INDICATOR], {"time_nodes": door}, nodes) == {}
    both = {**door, "needle": [node("2026-11-21T10:45:30.000Z")]}
    assert measured_minutes([INDICATOR], {"time_nodes": both}, nodes) == {"st_dnt": 45.5}
