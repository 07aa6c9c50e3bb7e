"""Whose turn it is: of several hubs on one store, one does what comes round for all of them.

The turn is a `_local` document of the archive, which only one hub can change at a time. Hubs need not agree on the
time: a turn is over when another hub has seen it unchanged for long enough by its own stopwatch. Doing a round twice
would harm nothing that was entered; the turn keeps two hubs from closing one silent encounter twice.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

from sync.errors import Conflict
from sync.store import ARCHIVE, Store

# Longer than two rounds of the lifecycle: a hub that merely was busy keeps its turn.
OVER_AFTER_SECONDS = 660.0


class Turn:
    """One hub's view of a turn. `take` says whether it is this hub's now."""

    def __init__(
        self,
        store: Store,
        name: str,
        over_after_seconds: float = OVER_AFTER_SECONDS,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._id = f"_local/turn-{name}"
        self._me = secrets.token_hex(8)
        self._over_after = over_after_seconds
        self._stopwatch = stopwatch
        self._seen: tuple[str, float] = ("", 0.0)

    def take(self) -> bool:
        """Take the turn, or keep it, where nobody else has it."""
        found = self._store.local(ARCHIVE, self._id)
        if found is not None and found["holder"] != self._me and not self._is_over(str(found["_rev"])):
            return False
        wanted = {"_id": self._id, "holder": self._me}
        try:
            self._store.put_local(ARCHIVE, wanted if found is None else {**wanted, "_rev": found["_rev"]})
        except Conflict:  # another hub was first
            return False
        return True

    def _is_over(self, rev: str) -> bool:
        now = self._stopwatch()
        if rev != self._seen[0]:
            self._seen = (rev, now)
        return now - self._seen[1] >= self._over_after
