"""The local registry: record numbers from the instance's own registry.sqlite, for hospitals without a connection.

One record number for one identity number at a site; one visit for one encounter. Who is unknown gets a number of their
own; when an identity turns out to have a number already, the visit moves there and the former one is never used again.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import apsw

from server.integrations.contract import IntegrationType, Preregistration, Registered
from server.integrations.record_numbers import record_number
from server.integrations.registry_file import RegistryFile

FILE = "registry.sqlite"


class LocalRegistry:
    """One site's records."""

    def __init__(self, site: str, file: RegistryFile) -> None:
        self._site = site
        self._file = file

    def preregister(self, wanted: Preregistration, key: str) -> Registered:
        return self._file.run(lambda connection: _Desk(connection, self._site).register(wanted))

    def close(self) -> None:
        self._file.close()


class _Desk:
    """The rules, inside one transaction."""

    def __init__(self, connection: apsw.Connection, site: str) -> None:
        self._connection = connection
        self._site = site

    def register(self, wanted: Preregistration) -> Registered:
        visit, number = wanted.visit, wanted.identity.id_number
        known = self._one("SELECT record_number, ordinal FROM visits WHERE site = ? AND visit = ?", visit)
        if known is None:
            record = (self._record_of(number) if number else None) or self._issue(visit, number)
            return self._answer(record, self._add_visit(visit, record), None)
        current, ordinal = str(known[0]), int(known[1])
        record = current if wanted.identity.is_disputed else self._record_for(visit, current, number)
        if record == current:
            return self._answer(record, ordinal, None)
        self._do("DELETE FROM visits WHERE site = ? AND visit = ?", visit)
        return self._answer(record, self._add_visit(visit, record), current)

    def _record_for(self, visit: str, current: str, number: str | None) -> str:
        """The record that a visit belongs to, now that its number is this one."""
        row = self._one("SELECT id_number, issued_for FROM patients WHERE site = ? AND record_number = ?", current)
        assert row is not None, "a visit has a record"
        if row[0] == number:
            return current
        # A record that only this visit has used may change its mind; one that others use stays as it is.
        others = self._one("SELECT 1 FROM visits WHERE site = ? AND record_number = ? AND visit <> ?", current, visit)
        is_own = row[1] == visit and others is None
        known = self._record_of(number) if number else None
        if known is not None:
            if is_own:
                self._do(
                    "UPDATE patients SET id_number = NULL, merged_into = ? WHERE site = ? AND record_number = ?",
                    current,
                    first=known,
                )
            return known
        if is_own:
            self._do("UPDATE patients SET id_number = ? WHERE site = ? AND record_number = ?", current, first=number)
            return current
        return self._issue(visit, number)

    def _record_of(self, number: str) -> str | None:
        row = self._one("SELECT record_number FROM patients WHERE site = ? AND id_number = ?", number)
        return str(row[0]) if row else None

    def _issue(self, visit: str, number: str | None) -> str:
        row = self._one("SELECT coalesce(max(sequence), 0) + 1 FROM patients WHERE site = ?")
        assert row is not None
        record = record_number(int(row[0]))
        self._do(
            "INSERT INTO patients (site, record_number, sequence, id_number, issued_for) VALUES (?, ?, ?, ?, ?)",
            record,
            int(row[0]),
            number,
            visit,
        )
        return record

    def _add_visit(self, visit: str, record: str) -> int:
        # Counted at the record, so that the number of a visit that moved away is not given again.
        self._do("UPDATE patients SET visits = visits + 1 WHERE site = ? AND record_number = ?", record)
        row = self._one("SELECT visits FROM patients WHERE site = ? AND record_number = ?", record)
        assert row is not None
        self._do("INSERT INTO visits (site, visit, record_number, ordinal) VALUES (?, ?, ?, ?)", visit, record, row[0])
        return int(row[0])

    def _answer(self, record: str, ordinal: int, former: str | None) -> Registered:
        return Registered(record, f"{record}-{ordinal:02d}", former)

    def _one(self, statement: str, *values: Any) -> tuple[Any, ...] | None:
        return next(iter(self._connection.execute(statement, (self._site, *values))), None)

    def _do(self, statement: str, *values: Any, first: Any = ...) -> None:
        before = () if first is ... else (first,)
        self._connection.execute(statement, (*before, self._site, *values))


def open_local(site: str, _settings: Mapping[str, Any], instance: Path) -> LocalRegistry:
    """The registry of a site. Each site has a connection of its own to the one file."""
    return LocalRegistry(site, RegistryFile(instance / FILE))


INTEGRATION = IntegrationType("local", (), open_local)
