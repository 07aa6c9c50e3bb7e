"""A CouchDB for tests: each store gets a prefix of its own, and its databases are dropped afterwards.

Also two things that stand between a store and its server: one that dies after a number of writes, one that cuts the
line.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
from functools import lru_cache
from typing import Any

import pytest
import requests

from sync.couchdb_store import CouchdbStore, open_store

URL = os.environ.get("COUCHDB_URL", "")
NEEDED = pytest.mark.skipif(not URL, reason="needs a CouchDB: set COUCHDB_URL=http://user:password@host:5984")
WRITES = ("_bulk_docs", "_purge")


# What pouchdb-server 4.2.0 does otherwise than CouchDB 3, by test of the shared suite. Everything else runs against it:
#   npx --ignore-scripts pouchdb-server@4.2.0 --in-memory --port 15990, then COUCHDB_URL=http://127.0.0.1:15990
POUCHDB_LIMITS = {
    "test_a_deleted_document_is_gone_and_can_be_written_again": "it does not count deleted documents",
    "test_two_histories_keep_both_leaves_and_every_replica_picks_the_same_winner": "no winner first in style=all_docs",
    "test_a_losing_revision_stays_readable": "its _bulk_get without rev gives the winner only",
    "test_a_history_longer_than_the_limit_is_cut_at_its_old_end": "its _revs_limit takes no number",
    "test_compaction_forgets_old_bodies_but_no_leaf": "its _bulk_get without rev gives the winner only",
    "test_pages_of_the_feed_give_every_change_once": "its feeds do not say what is pending",
    "test_a_checkpoint_from_elsewhere_starts_at_the_beginning": "its sequences are bare numbers",
    "test_a_range_holds_live_documents_in_order_of_id": "its offset is always 0",
    "test_an_attachment_comes_back_whole_and_in_ranges": "a multipart request ends its process",
}


@lru_cache(maxsize=1)
def is_pouchdb_server() -> bool:
    welcome: dict[str, Any] = requests.get(URL, timeout=10).json()
    return "express-pouchdb" in welcome


def skip_what_the_server_cannot(test: str) -> None:
    """Skip, with the reason, what only a real CouchDB can show."""
    reason = POUCHDB_LIMITS.get(test.partition("[")[0])
    if reason is not None and is_pouchdb_server():
        pytest.skip(f"pouchdb-server is no CouchDB: {reason}")


def new_prefix() -> str:
    return f"test-{secrets.token_hex(4)}"


def open_one(prefix: str, **options: Any) -> CouchdbStore:
    return open_store(URL, prefix=prefix, **options)


def drop(store: CouchdbStore) -> None:
    """Delete everything that a store of a test made."""
    connection = store.parts.connection
    for name in connection.names():
        if store.names.is_ours(name):
            connection.delete(name)


class Killed(BaseException):
    """The hub's process ended here."""


def kill_after(store: CouchdbStore, writes: int) -> None:
    """Let a store write so many times, and be dead from then on."""
    connection = store.parts.connection
    send, left = connection.send, [writes]

    def send_or_die(method: str, path: str, **named: Any) -> Any:
        is_write = method == "PUT" or path.endswith(WRITES)
        if left[0] < 0 or (is_write and left[0] == 0):
            left[0] = -1
            raise Killed
        left[0] -= is_write
        return send(method, path, **named)

    connection.send = send_or_die  # type: ignore[method-assign]


class Line:
    """A TCP line to the server that can be cut and mended."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._open: list[socket.socket] = []
        self._is_cut = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._is_cut:
                near.close()
                continue
            far = socket.create_connection(self._target)
            self._open += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=_pour, args=(source, sink), daemon=True).start()

    def cut(self) -> None:
        self._is_cut = True
        while self._open:
            one = self._open.pop()
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                one.close()  # the other side was first

    def mend(self) -> None:
        self._is_cut = False

    def close(self) -> None:
        self.cut()
        self._listener.close()


def _pour(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_RDWR)
    except OSError:
        sink.close()
