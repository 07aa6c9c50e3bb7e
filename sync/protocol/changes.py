"""`_changes`: normal, longpoll and continuous feeds, with the filters that need no JavaScript."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from sync.errors import BadRequest, NotFound
from sync.protocol.options import Options
from sync.protocol.reading import Beside, document_bytes
from sync.protocol.selector import compile_selector
from sync.store import Change, Store

PAGE = 500
DEFAULT_TIMEOUT_MS = 60_000
LONGEST_TIMEOUT_MS = 600_000
FEEDS = ("normal", "longpoll", "continuous")

Filter = Callable[[Store, str, Change], bool]


@dataclass(frozen=True)
class Query:
    """A `_changes` request, read."""

    feed: str
    since: str
    limit: int | None
    descending: bool
    all_leaves: bool
    include_docs: bool
    beside: Beside
    ids: list[str] | None
    passes: Filter | None
    timeout_ms: int
    heartbeat_ms: int | None


def parse_query(options: Options, body: Mapping[str, Any]) -> Query:
    """Read a `_changes` request. Raises BadRequest, or NotFound for a filter that would need JavaScript."""
    feed = options.text("feed", "normal") or "normal"
    if feed not in FEEDS:
        raise BadRequest(f"feed must be one of {', '.join(FEEDS)}")
    style = options.text("style", "main_only")
    if style not in ("main_only", "all_docs"):
        raise BadRequest("style must be main_only or all_docs")
    ids, passes = _parse_filter(options, body)
    limit = options.number("limit")
    return Query(
        feed=feed,
        since=options.text("since") or options.text("last-event-id") or "0",
        limit=1 if limit == 0 else limit,  # as CouchDB has it
        descending=options.flag("descending"),
        all_leaves=style == "all_docs",
        include_docs=options.flag("include_docs"),
        beside=Beside.of(options),
        ids=ids,
        passes=passes,
        timeout_ms=min(options.number("timeout", DEFAULT_TIMEOUT_MS) or 0, LONGEST_TIMEOUT_MS),
        heartbeat_ms=_heartbeat(options),
    )


def _heartbeat(options: Options) -> int | None:
    if options.text("heartbeat") in (None, "false"):
        return None
    if options.text("heartbeat") == "true":
        return DEFAULT_TIMEOUT_MS
    return max(options.number("heartbeat") or 0, 100)


def _parse_filter(options: Options, body: Mapping[str, Any]) -> tuple[list[str] | None, Filter | None]:
    name = options.text("filter")
    if name == "_doc_ids" or (name is None and "doc_ids" in options):
        ids = body.get("doc_ids", options.json("doc_ids"))
        if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
            raise BadRequest("the filter _doc_ids needs a list doc_ids")
        return ids, None
    if name == "_selector":
        matches = compile_selector(body.get("selector"))
        return None, lambda store, database, change: matches(_winner_of(store, database, change))
    if name == "_design":
        return None, lambda store, database, change: change.id.startswith("_design/")
    if name == "_view" and "view" not in options:
        raise BadRequest("`view` filter parameter is not provided.")
    if name is not None:
        raise NotFound(f"missing: the filter {name[:80]} needs JavaScript, which this hub does not run; use _selector")
    return None, None


def _winner_of(store: Store, database: str, change: Change) -> dict[str, Any]:
    record = store.record(database, change.id)
    return record.document() if record is not None else {"_id": change.id}


class Feed:
    """The rows of a `_changes` request, and where it ended."""

    def __init__(self, store: Store, database: str, query: Query) -> None:
        self._store = store
        self._database = database
        self._query = query
        self.since = query.since
        self.pending = 0
        self.left = query.limit
        self.is_over = False

    def read(self) -> Iterator[bytes]:
        """Rows that are there now, page by page. The feed is over when its database was deleted meanwhile."""
        try:
            yield from self._pages()
        except NotFound:
            if not self._ends_with_database():
                raise

    def _ends_with_database(self) -> bool:
        """Whether the database is gone: then the feed is over, with what it gave."""
        if not self._store.has_database(self._database):
            self.is_over = True
        return self.is_over

    def _pages(self) -> Iterator[bytes]:
        query = self._query
        is_unfiltered = query.passes is None
        while self.left is None or self.left > 0:
            size = PAGE if self.left is None or not is_unfiltered else min(PAGE, self.left)
            whole = query.descending or query.ids is not None
            page = self._store.changes(
                self._database,
                self.since,
                query.limit if whole else size,
                descending=query.descending,
                ids=query.ids,
            )
            for position, change in enumerate(page.results):
                if query.passes is not None and not query.passes(self._store, self._database, change):
                    continue
                yield self._row(change)
                if self.left is not None:
                    self.left -= 1
                    if self.left == 0 and position + 1 < len(page.results):
                        self.since, self.pending = change.seq, page.pending + len(page.results) - position - 1
                        return
            self.since, self.pending = page.last_seq, page.pending
            if whole or not page.results or page.pending == 0:
                return

    def _row(self, change: Change) -> bytes:
        revs = change.revs if self._query.all_leaves else change.revs[:1]
        row: dict[str, Any] = {"seq": change.seq, "id": change.id, "changes": [{"rev": rev} for rev in revs]}
        if change.deleted:
            row["deleted"] = True
        packed = orjson.dumps(row)
        if not self._query.include_docs:
            return packed
        record = self._store.record(self._database, change.id)
        doc = b"null"
        if record is not None:
            doc = document_bytes(self._store, self._database, record, record.rev, self._query.beside)
        return packed[:-1] + b',"doc":' + doc + b"}"

    def wait(self) -> Iterator[bytes]:
        """Wait for the database to move, yielding heartbeats; ends when it moved or the time is over."""
        query = self._query
        deadline = None if query.heartbeat_ms else time.monotonic() + query.timeout_ms / 1000
        while True:
            seconds = (query.heartbeat_ms or query.timeout_ms) / 1000
            if deadline is not None:
                seconds = deadline - time.monotonic()
                if seconds <= 0:
                    self.is_over = True
                    return
            try:
                if self._store.wait(self._database, self.since, seconds):
                    return
            except NotFound:
                if not self._ends_with_database():
                    raise
                return
            if query.heartbeat_ms:
                yield b"\n"


def changes(store: Store, database: str, query: Query) -> Iterator[bytes]:
    """The answer to `_changes`, streamed. A malformed `since` raises before the first byte."""
    store.changes(database, query.since, 1)
    feed = Feed(store, database, query)
    if query.since == "now":
        feed.since = store.info(database).update_seq
    if query.feed == "continuous":
        return _continuous(feed)
    return _whole(feed, is_longpoll=query.feed == "longpoll")


def _whole(feed: Feed, *, is_longpoll: bool) -> Iterator[bytes]:
    yield b'{"results":['
    separator, count = b"\n", 0
    while True:
        for row in feed.read():
            yield separator + row
            separator, count = b",\n", count + 1
        if count or not is_longpoll or feed.is_over:
            break
        yield from feed.wait()
    yield b'\n],\n"last_seq":' + orjson.dumps(feed.since) + b',"pending":' + str(feed.pending).encode() + b"}\n"


def _continuous(feed: Feed) -> Iterator[bytes]:
    while True:
        for row in feed.read():
            yield row + b"\n"
        if feed.is_over or feed.left == 0:
            break
        yield from feed.wait()
    yield orjson.dumps({"last_seq": feed.since, "pending": feed.pending}) + b"\n"
