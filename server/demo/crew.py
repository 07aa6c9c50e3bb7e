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


SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
# Where a story is told again, another person takes the part: another surname and another number.
SEQUENCE_STEP = 2  # an even step keeps the sex that the number says


def shift_of(wave: int, places: int) -> int:
    """How far a retold story moves on among `places`: 0 the first time, never 0 again, and never as the time before."""
    return 1 + wave % (places - 1) if wave else 0


def known_patient(name: str, sex: str, birth: str, sequence: str, *, wave: int = 0) -> dict[str, Any]:
    """A patient whose number was typed."""
    surname = SURNAMES[(SURNAMES.index(name[0]) + shift_of(wave, len(SURNAMES))) % len(SURNAMES)]
    number = identity_number("33", birth, f"{(int(sequence) + SEQUENCE_STEP * wave) % 1000:03d}")
    return {"name": surname + name[1:], "sex": sex, "birth_date": birth, "id_number": number, "source": "typed"}


def unknown_falcon(wave: int) -> str:
    """The temporary name of the patient whom nobody knows, from 青隼 27 to 青隼 98."""
    return f"青隼 {27 + shift_of(wave, 72)}"


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
    finish(story, phone, minute)


def finish(story: Story, writer: Scribe, minute: float) -> None:
    """The patient is the hospital's, the record is closed."""
    story.node(writer, minute, "handover")
    story.write(writer, minute + 1, "closure", {"state": "closed", "reason": "handed_over"})


def assign_level(story: Story, writer: Scribe, minute: float, level: int) -> None:
    """The level that a person gave."""
    story.write(writer, minute, "triage", {"level": level, "system": "cn_ed_triage_2018"})
