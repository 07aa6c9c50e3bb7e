"""A hub that is broken on purpose: proof that the campaign would see such a fault in the real one.

`FAULTS_SABOTAGE` names the way. It starts like tests/journeys/later_hub.py, with one part of the store replaced.
"""

from __future__ import annotations

import os
import runpy
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DELAY_SECONDS = 0.3
ONE_IN = 20


def is_chosen(document_id: str) -> bool:
    return zlib.crc32(document_id.encode()) % ONE_IN == 0


def answer_before_the_commit() -> None:
    """Documents are acknowledged, and stored a moment later."""
    import gevent

    from sync.base_store import BaseStore
    from sync.documents import Outcome

    accept = BaseStore.accept

    def early(store: Any, mailbox: str, edits: Any, router: Any, receipt: Any) -> Any:
        gevent.spawn_later(DELAY_SECONDS, accept, store, mailbox, edits, router, receipt)
        return [Outcome(edit.id, edit.path[0], is_new=True) for edit in edits]

    BaseStore.accept = early  # type: ignore[method-assign]


def forget_a_membership() -> None:
    """A document in twenty does not reach the hospital."""
    _enter(lambda enter, tx, database, record: None)


def tell_a_stranger() -> None:
    """A document in twenty reaches the other hospital too."""

    def both(enter: Any, tx: Any, database: Any, record: Any) -> None:
        enter(tx, database, record)
        other = tx.find_database(f"site_{'east' if database.name.startswith('site_county') else 'county'}{record.lane}")
        if other is not None and not tx.holds(other, record.id):
            enter(tx, other, record)

    _enter(both)


def _enter(instead: Callable[..., None]) -> None:
    from sync.sqlite_store.transaction import SqliteTransaction

    enter = SqliteTransaction.enter

    def broken(tx: Any, database: Any, record: Any, *, fresh: bool = False) -> None:
        if database.name.startswith("site_") and is_chosen(record.id):
            instead(enter, tx, database, record)
        else:
            enter(tx, database, record, fresh=fresh)

    SqliteTransaction.enter = broken  # type: ignore[method-assign]


def release_nothing() -> None:
    """What is over stays in the mailboxes for ever."""
    from sync.base_store import BaseStore

    BaseStore.release = lambda *_given, **_named: None  # type: ignore[method-assign]


def alter_a_value() -> None:
    """A document in twenty is stored with another value."""
    from dataclasses import replace

    from sync.base_store import BaseStore

    accept = BaseStore.accept

    def altering(store: Any, mailbox: str, edits: Any, router: Any, receipt: Any) -> Any:
        altered = [replace(e, body=e.body.replace(b'"hr":', b'"hr":1')) if is_chosen(e.id) else e for e in edits]
        return accept(store, mailbox, altered, router, receipt)

    BaseStore.accept = altering  # type: ignore[method-assign]


# The way, and the words in which the campaign must complain.
SABOTAGES: dict[str, tuple[Callable[[], None], str]] = {
    "early-answer": (answer_before_the_commit, "was acknowledged and is not in archive"),
    "forgotten-member": (forget_a_membership, "lacks"),
    "stranger": (tell_a_stranger, "should not have"),
    "no-release": (release_nothing, "should not have"),
    "altered": (alter_a_value, "has another content of"),
}

if __name__ == "__main__":
    from gevent import monkey

    monkey.patch_all()
    sys.path.insert(0, str(ROOT))
    SABOTAGES[os.environ["FAULTS_SABOTAGE"]][0]()
    runpy.run_path(str(ROOT / "tests" / "journeys" / "later_hub.py"), run_name="__main__")
