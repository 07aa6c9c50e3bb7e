"""Hears of commits by other hub processes: one `_db_updates` feed for all databases, not a listener for each.

`_db_updates` names databases, not what moved in them. What this process wrote itself was told already, so the watcher
compares how far a database moved with how much was written from here. Where the server keeps no such feed, the
databases are asked every few seconds.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from sync.couchdb_store.connection import Connection, path_of
from sync.couchdb_store.errors import Refused
from sync.couchdb_store.names import Names
from sync.errors import SyncError

log = logging.getLogger("greenlane.couchdb")

FEED_SECONDS = 20
POLL_SECONDS = 2.0
BACK_OFF_SECONDS = 5.0
ASKED_AT_ONCE = 100
GLOBAL_CHANGES = "_global_changes"


class Watcher:
    """Rings for databases that others moved. Runs in a thread (a greenlet where threads are patched)."""

    def __init__(
        self,
        connection: Connection,
        names: Names,
        own_writes: Counter[str],
        in_flight: Counter[str],
        ring: Callable[[frozenset[str]], None],
    ) -> None:
        self._connection = connection
        self._names = names
        self._own_writes = own_writes
        self._in_flight = in_flight
        self._ring = ring
        self._numbers: dict[str, int] = {}
        self._since: Any = "now"
        self._has_feed = True
        self._knows_dbs_info = True
        self._over = threading.Event()
        self._started = False

    def start(self) -> None:
        """Follow from now on. Raises StoreUnavailable when the server does not answer."""
        if self._started:
            return
        self._started = True
        self._has_feed = self._open_feed()
        self._numbers = self._ask([name for name in self._connection.names() if self._names.name_of(name)])
        threading.Thread(target=self._follow, name="couchdb-watcher", daemon=True).start()

    def stop(self) -> None:
        self._over.set()

    def _open_feed(self) -> bool:
        """CouchDB 3 keeps `_db_updates` in a database that an administrator makes; single nodes often lack it."""
        try:
            self._connection.create(GLOBAL_CHANGES)
            self._since = self._connection.json("GET", "_db_updates", limit=1, descending="true", timeout=0)["last_seq"]
        except (Refused, KeyError) as problem:
            log.warning("CouchDB keeps no _db_updates (%s); databases are asked every %s s", problem, POLL_SECONDS)
            return False
        return True

    def _follow(self) -> None:
        while not self._over.is_set():
            try:
                self.look()
            except SyncError as problem:
                log.warning("the feed of CouchDB's updates broke off: %s", problem.reason)
                self._over.wait(BACK_OFF_SECONDS)
            except Exception:
                log.exception("a listener of commits failed")
                self._over.wait(BACK_OFF_SECONDS)

    def look(self) -> None:
        """Wait for news once, and ring for what others moved."""
        moved = self._wait_for_names()
        busy = {name for name in moved if self._in_flight[name]}
        self._tell(moved - busy)
        while busy and not self._over.wait(0.05):
            still = {name for name in busy if self._in_flight[name]}
            self._tell(busy - still)
            busy = still

    def _wait_for_names(self) -> set[str]:
        if not self._has_feed:
            self._over.wait(POLL_SECONDS)
            return {name for name in self._connection.names() if self._names.name_of(name)}
        seconds = FEED_SECONDS
        answer = self._connection.json(
            "GET", "_db_updates", feed="longpoll", since=self._since, timeout=seconds * 1000, heartbeat="false"
        )
        self._since = answer["last_seq"]
        return {row["db_name"] for row in answer["results"] if self._names.name_of(row["db_name"])}

    def _tell(self, couch_names: set[str]) -> None:
        """Ring for those that moved further than this process wrote."""
        now = self._ask(sorted(couch_names))
        foreign = set()
        for name, number in now.items():
            expected = self._numbers.get(name, 0) + self._own_writes.pop(name, 0)
            self._numbers[name] = number
            if number != expected:
                foreign.add(name)
        names = frozenset(found for name in foreign if (found := self._names.name_of(name)) is not None)
        if names:
            self._ring(names)

    def _ask(self, couch_names: list[str]) -> dict[str, int]:
        """How many writes each database has seen."""
        found = {}
        for at in range(0, len(couch_names), ASKED_AT_ONCE):
            for row in self._infos(couch_names[at : at + ASKED_AT_ONCE]):
                if "info" in row:
                    found[row["key"]] = int(str(row["info"]["update_seq"]).partition("-")[0])
        return found

    def _infos(self, couch_names: list[str]) -> list[dict[str, Any]]:
        """Rows of `_dbs_info`; one by one where the server does not know that."""
        if self._knows_dbs_info:
            try:
                rows: list[dict[str, Any]] = self._connection.json("POST", "_dbs_info", {"keys": couch_names})
                return rows
            except Refused:
                self._knows_dbs_info = False
        found = [(name, self._connection.get_or_none(path_of(name))) for name in couch_names]
        return [{"key": name, "info": info} for name, info in found if info is not None]
