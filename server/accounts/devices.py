"""Devices, when somebody last signed in on them with a password, and tokens that were taken back."""

from __future__ import annotations

import json
import secrets
from typing import Any

import apsw

from server.accounts import rules
from server.accounts.database import AccountsDatabase
from server.accounts.store import AccountProblem, Device
from server.clock import Clock


class DevicesStore:
    """The devices' part of accounts.sqlite."""

    def __init__(self, database: AccountsDatabase, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    def device(self, device_id: str) -> Device | None:
        row = self.database.row(
            "SELECT id, name, public_key, registered_ms, seen_ms, revoked FROM devices WHERE id = ?", (device_id,)
        )
        return _device_of(row) if row else None

    def devices(self) -> list[Device]:
        rows = self.database.rows(
            "SELECT id, name, public_key, registered_ms, seen_ms, revoked FROM devices ORDER BY id"
        )
        return [_device_of(row) for row in rows]

    def register(self, name: str, staff_id: str, device_id: str | None, public_key: dict[str, Any] | None) -> Device:
        """Write down the device of a sign-in with password, and return it as it is known from now on.

        A known id with another key is another device (a browser that lost its storage, or somebody who guessed an
        id), so it gets an id of its own. A revoked device stays shut.
        """
        wanted = (device_id or "").lower()
        if wanted and not rules.DEVICE_ID.fullmatch(wanted):
            raise AccountProblem("device_id has letters, digits and dashes; at most 64")
        known = self.device(wanted) if wanted else None
        if known is not None and known.revoked:
            raise AccountProblem("this device was revoked; ask an administrator")
        if known is not None and known.public_key is not None and known.public_key != public_key:
            wanted = ""
        now_ms = self.clock.now_ms()
        registered_ms = known.registered_ms if known else now_ms
        device = Device(wanted or f"d-{secrets.token_hex(8)}", name, public_key, registered_ms, now_ms, False)
        key_text = json.dumps(public_key) if public_key else None

        def work(connection: apsw.Connection) -> None:
            connection.execute(
                "INSERT INTO devices (id, name, public_key, registered_ms, seen_ms) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET (name, public_key, seen_ms) = "
                "(excluded.name, excluded.public_key, excluded.seen_ms)",
                (device.id, name, key_text, now_ms, now_ms),
            )
            connection.execute(
                "INSERT INTO sign_ins VALUES (?, ?, ?) ON CONFLICT (device, staff) "
                "DO UPDATE SET signed_in_ms = excluded.signed_in_ms",
                (device.id, staff_id, now_ms),
            )

        self.database.write(work)
        return device

    def signed_in_ms(self, device_id: str, staff_id: str) -> int | None:
        """When this person last gave a password on this device."""
        row = self.database.row(
            "SELECT signed_in_ms FROM sign_ins WHERE device = ? AND staff = ?", (device_id, staff_id)
        )
        return int(row[0]) if row else None

    def set_revoked(self, device_id: str, revoked: bool) -> Device:
        """Shut a device out (lost, stolen), or let it in again."""
        if self.device(device_id) is None:
            raise AccountProblem(f"no device with the id {device_id}")
        self.database.write(
            lambda connection: connection.execute(
                "UPDATE devices SET revoked = ? WHERE id = ?", (int(revoked), device_id)
            )
        )
        device = self.device(device_id)
        assert device is not None
        return device

    def revoke_token(self, token_id: str, keep_ms: int) -> None:
        """Take a token back; those older than `keep_ms` could not be renewed anyway and are forgotten."""
        now_ms = self.clock.now_ms()

        def work(connection: apsw.Connection) -> None:
            connection.execute("INSERT OR IGNORE INTO revoked_tokens VALUES (?, ?)", (token_id, now_ms))
            connection.execute("DELETE FROM revoked_tokens WHERE revoked_ms < ?", (now_ms - keep_ms,))

        self.database.write(work)

    def is_token_revoked(self, token_id: str) -> bool:
        return self.database.row("SELECT 1 FROM revoked_tokens WHERE token = ?", (token_id,)) is not None


def _device_of(row: tuple[Any, ...]) -> Device:
    device_id, name, public_key, registered_ms, seen_ms, revoked = row
    return Device(
        device_id, name, json.loads(public_key) if public_key else None, registered_ms, seen_ms, bool(revoked)
    )
