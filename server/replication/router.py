"""The router: which mailboxes an arriving document goes to. A pure decision; the store carries it out.

The first mailbox to receive an encounter claims it. A `destination` naming a site makes that site a member with the
whole history; a newer one moves the encounter, and the former site gets that document as its last. A `closure` ends
it. Such documents count only when they come by a member: nobody receives a record, moves or closes it by guessing its
id. What an outsider delivers stays visible to the outsider, that document only, and reaches the members; but not what
would route: that is kept *apart*, as is what a stranger leaves in a quarantine. The archive has it, members do not fold
it, until it comes again by a member.

Which of two destinations (or closures) is newer is told by their corrected times, then ids, as in the fold, so a late
one from a phone in a drawer moves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeGuard

from server.encounters.rules import parse_document_id
from server.replication import notices
from server.replication.rules import base_of, is_quarantine, lane_of
from sync.store import Arrival, Group, Verdict

ROUTING_KINDS = frozenset({"destination", "prealert", "closure"})
# A stranger's acknowledgement would tell a crew that a hospital knows; a stranger's wristband, put onto an encounter
# whose id was guessed and then scanned, would open it.
MEMBERS_ONLY_KINDS = ROUTING_KINDS | {"acknowledgement", "wristband"}
# Why the hub's own closure was not taken: an error word, since no device ever hears it.
NOT_SILENT = "not_silent"
CANNOT_JOIN = "gone"
RELEASE_AFTER = timedelta(hours=24)
STALE_AFTER = timedelta(hours=72)


def encounter_key(document_id: str) -> str | None:
    """The group of a document: the prefix that all documents of its encounter share."""
    parts = parse_document_id(document_id)
    return f"encounter:{parts.encounter}:" if parts is not None else None


def encounter_of(key: str) -> str:
    """The inverse of `encounter_key`: the encounter's ULID."""
    return key.split(":")[1]


@dataclass
class _Course:
    """A decision in the making."""

    members: list[str]
    facts: dict[str, Any]
    deliver_to: list[str] = field(default_factory=list)
    backfill: list[str] = field(default_factory=list)

    def take_in(self, document_id: str) -> bool:
        """Let a document that lay apart belong to the encounter; whether it lay apart."""
        apart = self.facts.get("apart", [])
        if document_id not in apart:
            return False
        self.facts["apart"] = [one for one in apart if one != document_id]
        return True

    def admit(self, mailbox: str) -> None:
        """Make a mailbox a member that receives the whole history."""
        if mailbox not in self.members:
            self.members.append(mailbox)
            self.backfill.append(mailbox)
        self.facts["stubs"] = [stub for stub in self.facts.get("stubs", []) if stub != mailbox]

    def dismiss(self, mailbox: str) -> None:
        """Let a former destination have this document as its last; where an encounter began stays a member."""
        if mailbox in self.members and mailbox != self.facts.get("began"):
            self.members.remove(mailbox)
            self.facts["stubs"] = [*self.facts.get("stubs", []), mailbox]
            self.deliver_to.append(mailbox)


