"""The one writer: jobs queue, and those that queued while a commit ran share the next one.

Each job runs under its own savepoint, so a job that fails takes nothing of the others with it. Nobody gets an answer
before the commit of the batch is on the disk.

The first to come leads: it runs the batch (through `offload`, so that an event loop goes on turning meanwhile), and
when its own job is done it hands the lead to the first of those still waiting.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import apsw

from sync.sqlite_store.connections import storage_error
from sync.sqlite_store.transaction import SqliteTransaction
from sync.store import Offload

T = TypeVar("T")
MAX_BATCH = 64


class _Ticket:
    """One job in the queue, and what became of it."""

    __slots__ = ("error", "event", "is_done", "job", "result")

    def __init__(self, job: Callable[[SqliteTransaction], Any]) -> None:
        self.job = job
        self.event = threading.Event()
        self.is_done = False
        self.result: Any = None
        self.error: BaseException | None = None


class Writer:
    """Serialises all changes of one database file."""

    def __init__(
        self,
        connection: apsw.Connection,
        path: Path,
        offload: Offload,
        ring: Callable[[frozenset[str]], None],
    ) -> None:
        self._connection = connection
        self._path = path
        self._offload = offload
        self._ring = ring
        self._lock = threading.Lock()
        self._queue: deque[_Ticket] = deque()
        self._is_led = False

    def run(self, job: Callable[[SqliteTransaction], T]) -> T:
        """Run a job in the next commit; returns its result when that is durable, or raises what it raised."""
        ticket = _Ticket(job)
        with self._lock:
            self._queue.append(ticket)
            leads = not self._is_led
            self._is_led = True
        if not leads:
            ticket.event.wait()
        if not ticket.is_done:  # woken to lead, or first to come
            self._ring(self._lead(ticket))
        if ticket.error is not None:
            raise ticket.error
        result: T = ticket.result
        return result

    def _lead(self, own: _Ticket) -> frozenset[str]:
        """Commit until the own job is done; returns the databases that moved.

        They are rung when the lead is handed on, so that a listener may write in its turn.
        """
        touched: set[str] = set()
        try:
            while not own.is_done:
                with self._lock:
                    batch = [self._queue.popleft() for _ in range(min(MAX_BATCH, len(self._queue)))]
                touched |= self._commit(batch)
        finally:
            with self._lock:
                following = self._queue[0] if self._queue else None
                self._is_led = following is not None
            if following is not None:
                following.event.set()
        return frozenset(touched)

    def _commit(self, batch: list[_Ticket]) -> frozenset[str]:
        try:
            touched: frozenset[str] = self._offload(self._run_batch, batch)
        except BaseException as error:
            failure = storage_error(error, self._path) if isinstance(error, apsw.Error) else error
            for ticket in batch:
                ticket.error, ticket.is_done = failure, True
                ticket.event.set()
            if not isinstance(error, Exception):
                raise
            return frozenset()
        for ticket in batch:
            ticket.is_done = True
            ticket.event.set()
        return touched

    def _run_batch(self, batch: list[_Ticket]) -> frozenset[str]:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            tx = SqliteTransaction(connection)
            for ticket in batch:
                self._run_one(tx, ticket)
            tx.flush()
            connection.execute("COMMIT")
        except BaseException:
            if not connection.get_autocommit():
                connection.execute("ROLLBACK")
            raise
        return frozenset(tx.touched)

    def _run_one(self, tx: SqliteTransaction, ticket: _Ticket) -> None:
        tx.begin()
        try:
            ticket.result = ticket.job(tx)
        except apsw.Error:
            raise  # the file itself fails: the whole batch is taken back
        except Exception as error:  # noqa: BLE001 - handed to the one who asked
            ticket.error = error
            tx.roll_back()
        else:
            tx.keep()

    def close(self) -> None:
        self._connection.close()
