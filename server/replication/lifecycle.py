"""What the hub does by itself, now and then: closing encounters that fell silent, releasing those that are over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from server.clock import to_iso
from server.replication import notices
from server.replication.delivery import Delivery
from server.replication.router import RELEASE_AFTER, due_at, encounter_of, is_closed
from server.replication.rules import QUARANTINE_PREFIX
from server.replication.ulids import new_ulid
from sync.mailboxes import END
from sync.store import ARCHIVE, Group, Range, Store

log = structlog.get_logger("greenlane.lifecycle")


def release_due(store: Store, now: datetime) -> int:
    """Release encounters that have been closed for 24 h from all mailboxes; returns how many. `archive` keeps all.

    The mailboxes are told by a notice, which leaves them in its turn when it has stood for long enough.
    """
    count = 0
    for group in _due(store, now):
        if notices.is_released(group.facts):
            notice, facts = notices.unlist(encounter_of(group.key), group.facts)
            store.release(replace(group, facts=facts, due_at=None, notice=notice), keep=QUARANTINE_PREFIX)
        elif is_closed(group.facts):
            at, encounter = to_iso(now), encounter_of(group.key)
            documents = len(store.rows(ARCHIVE, Range(group.key, group.key + END)))
            notice, facts = notices.release(encounter, {**group.facts, "released_at": at}, at, documents)
            after = replace(group, facts=facts, due_at=due_at(facts, at), notice=notice)
            ended = store.release(after, keep=QUARANTINE_PREFIX)
            log.info("released", encounter=encounter, memberships=ended)
            count += 1
    return count


def close_stale(store: Store, delivery: Delivery, now: datetime) -> int:
    """Close encounters that nobody has written to for 72 h; returns how many."""
    count = 0
    for group in _due(store, now):
        if is_closed(group.facts) or not group.members:
            continue
        rows = delivery.deliver_as_hub(group.members[0], [stale_closure(encounter_of(group.key), now)])
        if rows[0].get("error"):  # looked at again later, so that one such encounter does not hold up the others
            log.error("not closed", encounter=encounter_of(group.key), reason=rows[0]["reason"])
            store.save_group(replace(group, due_at=to_iso(now + RELEASE_AFTER)))
            continue
        log.info("closed as stale", encounter=encounter_of(group.key))
        count += 1
    return count


def _due(store: Store, now: datetime) -> list[Group]:
    found = store.groups_due(to_iso(now), limit=1000)
    for group in found:
        if not group.members:  # nothing but quarantined documents: a person looks at those
            store.save_group(replace(group, due_at=None))
    return found


def stale_closure(encounter: str, now: datetime) -> dict[str, Any]:
    """The closure that the hub writes for an encounter that fell silent."""
    at = to_iso(now)
    return {
        "_id": f"encounter:{encounter}:closure:{new_ulid(now)}",
        "kind": "closure",
        "schema": 1,
        "occurred_at": at,
        "time_basis": "device",
        "recorded_at": at,
        "clock": {"session": "hub", "mono_ms": 0, "offset_ms": 0, "error_ms": 0},
        "author": {"staff": "hub", "role": "hub", "badge": None},
        "device": "hub",
        "supersedes": None,
        "body": {"state": "closed", "reason": "stale"},
    }


def run(store: Store, delivery: Delivery, now: datetime) -> None:
    """One round of both; the hub calls it every few minutes."""
    close_stale(store, delivery, now)
    release_due(store, now)


ROUND_SECONDS = timedelta(minutes=5).total_seconds()
