"""Who writes in the invented county, and what every story has in common."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from server.clock import to_iso
from server.demo.people import staff_id_of
from server.demo.scribe import Scribe, Story
from server.encounters.identity_number import check_character


def _scribe(username: str, role: str, device: str, mailbox: str, offset_ms: int, error_ms: int = 40) -> Scribe:
    return Scribe(username, staff_id_of(username), role, device, mailbox, offset_ms, error_ms)


# Clocks are wrong as clocks are: the second ambulance's phone is three minutes fast.
PHONE_101 = _scribe("paramedic", "paramedic", "d-demo-a101", "unit_a101", -812)
PHONE_102 = _scribe("paramedic2", "paramedic", "d-demo-a102", "unit_a102", -183_400, 65)
TABLET = _scribe("nurse", "nurse", "d-demo-county", "site_county", 95, 12)
DOCTOR = _scribe("doctor", "doctor", "d-demo-county", "site_county", 95, 12)
SPECIALIST = _scribe("specialist", "specialist", "d-demo-county", "site_county", 95, 12)
EAST = _scribe("nurse2", "nurse", "d-demo-east", "site_east", 1_940, 30)


def identity_number(province: str, birth: str, sequence: str) -> str:
    """A valid number with a province-level area code (xx0000), which no person has."""
    first_17 = f"{province}0000{birth.replace('-', '')}{sequence}"
    return first_17 + check_character(first_17)


def known_patient(name: str, sex: str, birth: str, sequence: str) -> dict[str, Any]:
    """A patient whose number was typed."""
    number = identity_number("33", birth, sequence)
    return {"name": name, "sex": sex, "birth_date": birth, "id_number": number, "source": "typed"}


def set_out(story: Story, phone: Scribe, pathway: str, symptom: str, *, scene: float = 1.0) -> None:
    """The beginning of every ambulance story: the header, on scene, at the patient."""
    unit = phone.mailbox.removeprefix("unit_")
    story.write(phone, 0, "encounter", {"unit": unit, "pathway": pathway, "symptom": symptom})
    story.nodes(phone, vehicle_depart=-9, arrive_scene=-scene, patient_contact_fmc=0.2)


def head_for(story: Story, phone: Scribe, minute: float, site: str, eta_at: datetime, **more: Any) -> str:
    """Choose the hospital and alert it; returns the pre-alert's id."""
    story.write(phone, minute, "destination", {"site": site, "eta_at": to_iso(eta_at)}, **more)
    return story.write(phone, minute + 0.3, "prealert", {"site": site, "eta_at": to_iso(eta_at)})


def hand_over(story: Story, phone: Scribe, desk: Scribe, door: float, minute: float) -> None:
    """Arrival, handover, and the end."""
    story.node(desk, door, "hospital_door")
    story.node(phone, minute, "handover")
    story.write(phone, minute + 1, "closure", {"state": "closed", "reason": "handed_over"})
