"""What a hospital's integration is asked, what it answers, and how it says that it cannot. Pure.

A module of `server/integrations/hospitals/` offers one `INTEGRATION`. docs/patients.md shows how to add one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True)
class Identity:
    """Who it is, as far as one claim stands. `is_disputed`: claims differ in their number, so none is passed on."""

    name: str | None
    temporary_name: str | None
    sex: str | None
    birth_date: str | None
    age_years: float | None
    id_number: str | None
    phone: str | None
    source: str | None
    is_disputed: bool


@dataclass(frozen=True)
class Preregistration:
    """A patient who is on the way to a site, or whose identity changed. `visit` names the encounter for ever."""

    site: str
    visit: str
    identity: Identity
    pathway: str | None
    eta_at: str | None
    record_number: str | None  # what the same system answered before for this visit

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Registered:
    """The hospital's answer. `former_record_number`: the number that this one takes the place of."""

    record_number: str
    visit_number: str | None = None
    former_record_number: str | None = None


class HospitalUnreachable(Exception):
    """No answer now; asked again later. The text says what happened, without anything of a patient."""


class HospitalRefused(Exception):
    """The hospital answered and did not register; a person has to look. Asked again when the identity changes."""


class IntegrationProblem(Exception):
    """Settings that cannot be used; the text names the field and what would be right."""


class Integration(Protocol):
    """One site's connection. Called from one greenlet at a time; may block."""

    def preregister(self, wanted: Preregistration, key: str) -> Registered:
        """Register, or bring up to date. The same `key` means the same request again: it must not register twice.

        Raises HospitalUnreachable or HospitalRefused.
        """
        ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class IntegrationType:
    """A kind of system. `open(site, settings, instance)` raises IntegrationProblem for settings that cannot be used."""

    name: str
    fields: tuple[str, ...]
    open: Callable[[str, Mapping[str, Any], Path], Integration]
