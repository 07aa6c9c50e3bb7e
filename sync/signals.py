"""Who wants to know of commits: listeners, and those who wait for a database to move."""

from __future__ import annotations

import threading
from collections import defaultdict

from sync.store import CommitListener


class Signals:
    """Rings after a commit, on the loop of the one who committed. Listeners must be quick."""

    def __init__(self) -> None:
        self._listeners: list[CommitListener] = []
        self._waiting: defaultdict[str, set[threading.Event]] = defaultdict(set)

    def on_commit(self, listener: CommitListener) -> None:
        self._listeners.append(listener)

    def expect(self, database: str) -> threading.Event:
        """An event that rings at the database's next commit; give it back with `forget`."""
        event = threading.Event()
        self._waiting[database].add(event)
        return event

    def forget(self, database: str, event: threading.Event) -> None:
        waiting = self._waiting[database]
        waiting.discard(event)
        if not waiting:
            self._waiting.pop(database, None)

    def ring(self, databases: frozenset[str]) -> None:
        if not databases:
            return
        for database in databases:
            for event in list(self._waiting.get(database, ())):
                event.set()
        for listener in self._listeners:
            listener(databases)
