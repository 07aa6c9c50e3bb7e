"""What the hub does by itself, now and then: closing encounters that fell silent, releasing those that are over.

What is due is read first and carried out later, and others write in between. So whether it is still due is asked again
inside the transaction that does it, of the group as it is there.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from server.clock import to_iso
from server.replication import notices
from server.replication.delivery import Delivery
from server.replication.own_documents import own_document
from server.replication.router import NOT_SILENT, RELEASE_AFTER, due_at, encounter_of, is_closed, is_due
from server.replication.rules import QUARANTINE_PREFIX
from sync.store import Decide, Group, Store

log = structlog.get_logger("greenlane.lifecycle")


def release_due(store: Store, now: datetime) -> int:
    """Release encounters that have been closed for 24 h from all mailboxes; returns how many. `archive` keeps all.

    The mailboxes are told by a notice, which leaves them in its turn when it has stood for long enough.
    """
    count = 0
    for group in _due(store, now):
        if notices.is_released(group.facts):
            store.release(group.key, _unlisted(to_iso(now)), keep=QUARANTINE_PREFIX)
        elif is_closed(group.facts):
            ended = store.release(group.key, _released(to_iso(now)), keep=QUARANTINE_PREFIX)
            if ended is not None:
                log.info("released", encounter=encounter_of(group.key), memberships=ended)
                count += 1
    return count


def _released(at: str) -> Decide:
    """A closed encounter is released from its mailboxes and tells them; one reopened or written to meanwhile is not."""

    def decide(group: Group | None, documents: int) -> Group | None:
        if not is_due(group, at) or notices.is_released(group.facts) or not is_closed(group.facts):
            return None
        facts = {**group.facts, "released_at": at}
        notice, facts = notices.release(encounter_of(group.key), facts, at, documents)
        return replace(group, facts=facts, due_at=due_at(facts, at), notice=notice)

    return decide


def _unlisted(at: str) -> Decide:
    """A notice that stood for long enough leaves the mailboxes, unless it was taken back meanwhile."""

    def decide(group: Group | None, _documents: int) -> Group | None:
        if not is_due(group, at) or not notices.is_released(group.facts):
            return None
        notice, facts = notices.unlist(encounter_of(group.key), group.facts)
        return replace(group, facts=facts, due_at=None, notice=notice)

    return decide


def close_stale(store: Store, delivery: Delivery, now: datetime) -> int:
    """Close encounters that nobody has written to for 72 h; returns how many."""
    count = 0
    for group in _due(store, now):
        if is_closed(group.facts) or not group.members:
            continue
        closure = stale_closure(encounter_of(group.key), now)
        row = delivery.close_silent(group.members[0], closure, now)
        if row.get("error") == NOT_SILENT:  # somebody wrote to it meanwhile
            continue
        if row.get("error"):  # looked at again later, so that one such encounter does not hold up the others
            log.error("not closed", encounter=encounter_of(group.key), reason=row["reason"])
            store.revise_group(group.key, _looked_at_later(to_iso(now), to_iso(now + RELEASE_AFTER)))
            continue
        log.info("closed as stale", encounter=encounter_of(group.key))
        count += 1
    return count


def _looked_at_later(at: str, later: str) -> Decide:
    return lambda group, _documents: replace(group, due_at=later) if group is not None and is_due(group, at) else None


def _due(store: Store, now: datetime) -> list[Group]:
    found = store.groups_due(to_iso(now), limit=1000)
    for group in found:
        if not group.members:  # nothing but quarantined documents: a person looks at those
            store.revise_group(group.key, _left_to_a_person)
    return found


def _left_to_a_person(group: Group | None, _documents: int) -> Group | None:
    return replace(group, due_at=None) if group is not None and not group.members else None


def stale_closure(encounter: str, now: datetime) -> dict[str, Any]:
    """The closure that the hub writes for an encounter that fell silent."""
    return own_document(encounter, "closure", {"state": "closed", "reason": "stale"}, now)


def run(store: Store, delivery: Delivery, now: datetime) -> None:
    """One round of both; the hub calls it every few minutes."""
    close_stale(store, delivery, now)
    release_due(store, now)


ROUND_SECONDS = timedelta(minutes=5).total_seconds()
