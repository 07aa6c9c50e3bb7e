"""Passwords: argon2id in a real thread, and a short memory of verified Basic credentials."""

from __future__ import annotations

import hashlib
import secrets
import time

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.offload import offload

REMEMBERED_SECONDS = 60.0
MOST_REMEMBERED = 10_000


class Passwords:
    """Hashes and verifies passwords off the loop. Unknown names cost the same time as known ones."""

    def __init__(self) -> None:
        # OWASP's smallest advised argon2id: a small computer must sign in a whole shift in a minute.
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._salt = secrets.token_bytes(32)
        self._nobody: str | None = None
        self._verified: dict[bytes, float] = {}

    def hash(self, password: str) -> str:
        """The hash to keep for a password."""
        return offload(self._hasher.hash, password)

    def is_right(self, password_hash: str | None, password: str) -> bool:
        """Whether a password fits a kept hash; None stands for a name that nobody has."""
        if password_hash is None:
            if self._nobody is None:
                self._nobody = self.hash(secrets.token_hex(16))
            offload(self._verify, self._nobody, password)
            return False
        return offload(self._verify, password_hash, password)

    def is_right_remembered(self, password_hash: str | None, password: str) -> bool:
        """As `is_right`, but a pair found right a moment ago is not computed again (Basic sends it every time)."""
        key = hashlib.blake2b(f"{password_hash}\0{password}".encode(), key=self._salt).digest()
        now = time.monotonic()
        if self._verified.get(key, 0.0) > now:
            return True
        if not self.is_right(password_hash, password):
            return False
        if len(self._verified) >= MOST_REMEMBERED:
            self._verified.clear()
        self._verified[key] = now + REMEMBERED_SECONDS
        return True

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
