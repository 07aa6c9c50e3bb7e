"""`_revs_diff`, `_missing_revs`, `_bulk_get`, `_bulk_docs`, `_all_docs`: many documents in one request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

import orjson

from sync.documents import Edit, Outcome, check_id, parse_edit
from sync.errors import BadRequest, SyncError
from sync.local_documents import PREFIX as LOCAL_PREFIX
from sync.protocol.options import Options, list_of
from sync.protocol.reading import Beside, document_bytes, open_revisions
from sync.record import Record
from sync.revisions import parse_revision
from sync.store import Range, Store

PAGE = 200


def parse_wanted(body: Mapping[str, Any]) -> dict[str, list[str]]:
    """{id: [revisions]}, each readable. Raises BadRequest."""
    for document_id, revisions in body.items():
        if not isinstance(revisions, list):
            raise BadRequest(f"the revisions of {document_id[:80]!r} must be a list")
        for revision in revisions:
            parse_revision(revision)
    return dict(body)


def bulk_get(store: Store, database: str, wanted: Sequence[Any], options: Options) -> Iterator[bytes]:
    """Several revisions of several documents. A request that is not a list of {id, rev?} is a BadRequest."""
    for one in wanted:
        if not isinstance(one, dict) or not isinstance(one.get("id"), str):
            raise BadRequest("each of `docs` must be an object with an id")
        since = one.get("atts_since")
        if isinstance(since, list) and not all(isinstance(rev, str) for rev in since):
            raise BadRequest("atts_since must be a list of revisions")
    beside, latest = Beside.of(options), options.flag("latest")

    def rows() -> Iterator[bytes]:
        separator = b'{"results":['
        pending = iter(wanted)
        while page := list(islice(pending, PAGE)):
            for one, record in zip(page, store.records(database, [p["id"] for p in page]), strict=True):
                yield separator + _bulk_get_row(store, database, one, record, beside, latest)
                separator = b","
        yield (separator if separator != b"," else b"") + b"]}"

    return rows()


def _bulk_get_row(
    store: Store, database: str, one: Mapping[str, Any], record: Record | None, beside: Beside, latest: bool
) -> bytes:
    docs = b",".join(_bulk_get_docs(store, database, one, record, beside, latest))
    return b'{"id":' + orjson.dumps(one["id"]) + b',"docs":[' + docs + b"]}"


def _bulk_get_docs(
    store: Store, database: str, one: Mapping[str, Any], record: Record | None, beside: Beside, latest: bool
) -> Iterator[bytes]:
    rev, since = one.get("rev"), one.get("atts_since")
    if isinstance(since, list):
        beside = replace(beside, attachments=True, atts_since=since)
    try:
        if record is None:
            raise SyncError("missing", error="not_found")
        for found in open_revisions(record, None if rev is None else [rev], latest=latest):
            if found.record is None:
                raise SyncError("missing", error="not_found")
            yield b'{"ok":' + document_bytes(store, database, found.record, found.rev, beside) + b"}"
    except SyncError as problem:
        error = {"id": one["id"], "rev": rev or "undefined", "error": problem.error, "reason": problem.reason}
        yield orjson.dumps({"error": error})


def parse_bulk_docs(body: Mapping[str, Any]) -> tuple[list[Any], bool]:
    """The documents of `_bulk_docs`, and whether they are ordinary edits."""
    documents = list_of(body, "docs")
    new_edits = body.get("new_edits", True)
    if not isinstance(new_edits, bool):
        raise BadRequest("new_edits must be true or false")
    for document in documents:
        if not isinstance(document, dict):
            raise BadRequest("Document must be a JSON object")
    return documents, new_edits


def bulk_docs(store: Store, database: str, documents: Sequence[Any], *, new_edits: bool) -> list[dict[str, Any]]:
    """Store documents; a row for each, or with `new_edits` false only for those that were refused."""
    edits: dict[int, Edit] = {}
    for position, document in enumerate(documents):
        if is_local(document):
            check_id(document["_id"])
            continue
        edits[position] = edit = parse_edit(document, new_edits=new_edits)
        if not new_edits and not edit.path:
            raise BadRequest("with new_edits false, each document needs `_rev` or `_revisions`; nothing was stored")
    outcomes = dict(zip(edits, store.apply(database, list(edits.values()), new_edits=new_edits), strict=True))
    rows = []
    for position, document in enumerate(documents):
        outcome = outcomes.get(position) or put_local(store, database, document)
        if outcome.error is not None and new_edits:
            outcome = replace(outcome, rev=None)  # CouchDB names the revision of replicated documents only
        if new_edits or outcome.error is not None:
            rows.append(outcome.as_row())
    return rows


def is_local(document: Mapping[str, Any]) -> bool:
    return isinstance(document.get("_id"), str) and document["_id"].startswith(LOCAL_PREFIX)


def put_local(store: Store, database: str, document: Mapping[str, Any]) -> Outcome:
    """Write a `_local` document, or delete it if it says `_deleted`; its revision is "0-0" then."""
    document_id, rev = document["_id"], document.get("_rev")
    try:
        if document.get("_deleted") is not True:
            return Outcome(document_id, store.put_local(database, document))
        if store.local(database, document_id) is not None:
            store.delete_local(database, document_id, rev)
        return Outcome(document_id, "0-0")
    except SyncError as problem:
        return Outcome(document_id, None, problem.error, problem.reason)


def parse_range(options: Options) -> Range:
    """The range of an `_all_docs` query."""
    key = options.key("key")
    if key is not None:
        return Range(key, key)
    return Range(
        start=options.key("startkey", "start_key"),
        end=options.key("endkey", "end_key"),
        inclusive_end=options.flag("inclusive_end", True),
        descending=options.flag("descending"),
        limit=options.number("limit"),
        skip=options.number("skip", 0) or 0,
    )


def all_docs(store: Store, database: str, options: Options, keys: Sequence[Any] | None) -> Iterator[bytes]:
    """`_all_docs`, streamed."""
    total = store.info(database).doc_count
    beside = Beside.of(options)
    with_docs = options.flag("include_docs")
    tail = b"\n]"
    if options.flag("update_seq"):
        tail += b',"update_seq":' + orjson.dumps(store.info(database).update_seq)
    if keys is not None:
        _refuse_range_beside_keys(options)
        chosen = _paged(list(reversed(keys)) if options.flag("descending") else list(keys), options)
        rows, offset = _rows_of_keys(store, database, chosen, beside, with_docs), None
    else:
        wanted = parse_range(options)
        offset = min(total, store.count_before(database, wanted) + wanted.skip)
        rows = _rows_of_range(store, database, wanted, beside, with_docs)

    def answer() -> Iterator[bytes]:
        yield orjson.dumps({"total_rows": total, "offset": offset})[:-1] + b',"rows":['
        separator = b"\n"
        for row in rows:
            yield separator + row
            separator = b",\n"
        yield tail + b"}"

    return answer()


def _refuse_range_beside_keys(options: Options) -> None:
    for name in ("key", "startkey", "start_key", "endkey", "end_key"):
        if name in options:
            raise BadRequest(f"`keys` is incompatible with `{name}`; ask for one of them", error="query_parse_error")


def _paged(keys: list[Any], options: Options) -> list[Any]:
    skip, limit = options.number("skip", 0) or 0, options.number("limit")
    return keys[skip : None if limit is None else skip + limit]


def _rows_of_range(store: Store, database: str, wanted: Range, beside: Beside, with_docs: bool) -> Iterator[bytes]:
    left = wanted.limit
    while left is None or left > 0:
        page = store.rows(database, replace(wanted, limit=PAGE if left is None else min(left, PAGE)))
        if not page:
            return
        records: Sequence[Record | None] = [None] * len(page)
        if with_docs:
            records = store.records(database, [row.id for row in page])
        for row, record in zip(page, records, strict=True):
            doc = _doc_member(store, database, record, beside) if with_docs else b""
            yield _row(row.id, {"rev": row.rev}, doc)
        left = None if left is None else left - len(page)
        wanted = replace(wanted, start=page[-1].id, skip=1)  # go on behind the last row


def _rows_of_keys(store: Store, database: str, keys: Sequence[Any], beside: Beside, with_docs: bool) -> Iterator[bytes]:
    for start in range(0, len(keys), PAGE):
        page = keys[start : start + PAGE]
        found = store.records(database, [key if isinstance(key, str) else "" for key in page])
        for key, record in zip(page, found, strict=True):
            if record is None:
                yield orjson.dumps({"key": key, "error": "not_found"})
                continue
            value: dict[str, Any] = {"rev": record.rev}
            if record.deleted:
                value["deleted"] = True
            doc = _doc_member(store, database, record, beside) if with_docs else b""
            yield _row(record.id, value, doc)


def _doc_member(store: Store, database: str, record: Record | None, beside: Beside) -> bytes:
    if record is None or record.deleted:
        return b',"doc":null'
    return b',"doc":' + document_bytes(store, database, record, record.rev, beside)


def _row(document_id: str, value: Mapping[str, Any], doc: bytes) -> bytes:
    return orjson.dumps({"id": document_id, "key": document_id, "value": value})[:-1] + doc + b"}"
