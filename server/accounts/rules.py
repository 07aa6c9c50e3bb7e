"""Roles, and which mailboxes a session may read or write. Pure: no Flask, no storage, no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

ROLES = ("paramedic", "nurse", "doctor", "specialist", "commander", "quality", "admin")
UNIT_ROLES = ("paramedic",)
SITE_ROLES = ("nurse", "doctor", "specialist")
# A dash would let the name of one mailbox be read as the media twin of another.
PLACE_ID = re.compile(r"[a-z0-9][a-z0-9_]{0,31}")
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
DEVICE_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
SHORTEST_PASSWORD = 8


@dataclass(frozen=True)
class Staff:
    """One member of staff, as everybody may know them."""

    id: str
    name: str
    role: str
    username: str
    active: bool
    sites: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    def public(self) -> dict[str, object]:
        """The fields that a device shows."""
        return {
            "id": self.id,
            "name": self.name,
            "role": self.role,
            "sites": list(self.sites),
            "units": list(self.units),
        }


@dataclass(frozen=True)
class Session:
    """Who asks, from which device, and which mailboxes that opens (name, or name ending in `*`)."""

    staff: Staff
    device: str | None
    expired: bool
    databases: dict[str, str] = field(default_factory=dict)

    def access(self, database: str) -> str | None:
        """'read', 'write' or None for a database, the exact name before a pattern."""
        if database in self.databases:
            return self.databases[database]
        for pattern, access in self.databases.items():
            if pattern.endswith("*") and database.startswith(pattern[:-1]):
                return access
        return None

    def may_read(self, database: str) -> bool:
        return self.access(database) is not None

    def may_write(self, database: str) -> bool:
        return self.access(database) == "write"


def with_media_twin(name: str, access: str) -> dict[str, str]:
    """A mailbox and its twin for photographs."""
    return {name: access, f"{name}-media": access}


def quarantine_of(device: str | None) -> dict[str, str]:
    """The way out of a device's work, open whatever happened to its token."""
    return with_media_twin(f"quarantine_{device}", "write") if device else {}


def databases_of(staff: Staff, device: str | None) -> dict[str, str]:
    """Database name -> 'read' or 'write' for a member of staff on a device."""
    databases: dict[str, str] = {}
    if staff.role in UNIT_ROLES:
        for unit in staff.units:
            databases |= with_media_twin(f"unit_{unit}", "write")
    if staff.role in SITE_ROLES:
        for site in staff.sites:
            databases |= with_media_twin(f"site_{site}", "write")
    if staff.role == "commander":
        databases["incident_*"] = "write"
    if staff.role == "admin":
        databases |= with_media_twin("archive", "read")
    databases["roster"] = "read"
    databases |= quarantine_of(device)
    if staff.role == "admin":
        databases["*"] = "read"
    return databases


def lane_of(database: str) -> str:
    """'media' for the twin that carries photographs, else 'text'."""
    return "media" if database.endswith("-media") else "text"


def problem_of_staff(username: str, name: str, role: str, password: str | None) -> str | None:
    """Why a member of staff cannot be written down like this; None when it can."""
    if not USERNAME.fullmatch(username):
        return "a username has small letters, digits, dots, dashes; at most 64"
    if not name.strip() or len(name) > 100:
        return "a name has 1 to 100 characters"
    if role not in ROLES:
        return f"the role must be one of {', '.join(ROLES)}"
    if password is not None and len(password) < SHORTEST_PASSWORD:
        return f"a password has {SHORTEST_PASSWORD} characters or more"
    return None
