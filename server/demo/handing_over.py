"""What became of the invented patients of an earlier start: whoever was still on the way arrived, and was handed over.

A visitor's own patients are left alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from server.clock import parse_iso
from server.demo.crew import EAST, PHONE_101, PHONE_102, TABLET, finish
from server.demo.scribe import Scribe, Story
from server.encounters.fold import fold
from server.encounters.rules import parse_document_id
from server.hub import Hub

SITE = "site_county"
WRITERS = {scribe.device: scribe for scribe in (PHONE_101, PHONE_102, TABLET, EAST)}
FIVE_MINUTES = timedelta(minutes=5)
TEN_MINUTES = timedelta(minutes=10)


def hand_over_the_former(hub: Hub) -> list[Story]:
    """The rest of the stories of those patients whom a demo device brought to the county and nobody has handed over."""
    documents = hub.store.read_range(SITE, "encounter:", "encounter:\uffff")
    by_encounter = groupby(documents, key=lambda document: document["_id"].split(":")[1])
    stories = (rest_of_story(hub, list(held)) for _, held in by_encounter)
    return [story for story in stories if story is not None]


def rest_of_story(hub: Hub, documents: list[dict[str, Any]]) -> Story | None:
    """Arrival where nobody tapped it, handover, end; None for a patient who is finished or is a visitor's."""
    folded = fold(documents)
    writer = writer_of(documents)
    opened_at, updated_at = parse_iso(folded["opened_at"] or ""), parse_iso(folded["updated_at"] or "")
    if folded["state"] == "closed" or writer is None or opened_at is None or updated_at is None:
        return None
    story = Story(opened_at, hub.catalogue, encounter=folded["encounter"])
    arrived_at = max(updated_at, expected_at(folded) or updated_at) + FIVE_MINUTES
    handed_over_at = min(arrived_at + TEN_MINUTES, hub.clock.now() - FIVE_MINUTES)
    if "hospital_door" not in folded["time_nodes"]:
        story.node(TABLET, minutes(opened_at, min(arrived_at, handed_over_at - FIVE_MINUTES)), "hospital_door")
    finish(story, writer, minutes(opened_at, handed_over_at))
    return story


def writer_of(documents: list[dict[str, Any]]) -> Scribe | None:
    """The demo's person who opened the record; None when somebody else did."""
    headers = [d for d in documents if (parts := parse_document_id(d["_id"])) and parts.kind == "encounter"]
    return WRITERS.get(str(headers[0].get("device"))) if headers else None


def expected_at(folded: dict[str, Any]) -> datetime | None:
    prealert = folded["prealert"] or {}
    return parse_iso(prealert.get("eta_at") or "")


def minutes(start_at: datetime, end_at: datetime) -> float:
    return (end_at - start_at).total_seconds() / 60
