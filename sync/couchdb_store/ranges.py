"""Ranges of ids, as `_all_docs` has them."""

from __future__ import annotations

from typing import Any

import orjson

from sync.couchdb_store.connection import Connection, path_of
from sync.couchdb_store.registry import Place
from sync.store import Range, Row


def rows_of(connection: Connection, place: Place, wanted: Range) -> list[Row]:
    """Live documents of a range, in its order."""
    params = _bounds(wanted.start, wanted.end) | {"inclusive_end": _flag(wanted.inclusive_end)}
    if not place.is_plain:
        params["include_docs"] = "true"
    if wanted.limit is not None:
        params["limit"] = wanted.limit
    if wanted.skip:
        params["skip"] = wanted.skip
    answer = _ask(connection, place, params | {"descending": _flag(wanted.descending)})
    return [
        Row(row["id"], row["value"]["rev"] if place.is_plain else row["doc"]["revs"][0], False)
        for row in answer["rows"]
    ]  # fmt: skip


def count_before(connection: Connection, place: Place, wanted: Range) -> int:
    """How many live documents stand before the range, in its direction."""
    if wanted.start is None:
        return 0
    params = {"startkey": orjson.dumps(wanted.start), "limit": 1, "descending": _flag(wanted.descending)}
    answer = _ask(connection, place, params)
    if isinstance(answer.get("offset"), int) and answer["rows"]:
        return int(answer["offset"])
    before = {"endkey": orjson.dumps(wanted.start), "inclusive_end": "false", "descending": params["descending"]}
    return len(_ask(connection, place, before)["rows"])


def _ask(connection: Connection, place: Place, params: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = connection.json("GET", f"{path_of(place.couch_name)}/_all_docs", **params)
    return found


def _bounds(start: str | None, end: str | None) -> dict[str, Any]:
    given = {"startkey": start, "endkey": end}
    return {name: orjson.dumps(value) for name, value in given.items() if value is not None}


def _flag(value: bool) -> str:
    return "true" if value else "false"
