"""The store in CouchDB 3: `open_store("https://user:password@host/prefix", …)`."""

from sync.couchdb_store.store import CouchdbStore, open_store

__all__ = ["CouchdbStore", "open_store"]
