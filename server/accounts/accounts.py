"""Signing in, renewing, and who is asking: the accounts as the other rooms see them (`hub.accounts`)."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Request
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from server import clock as clock_words
from server.accounts import rules
from server.accounts.database import AccountsDatabase
from server.accounts.devices import DevicesStore
from server.accounts.passwords import Passwords
from server.accounts.rules import Session, Staff
from server.accounts.store import AccountProblem, AccountsStore, Device
from server.accounts.tokens import Token, Tokens, is_signed_by
from server.clock import Clock
from server.errors import WireError
from server.settings import Settings

SIGN_IN_AGAIN = "token_expired: sign in again"
# Wide, because a device's own clock may be hours wrong; a signature still renews only once.
RENEWAL_WINDOW = timedelta(hours=25)
FAILURES: RateLimitItem = RateLimitItemPerMinute(10)


class Accounts:
    """Everything about people and devices that another room may ask."""

    def __init__(self, path: Path, settings: Settings, clock: Clock, token_key: str) -> None:
        self.settings = settings
        self.clock = clock
        self.database = AccountsDatabase(path)
        self.store = AccountsStore(self.database, clock)
        self.devices = DevicesStore(self.database, clock)
        self.passwords = Passwords()
        self.tokens = Tokens(token_key)
        self._failures = FixedWindowRateLimiter(MemoryStorage())
        self._used_signatures: dict[tuple[str, str], datetime] = {}

    # --- people
    def add_staff(self, username: str, name: str, role: str, password: str, **places: Any) -> Staff:
        """Write down somebody new (keyword arguments: sites, units, staff_id); raises AccountProblem."""
        if problem := rules.problem_of_staff(username, name, role, password):
            raise AccountProblem(problem)
        return self.store.add_staff(username, name, role, self.passwords.hash(password), **places)

    def change_password(self, staff_id: str, password: str) -> None:
        """Give somebody a new password; tokens from before stop to be valid. Raises AccountProblem."""
        known = self.store.credential(staff_id)
        if known is None:
            raise AccountProblem(f"no staff with the id {staff_id}")
        if problem := rules.problem_of_staff(known.staff.username, known.staff.name, known.staff.role, password):
            raise AccountProblem(problem)
        self.store.change_password(staff_id, self.passwords.hash(password))

    # --- sessions
    def check_password(self, username: str, password: str, address: str, *, remembered: bool = False) -> Staff:
        """The member of staff whose password this is; raises 401, or 429 after too many failures."""
        username = username.strip().lower()
        key = (username, address)
        if not self._failures.test(FAILURES, *key):
            raise WireError(429, "too_many_requests", "too many failed sign-ins for this name; wait a minute")
        known = self.store.credential_by_username(username)
        check = self.passwords.is_right_remembered if remembered else self.passwords.is_right
        is_right = check(known.password_hash if known else None, password)
        if known is None or not is_right:
            self._failures.hit(FAILURES, *key)
            raise WireError(401, "unauthorized", "name or password is not right")
        if not known.staff.active:
            raise WireError(401, "unauthorized", "this account is switched off; ask an administrator")
        return known.staff

    def sign_in(
        self,
        username: str,
        password: str,
        device_name: str,
        address: str,
        device_id: str | None = None,
        device_key: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Check a password, register the device, and answer with a token."""
        staff = self.check_password(username, password, address)
        try:
            device = self.devices.register(device_name, staff.id, device_id, device_key)
        except AccountProblem as problem:
            raise WireError(403, "forbidden", str(problem)) from problem
        return self._grant(staff, device)

    def renew(self, token_text: str, signed_at: str, signature: str) -> dict[str, Any]:
        """A new token for an old one (expired or not), proved by the device's key; raises 401 with the reason."""
        token = self._genuine_token(token_text)
        device = self.devices.device(token.device)
        staff = self._active_staff(token)
        if device is None or device.revoked:
            raise _unauthorized("this device was revoked; ask an administrator")
        if device.public_key is None:
            raise _unauthorized("this device registered no key: sign in again")
        self._require_fresh_signature(device, signed_at, signature)
        last_ms = self.devices.signed_in_ms(device.id, staff.id)
        longest_ms = timedelta(days=self.settings.renew_days) // timedelta(milliseconds=1)
        if last_ms is None or self.clock.now_ms() - last_ms > longest_ms:
            raise _unauthorized(f"the last password is more than {self.settings.renew_days} days ago: sign in again")
        return self._grant(staff, device)

    def sign_out(self, token_text: str) -> None:
        """Take a token back; it opens nothing any more."""
        token = self._genuine_token(token_text)
        keep = timedelta(days=self.settings.renew_days) + timedelta(hours=self.settings.session_hours)
        self.devices.revoke_token(token.id, keep // timedelta(milliseconds=1))

    def authenticate(self, request: Request, *, allow_expired: bool = False) -> Session:
        """Who asks, by Bearer or Basic; raises 401 in the wire shape.

        With `allow_expired` a genuine token that has run out, or whose holder was switched off, still gives a session
        (`expired` is true) that opens the device's quarantine and nothing else.
        """
        authorization = request.authorization
        if authorization is None:
            raise _unauthorized("sign in first (POST /api/session) and send the token as Bearer")
        if authorization.type == "bearer" and authorization.token:
            return self.session_of_token(authorization.token, allow_expired=allow_expired)
        if authorization.type == "basic" and authorization.username is not None:
            address = request.remote_addr or ""
            password = authorization.password or ""
            staff = self.check_password(authorization.username, password, address, remembered=True)
            return Session(staff, None, False, rules.databases_of(staff, None))
        raise _unauthorized("this hub takes Bearer and Basic")

    def session_of_token(self, token_text: str, *, allow_expired: bool = False) -> Session:
        """The session that a token opens now; raises 401 in the wire shape."""
        token = self._genuine_token(token_text)
        device = self.devices.device(token.device)
        if device is None or device.revoked:
            raise _unauthorized("this device was revoked; ask an administrator")
        known = self.store.credential(token.staff)
        if known is None:
            raise _unauthorized("this account is not known here: sign in again")
        has_run_out = self.clock.now_ms() >= token.expires_ms
        is_stale = known.password_changed_ms > token.issued_ms or not known.staff.active
        if not (has_run_out or is_stale):
            return Session(known.staff, device.id, False, rules.databases_of(known.staff, device.id))
        if not allow_expired:
            raise _unauthorized(SIGN_IN_AGAIN)
        return Session(known.staff, device.id, True, rules.quarantine_of(device.id))

    # --- parts
    def _genuine_token(self, token_text: str) -> Token:
        token = self.tokens.read(token_text)
        if token is None:
            raise _unauthorized("this token is not from this hub: sign in again")
        if self.devices.is_token_revoked(token.id):
            raise _unauthorized("signed out: sign in again")
        return token

    def _active_staff(self, token: Token) -> Staff:
        known = self.store.credential(token.staff)
        if known is None or not known.staff.active:
            raise _unauthorized("this account is switched off; ask an administrator")
        if known.password_changed_ms > token.issued_ms:
            raise _unauthorized("the password was changed: sign in again")
        return known.staff

    def _require_fresh_signature(self, device: Device, signed_at: str, signature: str) -> None:
        assert device.public_key is not None
        if not is_signed_by(device.public_key, f"{device.id}\n{signed_at}".encode(), signature):
            raise _unauthorized("the device's signature is not right: sign in again")
        now = self.clock.now()
        signed = clock_words.parse_iso(signed_at)
        if signed is None or abs(now - signed) > RENEWAL_WINDOW:
            reason = "signed_at is not the hub's time; ask GET /api/clock and sign that"
            raise WireError(401, "unauthorized", reason, now=clock_words.to_iso(now))
        use = (device.id, signed_at)
        if use in self._used_signatures:
            raise _unauthorized("this signature was used already; sign the present time")
        self._used_signatures = {key: at for key, at in self._used_signatures.items() if now - at < 2 * RENEWAL_WINDOW}
        self._used_signatures[use] = now

    def _grant(self, staff: Staff, device: Device) -> dict[str, Any]:
        valid = timedelta(hours=self.settings.session_hours)
        token, expires_at = self.tokens.issue(staff.id, device.id, self.clock.now(), valid)
        return {
            "token": token,
            "expires_at": clock_words.to_iso(expires_at),
            "staff": staff.public(),
            "device": {"id": device.id, "name": device.name},
            "databases": rules.databases_of(staff, device.id),
        }


def _unauthorized(reason: str) -> WireError:
    return WireError(401, "unauthorized", reason)
