"""Plain databases, such as the roster: CouchDB's own revisions, conflicts and deletions, passed through."""

from __future__ import annotations

from typing import Any

from sync.attachments import Content, Stub, spool
from sync.couchdb_store.bodies import Bodies, Written
from sync.couchdb_store.connection import Connection
from sync.couchdb_store.registry import Place
from sync.documents import Edit, Outcome
from sync.edits import hold_attachments
from sync.errors import Conflict, SyncError
from sync.record import Record


class PlainWriter:
    """Writes edits and replicated histories into a plain database."""

    def __init__(self, connection: Connection, bodies: Bodies) -> None:
        self._connection = connection
        self._bodies = bodies

    def apply(self, place: Place, edits: list[Edit], *, new_edits: bool) -> list[Outcome]:
        """Store edits; a refused one does not hold up the others."""
        outcomes: list[Outcome | None] = [None] * len(edits)
        ready: list[Written] = []
        positions: list[int] = []
        stubbed = [e.id for e in edits if any(isinstance(given, Stub) for given in e.attachments.values())]
        records = {r.id: r for r in self._bodies.plain(place.couch_name, stubbed) if r is not None}
        unknown = self._unknown(place, [edit.id for edit in edits if edit.path]) if new_edits else set()
        for position, edit in enumerate(edits):
            try:
                if edit.path and edit.id in unknown:  # CouchDB would begin the document in the middle of a history
                    raise Conflict("Document update conflict.")
                ready.append(self._written(edit, records.get(edit.id), new_edits))
                positions.append(position)
            except SyncError as problem:
                outcomes[position] = Outcome(edit.id, _given(edit), problem.error, problem.reason)
        # An ordinary edit that is repeated after its answer was lost would be told of a conflict with itself.
        rows = self._bodies.write(place.couch_name, ready, new_edits=new_edits, again=not new_edits)
        for at, position in enumerate(positions):
            outcomes[position] = _outcome(edits[position], rows.get(at))
        return [outcome for outcome in outcomes if outcome is not None]

    def _unknown(self, place: Place, ids: list[str]) -> set[str]:
        rows = self._connection.by_keys(place.couch_name, ids, include_docs=False)
        return {row["key"] for row in rows if "value" not in row}

    def _written(self, edit: Edit, record: Record | None, new_edits: bool) -> Written:
        if not new_edits and not edit.path:
            raise SyncError("a replicated document needs _rev or _revisions", error="bad_request", status=400)
        contents = {name: given for name, given in edit.attachments.items() if isinstance(given, Content)}
        path = edit.path or ["1-0"]
        written = Written(edit.id, edit.path if not new_edits else edit.path[:1], edit.deleted, edit.body, contents)
        for name, held in hold_attachments(edit, record, path).items():
            if name not in contents:
                # The bytes themselves: CouchDB takes a stub of the parent only, and refuses all edits beside it else.
                opened = self._bodies.open(held.key, held.content_type, held.length, held.digest)
                content = spool(opened.chunks(), held.content_type, revpos=held.revpos)
                contents[name] = content
        return written


def _given(edit: Edit) -> str | None:
    return edit.path[0] if edit.path else None


def _outcome(edit: Edit, row: dict[str, Any] | None) -> Outcome:
    if row is None:
        return Outcome(edit.id, _given(edit), is_new=True)
    if "error" in row:
        return Outcome(edit.id, _given(edit), row["error"], row.get("reason"))
    return Outcome(edit.id, row["rev"], is_new=True)
