"""The access log only grows."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from server.accounts.rules import Session, Staff
from server.audit import AuditLog
from server.clock import Clock

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
