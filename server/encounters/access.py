"""Who may read a patient over REST: those whose mailboxes hold the encounter; quality and admin read all."""

from __future__ import annotations

from collections.abc import Iterable

from server.accounts.rules import SITE_ROLES, UNIT_ROLES, Session
from server.errors import WireError

READS_ALL = ("quality", "admin")


def reads_all(session: Session) -> bool:
    """Whether a person reads every patient by their office; each read is on record like all others."""
    return session.staff.role in READS_ALL


def places_of(session: Session) -> tuple[str, ...]:
    """The mailboxes of a person's own units and sites."""
    staff = session.staff
    units = tuple(f"unit_{unit}" for unit in staff.units) if staff.role in UNIT_ROLES else ()
    sites = tuple(f"site_{site}" for site in staff.sites) if staff.role in SITE_ROLES else ()
    return units + sites


def require_role(session: Session, *roles: str) -> None:
    """Raise 403 unless the person has one of the roles."""
    if session.staff.role not in roles:
        raise WireError(403, "forbidden", f"this is for the roles {', '.join(roles)}; ask one of them")


def require_place(session: Session, place: str) -> None:
    """Raise 403 unless the person belongs to the place or reads all."""
    if not reads_all(session) and not session.may_read(place):
        raise WireError(403, "forbidden", f"{place} is not yours to read; GET /api/session lists your places")


def require_member(session: Session, members: Iterable[str]) -> None:
    """Raise 403 unless one of the mailboxes that hold an encounter is the person's."""
    if not reads_all(session) and not any(session.may_read(place) for place in members):
        raise WireError(
            403, "forbidden", "this patient is not with you; the crew or the treating hospital can send the record"
        )
