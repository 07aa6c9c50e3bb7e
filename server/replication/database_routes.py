"""A database as a whole, and its special addresses: `_changes`, `_bulk_docs`, `_revs_diff` and their like."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Response, request

from server.errors import WireError
from server.hub import Hub
from server.replication import gate
from server.replication.exchange import (
    answer,
    body_bytes,
    body_limit,
    body_object,
    body_object_or_empty,
    by_method,
    options,
    stream,
)
from server.replication.mailboxes import Session
from server.replication.rules import is_mailbox
from sync.errors import BadRequest
from sync.protocol import bulk, changes
from sync.protocol.options import Options, list_of

SCRATCH_NAME = re.compile(r"[a-z][a-z0-9_$()+/-]*")
REVS_LIMIT = re.compile(rb"[0-9]{1,7}")
SPECIAL: dict[str, str] = {
    "_all_docs": "all_docs",
    "_bulk_docs": "bulk_docs",
    "_bulk_get": "bulk_get",
    "_changes": "changes",
    "_compact": "compact",
    "_design_docs": "design_docs",
    "_ensure_full_commit": "ensure_full_commit",
    "_local_docs": "not_listed",
    "_missing_revs": "missing_revs",
    "_revs_diff": "revs_diff",
    "_revs_limit": "revs_limit",
    "_security": "security",
    "_view_cleanup": "view_cleanup",
}


class DatabaseRoutes:
    """Handlers for /db/<name> and /db/<name>/_<word>."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._store = hub.store

    # --- the database itself
    def whole(self, name: str) -> Response:
        return by_method(
            {
                "GET": lambda: self._info(name),
                "PUT": lambda: self._create(name),
                "DELETE": lambda: self._delete(name),
                "POST": lambda: self._post(name),
            }
        )

    def _enter(self, name: str, *, to_write: bool = False) -> Session:
        return gate.enter(self._hub, request, name, to_write=to_write)

    def _info(self, name: str) -> Response:
        self._enter(name)
        info = self._store.info(name)
        return answer(
            {
                "db_name": name,
                "update_seq": info.update_seq,
                "doc_count": info.doc_count,
                "doc_del_count": info.doc_del_count,
                "purge_seq": "0",
                "compact_running": info.compact_running,
                "instance_start_time": str(info.created_at_ms // 1000),
                "sizes": {"file": info.size_bytes, "active": info.size_bytes, "external": info.size_bytes},
                "props": {},
                "disk_format_version": 8,
            }
        )

    def _create(self, name: str) -> Response:
        if not gate.is_scratch(self._hub, request, name):
            self._enter(name)  # a mailbox that is due is made by being opened
            raise WireError(412, "file_exists", "The database could not be created, the file already exists.")
        if not SCRATCH_NAME.fullmatch(name):
            reason = "Only lowercase characters (a-z), digits (0-9), and any of _ $ ( ) + - / are allowed."
            raise WireError(400, "illegal_database_name", f"Name: {name[:80]!r}. {reason}")
        if not self._store.create_database(name):
            raise WireError(412, "file_exists", "The database could not be created, the file already exists.")
        return answer({"ok": True}, 201)

    def _delete(self, name: str) -> Response:
        if not gate.is_scratch(self._hub, request, name):
            self._enter(name)
            raise WireError(403, "forbidden", "databases of the hub are never deleted")
        if not self._store.delete_database(name):
            raise WireError(404, "not_found", "Database does not exist.")
        return answer({"ok": True})

    def _post(self, name: str) -> Response:
        session = self._enter(name, to_write=True)
        row = self.write(session, name, [body_object(self._limit(name))], new_edits=True)[0]
        return answer_of_row(row)

    def _limit(self, name: str) -> int:
        return body_limit(self._hub.settings, name)

    # --- writing
    def write(self, session: Session, name: str, documents: list[Any], *, new_edits: bool) -> list[dict[str, Any]]:
        """Store documents: by delivery into a mailbox, as ordinary edits elsewhere. Rows as `_bulk_docs` has them."""
        if not is_mailbox(name):
            gate.require_ordinary(session, name)
            return bulk.bulk_docs(self._store, name, documents, new_edits=new_edits)
        rows = self._hub.delivery.deliver(session, name, documents)
        return [row if "error" in row else {"ok": True, **row} for row in rows if new_edits or "error" in row]

    # --- special addresses
    def special(self, name: str, word: str) -> Response:
        handler = SPECIAL.get(word)
        if handler is None:
            raise WireError(404, "not_found", f"{word[:40]} is not spoken here; docs/replication.md lists what is")
        found: Callable[[str], Response] = getattr(self, handler)
        return found(name)

    def bulk_docs(self, name: str) -> Response:
        def post() -> Response:
            session = self._enter(name, to_write=True)
            documents, new_edits = bulk.parse_bulk_docs(body_object(self._limit(name)))
            return answer(self.write(session, name, documents, new_edits=new_edits), 201)

        return by_method({"POST": post})

    def bulk_get(self, name: str) -> Response:
        def post() -> Response:
            store = gate.store_for(self._hub, self._enter(name))
            wanted = list_of(body_object(self._limit(name)), "docs")
            return stream(bulk.bulk_get(store, name, wanted, options()))

        return by_method({"POST": post})

    def revs_diff(self, name: str) -> Response:
        def post() -> Response:
            self._enter(name)
            wanted = bulk.parse_wanted(body_object(self._limit(name)))
            return answer(self._store.revs_diff(name, wanted))

        return by_method({"POST": post})

    def missing_revs(self, name: str) -> Response:
        def post() -> Response:
            self._enter(name)
            found = self._store.revs_diff(name, bulk.parse_wanted(body_object(self._limit(name))))
            return answer({"missing_revs": {document_id: row["missing"] for document_id, row in found.items()}})

        return by_method({"POST": post})

    def all_docs(self, name: str) -> Response:
        def get() -> Response:
            session = self._enter(name)
            return self._all_docs(session, name, self._keys(options().json("keys")))

        def post() -> Response:
            session = self._enter(name)
            body = body_object_or_empty(self._limit(name))
            return self._all_docs(session, name, self._keys(body.get("keys")))

        return by_method({"GET": get, "POST": post})

    def _all_docs(self, session: Session, name: str, keys: list[Any] | None) -> Response:
        # Ids and revisions alone say nothing of a patient.
        store = gate.store_for(self._hub, session) if options().flag("include_docs") else self._store
        return stream(bulk.all_docs(store, name, options(), keys))

    @staticmethod
    def _keys(keys: Any) -> list[Any] | None:
        if keys is not None and not isinstance(keys, list):
            raise BadRequest("`keys` parameter must be an array.")
        return keys

    def design_docs(self, name: str) -> Response:
        def get() -> Response:
            self._enter(name)
            designs = Options({**request.args.to_dict(), "startkey": '"_design/"', "endkey": '"_design0"'})
            return stream(bulk.all_docs(self._store, name, designs, None))

        return by_method({"GET": get})

    def not_listed(self, name: str) -> Response:
        raise WireError(501, "not_implemented", "checkpoints are not listed; read one by its id under _local/")

    def changes(self, name: str) -> Response:
        def run(body: dict[str, Any]) -> Response:
            store = gate.store_for(self._hub, self._enter(name))
            query = changes.parse_query(options(), body)
            pieces = changes.changes(store, name, query)
            # Waiting feeds are sent as they come, so that heartbeats beat.
            return stream(pieces, gather=64 * 1024 if query.feed == "normal" else 0)

        return by_method({"GET": lambda: run({}), "POST": lambda: run(body_object_or_empty(self._limit(name)))})

    # --- upkeep
    def ensure_full_commit(self, name: str) -> Response:
        def post() -> Response:
            self._enter(name)  # every answer here is given after the commit is on the disk
            started = self._store.info(name).created_at_ms // 1000
            return answer({"ok": True, "instance_start_time": str(started)}, 201)

        return by_method({"POST": post})

    def compact(self, name: str) -> Response:
        def post() -> Response:
            session = self._enter(name, to_write=True)
            if not is_mailbox(name):  # a mailbox has nothing to compact: its documents never change
                gate.require_ordinary(session, name)
                self._store.compact(name)
            return answer({"ok": True}, 202)

        return by_method({"POST": post})

    def view_cleanup(self, name: str) -> Response:
        def post() -> Response:
            self._enter(name)
            return answer({"ok": True}, 202)

        return by_method({"POST": post})

    def revs_limit(self, name: str) -> Response:
        def get() -> Response:
            self._enter(name)
            return answer(self._store.revs_limit(name))

        def put() -> Response:
            session = self._enter(name, to_write=True)
            gate.require_ordinary(session, name)
            text = body_bytes(self._limit(name)).strip()
            if not REVS_LIMIT.fullmatch(text) or not 1 <= int(text) <= 1_000_000:
                raise BadRequest("the limit must be a whole number from 1")
            self._store.set_revs_limit(name, int(text))
            return answer({"ok": True})

        return by_method({"GET": get, "PUT": put})

    def security(self, name: str) -> Response:
        def get() -> Response:
            self._enter(name)  # rights are the hub's own business: see docs/replication.md
            return answer({"admins": {"names": [], "roles": []}, "members": {"names": [], "roles": []}})

        return by_method({"GET": get})


def answer_of_row(row: dict[str, Any], status: int = 201) -> Response:
    """The answer to a single write. Raises WireError when it was refused."""
    if "error" in row:
        raise WireError(status_of(row["error"]), row["error"], row["reason"])
    headers = {"ETag": f'"{row["rev"]}"'}
    return answer({"ok": True, "id": row["id"], "rev": row["rev"]}, status, **headers)


def status_of(error: str) -> int:
    """The HTTP status that goes with CouchDB's word for an error."""
    return {
        "conflict": 409,
        "forbidden": 403,
        "unauthorized": 401,
        "not_found": 404,
        "missing_stub": 412,
        "document_too_large": 413,
    }.get(error, 400)
