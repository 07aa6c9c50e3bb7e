"""Delivery: the one path of every push into a mailbox, whoever brings it (a phone, the demo county, the hub itself).

guard -> parse -> store, route and receipt in one transaction -> an answer for each document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from server.clock import to_iso
from server.errors import WireError
from server.replication import rules
from server.replication.mailboxes import Session, ensure_mailbox, is_due, open_database
from server.replication.router import EncounterRouter
from sync.documents import Edit, Outcome, parse_edit
from sync.errors import SyncError
from sync.store import Receipt, Store


class Clock(Protocol):
    def now(self) -> Any: ...


class Delivery:
    """Takes documents into mailboxes. `deliver` answers for each document, in order."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def deliver(self, session: Session, mailbox: str, documents: Sequence[Any]) -> list[dict[str, Any]]:
        """Deliver documents into a mailbox that the session may write.

        Each answer is {"id", "rev"}, with "error" and "reason" for a document that was refused; the others are durable
        when this returns. Raises WireError 401, 403 or 404 when the mailbox as a whole is closed to the session.
        """
        if not rules.is_mailbox(mailbox):
            raise WireError(403, "forbidden", f"{mailbox} takes no deliveries; push into a mailbox of yours")
        open_database(self._store, session, mailbox, to_write=True)
        staff = session.staff
        router = self._router(rules.entitled_mailboxes(staff.role, staff.units, staff.sites), documents)
        return self._accept(mailbox, documents, router, staff.id, session.device)

    def deliver_own(self, mailbox: str, document: dict[str, Any]) -> dict[str, Any]:
        """Deliver a document that the hub wrote itself, by a mailbox that holds its encounter; returns the answer.

        It goes wherever the encounter goes, and can neither move nor claim one.
        """
        return self._accept(mailbox, [document], EncounterRouter(), "hub", None)[0]

    def join(self, session: Session, mailbox: str, document: dict[str, Any]) -> dict[str, Any]:
        """Let a mailbox of the session's into an encounter, with the whole history, by a document that says so.

        Only for who has proved that the patient is with them (server/wristbands). The answer's error is
        router.CANNOT_JOIN when nobody has the encounter any more. Raises WireError like `deliver`.
        """
        open_database(self._store, session, mailbox, to_write=True)
        return self._accept(mailbox, [document], EncounterRouter(joins=mailbox), session.staff.id, session.device)[0]

    def close_silent(self, mailbox: str, closure: dict[str, Any], now: datetime) -> dict[str, Any]:
        """Deliver the hub's own closure of an encounter that is silent now; returns the answer.

        Its error is router.NOT_SILENT when somebody wrote to the encounter in the meantime.
        """
        return self._accept(mailbox, [closure], EncounterRouter(silent_at=to_iso(now)), "hub", None)[0]

    def write_own(self, mailbox: str, documents: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Deliver documents that the hub itself wrote, by a mailbox that has the encounter; returns the answers."""
        return self._accept(mailbox, documents, EncounterRouter(), "hub", None)

    def _accept(
        self, mailbox: str, documents: Sequence[Any], router: EncounterRouter, staff: str, device: str | None
    ) -> list[dict[str, Any]]:
        answers: list[dict[str, Any] | None] = [None] * len(documents)
        edits: list[Edit] = []
        positions: list[int] = []
        for position, document in enumerate(documents):
            refusal = rules.refuse_document(mailbox, document)
            if refusal is None:
                try:
                    edits.append(parse_edit(document, new_edits="_rev" not in document))
                    positions.append(position)
                    continue
                except SyncError as problem:
                    refusal = rules.Refusal(problem.error, problem.reason)
            answers[position] = _refused(document, refusal)
        if edits:
            receipt = Receipt(staff, device, mailbox, to_iso(self._clock.now()))
            outcomes = self._store.accept(mailbox, edits, router, receipt)
            for position, outcome in zip(positions, outcomes, strict=True):
                answers[position] = _answer(outcome)
        return [answer for answer in answers if answer is not None]

    def _router(self, entitled: tuple[str, ...], documents: Iterable[Any]) -> EncounterRouter:
        wanted = {f"site_{site}" for document in documents for site in _named_sites(document)}
        sites = set()
        for site in wanted:
            if self._store.has_database(site):
                sites.add(site)
            elif is_due(self._store, None, site):
                ensure_mailbox(self._store, site)
                sites.add(site)
        return EncounterRouter(entitled, frozenset(sites))


def _named_sites(document: Any) -> list[str]:
    if not isinstance(document, dict) or document.get("kind") not in ("destination", "prealert"):
        return []
    body = document.get("body")
    site = body.get("site") if isinstance(body, dict) else None
    return [site] if isinstance(site, str) and site else []


def _refused(document: Any, refusal: rules.Refusal) -> dict[str, Any]:
    known = document if isinstance(document, dict) else {}
    return {"id": known.get("_id"), "rev": known.get("_rev"), "error": refusal.error, "reason": refusal.reason}


def _answer(outcome: Outcome) -> dict[str, Any]:
    answer: dict[str, Any] = {"id": outcome.id, "rev": outcome.rev}
    if outcome.error is not None:
        answer |= {"error": outcome.error, "reason": outcome.reason}
    return answer
