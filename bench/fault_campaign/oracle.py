"""Where each document belongs, worked out again from the rules in docs/replication.md, beside the hub's router.

The oracle is told what arrived in which order and by whom, and when the hub released what was over. It shares no code
with the hub: the two must agree because both are right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from .journal import Document, encounter_of, kind_of

RELEASE_AFTER = timedelta(hours=24)
STALE_AFTER = timedelta(hours=72)
ROUTING = ("destination", "prealert", "closure")


@dataclass(frozen=True)
class Arrival:
    """One document reaching the archive: from which mailbox, when by the hub's clock, and whose own mailbox it is."""

    document: Document
    mailbox: str  # text lane's name
    own: str  # the sender's own mailbox, also where it delivered into its quarantine
    at: datetime
    # Delivered both ways by a sender who is no member: which of the two came first is not on record.
    is_ambiguous: bool = False


@dataclass
class Case:
    """One encounter, as the rules have it."""

    members: list[str] = field(default_factory=list)
    began: str = ""
    destination: tuple[str, str, str, bool] | None = None  # corrected time, id, site, whether only a pre-alert
    closure: tuple[str, str, str] | None = None  # corrected time, id, state
    closed_at: datetime | None = None
    heard_at: datetime | None = None
    late_at: datetime | None = None
    is_released: bool = False
    history: list[str] = field(default_factory=list)
    places: dict[str, set[str]] = field(default_factory=dict)  # where it must be now, nowhere else
    ever: dict[str, set[str]] = field(default_factory=dict)  # where it was allowed at some time
    apart: set[str] = field(default_factory=set)  # what outsiders left and members never see
    unsure: set[str] = field(default_factory=set)

    def put(self, mailbox: str, *ids: str) -> None:
        self.places.setdefault(mailbox, set()).update(ids)
        self.ever.setdefault(mailbox, set()).update(ids)

    @property
    def is_closed(self) -> bool:
        return self.closure is not None and self.closure[2] == "closed"


class Oracle:
    """Follows the archive's arrivals and answers for every mailbox."""

    def __init__(self, sites: frozenset[str]) -> None:
        self._sites = sites
        self.cases: dict[str, Case] = {}
        self.happened: Counter[str] = Counter()  # what this run has tried, so that nobody trusts one that tried nothing

    def arrive(self, arrival: Arrival) -> None:
        document_id = arrival.document["_id"]
        case = self.cases.setdefault(encounter_of(document_id), Case())
        if arrival.is_ambiguous and case.members and arrival.own not in case.members:
            case.unsure.add(document_id)
        is_outside = bool(case.members) and arrival.own not in case.members and arrival.document["device"] != "hub"
        if is_outside and (arrival.mailbox.startswith("quarantine_") or kind_of(document_id) in ROUTING):
            case.put(arrival.mailbox, document_id)  # in sight of its sender only; it is no part of the record
            case.apart.add(document_id)
            if case.is_released and not arrival.mailbox.startswith("quarantine_"):
                case.late_at = arrival.at
            return
        case.history.append(document_id)
        case.heard_at = arrival.at
        if not case.members:
            case.members.append(arrival.own)
            case.began = arrival.own
        was_released = case.is_released
        if is_outside:
            case.put(arrival.own, document_id)
        else:
            self._route(case, arrival)
        for member in case.members:
            case.put(member, document_id)
        if was_released and case.is_released:
            case.late_at = arrival.at
            self.happened["late documents"] += 1

    def _route(self, case: Case, arrival: Arrival) -> None:
        kind, body = kind_of(arrival.document["_id"]), arrival.document["body"]
        if kind == "closure":
            self._close(case, arrival, body)
        elif kind in ("destination", "prealert") and body["site"] in self._sites:
            self._move(case, arrival, body["site"], is_alert=kind == "prealert")

    def _close(self, case: Case, arrival: Arrival, body: Mapping[str, Any]) -> None:
        told = (corrected(arrival.document), arrival.document["_id"], body["state"])
        if case.closure is not None and told[:2] <= case.closure[:2]:
            return
        case.closure = told
        if body["state"] == "closed":
            case.closed_at = case.closed_at or arrival.at
            return
        case.closed_at = None
        if case.is_released:  # everything comes back to those whom it concerns
            case.is_released = False
            self.happened["reopened after release"] += 1
            for member in case.members:
                case.put(member, *case.history)

    def _move(self, case: Case, arrival: Arrival, site: str, *, is_alert: bool) -> None:
        document_id = arrival.document["_id"]
        told, now = (corrected(arrival.document), document_id, site, is_alert), case.destination
        if now is not None and (is_alert or (told[:2] <= now[:2] and not now[3])):
            return
        case.destination = told
        mailbox, former = f"site_{site}", f"site_{now[2]}" if now else None
        if former not in (None, mailbox, case.began) and former in case.members:
            case.members.remove(former)
            case.put(former, document_id)
            self.happened["diverted"] += 1
        if mailbox not in case.members:
            case.members.append(mailbox)
            case.put(mailbox, *case.history)

    # --- the hub's own rounds
    def stale_at(self, now: datetime) -> list[str]:
        """Encounters that the hub must close by itself at this time."""
        return [
            encounter
            for encounter, case in self.cases.items()
            if not case.is_closed and case.members and case.heard_at and now - case.heard_at >= STALE_AFTER
        ]

    def release(self, now: datetime) -> int:
        """Release what is over; returns how many encounters went."""
        count = 0
        for case in self.cases.values():
            since = case.late_at if case.is_released else case.closed_at if case.is_closed else None
            if since is None or now - since < RELEASE_AFTER:
                continue
            case.places = {name: ids for name, ids in case.places.items() if name.startswith("quarantine_")}
            case.is_released, case.late_at = True, None
            count += 1
        return count

    # --- answers
    def expected(self, mailbox: str) -> set[str]:
        return {one for case in self.cases.values() for one in case.places.get(mailbox, ())}

    def ever(self, mailbox: str) -> set[str]:
        return {one for case in self.cases.values() for one in case.ever.get(mailbox, ())}

    def unsure(self) -> set[str]:
        return {one for case in self.cases.values() for one in case.unsure}


def corrected(document: Mapping[str, Any]) -> str:
    """A document's time by the hub's clock, as text that sorts."""
    at = datetime.fromisoformat(document["occurred_at"])
    if document.get("time_basis") != "stated":
        at += timedelta(milliseconds=document["clock"]["offset_ms"] or 0)
    return at.isoformat(timespec="milliseconds")
