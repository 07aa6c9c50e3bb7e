"""The keys that sign badges (ECDSA on P-256): private halves in secrets.json, public halves in accounts.sqlite.

The newest key that is not withdrawn signs; all that are not withdrawn verify, so that a key can be changed while the
badges of the one before go on.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import apsw
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from server.accounts.database import AccountsDatabase
from server.accounts.secrets_file import change_secrets, load_secrets
from server.accounts.store import AccountProblem
from server.badges.rules import KEY_BYTES, SIGNATURE_BYTES
from server.clock import Clock

SECRET = "badge_keys"
HALF = SIGNATURE_BYTES // 2
SCHEMA = (
    "CREATE TABLE IF NOT EXISTS badge_keys (id TEXT PRIMARY KEY, x TEXT NOT NULL, y TEXT NOT NULL, "
    "made_ms INTEGER NOT NULL, withdrawn_ms INTEGER) STRICT"
)


class BadgeKeys:
    """The keys of an instance; the first is made when the first badge is."""

    def __init__(self, database: AccountsDatabase, secrets_path: Path, clock: Clock) -> None:
        self._database = database
        self._secrets_path = secrets_path
        self._clock = clock

    def public(self) -> dict[str, dict[str, str]]:
        """Key id -> public JWK, of the keys that verify, oldest first."""
        rows = self._database.rows("SELECT id, x, y FROM badge_keys WHERE withdrawn_ms IS NULL ORDER BY made_ms, rowid")
        return {key: {"kty": "EC", "crv": "P-256", "x": x, "y": y} for key, x, y in rows}

    def sign(self, key: str, message: bytes) -> bytes:
        """r||s over SHA-256 of a message by a key of this instance."""
        secret = load_secrets(self._secrets_path).get(SECRET, {}).get(key)
        if secret is None:
            raise AccountProblem(
                f"the private key {key} is not in secrets.json; restore a backup, or make another: badge new-key"
            )
        private = ec.derive_private_key(int(secret, 16), ec.SECP256R1())
        r, s = utils.decode_dss_signature(private.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(HALF, "big") + s.to_bytes(HALF, "big")

    def signing_key(self) -> str:
        """The id of the key that signs now, made if there is none."""
        known = list(self.public())
        return known[-1] if known else self.make(only_first=True)

    def make(self, *, only_first: bool = False) -> str:
        """Make a key that signs from now on; with `only_first` one that another program just made is taken."""
        private = ec.generate_private_key(ec.SECP256R1())
        point = private.public_key().public_numbers()
        x, y = (number.to_bytes(HALF, "big") for number in (point.x, point.y))
        key = hashlib.sha256(x + y).digest()[:KEY_BYTES].hex()
        made_ms = self._clock.now_ms()

        def work(connection: apsw.Connection) -> str:
            # The row first: it takes the database's write lock, so that two programs do not write secrets.json at once.
            connection.execute(
                "INSERT INTO badge_keys (id, x, y, made_ms) VALUES (?, ?, ?, ?)", (key, _text(x), _text(y), made_ms)
            )
            others = [
                str(row[0])
                for row in connection.execute(
                    "SELECT id FROM badge_keys WHERE withdrawn_ms IS NULL AND id <> ? ORDER BY made_ms, rowid", (key,)
                )
            ]
            if only_first and others:
                connection.execute("DELETE FROM badge_keys WHERE id = ?", (key,))
                return others[-1]

            def add(secrets: dict[str, Any]) -> None:
                secrets.setdefault(SECRET, {})[key] = f"{private.private_numbers().private_value:064x}"

            change_secrets(self._secrets_path, add)
            return key

        return self._database.write(work)

    def withdraw(self, key: str) -> None:
        """Trust a key no longer (it was copied): every badge that it signed is refused from now on."""
        now_ms = self._clock.now_ms()

        def work(connection: apsw.Connection) -> bool:
            connection.execute(
                "UPDATE badge_keys SET withdrawn_ms = ? WHERE id = ? AND withdrawn_ms IS NULL", (now_ms, key)
            )
            return connection.changes() > 0

        if not self._database.write(work):
            raise AccountProblem(f"no badge key {key} is in use; see badge keys")


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
