"""staff, unit and site on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from server.cli import command_line_app

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("GREENLANE_INSTANCE", str(tmp_path / "instance"))

    def call(*arguments: str, typed: str = "") -> Result:
        return command_line_app().test_cli_runner().invoke(args=list(arguments), input=typed)

    return call


def test_the_first_administrator_gets_a_password_that_is_shown_once(run: Run) -> None:
    added = run("staff", "add", "admin", "--name", "管理员", "--role", "admin")
    assert added.exit_code == 0 and "password: " in added.output
    assert "admin\tadmin\t-\tactive" in run("staff", "list").output


def test_a_password_is_taken_from_standard_input_and_not_shown(run: Run) -> None:
    added = run("staff", "add", "admin", "--role", "admin", typed="a good password\n")
    assert added.exit_code == 0 and "password" not in added.output


def test_sites_and_units_are_added_and_listed(run: Run) -> None:
    assert run("site", "add", "county", "--name", "县人民医院", "--name-en", "County", "--phone", "120").exit_code == 0
    assert run("unit", "add", "a101", "--name", "救护车 101").exit_code == 0
    assert run("site", "list").output == "county\t县人民医院\tCounty\t120\n"
    assert run("unit", "list").output == "a101\t救护车 101\t\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("staff", "add", "x", "--role", "paramedic", "--unit", "nowhere"), "no unit nowhere"),
        (("staff", "add", "x", "--role", "nurse", "--password", "short"), "8 characters"),
        (("staff", "passwd", "nobody"), "nobody has the username nobody"),
        (("unit", "add", "A-1", "--name", "x"), "small letters"),
    ],
)
def test_a_wrong_command_is_one_line_with_the_remedy(run: Run, arguments: tuple[str, ...], words: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 1 and words in done.output
    assert len(done.output.strip().splitlines()) == 1


def test_a_new_password_and_switching_off_take_effect(run: Run) -> None:
    run("staff", "add", "li", "--role", "quality", "--password", "first password")
    assert "new password" in run("staff", "passwd", "li", "--password", "second password").output
    run("staff", "off", "li")
    assert "\toff\t" in run("staff", "list").output
    run("staff", "on", "li")
    assert "\tactive\t" in run("staff", "list").output
