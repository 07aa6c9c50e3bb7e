"""Settings from the environment, and the words for those that cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.settings import Settings, SettingsProblem


def test_the_environment_is_honoured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    values = {"INSTANCE": str(tmp_path), "PORT": "9001", "HTTPS_PORT": "0", "DEMO": "1", "SESSION_HOURS": "1"}
    for name, value in values.items():
        monkeypatch.setenv(f"GREENLANE_{name}", value)
    settings = Settings.from_environment()
    assert (settings.instance, settings.port, settings.https_port) == (tmp_path, 9001, 0)
    assert settings.demo and settings.session_hours == 1


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "eight", "PORT"),
        ("PORT", "70000", "1 to 65535"),
        ("SESSION_HOURS", "0", "SESSION_HOURS"),
        ("CONFORMANCE", "1", "GREENLANE_BIND=127.0.0.1"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.delenv("GREENLANE_BIND", raising=False)
    monkeypatch.setenv(f"GREENLANE_{name}", value)
    with pytest.raises(SettingsProblem, match=words):
        Settings.from_environment()
