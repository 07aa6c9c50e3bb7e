"""registry.sqlite in the instance: the local registry's patients, and what waits to be registered anywhere.

It is a database of its own that a backup carries along; it can not be made anew from the archive, since record numbers
that were printed on wristbands and papers must never be given to somebody else.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import apsw

from server.offload import OneAtATime

T = TypeVar("T")
SCHEMA = """
CREATE TABLE IF NOT EXISTS patients (
    site TEXT NOT NULL,
    record_number TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    id_number TEXT,
    issued_for TEXT NOT NULL,
    merged_into TEXT,
    visits INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (site, record_number)
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS one_record_for_a_number ON patients (site, id_number) WHERE id_number IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS issued_once ON patients (site, sequence);
CREATE TABLE IF NOT EXISTS visits (
    site TEXT NOT NULL,
    visit TEXT NOT NULL,
    record_number TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    PRIMARY KEY (site, visit)
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS visits_of_record ON visits (site, record_number, ordinal);
CREATE TABLE IF NOT EXISTS waiting (
    site TEXT NOT NULL,
    encounter TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    since TEXT NOT NULL,
    next_ms INTEGER NOT NULL,
    reason TEXT,
    PRIMARY KEY (site, encounter)
) STRICT;
CREATE INDEX IF NOT EXISTS waiting_by_time ON waiting (next_ms);
CREATE TABLE IF NOT EXISTS settled (
    site TEXT NOT NULL,
    encounter TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    PRIMARY KEY (site, encounter)
) STRICT;
"""


class RegistryFile:
    """One connection off the loop; each piece of work is one durable transaction."""

    def __init__(self, path: Path) -> None:
        self._work = OneAtATime()
        self._connection = self._work.run(self._open, path)

    def _open(self, path: Path) -> apsw.Connection:
        connection = apsw.Connection(str(path))
        connection.set_busy_timeout(30_000)
        connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
        with connection:
            connection.execute(SCHEMA)
        return connection

    def run(self, work: Callable[[apsw.Connection], T]) -> T:
        """Run work in one transaction: all of it is on the disk, or nothing."""
        return self._work.run(self._in_transaction, work)

    def _in_transaction(self, work: Callable[[apsw.Connection], T]) -> T:
        # IMMEDIATE: of two hubs on one instance folder, the second waits instead of failing at its first write.
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            outcome = work(self._connection)
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")
        return outcome

    def rows(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        return self.run(lambda connection: list(connection.execute(statement, values)))

    def close(self) -> None:
        self._work.run(self._connection.close)