@dataclass(frozen=True)
class EncounterRouter:
    """Decides for one delivery. `entitled`: the sender's own mailboxes; `sites`: site mailboxes that exist.

    `joins`: a mailbox that the hub lets in, because its person holds the patient's wristband (server/wristbands).
    `silent_at`: the hub closes an encounter that was silent when it looked; one that is not silent at this time stays
    open.
    """

    entitled: tuple[str, ...] = ()
    sites: frozenset[str] = frozenset()
    silent_at: str | None = None
    joins: str | None = None

    def key_of(self, document_id: str) -> str | None:
        return encounter_key(document_id)

    def decide(self, arrival: Arrival, group: Group | None) -> Verdict:
        parts = parse_document_id(arrival.id)
        if parts is None:
            return Verdict(None, error="forbidden", reason="the id must be encounter:<ulid>:<kind>:<ulid>")
        sender, lane = base_of(arrival.mailbox), lane_of(arrival.mailbox)
        if self.silent_at is not None and (not is_due(group, self.silent_at) or is_closed(group.facts)):
            return Verdict(None, error=NOT_SILENT, reason="somebody has written to it since it was found silent")
        group = group or Group(f"encounter:{parts.encounter}:")
        origin = self._origin(sender, group)
        if origin is None and self.joins is not None:
            return Verdict(None, error=CANNOT_JOIN, reason="nobody has this encounter any more")
        if origin is None:
            return _from_outside(arrival, group, sender, lane)
        course = _Course(list(group.members), dict(group.facts))
        joins = course.take_in(arrival.id)
        if not course.members:
            course.facts["began"] = origin
        if not course.members or self.joins is not None:
            course.admit(origin)
        is_late = bool(course.facts.get("released_at")) and not arrival.known
        if parts.kind in ROUTING_KINDS and arrival.id not in course.facts.get("routed", []):
            course.facts["routed"] = [*course.facts.get("routed", []), arrival.id]
            self._route(parts.kind, arrival, course)
        elif arrival.known and not course.backfill and not joins:
            return _seen_before(group, sender, origin, lane)
        if not arrival.known:
            course.facts["last_received_at"] = arrival.receipt.received_at
        return _verdict(group, course, sender, lane, arrival.receipt.received_at, is_late)

    def _origin(self, sender: str, group: Group) -> str | None:
        """The member by which a document comes in; None when its sender is an outsider."""
        if self.joins is not None:
            # Only an encounter that somebody has, and that was not released from its mailboxes.
            return sender if group.members and not group.facts.get("released_at") else None
        if not is_quarantine(sender):
            return sender if not group.members or sender in group.members else None
        if not group.members:
            return self.entitled[0] if self.entitled else None
        return next((mailbox for mailbox in self.entitled if mailbox in group.members), None)

    def _route(self, kind: str, arrival: Arrival, course: _Course) -> None:
        body = arrival.fields.get("body")
        if not isinstance(body, Mapping):
            return
        if kind == "closure":
            _close_or_reopen(arrival, body, course)
        elif isinstance(body.get("site"), str):
            self._move(kind, arrival, f"site_{body['site']}", course)

    def _move(self, kind: str, arrival: Arrival, site: str, course: _Course) -> None:
        current = course.facts.get("destination")
        at = corrected_time(arrival.fields)
        if current is not None:
            is_newer = [at, arrival.id] > [current["at"], current["id"]]
            # A pre-alert without a destination must arrive too, but never against a destination.
            if kind == "prealert" or not (is_newer or current["provisional"]):
                return
        if site not in self.sites:
            course.facts["unknown_sites"] = sorted({*course.facts.get("unknown_sites", []), site})
            return
        course.facts["destination"] = {"site": site, "at": at, "id": arrival.id, "provisional": kind == "prealert"}
        if current is not None and current["site"] != site:
            course.dismiss(current["site"])
        course.admit(site)


def _close_or_reopen(arrival: Arrival, body: Mapping[str, Any], course: _Course) -> None:
    at, current = corrected_time(arrival.fields), course.facts.get("closure")
    state = body.get("state")
    if state not in ("closed", "reopened"):
        return
    if current is not None and [at, arrival.id] <= [current["at"], current["id"]]:
        return
    course.facts["closure"] = {"state": state, "at": at, "id": arrival.id}
    if state == "closed":
        course.facts.setdefault("closed_at", arrival.receipt.received_at)
        return
    course.facts.pop("closed_at", None)
    if course.facts.pop("released_at", None):
        course.backfill = list(dict.fromkeys([*course.backfill, *course.members]))


def _from_outside(arrival: Arrival, group: Group, sender: str, lane: str) -> Verdict:
    """The members get it, the sender keeps it in view; what only members may say, and a quarantine's, waits apart."""
    if is_quarantine(sender) and arrival.known and arrival.id not in group.facts.get("apart", []):
        # Part of the record since its sender was a member, or came by its own mailbox: nothing for a person to look at.
        return Verdict(None, lane, pass_over=(sender,))
    if is_quarantine(sender) or _is_for_members(arrival):
        return Verdict(_set_apart(arrival, group), lane, deliver_to=(sender,))
    is_late = bool(group.facts.get("released_at")) and not arrival.known
    after = None
    if not arrival.known and group.members:
        facts = {**group.facts, "last_received_at": arrival.receipt.received_at}
        after = _remember(group, group.members, facts, arrival.receipt.received_at)
    return Verdict(after, lane, deliver_to=(*group.members, sender), late=is_late)


