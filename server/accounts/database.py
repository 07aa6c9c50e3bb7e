"""accounts.sqlite: its tables, one writer off the loop, quick reads on a second connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import apsw

from server.offload import OneAtATime

T = TypeVar("T")
Row = tuple[Any, ...]

SCHEMA_VERSION = 1
SCHEMA = """
CREATE TABLE sites (id TEXT PRIMARY KEY, name_zh TEXT NOT NULL, name_en TEXT NOT NULL, phone TEXT NOT NULL,
                    departments TEXT NOT NULL DEFAULT '[]') STRICT;
CREATE TABLE units (id TEXT PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL) STRICT;
CREATE TABLE staff (id TEXT PRIMARY KEY, username TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL,
                    active INTEGER NOT NULL, password_hash TEXT NOT NULL, password_changed_ms INTEGER NOT NULL) STRICT;
CREATE TABLE staff_sites (staff TEXT NOT NULL REFERENCES staff, site TEXT NOT NULL REFERENCES sites,
                          PRIMARY KEY (staff, site)) STRICT;
CREATE TABLE staff_units (staff TEXT NOT NULL REFERENCES staff, unit TEXT NOT NULL REFERENCES units,
                          PRIMARY KEY (staff, unit)) STRICT;
CREATE TABLE devices (id TEXT PRIMARY KEY, name TEXT NOT NULL, public_key TEXT, registered_ms INTEGER NOT NULL,
                      seen_ms INTEGER NOT NULL, revoked INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE sign_ins (device TEXT NOT NULL REFERENCES devices, staff TEXT NOT NULL REFERENCES staff,
                       signed_in_ms INTEGER NOT NULL, PRIMARY KEY (device, staff)) STRICT;
CREATE TABLE revoked_tokens (token TEXT PRIMARY KEY, revoked_ms INTEGER NOT NULL) STRICT;
"""


class AccountsDatabase:
    """One SQLite file. Reads see every committed write, also those of another process (the command line)."""

    def __init__(self, path: Path) -> None:
        self._writer_turn = OneAtATime()
        self._writer = apsw.Connection(str(path))
        self._writer.set_busy_timeout(5000)
        self._writer.execute("PRAGMA journal_mode=WAL")
        self._writer.execute("PRAGMA synchronous=FULL")
        self._writer.execute("PRAGMA foreign_keys=ON")
        self._prepare()
        self._reader = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        self._reader.set_busy_timeout(5000)

    def _prepare(self) -> None:
        with self._writer:
            version = self._writer.execute("PRAGMA user_version").fetchone()[0]  # type: ignore[index]
            if version == 0:
                self._writer.execute(SCHEMA)
                self._writer.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
            elif version != SCHEMA_VERSION:
                raise apsw.NotADBError(f"accounts.sqlite has version {version}, this program knows {SCHEMA_VERSION}")

    def rows(self, statement: str, values: Iterable[Any] = ()) -> list[Row]:
        """Read rows; for small, indexed questions only, since it runs on the loop."""
        return list(self._reader.execute(statement, tuple(values)))

    def row(self, statement: str, values: Iterable[Any] = ()) -> Row | None:
        found = self.rows(statement, values)
        return found[0] if found else None

    def write(self, work: Callable[[apsw.Connection], T]) -> T:
        """Run work in one durable transaction off the loop; all of it is written, or nothing."""
        return self._writer_turn.run(self._in_transaction, work)

    def _in_transaction(self, work: Callable[[apsw.Connection], T]) -> T:
        with self._writer:
            outcome = work(self._writer)
        return outcome  # noqa: RET504 - after the commit, and mypy does not know that `with` swallows nothing

    def change_counter(self) -> int:
        """A number that differs after another connection, here or in another process, has written."""
        row = self.row("PRAGMA data_version")
        return int(row[0]) if row else 0

    def integrity_problems(self) -> list[str]:
        """What SQLite finds wrong with the file; empty when it is sound."""
        found = [str(row[0]) for row in self.rows("PRAGMA integrity_check(20)")]
        return [] if found == ["ok"] else found

    def close(self) -> None:
        self._reader.close()
        self._writer.close()
