"""The hub's clock and the one written form of an instant."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from server.clock import from_ms, parse_iso, to_iso


def test_an_instant_is_written_in_milliseconds_and_utc() -> None:
    assert to_iso(datetime(2026, 11, 21, 9, 31, 5, 120_000, UTC)) == "2026-11-21T09:31:05.120Z"


def test_another_zone_is_brought_to_utc() -> None:
    instant = parse_iso("2026-11-21T17:31:05.120+08:00")
    assert instant is not None and to_iso(instant) == "2026-11-21T09:31:05.120Z"


@pytest.mark.parametrize("text", ["", "yesterday", "2026-11-21T09:31:05", 5, None, "2026-13-01T00:00:00Z"])
def test_what_cannot_be_compared_is_none(text: object) -> None:
    assert parse_iso(text) is None


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:00:00-05:00"])
def test_what_leaves_the_calendar_on_its_way_to_utc_is_none(text: str) -> None:
    assert parse_iso(text) is None


def test_milliseconds_come_back_as_they_were() -> None:
    assert to_iso(from_ms(1_795_306_542_027)) == "2026-11-22T00:15:42.027Z"
