"""Blocks of whole months say exactly what the rows say, before and after every change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from server.clock import to_iso
from server.readmodel import database
from server.readmodel.interval_blocks import Asked, fill_month, minutes, missing_months, whole_months
from server.readmodel.projection import Projected
from server.readmodel.tables import interval_blocks

INDICATORS = ("door_to_needle", "door_to_ct")
YEAR = ("2026-01-15T00:00:00.000Z", "2027-01-10T08:00:00.000Z")


@pytest.fixture
def engine(tmp_path: Any) -> Iterator[Engine]:
    opened = database.open_engine(f"sqlite:///{tmp_path / 'model.sqlite'}")
    yield opened
    opened.dispose()


def encounter(number: int, opened_at: str, value: float, *, site: str = "county", pathway: str = "stroke") -> Projected:
    row = {
        "encounter": f"E{number}",
        "state": "closed",
        "pathway": pathway,
        "unit": "a101",
        "receiving_site": site,
        "opened_at": opened_at,
        "closed_at": opened_at,
        "problems": 0,
        "summary": "{}",
    }
    return Projected(f"E{number}", row, {"identifiers": []}, {}, frozenset(), {"door_to_needle": value}, frozenset())


def asked(site: str | None = None, pathway: str = "stroke", span: tuple[str, str] = YEAR) -> Asked:
    return Asked(INDICATORS, pathway, site, *span)


def through_blocks(engine: Engine, question: Asked) -> list[float]:
    for month in missing_months(engine, question):
        fill_month(engine, question, month)
    assert missing_months(engine, question) == []
    found = minutes(engine, question)
    assert found["door_to_ct"] == []
    return found["door_to_needle"]


PATIENTS = [
    encounter(1, "2026-01-14T23:59:59.999Z", 1.5),
    encounter(2, "2026-01-15T00:00:00.000Z", 99.25),
    encounter(3, "2026-02-01T00:00:00.000Z", -3.0),
    encounter(4, "2026-02-28T23:59:59.999Z", 44.0, site="east"),
    encounter(5, "2026-12-31T23:59:59.999Z", 12.0),
    encounter(6, "2027-01-10T07:59:59.999Z", 50.0),
    encounter(7, "2027-01-10T08:00:00.000Z", 2.0),
    encounter(8, "2026-06-05T00:00:00.000Z", 7.0, pathway="trauma"),
]


def test_blocks_and_rows_say_the_same(engine: Engine) -> None:
    database.write_page(engine, PATIENTS, {"seq": "1"})
    for question in (asked(), asked("county"), asked("east"), asked("west"), asked(pathway="trauma")):
        by_rows = minutes(engine, question)["door_to_needle"]
        assert through_blocks(engine, question) == by_rows
    assert through_blocks(engine, asked()) == [-3.0, 12.0, 44.0, 50.0, 99.25]
    assert through_blocks(engine, asked("east")) == [44.0]


def test_a_later_change_is_counted_also_when_it_moves_the_patient(engine: Engine) -> None:
    database.write_page(engine, PATIENTS, {"seq": "1"})
    for question in (asked(), asked("east"), asked(pathway="trauma")):
        through_blocks(engine, question)
    database.write_page(engine, [encounter(4, "2026-02-28T23:59:59.999Z", 46.0)], {"seq": "2"})
    assert through_blocks(engine, asked("east")) == []
    database.write_page(engine, [encounter(3, "2026-02-01T00:00:00.000Z", 5.0, pathway="trauma")], {"seq": "3"})
    database.write_page(engine, [encounter(5, "2026-03-01T00:00:00.000Z", 13.0)], {"seq": "4"})
    assert through_blocks(engine, asked()) == [13.0, 46.0, 50.0, 99.25]
    assert through_blocks(engine, asked(pathway="trauma")) == [5.0, 7.0]


def test_what_was_not_touched_keeps_its_blocks(engine: Engine) -> None:
    database.write_page(engine, PATIENTS, {"seq": "1"})
    through_blocks(engine, asked())
    database.write_page(engine, [encounter(9, "2026-07-07T00:00:00.000Z", 1.0)], {"seq": "2"})
    assert missing_months(engine, asked()) == ["2026-07"]


def test_emptying_the_model_leaves_no_block(engine: Engine) -> None:
    database.write_page(engine, PATIENTS, {"seq": "1"})
    through_blocks(engine, asked())
    database.empty(engine)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(interval_blocks)).scalar_one() == 0
    assert through_blocks(engine, asked()) == []


def test_whole_months_are_those_that_lie_within() -> None:
    assert whole_months("2026-01-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z") == ["2026-01", "2026-02"]
    assert whole_months("2026-01-01T00:00:00.001Z", "2026-02-28T23:59:59.999Z") == []
    assert whole_months("2025-11-30T10:00:00.000Z", "2026-02-01T00:00:00.000Z") == ["2025-12", "2026-01"]


TIMES = st.integers(1_577_836_800, 1_767_225_600).map(lambda second: to_iso(datetime.fromtimestamp(second, UTC)))


@given(TIMES, TIMES)
def test_whole_months_never_reach_beyond_the_time_asked_for(from_at: str, to_at: str) -> None:
    for month in whole_months(from_at, to_at):
        assert from_at <= f"{month}-01T00:00:00.000Z"
        assert f"{month}-31T23:59:59.999Z" <= to_at or month < to_at[:7]
