"""deploy/single by what can be told without systemd: what the units call is there, and both mean one instance."""

from __future__ import annotations

import re
from pathlib import Path

from server.cli import command_line_app

SINGLE = Path(__file__).resolve().parents[2] / "deploy" / "single"
HUB = (SINGLE / "greenlane.service").read_text(encoding="utf-8")
BACKUP = (SINGLE / "greenlane-backup.service").read_text(encoding="utf-8")


def values(unit: str, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", unit, re.MULTILINE)


def test_hub_and_backup_are_of_one_user_one_checkout_and_one_instance() -> None:
    for name in ("User", "Group", "WorkingDirectory"):
        assert values(HUB, name) == values(BACKUP, name) != []
    instance = "GREENLANE_INSTANCE=/var/lib/greenlane"
    assert instance in values(HUB, "Environment")
    assert instance in values(BACKUP, "Environment")


def test_the_units_write_only_where_they_may() -> None:
    assert values(HUB, "ReadWritePaths") == ["/var/lib/greenlane"]
    [command] = values(BACKUP, "ExecStart")
    [places] = values(BACKUP, "ReadWritePaths")
    assert "/var/lib/greenlane" in places.split()
    assert any(place in command for place in places.split() if place != "/var/lib/greenlane")


def test_the_backup_calls_a_command_that_there_is_and_old_ones_go_only_after_a_new_one() -> None:
    [command] = values(BACKUP, "ExecStart")
    assert "flask --app wsgi backup " in command
    assert "backup" in command_line_app().cli.commands
    assert "-delete" not in command
    assert "-delete" in values(BACKUP, "ExecStartPost")[0]
    assert (SINGLE / "greenlane-backup.timer").exists()
