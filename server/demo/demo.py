"""Makes the invented county in an instance, and patients on the way at each later start that finds none of today.

Documents go through the same delivery as a phone's.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import structlog

from server.accounts.rules import Session, databases_of
from server.demo import stories_before, stories_today
from server.demo.handing_over import hand_over_the_former
from server.demo.people import ensure_people
from server.demo.scribe import Scribe, Story
from server.hub import Hub
from server.replication.ulids import ALPHABET
from sync.store import Range

ARCHIVE = "archive"
ENCOUNTERS = Range("encounter:\uffff", "encounter:", descending=True, limit=1)
# A county whose newest patient is older than this has an empty road.
FRESH_FOR = timedelta(hours=6)
log = structlog.get_logger("greenlane.demo")

# Minutes ago that each story was opened.
Stories = tuple[tuple[float, Callable[[Story], None]], ...]
ON_THE_WAY: Stories = (
    (34, stories_today.stroke_on_the_way),
    (28, stories_today.stemi_on_the_way),
    (26, stories_today.polytrauma_on_the_way),
    (25, stories_today.unknown_on_the_way),
)
BEFORE: Stories = (
    (44 * 60, stories_before.fall_with_correction),
    (37 * 60, stories_before.wake_up_stroke),
    (31 * 60, stories_before.stemi_complete),
    (22 * 60, stories_before.died_at_scene),
    (11 * 60, stories_before.stroke_diverted),
    (8 * 60, stories_today.not_transported),
    (5 * 60, stories_today.child_with_fever),
    (92, stories_today.stemi_arrived),
    (47, stories_today.walk_in),
)

Key = tuple[Scribe, str]
Run = tuple[Key, list[dict[str, Any]]]


def ensure_demo(hub: Hub) -> dict[str, str]:
    """Make what is missing of the demo county; returns the passwords by username.

    The whole county is written only into an archive that holds nothing. A later start adds patients on the way when
    the newest encounter is older than six hours; those who were on the way before were handed over meanwhile.
    """
    credentials = ensure_people(hub)
    now = hub.clock.now()
    if hub.store.info(ARCHIVE).doc_count == 0:
        tell(hub, BEFORE + ON_THE_WAY, now)
    elif now - newest_opening(hub) > FRESH_FOR:
        deliver(hub, hand_over_the_former(hub))
        tell(hub, ON_THE_WAY, now, wave_of(now))
    return credentials


def newest_opening(hub: Hub) -> datetime:
    """When the newest encounter was opened, as its id says."""
    rows = hub.store.rows(ARCHIVE, ENCOUNTERS)
    if not rows:
        return datetime.fromtimestamp(0, UTC)
    milliseconds = 0
    for letter in rows[0].id.split(":")[1][:10]:
        milliseconds = milliseconds * 32 + ALPHABET.index(letter)
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def wave_of(now: datetime) -> int:
    """A number from 1 to 96 that differs from fresh set to fresh set."""
    return int(now.timestamp() // FRESH_FOR.total_seconds()) % 96 + 1


def tell(hub: Hub, told: Stories, now: datetime, wave: int = 0) -> None:
    """Write stories and deliver them."""
    stories = [Story(now - timedelta(minutes=minutes_ago), hub.catalogue, wave) for minutes_ago, _ in told]
    for story, (_, write) in zip(stories, told, strict=True):
        write(story)
    deliver(hub, stories)
    log.info("demo_patients_written", encounters=len(stories), wave=wave)


def deliver(hub: Hub, stories: Iterable[Story]) -> None:
    """Deliver stories, each part by the session of who wrote it, each story in its order; many in one delivery."""
    waiting = [runs for story in stories if (runs := deque(runs_of(story)))]
    while waiting:
        (scribe, lane), _ = Counter(runs[0][0] for runs in waiting).most_common(1)[0]
        documents = [one for runs in waiting if runs[0][0] == (scribe, lane) for one in runs.popleft()[1]]
        answers = hub.delivery.deliver(session_of(hub, scribe), scribe.mailbox + lane, documents)
        refused = [answer for answer in answers if answer.get("error")]
        if refused:
            raise RuntimeError(f"the demo county was refused: {refused[0]['reason']}")
        waiting = [runs for runs in waiting if runs]


def runs_of(story: Story) -> list[Run]:
    """A story's documents in the order of recording, in runs of one person at one device; photographs last."""
    ordered = sorted(story.written, key=lambda item: (lane_of(item[2]), item[0], item[2]["_id"]))
    by_writer = groupby(ordered, key=lambda item: (item[1], lane_of(item[2])))
    return [(key, [document for _, _, document in items]) for key, items in by_writer]


def lane_of(document: dict[str, Any]) -> str:
    return "-media" if document["kind"] == "rendition" else ""


def session_of(hub: Hub, scribe: Scribe) -> Session:
    """The session that the person would have at that device."""
    known = hub.accounts.store.credential(scribe.staff)
    if known is None:
        raise RuntimeError(f"the demo county has no {scribe.username}")
    return Session(known.staff, scribe.device, False, databases_of(known.staff, scribe.device))
