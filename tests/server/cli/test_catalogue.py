"""catalogue check, choose, sign, unsign on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result

from server.cli import command_line_app


@pytest.fixture(autouse=True)
def instance(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("GREENLANE_INSTANCE", str(tmp_path / "instance"))
    return tmp_path / "instance"


def run(*arguments: str) -> Result:
    return command_line_app().test_cli_runner().invoke(args=["catalogue", *arguments])


def test_a_site_chooses_signs_checks_and_takes_back() -> None:
    assert run("choose", "ti", "k1346").exit_code == 0
    signed = run("sign", "scores/ti", "scores/nihss", "--by", "王主任")
    assert signed.exit_code == 0, signed.output
    checked = run("check")
    assert checked.exit_code == 0
    assert "replaced\tscores/ti\t1.0.0+k1346" in checked.output
    assert "signed\tscores/ti\t王主任" in checked.output
    assert run("unsign", "scores/ti").exit_code == 0
    assert "signed\tscores/ti" not in run("check").output


def test_a_signature_does_not_outlive_another_choice() -> None:
    assert run("sign", "scores/ti", "--by", "王主任").exit_code == 0
    assert run("choose", "ti", "k1346").exit_code == 0
    checked = run("check")
    assert checked.exit_code == 1
    assert "have it signed again" in checked.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("choose", "gsc", "x"), "there is no score 'gsc'"),
        (("choose", "ti", "x"), "there is: cn_1356, k1346"),
        (("sign", "nihss", "--by", "x"), "FOLDER/ID"),
        (("unsign", "scores/nihss"), "not signed by this site: scores/nihss"),
    ],
)
def test_a_wrong_name_is_one_line_with_what_to_do(arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert said in result.output


def test_broken_decisions_are_not_written_over(instance: Path) -> None:
    folder = instance / "catalogue"
    folder.mkdir(parents=True)
    (folder / "decisions.json").write_text("{", "utf-8")
    result = run("sign", "scores/nihss", "--by", "王主任")
    assert result.exit_code == 1
    assert "decisions.json is not readable JSON" in result.output
    assert (folder / "decisions.json").read_text("utf-8") == "{"
