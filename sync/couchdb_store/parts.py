"""The parts of one CouchDB store, opened together."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sync.attachments import Content, spool
from sync.couchdb_store.bodies import Bodies
from sync.couchdb_store.connection import Connection, document_path
from sync.couchdb_store.groups import Groups
from sync.couchdb_store.ledger import Ledger
from sync.couchdb_store.names import Names
from sync.couchdb_store.pointers import Pointers
from sync.couchdb_store.registry import Registry
from sync.errors import NotFound

HUB = "hub"
LAYOUT = 1


@dataclass(frozen=True)
class Parts:
    connection: Connection
    names: Names
    registry: Registry
    ledger: Ledger
    groups: Groups
    bodies: Bodies
    pointers: Pointers

    @classmethod
    def of(cls, connection: Connection, names: Names) -> Parts:
        return cls(
            connection,
            names,
            Registry(connection, names),
            Ledger(connection, names.ledger),
            Groups(connection, names.control),
            Bodies(connection, names),
            Pointers(connection),
        )

    def prepare(self) -> str:
        """Make what the store itself needs, where it is not there yet; returns the store's uuid."""
        for name in (self.names.control, self.names.ledger, self.names.checkpoints):
            self.connection.create(name)
        self.groups.prepare()
        path = document_path(self.names.control, HUB)
        found = self.connection.get_or_none(path)
        while found is None:
            self.connection.update(
                self.names.control, {"_id": HUB, "uuid": secrets.token_hex(16), "layout": LAYOUT}
            )  # fmt: skip
            found = self.connection.get_or_none(path)
        return str(found["uuid"])

    def renew_uuid(self) -> str:
        while True:
            found = self.connection.json("GET", document_path(self.names.control, HUB))
            uuid = secrets.token_hex(16)
            if self.connection.update(self.names.control, {**found, "uuid": uuid}) is not None:
                return uuid

    def archived_content(self, document_id: str, name: str) -> Content:
        """The bytes of an archived attachment, to be written once more under another revision."""
        entries = self.ledger.entries([document_id])
        record = self.bodies.archived(entries.values()).get(document_id)
        stored = record.stored(record.rev) if record is not None else None
        held = stored.attachments.get(name) if stored is not None else None
        if held is None:
            raise NotFound("the bytes of this attachment are not in the store")
        return spool(
            self.bodies.open(held.key, held.content_type, held.length, held.digest).chunks(), held.content_type
        )
