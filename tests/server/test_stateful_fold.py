"""Devices that write, meet and exchange in any order and any number of times end with the same record."""

from __future__ import annotations

import json
import random
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from server.encounters.fold import fold
from tests.server.replication.encounters import document, ulid

DEVICES = ("phone", "partner", "tablet")
BODIES: dict[str, Any] = {
    "encounter": {"unit": "a101", "pathway": "stroke"},
    "vitals": {"sbp": 92, "not_measurable": {"hr": "refused"}},
    "time_node": {"node": "last_known_well", "precision": "exact"},
    "history": {"onset": "unknown", "node": "last_known_well"},
    "note": {"text": "x"},
    "triage": {"level": 2, "system": "cn"},
    "destination": {"site": "county"},
    "prealert": {"site": "county"},
    "hologram": {"depth": 3},
    "closure": {"state": "closed", "reason": "handed_over"},
}
POINTING = ("retraction", "acknowledgement")


class Replicas(RuleBasedStateMachine):
    """Three devices, each with the documents that it has, in the order in which they came."""

    @initialize()
    def make(self) -> None:
        self.held: dict[str, list[dict[str, Any]]] = {device: [] for device in DEVICES}
        self.written: list[dict[str, Any]] = []

    @rule(
        device=st.sampled_from(DEVICES),
        kind=st.sampled_from([*BODIES, *POINTING, "retraction"]),
        minute=st.integers(0, 59),
        about=st.integers(0, 1000),
        supersedes=st.booleans(),
        offset_ms=st.sampled_from([None, 0, -90_000]),
        time_basis=st.sampled_from(["device", "device", "stated"]),
    )
    def write(
        self,
        device: str,
        kind: str,
        minute: int,
        about: int,
        supersedes: bool,
        offset_ms: int | None,
        time_basis: str,
    ) -> None:
        """Something new, about anything that this device knows of."""
        known = self.held[device]
        of = known[about % len(known)]["_id"] if known else None
        body = {"of": of, "reason": "wrong_entry"} if kind in POINTING else dict(BODIES[kind])
        made = document(
            1,
            kind,
            len(self.written) + 1,
            body,
            occurred_at=f"2026-11-21T09:{minute:02}:00.000Z",
            recorded_at=f"2026-11-21T09:{minute:02}:30.000Z",
            time_basis=time_basis,
            device=device,
            clock={"session": ulid(len(device)), "mono_ms": minute * 60_000, "offset_ms": offset_ms, "error_ms": 20},
            supersedes=of if supersedes else None,
        )
        self.written.append(made)
        known.append(made)

    @rule(
        giver=st.sampled_from(DEVICES),
        taker=st.sampled_from(DEVICES),
        share=st.floats(0, 1),
        chance=st.randoms(use_true_random=False),
    )
    def meet(self, giver: str, taker: str, share: float, chance: random.Random) -> None:
        """Part of what one has goes to another, in any order, known or not."""
        given = chance.sample(self.held[giver], round(share * len(self.held[giver])))
        self.held[taker].extend(given)

    @rule(device=st.sampled_from(DEVICES))
    def reads_the_same_in_the_order_of_ids(self, device: str) -> None:
        """What a device shows does not depend on how it came to know it, nor on what came twice."""
        once = {one["_id"]: one for one in self.held[device]}
        assert text_of(self.held[device]) == text_of([once[one] for one in sorted(once)])

    def teardown(self) -> None:
        """At last everybody has everything, each in another order."""
        if not hasattr(self, "held"):
            return
        for known in self.held.values():
            known.extend(self.written)
        records = {text_of(known) for known in self.held.values()} | {text_of(self.written[::-1])}
        assert len(records) == 1
        assert json.loads(records.pop())["documents"] == len(self.written)


def text_of(documents: list[dict[str, Any]]) -> str:
    return json.dumps(fold(documents))


TestReplicas = Replicas.TestCase
TestReplicas.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
