"""Whom to register where, when the answer is worth writing down, and when to ask again. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from server.integrations.contract import Identity, Preregistration, Registered
from server.patients.rules import comparable_number

Folded = Mapping[str, Any]

FIRST_PAUSE_MS = 5_000
LONGEST_PAUSE_MS = 15 * 60_000
# A refusal is not asked again soon: a person has to do something, and a changed identity asks at once.
REFUSED_PAUSE_MS = 60 * 60_000
# Nobody comes to the hospital any more.
ENDED_ELSEWHERE = frozenset({"cancelled", "not_transported", "stale"})


def site_to_register_at(members: tuple[str, ...], facts: Mapping[str, Any]) -> str | None:
    """The hospital that the router, not a document, says the patient is going to or began at."""
    destination = facts.get("destination")
    place = str((destination or {}).get("site") or facts.get("began") or "")
    return place.removeprefix("site_") if place.startswith("site_") and place in members else None


def preregistration(folded: Folded, site: str) -> Preregistration | None:
    """What the hospital is told; None when there is nobody to expect."""
    closure = folded["closure"]
    answered = [one for one in folded["registrations"] if one["site"] == site]
    if closure is not None and closure["reason"] in ENDED_ELSEWHERE:
        return None
    return Preregistration(
        site=site,
        visit=folded["encounter"],
        identity=identity_of(folded),
        pathway=folded["pathway"],
        eta_at=folded["destination"]["eta_at"] if folded["destination"] else None,
        record_number=answered[-1]["record_number"] if answered else None,
    )


def identity_of(folded: Folded) -> Identity:
    """The identity as far as it is one: where standing claims differ in the number, no number is passed on."""
    patient = folded["patient"] or {}
    numbers = {comparable_number(claim["id_number"]) for claim in folded["patients"]} - {None}
    is_disputed = len(numbers) > 1
    sole = next(iter(numbers)) if len(numbers) == 1 else None
    return Identity(
        name=patient.get("name"),
        temporary_name=patient.get("temporary_name"),
        sex=patient.get("sex"),
        birth_date=patient.get("birth_date"),
        age_years=patient.get("age_years"),
        id_number=sole,
        phone=patient.get("phone"),
        source=patient.get("source"),
        is_disputed=is_disputed,
    )


def fingerprint_of(wanted: Preregistration) -> str:
    """A short mark that differs when the hospital should be told again: the identity, not the minutes to arrival."""
    told = {**wanted.as_json(), "eta_at": None, "record_number": None}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:24]


def registration_body(site: str, system: str, answer: Registered, former: Mapping[str, Any] | None) -> dict[str, Any]:
    """The body of the `registration` document."""
    replaced = answer.former_record_number
    if replaced is None and former is not None and former["record_number"] != answer.record_number:
        replaced = former["record_number"]
    return {
        "site": site,
        "record_number": answer.record_number,
        "visit_number": answer.visit_number,
        "former_record_number": replaced,
        "system": system,
        "state": "registered" if former is None else "updated",
    }


def says_more(body: Mapping[str, Any], former: Mapping[str, Any] | None) -> bool:
    """Whether a document is worth writing: the numbers are not those that the record already shows."""
    shown = ("record_number", "visit_number", "system")
    return former is None or any(body[field] != former[field] for field in shown)


def pause_ms(attempts: int, is_refused: bool) -> int:
    """How long to wait after so many failed attempts in a row."""
    if is_refused:
        return REFUSED_PAUSE_MS
    return min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** min(attempts - 1, 20))
