"""A hub with two hospitals and two ambulances, and documents delivered into it, for tests of reading."""

from __future__ import annotations

from typing import Any

from server.accounts.rules import Session, databases_of
from server.hub import Hub

ENCOUNTER = "01JD8Z0000000000000000000A"
OTHER = "01JD8Z0000000000000000000B"
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def ulid(number: int) -> str:
    return f"01JD8Z{number:020d}"


def document_id(kind: str, number: int, encounter: str = ENCOUNTER) -> str:
    return f"encounter:{encounter}:{kind}:{ulid(number)}"


def document(kind: str, number: int, body: Any, encounter: str = ENCOUNTER, **more: Any) -> dict[str, Any]:
    at = more.pop("at", f"2026-11-21T09:{number % 60:02d}:00.000Z")
    return {
        "_id": document_id(kind, number, encounter),
        "kind": kind,
        "schema": 1,
        "occurred_at": at,
        "time_basis": "device",
        "recorded_at": at,
        "clock": {"session": "run", "mono_ms": number * 1000, "offset_ms": 0, "error_ms": 20},
        "author": {"staff": "s-crew", "role": "paramedic", "badge": None},
        "device": "d-phone",
        "supersedes": None,
        "body": body,
        **more,
    }


def add_places(hub: Hub, password_hash: str) -> None:
    """Two hospitals, two ambulances, one person for each role and place."""
    store = hub.accounts.store
    store.put_site("county", "县人民医院", "County Hospital", "000-1")
    store.put_site("east", "东镇卫生院", "East Hospital", "000-2")
    store.put_unit("a101", "救护车 101")
    store.put_unit("a102", "救护车 102")
    people: dict[str, tuple[str, dict[str, list[str]]]] = {
        "crew": ("paramedic", {"units": ["a101"]}),
        "crew2": ("paramedic", {"units": ["a102"]}),
        "nurse": ("nurse", {"sites": ["county"]}),
        "nurse2": ("nurse", {"sites": ["east"]}),
        "quality": ("quality", {}),
        "admin": ("admin", {}),
    }
    for username, (role, places) in people.items():
        store.add_staff(username, f"{username} 姓名", role, password_hash, **places, staff_id=f"s-{username}")


def session_of(hub: Hub, username: str) -> Session:
    known = hub.accounts.store.credential(f"s-{username}")
    assert known is not None
    return Session(known.staff, f"d-{username}", False, databases_of(known.staff, f"d-{username}"))


def deliver(hub: Hub, username: str, mailbox: str, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Deliver as a phone does, and see that nothing was refused."""
    answers: list[dict[str, Any]] = hub.delivery.deliver(session_of(hub, username), mailbox, documents)
    assert not [answer for answer in answers if "error" in answer], answers
    return answers


def stroke(encounter: str = ENCOUNTER, unit: str = "a101", name: str = "张示例") -> list[dict[str, Any]]:
    """A stroke on its way to the county hospital."""
    return [
        document("encounter", 1, {"unit": unit, "pathway": "stroke"}, encounter),
        document("patient", 2, {"name": name, "sex": "female", "birth_date": "1954-08-16"}, encounter),
        document("vitals", 3, {"sbp": 190, "hr": 88}, encounter),
        document("destination", 4, {"site": "county", "eta_at": "2026-11-21T10:00:00Z"}, encounter),
        document("prealert", 5, {"site": "county"}, encounter),
    ]
