"""The access log: one row for each time a person reads a patient. Rows are only ever added.

A device that replicates reads the same patients all day: that is one row for each person, device, encounter and day.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import apsw

from server.accounts.rules import Session
from server.clock import Clock, to_iso
from server.offload import OneAtATime

SCHEMA = """
CREATE TABLE IF NOT EXISTS reads (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    staff TEXT NOT NULL,
    role TEXT NOT NULL,
    device TEXT,
    encounter TEXT NOT NULL,
    what TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS reads_of_encounter ON reads (encounter, id);
CREATE INDEX IF NOT EXISTS reads_of_staff ON reads (staff, id);
CREATE UNIQUE INDEX IF NOT EXISTS replicated_once_a_day
    ON reads (encounter, staff, ifnull(device, ''), substr(at, 1, 10)) WHERE what = 'replicated';
CREATE TRIGGER IF NOT EXISTS reads_are_not_changed BEFORE UPDATE ON reads
    BEGIN SELECT RAISE(ABORT, 'the access log is never changed'); END;
CREATE TRIGGER IF NOT EXISTS reads_are_not_removed BEFORE DELETE ON reads
    BEGIN SELECT RAISE(ABORT, 'the access log is never shortened'); END;
CREATE TABLE IF NOT EXISTS badge_attempts (
    id TEXT PRIMARY KEY, received_at TEXT NOT NULL, at TEXT NOT NULL, staff TEXT NOT NULL, device TEXT,
    reason TEXT NOT NULL, method TEXT NOT NULL, place TEXT NOT NULL, badge TEXT, claimed_staff TEXT
) STRICT;
CREATE TRIGGER IF NOT EXISTS attempts_are_not_changed BEFORE UPDATE ON badge_attempts
    BEGIN SELECT RAISE(ABORT, 'the access log is never changed'); END;
CREATE TRIGGER IF NOT EXISTS attempts_are_not_removed BEFORE DELETE ON badge_attempts
    BEGIN SELECT RAISE(ABORT, 'the access log is never shortened'); END;
"""
ATTEMPT_FIELDS = ("id", "received_at", "at", "staff", "device", "reason", "method", "place", "badge", "claimed_staff")

REPLICATED = "replicated"
# About 10 MB at most; what was forgotten is asked of the file again.
MOST_REMEMBERED = 50_000


class AuditLog:
    """The access log in a file of its own."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.clock = clock
        self._work = OneAtATime()
        self._logged_today: OrderedDict[tuple[str, str | None, str], None] = OrderedDict()
        self._today = ""
        self._connection = self._work.run(self._open, path)

    def _open(self, path: Path) -> apsw.Connection:
        connection = apsw.Connection(str(path))
        connection.set_busy_timeout(30_000)
        connection.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")
        connection.execute(SCHEMA)
        return connection

    def record_read(self, session: Session, encounter: str, what: str) -> None:
        """Write that a person reads a patient; returns when it is on the disk, so that no answer goes out unlogged."""
        self.record_reads(session, [encounter], what)

    def record_reads(self, session: Session, encounters: list[str], what: str) -> None:
        """Write that a person reads several patients at once (a board, a search)."""
        at, staff = to_iso(self.clock.now()), session.staff
        rows = [(at, staff.id, staff.role, session.device, encounter, what) for encounter in encounters]
        if rows:
            self._work.run(self._insert, rows)

    def record_replicated(self, session: Session, encounters: Iterable[str]) -> None:
        """Write that a device pulls documents of patients: the first time of a day (UTC) before the answer goes out.

        What was logged already today costs a look into memory.
        """
        at, staff, device = to_iso(self.clock.now()), session.staff, session.device
        self._begin_day(at[:10])
        new = []
        for encounter in encounters:
            key = (staff.id, device, encounter)
            if key in self._logged_today:
                self._logged_today.move_to_end(key)
            else:
                new.append(key)
        if not new:
            return
        self._work.run(
            self._insert, [(at, staff.id, staff.role, device, encounter, REPLICATED) for *_, encounter in new]
        )
        if at[:10] != self._today:  # midnight came while the row was written; today has none yet
            return
        self._logged_today.update(dict.fromkeys(new))
        while len(self._logged_today) > MOST_REMEMBERED:
            self._logged_today.popitem(last=False)

    def _begin_day(self, day: str) -> None:
        if day != self._today:
            self._logged_today.clear()
            self._today = day

    def _insert(self, rows: list[tuple[Any, ...]]) -> None:
        with self._connection:
            # Nothing but a repeated row of what was replicated can conflict.
            self._connection.executemany(
                "INSERT INTO reads (at, staff, role, device, encounter, what) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                rows,
            )

    def reads_of(self, encounter: str, limit: int = 500) -> list[dict[str, Any]]:
        """Who read an encounter, newest first."""
        return self._work.run(self._select, encounter, limit)

    def _select(self, encounter: str, limit: int) -> list[dict[str, Any]]:
        query = "SELECT at, staff, role, device, what FROM reads WHERE encounter = ? ORDER BY id DESC LIMIT ?"
        names = ("at", "staff", "role", "device", "what")
        return [dict(zip(names, row, strict=True)) for row in self._connection.execute(query, (encounter, limit))]

    def record_badge_attempts(self, session: Session, attempts: Iterable[Mapping[str, Any]]) -> None:
        """Write refused badges that a device kept; the same attempt sent twice is one row."""
        received_at = to_iso(self.clock.now())
        rows = [
            {**one, "received_at": received_at, "staff": session.staff.id, "device": session.device} for one in attempts
        ]
        self._work.run(self._insert_attempts, [tuple(row.get(name) for name in ATTEMPT_FIELDS) for row in rows])

    def _insert_attempts(self, rows: list[tuple[Any, ...]]) -> None:
        marks = ", ".join("?" * len(ATTEMPT_FIELDS))
        with self._connection:
            self._connection.executemany(
                f"INSERT INTO badge_attempts ({', '.join(ATTEMPT_FIELDS)}) VALUES ({marks}) ON CONFLICT DO NOTHING",
                rows,
            )

    def badge_attempts(self, limit: int = 500) -> list[dict[str, Any]]:
        """Refused badges, the last to arrive first."""
        query = f"SELECT {', '.join(ATTEMPT_FIELDS)} FROM badge_attempts ORDER BY rowid DESC LIMIT ?"
        return self._work.run(
            lambda: [dict(zip(ATTEMPT_FIELDS, row, strict=True)) for row in self._connection.execute(query, (limit,))]
        )

    def close(self) -> None:
        """Close the file."""
        self._work.run(self._connection.close)