def _set_apart(arrival: Arrival, group: Group) -> Group | None:
    """The group with the document noted as none of the record's; None when the record has it already."""
    apart = group.facts.get("apart", [])
    if arrival.known or arrival.id in apart:
        return None
    facts = {**group.facts, "apart": [*apart, arrival.id]}
    if is_quarantine(base_of(arrival.mailbox)):  # which nothing is released from, nor told of a release
        return replace(group, facts=facts)
    return _remember(group, group.members, facts, arrival.receipt.received_at)


def _is_for_members(arrival: Arrival) -> bool:
    """Whether a document would route or acknowledge, or takes the place of one that does, or retracts it."""
    body = arrival.fields.get("body")
    retracted = body.get("of") if _kind(arrival.id) == "retraction" and isinstance(body, Mapping) else None
    return any(_kind(name) in MEMBERS_ONLY_KINDS for name in (arrival.id, arrival.fields.get("supersedes"), retracted))


def _kind(document_id: object) -> str | None:
    """The kind that an id names."""
    parts = parse_document_id(document_id)
    return parts.kind if parts is not None else None


def _seen_before(group: Group, sender: str, origin: str, lane: str) -> Verdict:
    """A document that the archive holds already: nothing moves but what the sender may see."""
    if is_quarantine(sender):
        return Verdict(None, lane, deliver_to=group.members, pass_over=(sender,))
    return Verdict(None, lane, deliver_to=(origin, *group.members))


def _verdict(group: Group, course: _Course, sender: str, lane: str, received_at: str, is_late: bool) -> Verdict:
    stirs = is_late or bool(course.backfill)
    after = _remember(group, tuple(course.members), course.facts, received_at, stirs=stirs)
    return Verdict(
        after,
        lane,
        deliver_to=tuple(dict.fromkeys([*course.members, *course.deliver_to])),
        backfill=tuple(course.backfill),
        withhold=frozenset(course.facts.get("apart", [])),
        pass_over=(sender,) if is_quarantine(sender) else (),
        late=is_late,
    )


def _remember(
    group: Group, members: tuple[str, ...], facts: dict[str, Any], received_at: str, *, stirs: bool = True
) -> Group:
    """The group as it is from now on. Where it stirs in mailboxes that were told of its release, that is taken back."""
    reason = "late" if facts.get("released_at") else "reopened"
    withdrawal = notices.withdraw(encounter_of(group.key), facts, received_at, reason) if stirs else None
    notice, facts = withdrawal or (None, facts)
    return Group(group.key, members, facts, due_at(facts, received_at), notice)


def due_at(facts: Mapping[str, Any], received_at: str) -> str:
    """When the hub must look at an encounter again: to release it when closed, to close it when silent."""
    if notices.is_released(facts):
        return _later(str(facts["notice"]["at"]), notices.LISTED_FOR)
    if facts.get("released_at"):
        return _later(received_at, RELEASE_AFTER)
    if facts.get("closed_at"):
        return _later(str(facts["closed_at"]), RELEASE_AFTER)
    return _later(str(facts.get("last_received_at") or received_at), STALE_AFTER)


def is_due(group: Group | None, at: str) -> TypeGuard[Group]:
    """Whether the hub must look at a group at this time."""
    return group is not None and bool(group.members) and group.due_at is not None and group.due_at <= at


def is_closed(facts: Mapping[str, Any]) -> bool:
    return bool(facts.get("closed_at"))


@lru_cache(maxsize=1024)
def _later(at: str, by: timedelta) -> str:
    return to_text(datetime.fromisoformat(at) + by)


def to_text(instant: datetime) -> str:
    """An instant in the one written form, which sorts as text."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def corrected_time(document: Mapping[str, Any]) -> str:
    """When a document happened, by the hub's clock where the device had measured it; "" when that is unreadable."""
    try:
        at = datetime.fromisoformat(str(document.get("occurred_at")))
    except ValueError:
        return ""
    if at.tzinfo is None:
        return ""
    clock = document.get("clock")
    offset = clock.get("offset_ms") if isinstance(clock, Mapping) else None
    if document.get("time_basis") != "stated" and isinstance(offset, int | float) and not isinstance(offset, bool):
        try:
            at += timedelta(milliseconds=offset)
        except OverflowError:
            return ""
    return to_text(at)
