"""Opening the database file, and a pool of connections that only read."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

from sync.errors import StoreDamaged, SyncError
from sync.sqlite_store import schema

BUSY_TIMEOUT_MS = 10_000
POOL_SIZE = 8


def open_writer(path: Path) -> apsw.Connection:
    """Open or make the file for writing: WAL, and every commit on the disk before it is answered."""
    try:
        connection = apsw.Connection(str(path))
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        connection.execute("PRAGMA page_size = 8192")
        if connection.execute("PRAGMA journal_mode = WAL").get != "wal":
            raise StoreDamaged(f"{path} cannot be put into WAL mode; keep the instance on a local disk")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute("PRAGMA wal_autocheckpoint = 4000")
        connection.execute("PRAGMA temp_store = MEMORY")
        schema.prepare(connection)
    except apsw.Error as error:
        raise storage_error(error, path) from error
    return connection


def storage_error(error: apsw.Error, path: Path) -> SyncError:
    """One line with the remedy for what SQLite reports of a file."""
    if isinstance(error, apsw.NotADBError | apsw.CorruptError):
        return StoreDamaged(f"{path} is damaged ({error}); put it aside and restore the last backup")
    if isinstance(error, apsw.BusyError | apsw.LockedError):
        return StoreDamaged(f"{path} is locked by another program; stop that one, or choose another instance folder")
    if isinstance(error, apsw.CantOpenError | apsw.ReadOnlyError | apsw.PermissionsError | apsw.AuthError):
        return StoreDamaged(f"{path} cannot be opened for writing ({error}); check the folder and its owner")
    if isinstance(error, apsw.FullError):
        return StoreDamaged("the hub's disk is full, nothing was stored; free space, then send again", status=507)
    return StoreDamaged(f"the hub's store failed ({type(error).__name__}: {error}); nothing was stored, send again")


class ReaderPool:
    """Connections for reading; each is lent to one reader at a time. Lock-free: a deque is atomic."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: deque[apsw.Connection] = deque()
        self._closed = False

    @contextmanager
    def lend(self) -> Iterator[apsw.Connection]:
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._open()
        try:
            yield connection
        except apsw.Error as error:
            raise storage_error(error, self._path) from error
        finally:
            if self._closed or len(self._idle) >= POOL_SIZE:
                connection.close()
            else:
                self._idle.append(connection)

    def _open(self) -> apsw.Connection:
        try:
            connection = apsw.Connection(str(self._path), flags=apsw.SQLITE_OPEN_READWRITE)
            connection.set_busy_timeout(BUSY_TIMEOUT_MS)
            connection.execute("PRAGMA query_only = 1")
            connection.execute("PRAGMA cache_size = -16384")
        except apsw.Error as error:
            raise storage_error(error, self._path) from error
        return connection

    def close(self) -> None:
        self._closed = True
        while self._idle:
            self._idle.pop().close()
