"""The read model as the other rooms see it: follows archive's change feed, answers questions, tells who listens.

The store is read on the loop (it goes off the loop by itself where that is worth it); folding and SQL run off it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol, TypeVar

import gevent
import orjson
import structlog
from gevent.event import Event
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from server.clock import Clock, to_iso
from server.encounters.fold import fold
from server.encounters.rules import parse_document_id
from server.offload import OneAtATime, is_serving, offload
from server.readmodel import database, interval_blocks, queries
from server.readmodel.projection import Check, Projected, heard, no_problems, project
from server.readmodel.queries import Found, Wanted
from server.readmodel.tables import PROJECTION_VERSION
from sync.errors import SyncError
from sync.store import Group, Store

ARCHIVE = "archive"
PAGE = 500
# More would be a list, not a board; the rest is found by searching.
BOARD_LIMIT = 300
# More encounters with one number would be a broken device, not a patient.
RELATED_LIMIT = 20
OPEN_LIMIT = 20_000
# One wristband on more encounters than this is a mistake that no list makes clearer.
MOST_WEARING = 20
FINISHED_FOR = timedelta(hours=24)
RETRY_SECONDS = 5.0
log = structlog.get_logger("greenlane.readmodel")

ChangeListener = Callable[[str, dict[str, Any], frozenset[str], "str | None"], None]
Progress = Callable[[int, int], None]
T = TypeVar("T")


class Told(NamedTuple):
    """One encounter: its documents without what lies apart, folded, and what the router remembers."""

    documents: list[dict[str, Any]]
    folded: dict[str, Any]
    group: Group


class CatalogueLike(Protocol):
    """What the projection needs of the catalogue."""

    @property
    def vitals(self) -> dict[str, dict[str, Any]]: ...

    @property
    def scores(self) -> dict[str, dict[str, Any]]: ...

    @property
    def entries(self) -> dict[str, dict[str, dict[str, Any]]]: ...


def key_of(encounter: str) -> str:
    """What all document ids of an encounter begin with."""
    return f"encounter:{encounter}:"


class ReadModel:
    """A projection of `archive` into SQL. Everything in it can be projected again at any time."""

    def __init__(
        self,
        url: str,
        store: Store,
        catalogue: CatalogueLike,
        clock: Clock | None = None,
        checks: Callable[[], Check] = lambda: no_problems,
    ) -> None:
        # Asked on the loop before each round; what it gives runs in a thread.
        self._checks = checks
        self.store = store
        self.catalogue = catalogue
        self.clock = clock or Clock()
        self._writing = OneAtATime()
        # What a person should know of the read model's state; empty when it holds all of archive.
        self.trouble = ""
        self._url = url
        self._engine = self._writing.run(self._open)
        self._listeners: list[ChangeListener] = []
        self._woken = Event()
        self._is_catching_up = False
        self._loop: gevent.Greenlet | None = None

    def _open(self) -> Engine:
        """Open the database; a damaged file of ours is set aside, since everything in it can be projected again."""
        try:
            return database.open_engine(self._url)
        except SQLAlchemyError as fault:
            if not database.is_damaged(fault):
                raise
            self._set_aside(fault)
            return database.open_engine(self._url)

    def _set_aside(self, fault: Exception) -> None:
        aside = database.set_aside(self._url)
        self.trouble = f"the read model was damaged and is being made anew; the damaged one is {aside}"
        log.error("read_model_set_aside", path=aside, exc_info=fault)

    def _begin_anew(self, fault: Exception) -> None:
        self._engine.dispose()
        self._set_aside(fault)
        self._engine = database.open_engine(self._url)

    # --- following the feed
    def start(self) -> None:
        """Catch up, then follow the store. Outside of a serving process each commit is projected at once."""
        self.store.on_commit(self._on_commit)
        if is_serving():
            self._woken.set()
            self._loop = gevent.spawn(self._follow)
        else:
            self.catch_up()

    def stop(self) -> None:
        """Stop following."""
        if self._loop is not None:
            self._loop.kill()
            self._loop = None

    def close(self) -> None:
        """Stop following and let go of the database."""
        self.stop()
        self._engine.dispose()

    def on_change(self, listener: ChangeListener) -> None:
        """Call `listener(encounter, summary, sites, unit)` after each change of an encounter."""
        self._listeners.append(listener)

    def _on_commit(self, names: frozenset[str]) -> None:
        if ARCHIVE not in names:
            return
        if self._loop is not None:
            self._woken.set()
        elif not is_serving():
            self.catch_up()

    def _follow(self) -> None:
        while True:
            self._woken.wait()
            self._woken.clear()
            try:
                self.catch_up()
            except Exception as fault:  # boards must come back by themselves when the disk has room again
                log.error("projection_failed", exc_info=fault)
                gevent.sleep(RETRY_SECONDS)
                self._woken.set()

    def catch_up(self) -> int:
        """Project everything that archive has and the read model has not; returns how many encounters changed."""
        if self._is_catching_up:  # a listener's own writes are seen by the round that is running
            return 0
        self._is_catching_up = True
        try:
            try:
                if self.trouble:
                    self._writing.run(database.look_through, self._engine)
                return self._catch_up(None)
            except SQLAlchemyError as fault:
                if not database.is_damaged(fault):
                    raise
                self._writing.run(self._begin_anew, fault)
            return self._catch_up(None)
        finally:
            self._is_catching_up = False

    def rebuild(self, progress: Progress | None = None) -> int:
        """Throw everything away and project archive again; `progress(done, pending)` after each page."""
        self._writing.run(database.empty, self._engine)
        return self._catch_up(progress)

    def _catch_up(self, progress: Progress | None) -> int:
        known = self._writing.run(database.read_checkpoints, self._engine)
        identity = self._identity()
        if known and {name: known.get(name) for name in identity} != identity:
            self._writing.run(database.empty, self._engine)
            known = {}
        since, changed = known.get("seq", "0"), 0
        while True:
            page = self.store.changes(ARCHIVE, since=since, limit=PAGE)
            if not page.results and known.get("seq") == page.last_seq:
                self.trouble = ""
                return changed
            if since == "0" and page.pending:  # from the beginning, which takes a while
                self.trouble = self.trouble or "the read model is being made anew"
            projected = self._project_page(change.id for change in page.results)
            since = page.last_seq
            known["seq"] = since
            self._writing.run(database.write_page, self._engine, projected, {**identity, "seq": since})
            changed += len(projected)
            self._tell(projected)
            if progress is not None:
                progress(changed, page.pending)
            if not page.pending and not page.results:
                self.trouble = ""
                return changed

    def _identity(self) -> dict[str, str]:
        """What the projection depends on besides documents: another store, other definitions, other rules."""
        entries = self.catalogue.entries
        definitions = [self.catalogue.vitals, entries["indicators"], entries["time_nodes"], self.catalogue.scores]
        digest = hashlib.sha256(orjson.dumps(definitions, option=orjson.OPT_SORT_KEYS)).hexdigest()
        return {"store": self.store.uuid, "catalogue": digest, "version": str(PROJECTION_VERSION)}

    def _project_page(self, ids: Iterable[str]) -> list[Projected]:
        parsed = (parse_document_id(document_id) for document_id in ids)
        found = [
            (self.documents(e), self.group(e)) for e in dict.fromkeys(p.encounter for p in parsed if p is not None)
        ]
        return offload(self._project_all, found, self._checks())

    def _project_all(self, found: list[tuple[list[dict[str, Any]], Group]], check: Check) -> list[Projected]:
        return [
            project(documents, group.members, group.facts, self.catalogue, check)
            for documents, group in found
            if documents
        ]

    def _tell(self, projected: list[Projected]) -> None:
        for one in projected:
            for listener in self._listeners:
                listener(one.encounter, one.summary, one.sites, one.row["unit"])

    # --- one encounter, from archive itself
    def documents(self, encounter: str) -> list[dict[str, Any]]:
        """All documents of an encounter, in both lanes."""
        key = key_of(encounter)
        return self.store.read_range(ARCHIVE, key, key + "\ufff0")

    def group(self, encounter: str) -> Group:
        """What the router remembers of an encounter."""
        return self.store.group(key_of(encounter)) or Group(key_of(encounter))

    def encounter(self, encounter: str) -> dict[str, Any] | None:
        """The folded encounter as archive has it now; None when nothing is known of it."""
        documents = self.documents(encounter)
        return offload(fold, documents) if documents else None

    # --- questions
    def _ask(self, question: Callable[..., T], *arguments: Any) -> T:
        """Ask the database; what is not whole answers nothing, since a board that lacks a patient is none."""
        if self.trouble:
            raise SyncError(f"{self.trouble}; ask again in a while", error="service_unavailable", status=503)
        try:
            return offload(question, *arguments)
        except SQLAlchemyError as fault:
            if not database.is_damaged(fault):
                raise
            self.trouble = "the read model is damaged and will be made anew"
            self._woken.set()
            raise SyncError(f"{self.trouble}; ask again in a while", error="service_unavailable", status=503) from fault

    def board(self, site: str) -> list[dict[str, Any]]:
        """Summaries of those who are coming to a site, are there, or left it within a day. Unordered."""
        finished_after = to_iso(self.clock.now() - FINISHED_FOR)
        return self._ask(queries.board, self._engine, f"site_{site}", finished_after, BOARD_LIMIT)

    def search(self, wanted: Wanted) -> tuple[list[dict[str, Any]], Found | None]:
        """A page of summaries, newest first, and where the next one begins."""
        return self._ask(queries.search, self._engine, wanted)

    def sharing(self, identifiers: Iterable[str], around: datetime, within: timedelta) -> list[tuple[str, str]]:
        """(identifier, encounter) of encounters opened around a time that have one of the identifiers."""
        from_at, to_at = to_iso(around - within), to_iso(around + within)
        return self._ask(queries.sharing, self._engine, list(identifiers), from_at, to_at, RELATED_LIMIT)

    def linking_to(self, encounter: str) -> list[str]:
        """Encounters that name this one in a link."""
        return self._ask(queries.linking_to, self._engine, encounter, RELATED_LIMIT)

    def open_since(self, from_at: datetime) -> list[str]:
        """Open encounters that began after a time, newest first."""
        return self._ask(queries.open_since, self._engine, to_iso(from_at), OPEN_LIMIT)

    def told(self, encounter: str) -> Told | None:
        """What the record of an encounter is made of and what it folds to; None when nothing is known of it."""
        group = self.group(encounter)
        documents = heard(self.documents(encounter), group.members, group.facts)
        return Told(documents, offload(fold, documents), group) if documents else None

    def wearing(self, code: str) -> list[dict[str, Any]]:
        """Summaries of the encounters whose patient wears this wristband, newest first."""
        found = self._ask(queries.with_word, self._engine, code.lower(), MOST_WEARING)
        # A name that reads like a code is no wristband.
        return [summary for summary in found if code in summary["wristbands"]]

    def count_encounters(self, pathway: str, site: str | None, from_at: datetime, to_at: datetime) -> int:
        """How many encounters of a pathway were opened in a time."""
        return self._ask(queries.count_encounters, self._engine, pathway, site, to_iso(from_at), to_iso(to_at))

    def interval_minutes(
        self, indicators: Iterable[str], pathway: str | None, site: str | None, from_at: datetime, to_at: datetime
    ) -> dict[str, list[float]]:
        """Measured values of indicators in a pathway (None: in all), shortest first; negative ones among them."""
        asked = interval_blocks.Asked(tuple(indicators), pathway, site, to_iso(from_at), to_iso(to_at))
        # A month at a time, so that the projection of what arrives meanwhile does not wait long.
        for month in self._ask(interval_blocks.missing_months, self._engine, asked):
            self._writing.run(interval_blocks.fill_month, self._engine, asked, month)
        return self._ask(interval_blocks.minutes, self._engine, asked)

    def rare_values(
        self, names: Iterable[str], pathway: str | None, site: str | None, from_at: datetime, to_at: datetime
    ) -> dict[str, list[float]]:
        """Values that few encounters have, in no order."""
        asked = interval_blocks.Asked(tuple(names), pathway, site, to_iso(from_at), to_iso(to_at))
        return self._ask(interval_blocks.rare_values, self._engine, asked)

    def count_with_problems(self) -> int:
        """How many encounters hold a document that a person should look at (status page)."""
        return self._ask(queries.count_with_problems, self._engine)
