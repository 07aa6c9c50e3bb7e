"""One of several hubs does what comes round for all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from server.hub import Hub
from server.replication import lifecycle
from server.replication.turn import Turn
from sync.memory_store import MemoryStore
from sync.store import ARCHIVE


def test_one_hub_has_the_turn_and_keeps_it() -> None:
    store = MemoryStore()
    first, second = Turn(store, "lifecycle"), Turn(store, "lifecycle")
    assert [first.take(), second.take(), first.take(), second.take()] == [True, False, True, False]


def test_a_turn_that_nobody_keeps_goes_to_the_next_hub_and_does_not_come_back() -> None:
    store, now = MemoryStore(), [1000.0]
    first = Turn(store, "lifecycle", 60, lambda: now[0])
    second = Turn(store, "lifecycle", 60, lambda: now[0])
    assert first.take()
    assert not second.take()
    now[0] += 59
    assert not second.take()
    now[0] += 1
    assert second.take()
    assert not first.take()


def test_of_two_hubs_that_take_a_turn_at_the_same_moment_one_has_it() -> None:
    store = MemoryStore()
    second = Turn(store, "lifecycle")

    class Late:
        """A store on which another hub writes between this one's reading and writing."""

        def local(self, database: str, document_id: str) -> None:
            assert store.local(database, document_id) is None
            assert second.take()

        def put_local(self, database: str, document: dict[str, object]) -> str:
            return store.put_local(database, document)

    assert not Turn(Late(), "lifecycle").take()  # type: ignore[arg-type]
    assert second.take()
    assert store.local(ARCHIVE, "_local/turn-lifecycle") is not None


def test_a_hub_that_was_killed_keeps_no_round_from_the_next_one_on_its_file(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds: list[str] = []

    def come_round(name: str) -> None:
        hub: Hub = make_app().extensions["greenlane"]
        monkeypatch.setattr(lifecycle, "run", lambda *_given: rounds.append(name))
        next(job for job in hub.jobs if job.name == "lifecycle").run()

    come_round("before the kill")
    come_round("after it")  # nothing was closed in between, as by a SIGKILL
    assert rounds == ["before the kill", "after it"]
