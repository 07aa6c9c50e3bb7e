"""Copying one store into another: documents with their histories, receipts, mailboxes and groups.

Progress is kept in the target itself (`_local/move` in its archive): the source's uuid and how far its feed was copied.
Copying the same page twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Protocol

import orjson

from server.assemble import StartupProblem
from server.replication.router import encounter_key
from sync.attachments import spool
from sync.documents import Edit
from sync.record import Record
from sync.revisions import ancestry, leaves
from sync.store import (
    ARCHIVE,
    MAILBOX_PREFIXES,
    TWIN_SUFFIX,
    Arrival,
    Changes,
    Group,
    Receipt,
    Store,
    Verdict,
    is_mailbox,
)

STATE = "_local/move"
PAGE = 200
# What the hub wrote itself has no receipt; on its way here it needs one, which says nothing.
NOBODY = Receipt(None, None, "", "")
Progress = Callable[..., None]


class Movable(Store, Protocol):
    """A store that also says what its mailboxes once held."""

    def released_records(self, database: str, ids: Iterable[str]) -> list[Record]: ...


@dataclass(frozen=True)
class Standing:
    """Where a document stands in the source: mailboxes that show it, and those that once did."""

    shown: tuple[str, ...]
    left: tuple[str, ...]


class Repeating:
    """A router that repeats what the source's router had decided."""

    def __init__(self, standings: dict[str, Standing], groups: dict[str, Group | None], lanes: dict[str, str]) -> None:
        self._standings = standings
        self._groups = groups
        self._lanes = lanes

    def key_of(self, document_id: str) -> str | None:
        return key_of(document_id)

    def decide(self, arrival: Arrival, group: Group | None) -> Verdict:
        standing, lane = self._standings[arrival.id], self._lanes[arrival.id]
        return Verdict(
            # Once is enough; a known document that comes with its group would be seen anew in the archive.
            None if arrival.known else self._groups[key_of(arrival.id)],
            lane,
            deliver_to=tuple(name.removesuffix(lane) for name in standing.shown),
            pass_over=tuple(name.removesuffix(lane) for name in standing.left),
            late=arrival.receipt.late,
        )


def key_of(document_id: str) -> str:
    return encounter_key(document_id) or document_id


