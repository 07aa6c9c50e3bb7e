"""The change feed of a database, and its sequences "<generation>-<CouchDB's own>".

A sequence of another generation, or of another store, starts at the beginning: it skips nothing, and revisions that
the reader has are not sent again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sync.couchdb_store.connection import Connection, path_of
from sync.couchdb_store.errors import Refused
from sync.couchdb_store.registry import Place
from sync.errors import BadRequest
from sync.store import Change, Changes

PAGE = 500
START = "0"
_OWN = re.compile(r"(?P<generation>[0-9]{1,18})(?:-(?P<rest>.+))?", re.ASCII)
_COUCH = re.compile(r"0|[0-9]+(-.*)?", re.ASCII)


def write_seq(place: Place, seq: Any) -> str:
    return f"{place.generation}-{seq}"


def read_seq(place: Place, since: str | int | None) -> str:
    """CouchDB's sequence after which a feed goes on. Raises BadRequest for what was never a sequence."""
    text = str(since if since is not None else "").strip('"')
    if text in ("", "0"):
        return START
    if text == "now":
        return text
    found = _OWN.fullmatch(text)
    if found is None:
        raise _malformed()
    rest = found["rest"]
    if rest is None or int(found["generation"]) != place.generation or not _COUCH.fullmatch(rest):
        return START
    return rest


def _malformed() -> BadRequest:
    return BadRequest("Malformed sequence supplied in 'since' parameter; use a last_seq that the server gave")


class Feed:
    """Reads pages of one generation's feed."""

    def __init__(self, connection: Connection, place: Place) -> None:
        self._connection = connection
        self._place = place

    def page(self, since: str | int | None, limit: int | None) -> Changes:
        """Changes after `since`. Rows that show nothing (pointers taken away) are passed over.

        A feed that ends with such rows ends at the last one that shows something, so that a release moves no sequence.
        """
        after = read_seq(self._place, since)
        found: list[Change] = []
        last_read, pending, at_least = after, 0, 1
        while limit is None or len(found) < limit:
            wanted = PAGE if limit is None else min(PAGE, max(limit - len(found), at_least))
            answer = self._ask({"since": last_read, "limit": wanted})
            rows = answer["results"]
            found += [change for row in rows if (change := self._change(row)) is not None]
            last_read, pending = answer["last_seq"], answer.get("pending", 0)
            at_least *= 8
            if not rows or (not pending and (len(rows) < wanted or "pending" in answer)):
                break
        if limit is not None and len(found) > limit:
            return Changes(found[:limit], found[limit - 1].seq, pending + len(found) - limit)
        if self._place.is_plain or pending:
            return Changes(found, write_seq(self._place, last_read), pending)
        end = last_read if after in (START, "now") else after
        return Changes(found, found[-1].seq if found else write_seq(self._place, end), pending)

    def backwards(self, since: str | int | None, limit: int | None) -> Changes:
        """The newest changes first, down to `since`."""
        after = read_seq(self._place, since)
        if after != START:
            page = self.page(since, None)
            newest = page.results[::-1][:limit]
            return Changes(newest, newest[-1].seq if newest else page.last_seq, 0)
        found: list[Change] = []
        wanted = limit
        while True:
            answer = self._ask({"descending": "true"} | ({"limit": wanted} if wanted is not None else {}))
            found = [change for row in answer["results"] if (change := self._change(row)) is not None][:limit]
            if wanted is None or len(found) == limit or len(answer["results"]) < wanted:
                break
            wanted *= 4
        return Changes(found, found[-1].seq if found else write_seq(self._place, START), 0)

    def of(self, ids: Iterable[str], since: str | int | None, limit: int | None, *, descending: bool) -> Changes:
        """Changes of some documents only."""
        after = read_seq(self._place, since)
        answer = self._ask({"since": after, "filter": "_doc_ids"}, {"doc_ids": list(dict.fromkeys(ids))})
        found = [change for row in answer["results"] if (change := self._change(row)) is not None]
        if descending:
            found.reverse()
        if limit is not None and len(found) > limit:
            found = found[:limit]
            return Changes(found, found[-1].seq, 0)
        return Changes(found, write_seq(self._place, answer["last_seq"]), 0)

    def _ask(self, params: dict[str, Any], body: dict[str, Any] | None = None) -> dict[str, Any]:
        path = f"{path_of(self._place.couch_name)}/_changes"
        params = params | ({"style": "all_docs"} if self._place.is_plain else {"include_docs": "true"})
        try:
            found: dict[str, Any] = self._connection.json("POST" if body else "GET", path, body, **params)
        except Refused as refused:
            if refused.status != 400:
                raise
            if not str(params.get("since", "-")).isdigit():
                raise _malformed() from refused
            # A number of another kind of store that looks like one of ours.
            found = self._connection.json("POST" if body else "GET", path, body, **params | {"since": START})
        return found

    def _change(self, row: dict[str, Any]) -> Change | None:
        seq = write_seq(self._place, row["seq"])
        deleted = bool(row.get("deleted"))
        if self._place.is_plain:
            return Change(seq, row["id"], [change["rev"] for change in row["changes"]], deleted)
        if deleted or row["id"].startswith("_design/"):
            return None
        return Change(seq, row["id"], list(row["doc"]["revs"]), False)
