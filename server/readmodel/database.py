"""Opens the read model's database, writes projected encounters, keeps the checkpoint. Runs off the loop."""

import os
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, delete, event, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from server.readmodel.interval_blocks import drop_blocks, forget_blocks
from server.readmodel.projection import Projected
from server.readmodel.tables import (
    checkpoints,
    encounters,
    identifiers,
    interval_blocks,
    intervals,
    links,
    metadata,
    places,
    words,
)


def open_engine(url: str) -> Engine:
    """Open the database and make its tables. Raises sqlalchemy.exc.SQLAlchemyError when that cannot be done."""
    # Without a pool: connections are used from the loop's threads, and opening a SQLite file costs less than a lock.
    engine = create_engine(url, poolclass=NullPool)
    if make_url(url).get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    metadata.create_all(engine)
    for table in metadata.sorted_tables:
        for index in table.indexes:
            index.create(engine, checkfirst=True)  # create_all gives new indexes to new tables only
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Losing the last moments at a power cut is no loss: they are projected again from the checkpoint.
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "busy_timeout = 30000", "cache_size = -65536"):
        connection.execute(f"PRAGMA {pragma}")


def is_damaged(fault: SQLAlchemyError) -> bool:
    """Whether SQLite says that the file is none of its own, or broken inside (not: locked, full, out of reach)."""
    cause = getattr(fault, "orig", None)
    return isinstance(cause, sqlite3.Error) and getattr(cause, "sqlite_errorname", "") in (
        "SQLITE_NOTADB",
        "SQLITE_CORRUPT",
        "SQLITE_CORRUPT_INDEX",
        "SQLITE_CORRUPT_SEQUENCE",
        "SQLITE_CORRUPT_VTAB",
    )


def look_through(engine: Engine) -> None:
    """Read a SQLite file from end to end; raises what SQLAlchemy raises for a damaged one."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
    if found != "ok":
        problem = sqlite3.DatabaseError(str(found))
        problem.sqlite_errorname = "SQLITE_CORRUPT"
        raise DatabaseError("PRAGMA integrity_check", None, problem)


def set_aside(url: str) -> str:
    """Move a damaged SQLite file away, over the one that was set aside before; returns where it is now."""
    path = Path(str(make_url(url).database))
    aside = path.with_name(path.name + ".damaged")
    os.replace(path, aside)
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    return str(aside)


def read_checkpoints(engine: Engine) -> dict[str, str]:
    """All checkpoints by name."""
    with engine.connect() as connection:
        return {name: value for name, value in connection.execute(select(checkpoints))}  # noqa: C416


def write_checkpoints(connection: Connection, values: Mapping[str, str]) -> None:
    """Set checkpoints within a transaction."""
    connection.execute(delete(checkpoints).where(checkpoints.c.name.in_(list(values))))
    connection.execute(insert(checkpoints), [{"name": name, "value": value} for name, value in values.items()])


def write_page(engine: Engine, projected: Iterable[Projected], values: Mapping[str, str]) -> None:
    """Replace the rows of encounters and move the checkpoints, in one transaction."""
    listed = list(projected)
    with engine.begin() as connection:
        if listed:
            _forget(connection, [one.encounter for one in listed])
            _write(connection, listed)
        write_checkpoints(connection, values)


def empty(engine: Engine) -> None:
    """Throw all rows away."""
    with engine.begin() as connection:
        for table in (interval_blocks, intervals, links, identifiers, words, places, encounters, checkpoints):
            connection.execute(delete(table))


def _forget(connection: Connection, ids: list[str]) -> None:
    for start in range(0, len(ids), 500):
        forget_blocks(connection, ids[start : start + 500])
    for table in (intervals, links, identifiers, words, places, encounters):
        for start in range(0, len(ids), 500):
            connection.execute(delete(table).where(table.c.encounter.in_(ids[start : start + 500])))


def _write(connection: Connection, listed: list[Projected]) -> None:
    connection.execute(insert(encounters), [one.row for one in listed])
    rows: dict[Any, list[dict[str, Any]]] = {places: [], words: [], intervals: [], identifiers: [], links: []}
    for one in listed:
        opened_at, closed_at = one.row["opened_at"], one.row["closed_at"]
        key = {"encounter": one.encounter, "opened_at": opened_at}
        rows[places] += [
            {**key, "place": place, "is_current": current, "closed_at": closed_at}
            for place, current in one.places.items()
        ]
        rows[words] += [{**key, "word": word} for word in one.words]
        rows[identifiers] += [{**key, "identifier": identifier} for identifier in one.summary["identifiers"]]
        rows[links] += [{"encounter": one.encounter, "other": other} for other in one.links]
        rows[intervals] += [
            {
                **key,
                "indicator": indicator,
                "pathway": one.row["pathway"],
                "site": one.row["receiving_site"],
                "minutes": minutes,
            }
            for indicator, minutes in one.minutes.items()
        ]
    for table, values in rows.items():
        if values:
            connection.execute(insert(table), values)
    drop_blocks(connection, {(one.row["pathway"], one.row["opened_at"][:7]) for one in listed if one.minutes})
