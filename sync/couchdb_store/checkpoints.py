"""`_local` documents, kept outside of the generations: a mailbox goes on, a replicator's checkpoint stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from sync import local_documents
from sync.couchdb_store.connection import Connection, document_path
from sync.couchdb_store.registry import Place
from sync.errors import BadRequest, Conflict, NotFound

END = "\uffff"


class Checkpoints:
    """Reads and writes checkpoints, with revisions "0-N" of their own."""

    def __init__(self, connection: Connection, database: str) -> None:
        self._connection = connection
        self._database = database

    def _kept(self, place: Place, document_id: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self._connection.get_or_none(
            document_path(self._database, _key(place, document_id))
        )
        return found

    def get(self, place: Place, document_id: str) -> dict[str, Any] | None:
        kept = self._kept(place, document_id)
        return local_documents.document_of(document_id, kept["number"], kept["body"].encode()) if kept else None

    def put(self, place: Place, document: Mapping[str, Any]) -> str:
        document_id = str(document["_id"])
        kept = self._kept(place, document_id)
        number = local_documents.next_number(kept["number"] if kept else None, document.get("_rev"))
        # As text: the body comes back to the byte, whatever its members are called.
        made = {"_id": _key(place, document_id), "number": number, "body": local_documents.body_of(document).decode()}
        if self._connection.update(self._database, made | ({"_rev": kept["_rev"]} if kept else {})) is None:
            raise Conflict("Document update conflict.")
        return f"0-{number}"

    def delete(self, place: Place, document_id: str, rev: str | None) -> None:
        kept = self._kept(place, document_id)
        if kept is None:
            raise NotFound("missing")
        if rev is None:
            raise BadRequest("give the document's rev")
        local_documents.next_number(kept["number"], rev)
        gone = {"_id": kept["_id"], "_rev": kept["_rev"], "_deleted": True}
        if self._connection.update(self._database, gone) is None:
            raise Conflict("Document update conflict.")

    def forget(self, place: Place) -> None:
        """Drop all checkpoints of a database that was deleted."""
        found = self._connection.between(self._database, _key(place, ""), _key(place, END))
        if found:
            gone = [{"_id": one["_id"], "_rev": one["_rev"], "_deleted": True} for one in found]
            self._connection.bulk_docs(self._database, gone)


def _key(place: Place, document_id: str) -> str:
    return orjson.dumps([place.name, place.born]).decode() + document_id
