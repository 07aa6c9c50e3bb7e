"""Keeps badges in accounts.sqlite. A badge is never removed, since documents name it."""

from __future__ import annotations

from typing import Any

import apsw

from server.accounts.database import AccountsDatabase
from server.accounts.store import AccountProblem
from server.badges.keys import SCHEMA as KEYS_SCHEMA
from server.badges.rules import Badge

SCHEMA = """
CREATE TABLE IF NOT EXISTS badges (
    id TEXT PRIMARY KEY, staff TEXT NOT NULL REFERENCES staff, label TEXT NOT NULL, key TEXT NOT NULL,
    issued_day INTEGER NOT NULL, expires_day INTEGER NOT NULL, signature BLOB NOT NULL, made_ms INTEGER NOT NULL,
    made_by TEXT, revoked_ms INTEGER, revoked_why TEXT NOT NULL DEFAULT '', revoked_by TEXT) STRICT;
CREATE INDEX IF NOT EXISTS badges_of_staff ON badges (staff, made_ms);
"""
COLUMNS = "id, staff, label, key, issued_day, expires_day, signature, revoked_ms, revoked_why"


class BadgesStore:
    """The badges' part of accounts.sqlite."""

    def __init__(self, database: AccountsDatabase) -> None:
        self.database = database
        if database.row("SELECT 1 FROM sqlite_schema WHERE name = 'badges'") is None:
            database.write(lambda connection: connection.execute(f"{KEYS_SCHEMA}; {SCHEMA}"))

    def badge(self, badge_id: str) -> Badge | None:
        row = self.database.row(f"SELECT {COLUMNS} FROM badges WHERE id = ?", (badge_id,))
        return Badge(*row) if row else None

    def badges(self, staff: str | None = None) -> list[Badge]:
        """All badges, or those of one person, newest first."""
        chosen = "WHERE staff = ?" if staff else ""
        rows = self.database.rows(
            f"SELECT {COLUMNS} FROM badges {chosen} ORDER BY made_ms DESC, rowid DESC", (staff,) if staff else ()
        )
        return [Badge(*row) for row in rows]

    def staff_standing(self) -> dict[str, bool]:
        """Everybody who has ever worked here -> still does."""
        return {row[0]: bool(row[1]) for row in self.database.rows("SELECT id, active FROM staff")}

    def add(self, badge: Badge, made_ms: int, made_by: str | None) -> None:
        row: tuple[Any, ...] = (badge.id, badge.staff, badge.label, badge.key, badge.issued, badge.expires)
        self.database.write(
            lambda connection: connection.execute(
                "INSERT INTO badges (id, staff, label, key, issued_day, expires_day, signature, made_ms, made_by) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, badge.signature, made_ms, made_by),
            )
        )

    def revoke(self, badge_id: str, why: str, now_ms: int, by: str | None) -> Badge:
        """Revoke a badge; one that is revoked already keeps its first moment and reason."""

        def work(connection: apsw.Connection) -> None:
            connection.execute(
                "UPDATE badges SET (revoked_ms, revoked_why, revoked_by) = (?, ?, ?) "
                "WHERE id = ? AND revoked_ms IS NULL",
                (now_ms, why, by, badge_id),
            )

        self.database.write(work)
        badge = self.badge(badge_id)
        if badge is None:
            raise AccountProblem(f"no badge with the id {badge_id}")
        return badge
