"""The local registry: one record for one number, one visit for one encounter, and no number given twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.integrations.contract import Identity, Preregistration, Registered
from server.integrations.hospitals.local_registry import LocalRegistry, open_local
from server.integrations.record_numbers import is_record_number

NUMBER, ANOTHER = "330000195408160024", "11010519491231002X"


def wanted(visit: str, id_number: str | None = None, is_disputed: bool = False) -> Preregistration:
    identity = Identity("测试甲", None, "female", None, None, id_number, None, "card", is_disputed)
    return Preregistration("county", visit, identity, "stroke", None, None)


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[LocalRegistry]:
    opened = open_local("county", {}, tmp_path)
    yield opened
    opened.close()


def ask(registry: LocalRegistry, visit: str, id_number: str | None = None, **more: Any) -> Registered:
    return registry.preregister(wanted(visit, id_number, **more), "key")


def test_asking_again_gives_the_same_numbers(registry: LocalRegistry) -> None:
    first = ask(registry, "A", NUMBER)
    assert is_record_number(first.record_number)
    assert first.visit_number == f"{first.record_number}-01"
    assert ask(registry, "A", NUMBER) == first


def test_one_number_has_one_record_with_a_visit_for_each_encounter(registry: LocalRegistry) -> None:
    first, second = ask(registry, "A", NUMBER), ask(registry, "B", NUMBER)
    assert second.record_number == first.record_number
    assert (first.visit_number, second.visit_number) == (f"{first.record_number}-01", f"{first.record_number}-02")


def test_who_is_unknown_gets_a_record_that_becomes_theirs_when_they_are_known(registry: LocalRegistry) -> None:
    unknown = ask(registry, "A")
    assert ask(registry, "B").record_number != unknown.record_number
    known = ask(registry, "A", NUMBER)
    assert (known.record_number, known.former_record_number) == (unknown.record_number, None)
    assert ask(registry, "C", NUMBER).record_number == unknown.record_number


def test_who_turns_out_to_have_a_record_moves_there_and_the_former_one_is_never_used_again(
    registry: LocalRegistry,
) -> None:
    known, unknown = ask(registry, "A", NUMBER), ask(registry, "B")
    moved = ask(registry, "B", NUMBER)
    assert (moved.record_number, moved.former_record_number) == (known.record_number, unknown.record_number)
    issued = {ask(registry, visit).record_number for visit in "CDE"}
    assert unknown.record_number not in issued
    assert ask(registry, "B", NUMBER) == Registered(known.record_number, moved.visit_number)


def test_a_number_that_was_wrong_does_not_keep_the_other_persons_record(registry: LocalRegistry) -> None:
    ask(registry, "A", NUMBER)
    wrong = ask(registry, "B", NUMBER)
    right = ask(registry, "B", ANOTHER)
    assert right.record_number != wrong.record_number
    assert right.former_record_number == wrong.record_number
    assert ask(registry, "C", NUMBER).visit_number == f"{wrong.record_number}-03"  # 02 was given once already


def test_a_number_that_was_taken_back_frees_it_for_whom_it_belongs_to(registry: LocalRegistry) -> None:
    mistaken = ask(registry, "A", NUMBER)
    assert ask(registry, "A").record_number == mistaken.record_number
    assert ask(registry, "B", NUMBER).record_number != mistaken.record_number


def test_a_disputed_identity_moves_nobody(registry: LocalRegistry) -> None:
    first = ask(registry, "A", NUMBER)
    assert ask(registry, "A", None, is_disputed=True) == first


def test_records_survive_a_restart_and_sites_count_by_themselves(tmp_path: Path) -> None:
    opened = open_local("county", {}, tmp_path)
    first = ask(opened, "A", NUMBER)
    opened.close()
    again, other = open_local("county", {}, tmp_path), open_local("east", {}, tmp_path)
    assert ask(again, "A", NUMBER) == first
    assert ask(again, "B").record_number != first.record_number
    assert ask(other, "A", NUMBER).record_number == first.record_number  # the first of that site
    again.close()
    other.close()


def test_two_desks_at_once_give_no_number_twice(tmp_path: Path) -> None:
    desks = [open_local("county", {}, tmp_path) for _ in range(4)]
    found: list[str] = []

    def work(desk: LocalRegistry, start: int) -> None:
        found.extend(ask(desk, f"{start}-{n}").record_number for n in range(25))

    threads = [threading.Thread(target=work, args=(desk, n)) for n, desk in enumerate(desks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 100
    for desk in desks:
        desk.close()
