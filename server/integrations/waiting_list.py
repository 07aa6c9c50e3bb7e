"""What is to be registered where: kept in registry.sqlite, so that a stop of the hub forgets nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import apsw

from server.integrations.registry_file import RegistryFile


@dataclass(frozen=True)
class Waiting:
    """One encounter that a hospital is to be told of. `reason`: why the last attempt failed."""

    site: str
    encounter: str
    fingerprint: str
    attempts: int
    since: str
    next_ms: int
    reason: str | None


COLUMNS = "site, encounter, fingerprint, attempts, since, next_ms, reason"


class WaitingList:
    """Jobs by site and encounter; `settled` remembers what was told last."""

    def __init__(self, file: RegistryFile) -> None:
        self._file = file

    def want(self, site: str, encounter: str, fingerprint: str, now_ms: int, now: str) -> None:
        """Have a hospital told, unless it was told just this or this waits already. Something new is told at once."""

        def work(connection: apsw.Connection) -> None:
            key = (site, encounter)
            told = connection.execute(
                "SELECT fingerprint FROM settled WHERE site = ? AND encounter = ?", key
            ).fetchone()
            connection.execute("DELETE FROM waiting WHERE encounter = ? AND site <> ?", (encounter, site))
            if told is not None and told[0] == fingerprint:
                connection.execute("DELETE FROM waiting WHERE site = ? AND encounter = ?", key)
                return
            connection.execute(
                "INSERT INTO waiting (site, encounter, fingerprint, since, next_ms) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (site, encounter) DO UPDATE SET fingerprint = excluded.fingerprint, attempts = 0,"
                " next_ms = excluded.next_ms WHERE waiting.fingerprint <> excluded.fingerprint",
                (site, encounter, fingerprint, now, now_ms),
            )

        self._file.run(work)

    def drop(self, encounter: str) -> None:
        """Nobody is to be told of it any more."""
        self._file.run(
            lambda connection: void(connection.execute("DELETE FROM waiting WHERE encounter = ?", (encounter,)))
        )

    def due(self, now_ms: int, limit: int) -> list[Waiting]:
        """What is to be told now, longest waiting first."""
        found = self._file.rows(
            f"SELECT {COLUMNS} FROM waiting WHERE next_ms <= ? ORDER BY next_ms LIMIT ?", (now_ms, limit)
        )
        return [Waiting(*row) for row in found]

    def settle(self, one: Waiting, fingerprint: str) -> None:
        """The hospital was told this. What became known meanwhile still waits."""

        def work(connection: apsw.Connection) -> None:
            connection.execute(
                "INSERT INTO settled (site, encounter, fingerprint) VALUES (?, ?, ?)"
                " ON CONFLICT (site, encounter) DO UPDATE SET fingerprint = excluded.fingerprint",
                (one.site, one.encounter, fingerprint),
            )
            connection.execute(
                "DELETE FROM waiting WHERE site = ? AND encounter = ? AND fingerprint IN (?, ?)",
                (one.site, one.encounter, one.fingerprint, fingerprint),
            )

        self._file.run(work)

    def postpone(self, one: Waiting, next_ms: int, reason: str) -> None:
        """The attempt failed; the next one is at this time."""
        self._file.rows(
            "UPDATE waiting SET attempts = attempts + 1, next_ms = ?, reason = ?"
            " WHERE site = ? AND encounter = ? AND fingerprint = ? RETURNING 1",
            (next_ms, reason, one.site, one.encounter, one.fingerprint),
        )

    def put_off(self, site: str, next_ms: int) -> None:
        """Leave a hospital that does not answer in peace: all that waits for it waits at least until then."""
        self._file.rows(
            "UPDATE waiting SET next_ms = ? WHERE site = ? AND next_ms < ? RETURNING 1", (next_ms, site, next_ms)
        )

    def by_site(self) -> dict[str, list[Waiting]]:
        """Everything that waits."""
        found: dict[str, list[Waiting]] = {}
        for row in self._file.rows(f"SELECT {COLUMNS} FROM waiting ORDER BY site, since LIMIT 1000"):
            one = Waiting(*row)
            found.setdefault(one.site, []).append(one)
        return found


def void(_value: Any) -> None:
    """Drop a value where a callback must return nothing."""
