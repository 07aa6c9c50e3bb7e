"""Follows encounters as they change: repeats links on the other side, and says where a number or wristband comes twice.

What it says of another encounter is that there is one, where and since when; never what is in it. Whatever it does, it
looks first whether it is done: after a crash, and on several hubs, it may look again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import structlog
from flask import Flask

from server.clock import parse_iso
from server.errors import WireError
from server.hub import Hub
from server.patients.repeated_links import repetitions
from server.patients.rules import identifiers_of, newest_links, site_of, standing_duplicates
from server.readmodel.read_model import ARCHIVE, Told
from server.replication.own_documents import own_document
from server.replication.turn import Turn
from sync.errors import SyncError

ROUND_SECONDS = 1.0
WITHIN = timedelta(hours=24)
# Encounters that were open when the hub stopped are looked at once more after it starts.
LOOK_BACK = timedelta(days=4)
# A round that takes longer than this lets others have the hub in between.
MOST_IN_A_ROUND = 200
log = structlog.get_logger("greenlane.patients")


def register(_app: Flask, hub: Hub) -> None:
    """Follow the read model."""
    relations = Relations(hub)
    hub.relations = relations
    hub.readmodel.on_change(relations.heard_of)
    hub.every(ROUND_SECONDS, "patients", relations.round)


class Relations:
    """What encounters have to do with each other."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._turn = Turn(hub.store, "patients", over_after_seconds=60.0)
        self._waiting: dict[str, None] = {}
        self._has_looked_back = False

    def heard_of(self, encounter: str, *_rest: Any) -> None:
        """An encounter changed; the next round looks at it."""
        self._waiting[encounter] = None

    def round(self) -> int:
        """Look at what changed; returns how many encounters were looked at."""
        if not self._has_looked_back:
            for encounter in self._hub.readmodel.open_since(self._hub.clock.now() - LOOK_BACK):
                self._waiting.setdefault(encounter)
            self._has_looked_back = True
        if not self._waiting or not self._turn.take():
            return 0
        looked = 0
        for encounter in list(self._waiting)[:MOST_IN_A_ROUND]:
            del self._waiting[encounter]
            try:
                self._look_at(encounter)
            except (SyncError, WireError):  # the store or the read model is away: this one waits for another round
                self._waiting[encounter] = None
                raise
            looked += 1
        return looked

    def _look_at(self, encounter: str) -> None:
        told = self._hub.readmodel.told(encounter)
        if told is None or not told.group.members:
            return
        self._repeat_links(told)
        for other in self._hub.readmodel.linking_to(encounter):
            found = self._hub.readmodel.told(other)
            if found is not None and found.group.members:
                self._repeat_links(found)
        told = self._hub.readmodel.told(encounter)  # with what was just repeated into it
        if told is not None:
            self._compare(encounter, told)

    def _write(self, encounter: str, documents: list[dict[str, Any]]) -> None:
        """Write into an encounter that somebody has; refusals are a fault of this program, and logged as such."""
        members = self._hub.readmodel.group(encounter).members
        if not members or not documents:
            return
        for answer in self._hub.delivery.write_own(members[0], documents):
            if "error" in answer:
                log.error("not_written", document=answer["id"], reason=answer["reason"])

    # --- links
    def _repeat_links(self, told: Told) -> None:
        for document in repetitions(told.documents).values():
            if self._hub.store.get(ARCHIVE, document["_id"]) is None:
                self._write(document["_id"].split(":")[1], [document])

    # --- the same number or wristband
    def _compare(self, encounter: str, told: Told) -> None:
        shared = self._shared(told)
        standing = standing_duplicates(told.folded)
        for other, by in shared.items():
            # A pair that somebody has compared is not asked about again.
            if other not in newest_links(told.folded) and standing.get(other, {}).get("by") != by:
                self._say_both(encounter, other, by, "possible")
        for other, said in standing.items():
            if other not in shared:
                self._say_both(encounter, other, str(said["by"]), "cleared")

    def _shared(self, told: Told) -> dict[str, str]:
        """Other encounters of these 24 hours that have an identifier in common, and which kind it is."""
        identifiers = identifiers_of(told.folded)
        if not identifiers:
            return {}
        opened = parse_iso(told.folded["opened_at"]) or self._hub.clock.now()
        found: dict[str, str] = {}
        for identifier, other in self._hub.readmodel.sharing(identifiers, opened, WITHIN):
            if other != told.folded["encounter"]:
                # A number says more than a band; either is one question.
                found[other] = min(found.get(other, "wristband"), identifier.partition(":")[0])
        return found

    def _say_both(self, encounter: str, other: str, by: str, state: str) -> None:
        first, second = self._hub.readmodel.told(encounter), self._hub.readmodel.told(other)
        if first is not None and second is not None:
            self._say(first, second, by, state)
            self._say(second, first, by, state)

    def _say(self, to: Told, about: Told, by: str, state: str) -> None:
        """Say in one encounter that there is another: where, and since when, and nothing of what is in it."""
        other = about.folded["encounter"]
        former = next((one for one in reversed(to.folded["duplicates"]) if one["encounter"] == other), None)
        if state == "possible" and other in newest_links(to.folded):
            return
        is_said = former is not None and (former["state"], former["by"]) == (state, by)
        if is_said or (former is None and state == "cleared"):
            return
        body = {
            "encounter": other,
            "by": by,
            "state": state,
            "unit": about.folded["unit"],
            "site": site_of(about.folded),
            "opened_at": about.folded["opened_at"],
        }
        document = own_document(
            to.folded["encounter"],
            "duplicate",
            body,
            self._hub.clock.now(),
            supersedes=former["entry"]["id"] if former else None,
        )
        self._write(to.folded["encounter"], [document])
