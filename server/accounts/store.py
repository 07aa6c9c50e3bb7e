"""Keeps staff, sites, units, devices and revoked tokens. Checks shapes by `rules`; knows no HTTP."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import apsw

from server.accounts import rules
from server.accounts.database import AccountsDatabase
from server.accounts.rules import Staff
from server.clock import Clock

STAFF_COLUMNS = "id, name, role, username, active, password_hash, password_changed_ms"


class AccountProblem(Exception):
    """Something that cannot be written down as asked; the text says why."""


@dataclass(frozen=True)
class Credential:
    """A member of staff with what is needed to check them."""

    staff: Staff
    password_hash: str
    password_changed_ms: int


@dataclass(frozen=True)
class Site:
    id: str
    name_zh: str
    name_en: str
    phone: str
    departments: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Unit:
    id: str
    name: str
    phone: str


@dataclass(frozen=True)
class Device:
    id: str
    name: str
    public_key: dict[str, Any] | None
    registered_ms: int
    seen_ms: int
    revoked: bool


class AccountsStore:
    """Reads and writes accounts.sqlite; calls `on_change` after every change of staff, sites or units."""

    def __init__(self, database: AccountsDatabase, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.on_change: Callable[[], None] = lambda: None

    # --- staff
    def credential_by_username(self, username: str) -> Credential | None:
        return self._credential("username", username.strip().lower())

    def credential(self, staff_id: str) -> Credential | None:
        return self._credential("id", staff_id)

    def _credential(self, column: str, value: str) -> Credential | None:
        row = self.database.row(f"SELECT {STAFF_COLUMNS} FROM staff WHERE {column} = ?", (value,))
        return self._credential_of(row) if row else None

    def _credential_of(self, row: tuple[Any, ...]) -> Credential:
        staff_id, name, role, username, active, password_hash, changed_ms = row
        sites = self.database.rows("SELECT site FROM staff_sites WHERE staff = ? ORDER BY site", (staff_id,))
        units = self.database.rows("SELECT unit FROM staff_units WHERE staff = ? ORDER BY unit", (staff_id,))
        staff = Staff(
            staff_id, name, role, username, bool(active), tuple(r[0] for r in sites), tuple(r[0] for r in units)
        )
        return Credential(staff, password_hash, changed_ms)

    def all_staff(self) -> list[Staff]:
        rows = self.database.rows(f"SELECT {STAFF_COLUMNS} FROM staff ORDER BY username")
        return [self._credential_of(row).staff for row in rows]

    def has_staff(self) -> bool:
        return self.database.row("SELECT 1 FROM staff LIMIT 1") is not None

    def add_staff(
        self,
        username: str,
        name: str,
        role: str,
        password_hash: str,
        sites: Iterable[str] = (),
        units: Iterable[str] = (),
        staff_id: str | None = None,
    ) -> Staff:
        """Write down a new member of staff; raises AccountProblem for a name taken or a place unknown."""
        if problem := rules.problem_of_staff(username, name, role, None):
            raise AccountProblem(problem)
        staff = Staff(
            staff_id or f"s-{secrets.token_hex(6)}", name.strip(), role, username, True, tuple(sites), tuple(units)
        )
        self._require_places(staff.sites, staff.units)
        changed_ms = self.clock.now_ms()

        def work(connection: apsw.Connection) -> None:
            row = (staff.id, staff.name, staff.role, staff.username, 1, password_hash, changed_ms)
            connection.execute(f"INSERT INTO staff ({STAFF_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            _write_places(connection, staff.id, staff.sites, staff.units)

        try:
            self.database.write(work)
        except apsw.ConstraintError as error:
            raise AccountProblem(f"the username {username} is taken") from error
        self.on_change()
        return staff

    def change_staff(
        self,
        staff_id: str,
        *,
        name: str | None = None,
        role: str | None = None,
        active: bool | None = None,
        sites: Iterable[str] | None = None,
        units: Iterable[str] | None = None,
    ) -> Staff:
        """Change what is given of a member of staff; nobody is ever removed, since documents name them."""
        known = self.credential(staff_id)
        if known is None:
            raise AccountProblem(f"no staff with the id {staff_id}")
        old = known.staff
        new = Staff(
            old.id,
            old.name if name is None else name.strip(),
            old.role if role is None else role,
            old.username,
            old.active if active is None else active,
            old.sites if sites is None else tuple(sites),
            old.units if units is None else tuple(units),
        )
        if problem := rules.problem_of_staff(new.username, new.name, new.role, None):
            raise AccountProblem(problem)
        self._require_places(new.sites, new.units)

        def work(connection: apsw.Connection) -> None:
            row = (new.name, new.role, int(new.active), new.id)
            connection.execute("UPDATE staff SET name = ?, role = ?, active = ? WHERE id = ?", row)
            _write_places(connection, new.id, new.sites, new.units)

        self.database.write(work)
        self.on_change()
        return new

    def change_password(self, staff_id: str, password_hash: str) -> None:
        """Set a password's hash; every token from before stops to be valid."""
        row = (password_hash, self.clock.now_ms(), staff_id)

        def work(connection: apsw.Connection) -> None:
            connection.execute("UPDATE staff SET password_hash = ?, password_changed_ms = ? WHERE id = ?", row)
            connection.execute("DELETE FROM sign_ins WHERE staff = ?", (staff_id,))

        self.database.write(work)

    # --- places
    def _require_places(self, sites: Iterable[str], units: Iterable[str]) -> None:
        known_sites, known_units = {site.id for site in self.sites()}, {unit.id for unit in self.units()}
        if missing := [site for site in sites if site not in known_sites]:
            raise AccountProblem(f"no site {missing[0]}; add it first")
        if missing := [unit for unit in units if unit not in known_units]:
            raise AccountProblem(f"no unit {missing[0]}; add it first")

    def sites(self) -> list[Site]:
        rows = self.database.rows("SELECT id, name_zh, name_en, phone, departments FROM sites ORDER BY id")
        return [Site(row[0], row[1], row[2], row[3], tuple(json.loads(row[4]))) for row in rows]

    def units(self) -> list[Unit]:
        return [Unit(*row) for row in self.database.rows("SELECT id, name, phone FROM units ORDER BY id")]

    def put_site(
        self, site_id: str, name_zh: str, name_en: str = "", phone: str = "", departments: Iterable[Any] = ()
    ) -> Site:
        """Add a hospital, or change it."""
        site = Site(_place_id(site_id), name_zh, name_en or name_zh, phone, tuple(departments))
        row = (site.id, site.name_zh, site.name_en, site.phone, json.dumps(site.departments, ensure_ascii=False))
        self.database.write(
            lambda connection: connection.execute(
                "INSERT INTO sites (id, name_zh, name_en, phone, departments) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) "
                "DO UPDATE SET (name_zh, name_en, phone, departments) = "
                "(excluded.name_zh, excluded.name_en, excluded.phone, excluded.departments)",
                row,
            )
        )
        self.on_change()
        return site

    def put_unit(self, unit_id: str, name: str, phone: str = "") -> Unit:
        """Add an ambulance, or change it."""
        unit = Unit(_place_id(unit_id), name, phone)
        self.database.write(
            lambda connection: connection.execute(
                "INSERT INTO units (id, name, phone) VALUES (?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET (name, phone) = (excluded.name, excluded.phone)",
                (unit.id, unit.name, unit.phone),
            )
        )
        self.on_change()
        return unit


def _place_id(place_id: str) -> str:
    if not rules.PLACE_ID.fullmatch(place_id):
        raise AccountProblem("an id of a site or unit has small letters, digits and underscores; at most 32")
    return place_id


def _write_places(connection: apsw.Connection, staff_id: str, sites: Iterable[str], units: Iterable[str]) -> None:
    connection.execute("DELETE FROM staff_sites WHERE staff = ?", (staff_id,))
    connection.execute("DELETE FROM staff_units WHERE staff = ?", (staff_id,))
    connection.executemany("INSERT INTO staff_sites VALUES (?, ?)", [(staff_id, site) for site in sites])
    connection.executemany("INSERT INTO staff_units VALUES (?, ?)", [(staff_id, unit) for unit in units])
