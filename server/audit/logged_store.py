"""The store as a device reads it over replication: what is looked up of a patient is in the access log first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

ENCOUNTER_PREFIX = "encounter:"

Note = Callable[[set[str]], None]


class LoggedStore:
    """Calls `note` with the encounters of the documents that a reading finds, before it hands them out.

    Everything else of the store is passed on as it is.
    """

    def __init__(self, store: Any, note: Note) -> None:
        self._store = store
        self._note = note

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def record(self, database: str, document_id: str) -> Any:
        found = self._store.record(database, document_id)
        if found is not None:
            self._note_ids((document_id,))
        return found

    def records(self, database: str, ids: Sequence[str]) -> Any:
        found = self._store.records(database, ids)
        self._note_ids(document_id for document_id, record in zip(ids, found, strict=True) if record is not None)
        return found

    def open_attachment(self, database: str, document_id: str, name: str, rev: str | None = None) -> Any:
        opened = self._store.open_attachment(database, document_id, name, rev)
        if opened is not None:
            self._note_ids((document_id,))
        return opened

    def _note_ids(self, ids: Iterable[str]) -> None:
        encounters = {one.split(":", 2)[1] for one in ids if one.startswith(ENCOUNTER_PREFIX)}
        if encounters:
            self._note(encounters)
