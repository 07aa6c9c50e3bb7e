"""Badges as the other rooms see them (`hub.badges`): issuing, revoking, verifying, and what the roster says of them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.accounts.accounts import Accounts
from server.accounts.store import AccountProblem
from server.accounts.tokens import is_signed_by_raw
from server.badges import rules
from server.badges.keys import BadgeKeys
from server.badges.rules import Badge, Book, Claims
from server.badges.store import BadgesStore
from server.clock import from_ms, to_iso


@dataclass(frozen=True)
class Verdict:
    """What came of reading a badge: the claims where there were some, and the reason of a refusal."""

    claims: Claims | None
    refusal: str | None


class Badges:
    """Everything about badges that another room may ask."""

    def __init__(self, accounts: Accounts, secrets_path: Path) -> None:
        self._accounts = accounts
        self.store = BadgesStore(accounts.database)
        self.keys = BadgeKeys(accounts.database, secrets_path, accounts.clock)
        self._book = Book()
        self._seen = -1

    def issue(
        self, staff_id: str, label: str = "", valid_days: int = rules.USUAL_VALID_DAYS, by: str | None = None
    ) -> Badge:
        """Make a badge for somebody who works here; raises AccountProblem."""
        known = self._accounts.store.credential(staff_id)
        if known is None or not known.staff.active:
            raise AccountProblem(f"no active staff with the id {staff_id}; a badge is for somebody who works here")
        if not 1 <= valid_days <= rules.LONGEST_VALID_DAYS:
            raise AccountProblem(f"a badge is valid for 1 to {rules.LONGEST_VALID_DAYS} days")
        now_ms = self._accounts.clock.now_ms()
        today = rules.day_of(now_ms)
        key, badge_id = self.keys.signing_key(), f"b-{secrets.token_hex(rules.BADGE_BYTES)}"
        try:
            payload = rules.payload_of(key, badge_id, staff_id, today, today + valid_days)
        except ValueError as problem:
            raise AccountProblem(str(problem)) from problem
        signature = self.keys.sign(key, rules.SIGNED_AS + payload)
        badge = Badge(badge_id, staff_id, label.strip(), key, today, today + valid_days, signature)
        self.store.add(badge, now_ms, by)
        self._accounts.store.on_change()
        return badge

    def revoke(self, badge_id: str, why: str, by: str | None = None) -> Badge:
        """Refuse a badge from now on; devices learn it with the roster."""
        if not why.strip():
            raise AccountProblem("say why the badge is revoked: lost, stolen, left, replaced")
        badge = self.store.revoke(badge_id, why.strip(), self._accounts.clock.now_ms(), by)
        self._accounts.store.on_change()
        return badge

    def token_of(self, badge: Badge) -> str:
        """The text for the tag or the QR code, again."""
        payload = rules.payload_of(badge.key, badge.id, badge.staff, badge.issued, badge.expires)
        return rules.token_of(payload, badge.signature)

    def verify(self, text: str, now_ms: int) -> Verdict:
        """Read a badge as a device does, from the hub's own knowledge."""
        claims = rules.read_token(text)
        if claims is None:
            return Verdict(None, "unreadable")
        book = self.book()
        key = book.keys.get(claims.key)
        if key is None:
            return Verdict(claims, "unknown_key")
        if not is_signed_by_raw(dict(key), claims.signed, claims.signature):
            return Verdict(claims, "forged")
        revoked = {badge.id: True for badge in book.badges.values() if badge.revoked_ms is not None}
        active = claims.staff in book.active_staff if claims.staff in book.known_staff else None
        return Verdict(claims, rules.refusal_of(claims, rules.day_of(now_ms), revoked, active))

    def book(self) -> Book:
        """What is known now, read again only after somebody has written. Call it on the loop; the book is fixed."""
        seen = self._accounts.database.change_counter()
        if seen != self._seen:
            staff = self.store.staff_standing()
            self._book = Book(
                {badge.id: badge for badge in self.store.badges()},
                self.keys.public(),
                frozenset(one for one, is_active in staff.items() if is_active),
                frozenset(staff),
            )
            self._seen = seen
        return self._book

    def check(self) -> Callable[[Mapping[str, Any]], list[str]]:
        """What is doubtful about the badges of a document, by what is known now; the check may run in a thread."""
        book = self.book()
        return lambda document: rules.document_problems(document, book)

    def roster_documents(self) -> Iterator[dict[str, Any]]:
        """The keys that verify and the badges that were revoked, for every device."""
        yield {
            "_id": "badges:keys",
            "kind": "badge_keys",
            "keys": [{"id": key, **public} for key, public in self.keys.public().items()],
        }
        revoked = sorted(
            (badge for badge in self.store.badges() if badge.revoked_ms is not None), key=lambda badge: badge.id
        )
        yield {"_id": "badges:revoked", "kind": "badges_revoked", "revoked": [revoked_row(one) for one in revoked]}


def revoked_row(badge: Badge) -> dict[str, Any]:
    assert badge.revoked_ms is not None
    return {"id": badge.id, "at": to_iso(from_ms(badge.revoked_ms))}


def badge_row(badge: Badge) -> dict[str, Any]:
    """A badge as administrators see it; without its token."""
    is_revoked = badge.revoked_ms is not None
    return {
        "id": badge.id,
        "staff": badge.staff,
        "label": badge.label,
        "issued": rules.date_of(badge.issued),
        "expires": rules.date_of(badge.expires),
        "revoked": {"at": to_iso(from_ms(badge.revoked_ms or 0)), "why": badge.revoked_why} if is_revoked else None,
    }
