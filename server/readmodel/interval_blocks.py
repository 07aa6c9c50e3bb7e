"""Measured minutes of whole months, sorted and packed: quality over years reads hundreds of rows, not a million.

A block is made when it is first asked for, and thrown away by every write that touches its month and pathway. Exact:
nothing is rounded or sampled. Only questions about all sites together have blocks: the rows of one site are few. Months
that a question covers in part are read row by row.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, insert, select

from server.readmodel.tables import encounters, interval_blocks, intervals


@dataclass(frozen=True)
class Asked:
    """Values of a pathway at a site (None: of all, at all), opened from `from_at` until before `to_at`."""

    indicators: tuple[str, ...]
    pathway: str | None
    site: str | None
    from_at: str
    to_at: str

    @property
    def months(self) -> list[str]:
        """The months that have blocks."""
        is_whole = self.site is None and self.pathway is not None
        return whole_months(self.from_at, self.to_at) if is_whole else []


def month_after(month: str) -> str:
    """ "2026-12" -> "2027-01"."""
    year, number = int(month[:4]), int(month[5:7])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def start_of(month: str) -> str:
    return f"{month}-01T00:00:00.000Z"


def whole_months(from_at: str, to_at: str) -> list[str]:
    """The months that lie within a time as a whole."""
    month = from_at[:7] if from_at <= start_of(from_at[:7]) else month_after(from_at[:7])
    months = []
    while start_of(month_after(month)) <= to_at:
        months.append(month)
        month = month_after(month)
    return months


def missing_months(engine: Engine, asked: Asked) -> list[str]:
    """Whole months without all of their blocks."""
    months = asked.months
    if not months:
        return []
    with engine.connect() as connection:
        held = _blocks(connection, asked, months, interval_blocks.c.indicator, interval_blocks.c.month)
        known = {(indicator, month) for indicator, month in held}
    return [month for month in months if any((indicator, month) not in known for indicator in asked.indicators)]


def fill_month(engine: Engine, asked: Asked, month: str) -> None:
    """Make a month's blocks. Runs where rows are written, so that no block is older than its rows."""
    with engine.begin() as connection:
        found = _rows(connection, asked, [(start_of(month), start_of(month_after(month)))])
        key = {"pathway": asked.pathway, "month": month}
        connection.execute(delete(interval_blocks).where(*(interval_blocks.c[name] == key[name] for name in key)))
        packed = {one: array("d", sorted(found[one])).tobytes() for one in asked.indicators}
        if packed:
            rows = [{**key, "indicator": indicator, "minutes": block} for indicator, block in packed.items()]
            connection.execute(insert(interval_blocks), rows)


def minutes(engine: Engine, asked: Asked) -> dict[str, list[float]]:
    """All measured minutes by indicator, shortest first; from blocks where they are, else row by row."""
    months = asked.months
    packed: dict[str, dict[str, bytes]] = {}
    with engine.connect() as connection:
        if months:
            columns = (interval_blocks.c.indicator, interval_blocks.c.month, interval_blocks.c.minutes)
            for indicator, month, block in _blocks(connection, asked, months, *columns):
                packed.setdefault(month, {})[indicator] = block
        packed = {month: blocks for month, blocks in packed.items() if set(asked.indicators) <= blocks.keys()}
        found = _rows(connection, asked, spans_without(asked, sorted(packed)))
    for blocks in packed.values():
        for indicator in asked.indicators:
            found[indicator].frombytes(blocks[indicator])
    return {indicator: sorted(values) for indicator, values in found.items()}


def rare_values(engine: Engine, asked: Asked) -> dict[str, list[float]]:
    """Values that few patients have, all of them in one query; nothing of them is packed."""
    table = intervals.c
    here = _scope(asked, and_(table.indicator.in_(asked.indicators)))
    query = select(table.indicator, table.minutes).where(
        here, table.opened_at >= asked.from_at, table.opened_at < asked.to_at
    )
    found: dict[str, list[float]] = {indicator: [] for indicator in asked.indicators}
    with engine.connect() as connection:
        for indicator, value in connection.execute(query):
            found[indicator].append(value)
    return found


def spans_without(asked: Asked, months: Sequence[str]) -> list[tuple[str, str]]:
    """What remains of the time between the months whose blocks are there."""
    spans, at = [], asked.from_at
    for month in months:
        if at < start_of(month):
            spans.append((at, start_of(month)))
        at = start_of(month_after(month))
    return [*spans, (at, asked.to_at)] if at < asked.to_at else spans


def forget_blocks(connection: Connection, ids: Sequence[str]) -> None:
    """Throw away the blocks that the rows of these encounters are part of."""
    query = select(encounters.c.pathway, encounters.c.opened_at).where(encounters.c.encounter.in_(ids))
    touched = {(pathway, opened_at[:7]) for pathway, opened_at in connection.execute(query)}
    drop_blocks(connection, touched)


def drop_blocks(connection: Connection, touched: Iterable[tuple[str | None, str]]) -> None:
    """Throw away the blocks of pathways in months."""
    for pathway, month in set(touched):
        connection.execute(
            delete(interval_blocks).where(interval_blocks.c.pathway == pathway, interval_blocks.c.month == month)
        )


def _blocks(connection: Connection, asked: Asked, months: Sequence[str], *columns: Any) -> list[Any]:
    table = interval_blocks.c
    query = select(*columns).where(table.pathway == asked.pathway, table.month >= months[0], table.month <= months[-1])
    return list(connection.execute(query))


def _scope(asked: Asked, here: ColumnElement[bool]) -> ColumnElement[bool]:
    if asked.pathway is not None:
        here = and_(here, intervals.c.pathway == asked.pathway)
    return here if asked.site is None else and_(here, intervals.c.site == asked.site)


def _rows(connection: Connection, asked: Asked, spans: Sequence[tuple[str, str]]) -> dict[str, array[float]]:
    found = {indicator: array("d") for indicator in asked.indicators}
    table = intervals.c
    for indicator in asked.indicators:
        here = _scope(asked, and_(table.indicator == indicator))
        for start, end in spans:  # one query each: joined by OR they would read all that lies between
            query = select(table.minutes).where(here, table.opened_at >= start, table.opened_at < end)
            found[indicator].extend(connection.execute(query).scalars())
    return found
