"""Who holds a patient's wristband may join the patient's record: finding the encounters of a code, and letting in.

A code is 60 random bits that only the wristband carries, so it proves that the patient is at hand; an id does not.
Misses are counted for each person, so that nobody tries codes in numbers.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from server.accounts.rules import Session
from server.clock import to_iso
from server.encounters.access import places_of
from server.errors import WireError
from server.hub import Hub
from server.replication.router import CANNOT_JOIN
from server.replication.rules import is_mailbox, is_quarantine, lane_of
from server.replication.ulids import new_ulid
from server.wristbands.code import read_code

# A nurse with a stack of unknown bands stays below; somebody who tries codes does not get far with 2**60 of them.
MISSES: tuple[RateLimitItem, ...] = (RateLimitItemPerMinute(10), RateLimitItemPerHour(60))
# And who knows many codes does not collect records by a program.
FINDS: RateLimitItem = RateLimitItemPerMinute(30)
log = structlog.get_logger("greenlane.wristbands")


class Joining:
    """Finds encounters by a wristband's code and lets the asking person's mailbox in."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def join(self, session: Session, text: str, mailbox: str | None) -> dict[str, Any]:
        """Join the encounters whose patient wears the band; open ones before those that have just ended.

        Raises WireError: 400 for what is no code, 403 without a mailbox, 404 when nobody wears it, 410 when that
        encounter was released, 429 after too many misses.
        """
        code = self._read(text)
        place = choose_mailbox(session, mailbox)
        self._require_calm(session)
        worn = self._hub.readmodel.wearing(code)
        if not worn:
            self._miss(session)
            raise WireError(404, "not_found", "no encounter on this hub has this wristband; begin a new one with it")
        self._limiter.hit(FINDS, session.staff.id)
        open_ones = [one for one in worn if one["state"] == "open"]
        wanted = [one["encounter"] for one in open_ones or worn[:1]]
        # On record before anything is answered or moved.
        self._hub.audit.record_reads(session, wanted, "wristband")
        found = [self._let_in(session, encounter, code, place) for encounter in wanted]
        joined = [one for one in found if one is not None]
        if not joined:
            raise WireError(410, "gone", "this patient's encounter ended more than a day ago; begin a new one")
        return {"code": code, "mailbox": place, "encounters": joined}

    def _read(self, text: str) -> str:
        verdict, code = read_code(text)
        if code is None:
            what = "its check is wrong: scan it again" if verdict == "wrong_check" else "it is of another system"
            raise WireError(400, "bad_request", f"this is no wristband of Greenlane's; {what}")
        return code

    def _require_calm(self, session: Session) -> None:
        limits = [("miss", item) for item in MISSES] + [("", FINDS)]
        if not all(self._limiter.test(item, *key_of(session, what)) for what, item in limits):
            log.warning("wristband_too_many", staff=session.staff.id, device=session.device)
            raise WireError(429, "too_many_requests", "too many wristbands in a short time; wait a minute")

    def _miss(self, session: Session) -> None:
        for item in MISSES:
            self._limiter.hit(item, *key_of(session, "miss"))
        log.info("wristband_unknown", staff=session.staff.id, device=session.device)

    def _let_in(self, session: Session, encounter: str, code: str, place: str) -> dict[str, Any] | None:
        group = self._hub.readmodel.group(encounter)
        if group.facts.get("released_at"):
            return None
        state = "closed" if group.facts.get("closed_at") else "open"
        if place in group.members:
            return {"encounter": encounter, "state": state, "joined": False}
        document = joining_document(session, encounter, code, place, self._hub.clock.now())
        answer = self._hub.delivery.join(session, place, document)
        if answer.get("error") == CANNOT_JOIN:  # released in this very moment
            return None
        if answer.get("error"):
            raise WireError(500, "internal_server_error", f"the record could not be joined: {answer['reason']}")
        log.info("wristband_joined", encounter=encounter, staff=session.staff.id, mailbox=place)
        return {"encounter": encounter, "state": state, "joined": True}


def key_of(session: Session, what: str) -> tuple[str, ...]:
    """What a limit is counted by: the person, whichever device they use."""
    return (what, session.staff.id) if what else (session.staff.id,)


def choose_mailbox(session: Session, wanted: str | None) -> str:
    """The mailbox that shall have the record: the one asked for, or the person's own first one."""
    if wanted is not None:
        is_place = is_mailbox(wanted) and not is_quarantine(wanted) and not lane_of(wanted)
        if not is_place or not session.may_write(wanted):
            raise WireError(403, "forbidden", "you may not write into this mailbox; GET /api/session lists yours")
        return wanted
    places = places_of(session)
    if not places:
        raise WireError(403, "forbidden", "your role has no mailbox that could have the record; name one")
    return places[0]


def joining_document(session: Session, encounter: str, code: str, place: str, now: datetime) -> dict[str, Any]:
    """What the record keeps of it: the band was seen on the patient, by whom, and which place has joined."""
    at = to_iso(now)
    return {
        "_id": f"encounter:{encounter}:wristband:{new_ulid(now)}",
        "kind": "wristband",
        "schema": 1,
        "occurred_at": at,
        "time_basis": "device",
        "recorded_at": at,
        "clock": {"session": "hub", "mono_ms": 0, "offset_ms": 0, "error_ms": 0},
        "author": {"staff": session.staff.id, "role": session.staff.role, "badge": None},
        # Not the person's device: this clock reading is the hub's, and must not correct what that device wrote.
        "device": "hub",
        "supersedes": None,
        "body": {"code": code, "state": "attached", "joined": place},
    }
