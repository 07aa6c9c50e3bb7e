"""Documents as an ambulance's phone writes them, pushed through its own door: what was there before a journey."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from hub_process import HubProcess

ULID_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
Fact = tuple[str, dict[str, Any]]


def new_ulid(at: datetime) -> str:
    number = (int(at.timestamp() * 1000) << 80) | int.from_bytes(os.urandom(10), "big")
    return "".join(ULID_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Writer:
    """A crew's phone that has written before, without a screen."""

    def __init__(self, hub: HubProcess, username: str = "paramedic", unit: str = "a101") -> None:
        self.hub = hub
        self.unit = unit
        given = {"username": username, "password": hub.passwords[username], "device_name": "earlier"}
        self.session = hub.post("/api/session", given)

    def write(self, encounter: str, facts: Iterable[Fact], at: datetime) -> list[str]:
        """Push these facts, ten seconds apart; returns their ids."""
        staff = {"staff": self.session["staff"]["id"], "role": "paramedic", "badge": None}
        documents = []
        for n, (kind, body) in enumerate(facts):
            moment = at + timedelta(seconds=10 * n)
            documents.append(
                {
                    "_id": f"encounter:{encounter}:{kind}:{new_ulid(moment)}",
                    "_rev": f"1-{os.urandom(16).hex()}",
                    "kind": kind,
                    "schema": 1,
                    "occurred_at": iso(moment),
                    "time_basis": "device",
                    "recorded_at": iso(moment),
                    "clock": {"session": encounter, "mono_ms": 10_000 * n, "offset_ms": 0, "error_ms": 20},
                    "author": staff,
                    "device": self.session["device"]["id"],
                    "supersedes": None,
                    "body": body,
                }
            )
        path = f"/db/unit_{self.unit}/_bulk_docs"
        refused = [
            row
            for row in self.hub.post(path, {"new_edits": False, "docs": documents}, self.session["token"])
            if row.get("error")
        ]
        if refused:
            raise AssertionError(f"the hub refused what was there before: {refused[:3]}")
        return [str(document["_id"]) for document in documents]

    def alerted(self, name: str, at: datetime, site: str = "county") -> tuple[str, str]:
        """A stroke patient whose alert went to a hospital; returns the encounter and the alert's id."""
        encounter = new_ulid(at)
        eta = {"site": site, "eta_at": iso(at + timedelta(minutes=25))}
        facts: list[Fact] = [
            ("encounter", {"unit": self.unit, "pathway": "stroke"}),
            ("patient", {"name": name, "sex": "male", "birth_date": "1954-03-02", "source": "typed"}),
            ("vitals", {"sbp": 162, "dbp": 90, "hr": 84, "spo2": 96}),
            ("destination", eta),
            ("prealert", eta),
        ]
        return encounter, self.write(encounter, facts, at)[-1]
