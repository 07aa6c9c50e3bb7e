"""Reads a card's photograph again when it has come from the phone, and tells those who hold the encounter.

The phone reads with small models in a moving car; the hub has larger ones and time. Where its reading says something
else than the claim, or fills what the claim leaves open, it writes a `card_reading`: a suggestion, never a claim. A
person accepts it (a new `patient` document of that person) or dismisses it. A photograph reaches the hub only when the
crew chose to keep it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog

from server.cards.second_reading import differences, read_fields
from server.clock import Clock
from server.encounters.fold import fold
from server.encounters.rules import parse_document_id
from server.replication.delivery import Delivery
from server.replication.notices import is_released
from server.replication.own_documents import own_document
from server.replication.turn import Turn
from sync.store import ARCHIVE, Store

log = structlog.get_logger("greenlane.cards")

CURSOR = "_local/second-readings"
PAGE = 500
# A cursor this far behind is written down even where no card came by.
WRITTEN_EVERY = 200
# Longer than a picture may take; a hub that starts again goes on after this time at the latest.
OVER_AFTER_SECONDS = 120.0
# A picture that brings the reader down twice is left alone.
MOST_ATTEMPTS = 2

# Returns {side, fields, problems} or {"error": ...}; None while the reader cannot take a picture.
Read = Callable[[bytes], "dict[str, Any] | None"]


class SecondReader:
    """Follows archive's feed for cards' photographs. `run` is one round."""

    def __init__(self, store: Store, delivery: Delivery, clock: Clock, read: Read, turn: Turn | None = None) -> None:
        self._store, self._delivery, self._clock, self._read = store, delivery, clock, read
        # Of several hubs on one store one reads.
        self._turn = turn or Turn(store, "second-readings", OVER_AFTER_SECONDS)
        self._attempts: dict[str, int] = {}

    def run(self) -> int:
        """Read the cards that came since the last round; returns how many suggestions were made."""
        since = self._cursor()
        made = passed = 0
        while True:
            page = self._store.changes(ARCHIVE, since, PAGE)
            for change in page.results:
                if self._is_card(change.id):
                    outcome = self._take_on(change.id)
                    if outcome is None:
                        if passed:
                            self._keep(since)
                        return made
                    made += outcome
                    passed = WRITTEN_EVERY
                since, passed = change.seq, passed + 1
            if passed >= WRITTEN_EVERY:
                self._keep(since)
                passed = 0
            if len(page.results) < PAGE:
                return made

    def _cursor(self) -> str:
        known = self._store.local(ARCHIVE, CURSOR)
        # From the beginning: the photographs of years are passed over, since nobody holds their encounters any more.
        return "0" if known is None else str(known["since"])

    def _keep(self, since: str) -> None:
        known = self._store.local(ARCHIVE, CURSOR)
        wanted = {"_id": CURSOR, "since": since}
        self._store.put_local(ARCHIVE, wanted if known is None else {**wanted, "_rev": known["_rev"]})

    def _is_card(self, document_id: str) -> bool:
        parts = parse_document_id(document_id)
        if parts is None or parts.kind != "rendition":
            return False
        body = (self._store.get(ARCHIVE, document_id) or {}).get("body")
        return isinstance(body, dict) and body.get("rendition") == "original" and body.get("purpose") == "card"

    def _take_on(self, rendition: str) -> int | None:
        """0 or 1 suggestions made; None when it must be tried again."""
        if not self._turn.take():
            return None
        encounter = rendition.split(":")[1]
        documents = self._store.read_range(ARCHIVE, f"encounter:{encounter}:", f"encounter:{encounter}:\uffff")
        group = self._store.group(f"encounter:{encounter}:")
        media = (self._store.get(ARCHIVE, rendition) or {})["body"].get("of")
        is_held = group is not None and group.members and not is_released(group.facts)
        if group is None or not is_held or is_answered(documents, media):
            return 0
        card = self._look(rendition)
        if card is None:
            self._attempts[rendition] = self._attempts.get(rendition, 0) + 1
            if self._attempts[rendition] < MOST_ATTEMPTS:
                return None
            log.error("second_reading_given_up", document=rendition)
            return 0
        suggestion = suggest(documents, media, card)
        if suggestion is None:
            return 0
        row = self._delivery.deliver_own(
            group.members[0], own_document(encounter, "card_reading", suggestion, self._clock.now())
        )
        if row.get("error"):
            log.error("second_reading_refused", document=rendition, reason=row["reason"])
            return 0
        log.info("second_reading", encounter=encounter, differs=suggestion["differs"])
        return 1

    def _look(self, rendition: str) -> dict[str, Any] | None:
        attachment = self._store.open_attachment(ARCHIVE, rendition, "bytes")
        if attachment is None:
            return {"error": "no bytes"}
        return self._read(b"".join(attachment.chunks()))


def is_answered(documents: list[dict[str, Any]], media: Any) -> bool:
    """Whether a photograph has had its second reading, or is not of this record any more."""
    folded = fold(documents)
    readings = [d for d in documents if d.get("kind") == "card_reading" and isinstance(d.get("body"), dict)]
    is_read = any(document["body"].get("of") == media for document in readings)
    return is_read or all(one["entry"]["id"] != media for one in folded["media"])


def suggest(documents: list[dict[str, Any]], media: str, card: dict[str, Any]) -> dict[str, Any] | None:
    """The body of a `card_reading`; None when the reading says nothing beyond the claim."""
    fields = read_fields(card)
    patient = fold(documents)["patient"]
    claim: dict[str, Any] = next((d["body"] for d in documents if patient and d["_id"] == patient["entry"]["id"]), {})
    differs = differences(fields, claim)
    if not differs:
        return None
    return {
        "of": media,
        "state": "suggested",
        "side": card.get("side"),
        "fields": fields,
        "differs": differs,
        "patient": patient["entry"]["id"] if patient else None,
    }
