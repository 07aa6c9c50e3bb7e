"""Reading documents: one revision, several open ones, and what stands beside the stored body when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from sync.attachments import inline
from sync.documents import splice
from sync.errors import BadRequest, NotFound
from sync.protocol.options import Options
from sync.record import Record, Stored
from sync.revisions import ancestry, latest_of, leaves, parse_revision, revisions_of
from sync.store import Store


@dataclass(frozen=True, slots=True)
class Beside:
    """What a reader wants besides the stored members."""

    revs: bool = False
    revs_info: bool = False
    conflicts: bool = False
    deleted_conflicts: bool = False
    local_seq: bool = False
    attachments: bool = False
    atts_since: Sequence[str] | None = None
    follows: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, options: Options) -> Beside:
        meta = options.flag("meta")
        since = options.json("atts_since")
        if since is not None and not (isinstance(since, list) and all(isinstance(rev, str) for rev in since)):
            raise BadRequest("atts_since must be a JSON list of revisions")
        return cls(
            revs=options.flag("revs"),
            revs_info=meta or options.flag("revs_info"),
            conflicts=meta or options.flag("conflicts"),
            deleted_conflicts=meta or options.flag("deleted_conflicts"),
            local_seq=options.flag("local_seq"),
            attachments=options.flag("attachments") or since is not None,
            atts_since=since,
        )


def document_bytes(store: Store, database: str, record: Record, rev: str, beside: Beside) -> bytes:
    """One revision as JSON. The revision's body must be kept."""
    stored = record.stored(rev)
    if stored is None:
        raise NotFound("missing")
    head: dict[str, Any] = {"_id": record.id, "_rev": rev}
    if record.tree[rev].deleted:
        head["_deleted"] = True
    tail: dict[str, Any] = {}
    if stored.attachments:
        tail["_attachments"] = _attachments(store, record, rev, stored, beside)
    if beside.revs:
        tail["_revisions"] = revisions_of(ancestry(record.tree, rev))
    if beside.revs_info and rev == record.rev:
        tail["_revs_info"] = [{"rev": r, "status": _status(record, r)} for r in ancestry(record.tree, rev)]
    if rev == record.rev and (beside.conflicts or beside.deleted_conflicts):
        _add_conflicts(record, beside, tail)
    if beside.local_seq:
        tail["_local_seq"] = store.changes(database, "0", 1, ids=[record.id]).results[0].seq
    return splice(head, stored.body, tail)


def _status(record: Record, rev: str) -> str:
    node = record.tree[rev]
    if not node.stored:
        return "missing"
    return "deleted" if node.deleted else "available"


def _add_conflicts(record: Record, beside: Beside, tail: dict[str, Any]) -> None:
    others = leaves(record.tree)[1:]
    live = [rev for rev in others if not record.tree[rev].deleted]
    gone = [rev for rev in others if record.tree[rev].deleted]
    if beside.conflicts and live:
        tail["_conflicts"] = live
    if beside.deleted_conflicts and gone:
        tail["_deleted_conflicts"] = gone


def _attachments(store: Store, record: Record, rev: str, stored: Stored, beside: Beside) -> dict[str, Any]:
    wanted = wanted_attachments(record, rev, stored, beside)
    members = {}
    for name, held in stored.attachments.items():
        member = held.as_stub()
        if name in wanted:
            del member["stub"]
            if beside.follows:
                member["follows"] = True
            else:
                opened = store.open_bytes(held.key, held.content_type, held.length, held.digest)
                member["data"] = inline(opened)
                del member["length"]
        members[name] = member
    return members


def wanted_attachments(record: Record, rev: str, stored: Stored, beside: Beside) -> list[str]:
    """Names of attachments whose bytes go along: all, or those newer than what the asker has (`atts_since`)."""
    if not beside.attachments:
        return []
    known = set(beside.atts_since or ())
    common = [parse_revision(r)[0] for r in ancestry(record.tree, rev) if r in known]
    newest_known = max(common, default=0)
    return [name for name, held in stored.attachments.items() if held.revpos > newest_known]


def find_record(store: Store, database: str, document_id: str) -> Record:
    """The record of a document. Raises NotFound."""
    record = store.record(database, document_id)
    if record is None:
        raise NotFound("missing")
    return record


def choose_revision(record: Record, rev: str | None, *, latest: bool = False) -> str:
    """The revision that a reader means. Raises NotFound: "missing", or "deleted" for the winner of a dead document."""
    if rev is None:
        if record.deleted:
            raise NotFound("deleted")
        return record.rev
    parse_revision(rev)
    if rev not in record.tree:
        raise NotFound("missing")
    if latest:
        rev = latest_of(record.tree, rev)[0]
    if record.stored(rev) is None:
        raise NotFound("missing")
    return rev


def read_document(store: Store, database: str, document_id: str, options: Options) -> tuple[bytes, str]:
    """A document as JSON, and its revision (for the ETag)."""
    record = find_record(store, database, document_id)
    rev = choose_revision(record, options.text("rev"), latest=options.flag("latest"))
    return document_bytes(store, database, record, rev, Beside.of(options)), rev


@dataclass(frozen=True, slots=True)
class OpenRevision:
    """One of the revisions that were asked for: found, or missing."""

    rev: str
    record: Record | None


def open_revisions(record: Record | None, wanted: Sequence[str] | None, *, latest: bool) -> list[OpenRevision]:
    """Resolve `open_revs`: all leaves (`wanted` None), or named revisions; with `latest`, their newest descendants."""
    if record is None:
        return [OpenRevision(rev, None) for rev in wanted or ()]
    if wanted is None:
        return [OpenRevision(leaf, record) for leaf in leaves(record.tree)]
    chosen: dict[str, OpenRevision] = {}
    for rev in wanted:
        parse_revision(rev)
        found = latest_of(record.tree, rev) if latest and rev in record.tree else [rev]
        for one in found:
            is_kept = one in record.tree and record.stored(one) is not None
            chosen.setdefault(one, OpenRevision(one, record if is_kept else None))
    return list(chosen.values())


def parse_open_revs(options: Options) -> list[str] | None:
    """`open_revs=all` is None; else a list of revisions."""
    if options.text("open_revs") in ("all", '"all"'):
        return None
    wanted = options.json("open_revs")
    if not isinstance(wanted, list) or not all(isinstance(rev, str) for rev in wanted):
        raise BadRequest("open_revs must be all, or a JSON list of revisions")
    return wanted


def open_revs_json(store: Store, database: str, document_id: str, options: Options) -> Iterator[bytes]:
    """The answer to `open_revs` as a JSON list."""
    wanted = parse_open_revs(options)
    record = store.record(database, document_id)
    if record is None and wanted is None:
        raise NotFound("missing")
    beside = Beside.of(options)
    found = open_revisions(record, wanted, latest=options.flag("latest"))

    def rows() -> Iterator[bytes]:
        separator = b"["
        for one in found:
            if one.record is None:
                row = orjson.dumps({"missing": one.rev})
            else:
                row = b'{"ok":' + document_bytes(store, database, one.record, one.rev, beside) + b"}"
            yield separator + row
            separator = b","
        yield b"]" if found else b"[]"

    return rows()
