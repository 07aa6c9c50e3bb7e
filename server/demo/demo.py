"""Makes the invented county in an instance, once. Documents go through the same delivery as a phone's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import groupby
from typing import Any

import structlog

from server.accounts.rules import Session, databases_of
from server.demo import stories_before, stories_today
from server.demo.people import ensure_people
from server.demo.scribe import Scribe, Story
from server.hub import Hub

ARCHIVE = "archive"
log = structlog.get_logger("greenlane.demo")

# Minutes ago that each story was opened.
STORIES: tuple[tuple[float, Callable[[Story], None]], ...] = (
    (44 * 60, stories_before.fall_with_correction),
    (37 * 60, stories_before.wake_up_stroke),
    (31 * 60, stories_before.stemi_complete),
    (22 * 60, stories_before.died_at_scene),
    (11 * 60, stories_before.stroke_diverted),
    (8 * 60, stories_today.not_transported),
    (5 * 60, stories_today.child_with_fever),
    (92, stories_today.stemi_arrived),
    (47, stories_today.walk_in),
    (34, stories_today.stroke_on_the_way),
    (26, stories_today.polytrauma_on_the_way),
    (25, stories_today.unknown_on_the_way),
)


def ensure_demo(hub: Hub) -> dict[str, str]:
    """Make what is missing of the demo county; returns the passwords by username.

    Patients are written only into an archive that holds nothing, so a second start adds none.
    """
    credentials = ensure_people(hub)
    if hub.store.info(ARCHIVE).doc_count == 0:
        for minutes_ago, tell in STORIES:
            story = Story(hub.clock.now() - timedelta(minutes=minutes_ago), hub.catalogue)
            tell(story)
            deliver(hub, story)
        log.info("demo_county_written", encounters=len(STORIES))
    return credentials


def deliver(hub: Hub, story: Story) -> None:
    """Deliver a story in the order in which it was recorded, each part by the session of who wrote it."""
    ordered = sorted(story.written, key=lambda item: (item[0], item[2]["_id"]))
    batches = groupby(ordered, key=lambda item: (item[1], lane_of(item[2])))
    for (scribe, lane), items in batches:
        documents = [document for _, _, document in items]
        answers = hub.delivery.deliver(session_of(hub, scribe), scribe.mailbox + lane, documents)
        refused = [answer for answer in answers if answer.get("error")]
        if refused:
            raise RuntimeError(f"the demo county was refused: {refused[0]['reason']}")


def lane_of(document: dict[str, Any]) -> str:
    return "-media" if document["kind"] == "rendition" else ""


def session_of(hub: Hub, scribe: Scribe) -> Session:
    """The session that the person would have at that device."""
    known = hub.accounts.store.credential(scribe.staff)
    if known is None:
        raise RuntimeError(f"the demo county has no {scribe.username}")
    return Session(known.staff, scribe.device, False, databases_of(known.staff, scribe.device))
