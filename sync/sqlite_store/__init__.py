"""The store in one SQLite file, through apsw: `open_store(path, offload=…)`."""

from sync.sqlite_store.store import SqliteStore, open_store

__all__ = ["SqliteStore", "open_store"]