class Move:
    """One move. `begin`, `run` as often as needed, `end`."""

    def __init__(self, source: Movable, target: Store, say: Progress) -> None:
        self._source = source
        self._target = target
        self._say = say

    # --- what the target knows of this move
    def begin(self) -> None:
        """Raises StartupProblem unless the target is empty, or holds an earlier part of this very move."""
        if self._target.uuid == self._source.uuid:
            raise StartupProblem("the target is the hub's own store; name another one")
        state = self._target.local(ARCHIVE, STATE)
        if state is None:
            if is_filled(self._target):
                raise StartupProblem(
                    "the target holds data of another hub; name an empty one (another prefix, or file)"
                )
            self._target.put_local(ARCHIVE, {"_id": STATE, "from": self._source.uuid, "since": "0", "done": False})
        elif state["from"] != self._source.uuid:
            raise StartupProblem("the target holds the move of another hub; name an empty one")
        elif state["done"]:
            raise StartupProblem("this hub was moved there already; name an empty target to move it again")

    def _state(self) -> dict[str, Any]:
        found = self._target.local(ARCHIVE, STATE)
        assert found is not None
        return found

    def _note(self, **members: Any) -> None:
        self._target.put_local(ARCHIVE, {**self._state(), **members})

    def end(self) -> None:
        """Everything is there and was compared."""
        self._note(done=True)

    # --- copying
    def run(self) -> None:
        """Copy everything that is not there yet."""
        names = [name for name in self._source.database_names() if name != ARCHIVE]
        for at, name in enumerate(names):
            self._target.ensure_database(name)
            self._say("databases", at + 1, len(names))
        self._mailboxes = [name for name in names if is_mailbox(name)]
        for name in names:
            if not is_mailbox(name):
                self._copy_plain(name)
        self._copy_archive()

    def _copy_plain(self, name: str) -> None:
        self._target.set_revs_limit(name, self._source.revs_limit(name))
        done = 0
        for page in feed(self._source, name, "0"):
            ids = [change.id for change in page.results]
            for record in self._source.records(name, ids):
                if record is None:
                    continue
                # Older histories first: the feeds of both stores then name the same leaves.
                edits = [self._edit(record, leaf) for leaf in leaves(record.tree)[::-1]]
                refuse_errors(self._target.apply(name, edits, new_edits=False))
            done += len(ids)
            self._say(name, done)

    def _copy_archive(self) -> None:
        since = str(self._state()["since"])
        done, total = self._target.info(ARCHIVE).doc_count, self._source.info(ARCHIVE).doc_count
        for page in feed(self._source, ARCHIVE, since):
            self._copy_page([change.id for change in page.results])
            self._note(since=page.last_seq)
            done += len(page.results)
            self._say("archive", min(done, total), total)

    def _copy_page(self, ids: list[str]) -> None:
        records = {record.id: record for record in self._source.records(ARCHIVE, ids) if record is not None}
        receipts = self._source.receipts(ids)
        groups = {key: self._source.group(key) for key in {key_of(i) for i in ids}}
        standings = self._standings(ids, receipts, groups)
        lanes = {i: lane_of(records[i], standings[i], receipts.get(i, [])) for i in records}
        router = Repeating(standings, groups, lanes)
        # In the order of arrival; those that came in one delivery go in one again.
        for receipt, together in groupby(ids, key=lambda i: (receipts.get(i) or [NOBODY])[0]):
            self._deliver([records[i] for i in together], receipt, router)
        for document_id in ids:
            for receipt in receipts.get(document_id, [])[1:]:
                self._deliver([records[document_id]], receipt, router)

    def _deliver(self, records: list[Record], receipt: Receipt, router: Repeating) -> None:
        edits = [self._edit(record, leaf) for record in records for leaf in leaves(record.tree)[::-1]]
        mailbox = receipt.mailbox if receipt.mailbox in self._mailboxes else next(iter(self._mailboxes), "")
        refuse_errors(self._target.accept(mailbox, edits, router, receipt))

    def _edit(self, record: Record, revision: str) -> Edit:
        stored = record.stored(revision)
        if stored is None:
            raise StartupProblem(f"the hub's store has no body of {record.id}; run: flask --app wsgi verify")
        contents = {
            name: replace(
                spool(
                    self._source.open_bytes(held.key, held.content_type, held.length, held.digest).chunks(),
                    held.content_type,
                ),
                revpos=held.revpos,
            )
            for name, held in stored.attachments.items()
        }
        path = ancestry(record.tree, revision)
        fields = orjson.loads(stored.body)
        return Edit(record.id, path, record.tree[revision].deleted, stored.body, fields, dict(contents))

    # --- where documents stand
    def _standings(
        self, ids: list[str], receipts: dict[str, list[Receipt]], groups: dict[str, Group | None]
    ) -> dict[str, Standing]:
        shown = {document_id: tuple(self._source.mailboxes_of(document_id)) for document_id in ids}
        left: dict[str, list[str]] = {document_id: [] for document_id in ids}
        for name in self._candidates(ids, shown, receipts, groups):
            for record in self._source.released_records(name, ids):
                left[record.id].append(name)
        return {i: Standing(shown[i], tuple(left[i])) for i in ids}

    def _candidates(
        self,
        ids: list[str],
        shown: dict[str, tuple[str, ...]],
        receipts: dict[str, list[Receipt]],
        groups: dict[str, Group | None],
    ) -> list[str]:
        """Mailboxes that any of these documents may have been in: named by receipts, or by what the router keeps."""
        named = {name for names in shown.values() for name in names}
        named |= {receipt.mailbox for i in ids for receipt in receipts.get(i, [])}
        for group in groups.values():
            if group is not None:
                named |= {*group.members, *names_in(group.facts)}
        bases = {name.removesuffix(TWIN_SUFFIX) for name in named}
        return [name for name in self._mailboxes if name.removesuffix(TWIN_SUFFIX) in bases]


def names_in(value: Any) -> Iterator[str]:
    """Names of mailboxes that stand anywhere in a group's facts."""
    if isinstance(value, str) and value.startswith(MAILBOX_PREFIXES):
        yield value
    elif isinstance(value, list | tuple | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from names_in(one)


def lane_of(record: Record, standing: Standing, receipts: list[Receipt]) -> str:
    """The lane in which a document travels: the store's own note, or the mailboxes where it was."""
    names = [*standing.shown, *standing.left, *(receipt.mailbox for receipt in receipts)]
    return record.lane or (TWIN_SUFFIX if any(name.endswith(TWIN_SUFFIX) for name in names) else "")


def feed(store: Store, database: str, since: str) -> Iterator[Changes]:
    """Pages of a feed with something in them."""
    while True:
        page = store.changes(database, since, PAGE)
        if not page.results:
            return
        yield page
        since = page.last_seq


def is_filled(store: Store) -> bool:
    return any(name != ARCHIVE or store.info(name).doc_count for name in store.database_names())


def refuse_errors(outcomes: list[Any]) -> None:
    for outcome in outcomes:
        if outcome.error is not None:
            raise StartupProblem(f"the target does not take {outcome.id}: {outcome.error} ({outcome.reason})")
