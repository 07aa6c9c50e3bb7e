"""badge on the command line, and badges through backup and restore."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from server.accounts.accounts import Accounts
from server.badges.badges import Badges
from server.cli import command_line_app
from server.clock import Clock
from server.settings import Settings

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    def call(*arguments: str, instance: str = "instance") -> Result:
        monkeypatch.setenv("GREENLANE_INSTANCE", str(tmp_path / instance))
        return command_line_app().test_cli_runner().invoke(args=list(arguments))

    return call


@pytest.fixture
def token(run: Run) -> str:
    run("staff", "add", "wu", "--role", "quality", "--password", "first password")
    issued = run("badge", "issue", "wu", "--label", "card 1", "--days", "30")
    assert issued.exit_code == 0, issued.output
    return issued.output.splitlines()[1]


def refusal(instance: Path, token: str) -> str | None:
    accounts = Accounts(instance / "accounts.sqlite", Settings(instance=instance), Clock(), "00" * 32)
    try:
        return Badges(accounts, instance / "secrets.json").verify(token, accounts.clock.now_ms()).refusal
    finally:
        accounts.database.close()


def test_a_badge_is_issued_listed_and_revoked(run: Run, token: str, tmp_path: Path) -> None:
    assert refusal(tmp_path / "instance", token) is None
    listed = run("badge", "list").output
    assert "card 1" in listed and token not in listed
    assert run("badge", "revoke", listed.split("\t")[0], "--why", "lost").exit_code == 0
    assert "revoked: lost" in run("badge", "list").output
    assert refusal(tmp_path / "instance", token) == "revoked"


def test_the_private_key_lies_in_the_secrets_that_only_this_user_reads(run: Run, token: str, tmp_path: Path) -> None:
    path = tmp_path / "instance" / "secrets.json"
    secrets = json.loads(path.read_text())
    assert list(secrets["badge_keys"]) == [run("badge", "keys").output.strip()]
    assert secrets["token_key"] and stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_is_changed_and_withdrawn(run: Run, token: str, tmp_path: Path) -> None:
    first = run("badge", "keys").output.strip()
    assert run("badge", "new-key").exit_code == 0
    assert refusal(tmp_path / "instance", token) is None
    assert run("badge", "withdraw-key", first).exit_code == 0
    assert refusal(tmp_path / "instance", token) == "unknown_key"
    unknown = run("badge", "withdraw-key", first)
    assert unknown.exit_code == 1 and "no badge key" in unknown.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("badge", "issue", "nobody"), "nobody has the username"),
        (("badge", "issue", "wu", "--days", "9999"), "1 to 1825 days"),
        (("badge", "revoke", "b-none", "--why", "lost"), "no badge with the id"),
        (("badge", "revoke", "b-none", "--why", " "), "say why"),
    ],
)
def test_a_wrong_command_is_one_line_with_the_remedy(
    run: Run, token: str, arguments: tuple[str, ...], words: str
) -> None:
    done = run(*arguments)
    assert done.exit_code == 1 and words in done.output
    assert len(done.output.strip().splitlines()) == 1


def test_badges_and_their_key_come_back_from_a_backup(run: Run, token: str, tmp_path: Path) -> None:
    file = str(tmp_path / "backup.zip")
    assert run("backup", file).exit_code == 0
    restored = run("restore", file, instance="restored")
    assert restored.exit_code == 0, restored.output
    assert refusal(tmp_path / "restored", token) is None
    again = run("badge", "issue", "wu", instance="restored")
    assert again.exit_code == 0 and run("badge", "keys", instance="restored").output.count("\n") == 1
