"""A stroke patient's documents as a phone writes them, for the programs that measure.

Everything is invented. Ids are made from the given instant, so two runs never collide.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

ULID_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NODES = ("call", "dispatch", "vehicle_depart", "arrive_scene", "patient_contact_fmc", "loaded", "leave_scene")
Document = dict[str, Any]


def new_ulid(at: datetime) -> str:
    """A ULID of this instant with random lower bits."""
    number = (int(at.timestamp() * 1000) << 80) | int.from_bytes(os.urandom(10), "big")
    return "".join(ULID_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stroke_documents(
    count: int, *, staff: str, device: str, unit: str, site: str | None, began_at: datetime, name: str = "测试 量"
) -> tuple[str, list[Document]]:
    """Return the encounter's ULID and `count` documents; the header is the first, the pre-alert the last.

    Without a `site` nothing is routed to a hospital: the encounter stays in its ambulance's mailbox.
    """
    encounter = new_ulid(began_at)
    session = new_ulid(began_at)
    documents = []
    for n, (kind, body) in enumerate(_bodies(count, unit, site, began_at, name)):
        at = began_at + timedelta(seconds=5 * n)
        ulid = encounter if kind == "encounter" else new_ulid(at)
        documents.append(
            {
                "_id": f"encounter:{encounter}:{kind}:{ulid}",
                "_rev": f"1-{os.urandom(16).hex()}",
                "kind": kind,
                "schema": 1,
                "occurred_at": iso(at),
                "time_basis": "device",
                "recorded_at": iso(at),
                "clock": {"session": session, "mono_ms": 5000 * n, "offset_ms": 0, "error_ms": 20},
                "author": {"staff": staff, "role": "paramedic", "badge": None},
                "device": device,
                "supersedes": None,
                "body": body,
            }
        )
    return encounter, documents


def _bodies(
    count: int, unit: str, site: str | None, began_at: datetime, name: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "encounter", {"unit": unit, "pathway": "stroke", "symptom": "stroke"}
    yield "patient", {"name": name, "sex": "male", "birth_date": "1954-03-02", "id_number": None, "source": "typed"}
    yield "complaint", {"text": "左侧肢体无力", "chips": []}
    for node in NODES:
        yield "time_node", {"node": node, "precision": "exact"}
    closing: list[tuple[str, dict[str, Any]]] = []
    if site is not None:
        eta_at = iso(began_at + timedelta(minutes=25))
        closing = [("destination", {"site": site, "eta_at": eta_at}), ("prealert", {"site": site, "eta_at": eta_at})]
    for n in range(count - 3 - len(NODES) - len(closing)):
        if n % 3 == 2:
            yield "note", {"text": f"复测 {n}"}
        else:
            yield "vitals", {"sbp": 150 + n % 30, "dbp": 90, "hr": 80 + n % 20, "spo2": 96, "rr": 18}
    yield from closing
