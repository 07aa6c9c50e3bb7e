"""The access log only grows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import pytest

from server.accounts.rules import Session, Staff
from server.audit import AuditLog
from server.clock import Clock, parse_iso

SESSION = Session(Staff("s-1", "name", "nurse", "nurse", True, ("county",)), "d-1", False)


def test_a_read_is_there_after_the_file_was_opened_again(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.sqlite", Clock())
    log.record_read(SESSION, "E1", "encounter")
    log.record_reads(SESSION, ["E1", "E2"], "board")
    log.close()
    again = AuditLog(tmp_path / "audit.sqlite", Clock())
    assert [(read["staff"], read["device"], read["what"]) for read in again.reads_of("E1")] == [
        ("s-1", "d-1", "board"),
        ("s-1", "d-1", "encounter"),
    ]
    assert len(again.reads_of("E2")) == 1
    again.close()


def test_rows_can_neither_be_changed_nor_removed(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.sqlite", Clock())
    log.record_read(SESSION, "E1", "encounter")
    other = apsw.Connection(str(tmp_path / "audit.sqlite"))
    for statement in ("DELETE FROM reads", "UPDATE reads SET staff = 'nobody'"):
        with pytest.raises(apsw.ConstraintError, match="never"):
            other.execute(statement)
    assert len(log.reads_of("E1")) == 1
    log.close()


def test_replicating_all_day_is_one_row_a_day_for_each_person_device_and_encounter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    log = AuditLog(tmp_path / "audit.sqlite", clock)

    def pull_at(time: str) -> None:
        monkeypatch.setattr(clock, "now", lambda: parse_iso(time))
        log.record_replicated(SESSION, {"E1", "E2"})

    for time in ("2026-11-21T08:00:00Z", "2026-11-21T08:00:30Z", "2026-11-21T23:59:59Z", "2026-11-22T00:00:01Z"):
        pull_at(time)
    other_tablet = replace(SESSION, device="d-2")
    log.record_replicated(other_tablet, {"E1"})
    log.record_replicated(replace(SESSION, device=None), {"E1"})
    log.record_replicated(replace(SESSION, device=None), {"E1"})
    log.close()
    again = AuditLog(tmp_path / "audit.sqlite", clock)
    again.record_replicated(SESSION, {"E1"})  # the memory is gone, the row is not
    again.record_replicated(other_tablet, {"E1"})
    again.record_replicated(replace(SESSION, device=None), {"E1"})
    assert [(read["at"], read["device"], read["what"]) for read in again.reads_of("E1")] == [
        ("2026-11-22T00:00:01.000Z", None, "replicated"),
        ("2026-11-22T00:00:01.000Z", "d-2", "replicated"),
        ("2026-11-22T00:00:01.000Z", "d-1", "replicated"),
        ("2026-11-21T08:00:00.000Z", "d-1", "replicated"),
    ]
    assert len(again.reads_of("E2")) == 2
    again.close()


def test_reads_of_other_ways_are_each_a_row(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.sqlite", Clock())
    for _ in range(3):
        log.record_read(SESSION, "E1", "encounter")
    assert len(log.reads_of("E1")) == 3
    log.close()


def test_what_could_not_be_logged_is_not_remembered_as_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AuditLog(tmp_path / "audit.sqlite", Clock())

    def fail(_rows: list[Any]) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(log, "_insert", fail)
        with pytest.raises(OSError, match="full"):
            log.record_replicated(SESSION, {"E1"})
    log.record_replicated(SESSION, {"E1"})
    assert len(log.reads_of("E1")) == 1
    log.close()


def test_a_forgotten_memory_makes_no_second_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.audit.audit_log.MOST_REMEMBERED", 1)
    log = AuditLog(tmp_path / "audit.sqlite", Clock())
    for encounter in ("E1", "E2", "E1", "E2"):
        log.record_replicated(SESSION, {encounter})
    assert (len(log.reads_of("E1")), len(log.reads_of("E2"))) == (1, 1)
    log.close()
