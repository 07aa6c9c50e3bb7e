"""A CouchDB for tests: each store gets a prefix of its own, and its databases are dropped afterwards.

Also two things that stand between a store and its server: one that dies after a number of writes, one that cuts the
line.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
from typing import Any

import pytest

from sync.couchdb_store import CouchdbStore, open_store

URL = os.environ.get("COUCHDB_URL", "")
IS_REAL = bool(URL)
# With COUCHDB_URL on that CouchDB, elsewhere on pouchdb-server as far as it can go.
TRIED = pytest.mark.usefixtures("couchdb_server")
NEEDED = pytest.mark.skipif(not IS_REAL, reason="needs a real CouchDB: set COUCHDB_URL=http://user:password@host:5984")
WRITES = ("_bulk_docs", "_purge")


def use(url: str) -> None:
    """Have every store of these tests opened at an address."""
    global URL
    URL = url


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
        self._flows = threading.Event()
        self._flows.set()
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
                threading.Thread(target=_pour, args=(source, sink, self._flows), daemon=True).start()

    def cut(self) -> None:
        self._is_cut = True
        while self._open:
            one = self._open.pop()
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                one.close()  # the other side was first

    def stall(self) -> None:
        """Connections stay, nothing passes: the server seems to think."""
        self._flows.clear()

    def mend(self) -> None:
        self._is_cut = False
        self._flows.set()

    def close(self) -> None:
        self._flows.set()
        self.cut()
        self._listener.close()


def _pour(source: socket.socket, sink: socket.socket, flows: threading.Event) -> None:
    try:
        while data := source.recv(65536):
            flows.wait()
            sink.sendall(data)
        sink.shutdown(socket.SHUT_RDWR)
    except OSError:
        sink.close()
