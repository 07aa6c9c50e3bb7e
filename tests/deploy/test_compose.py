"""deploy/compose.yaml by what can be told without running it: it parses, and everything that it names is there."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from server.settings import Settings

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
JOIN = (DEPLOY / "cluster" / "join_nodes").read_text(encoding="utf-8")
TEXT = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(TEXT)
    return found


def test_services_depend_on_services_and_mount_what_is_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert {"couchdb-1", "couchdb-2", "couchdb-3", "hub-1", "hub-2", "caddy", "redis"} <= set(services)
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        assert set(service["networks"]) <= set(compose["networks"]), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (DEPLOY / source).exists(), f"{name}: {source}"
        if name.startswith("couchdb-") and name != "couchdb-setup":
            assert service["hostname"] in service["networks"]["inside"]["aliases"]
            assert service["hostname"] in JOIN
        if "build" in service:
            assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).exists()


def test_nothing_but_caddy_is_reached_from_outside_and_no_password_is_written_down(compose: dict[str, Any]) -> None:
    assert [name for name, service in compose["services"].items() if service.get("ports")] == ["caddy"]
    assert all(value.startswith("${") for value in re.findall(r"(?:PASSWORD|SECRET|COOKIE): (\S+)", TEXT))


def test_the_hubs_are_told_only_settings_that_there_are(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("hub-1", "hub-2"):
        environment = compose["services"][name]["environment"]
        for variable, value in environment.items():
            monkeypatch.setenv(variable, value)
        settings = Settings.from_environment()
        assert str(settings.instance) == "/var/lib/greenlane"
        assert settings.store == environment["GREENLANE_STORE"]
        assert all(hasattr(settings, variable.removeprefix("GREENLANE_").lower()) for variable in environment)


def test_caddy_asks_services_that_there_are(compose: dict[str, Any]) -> None:
    text = (DEPLOY / "cluster" / "Caddyfile").read_text(encoding="utf-8")
    assert text.count("{") == text.count("}")
    asked = {place.split(":")[0] for line in re.findall(r"reverse_proxy (.+) \{", text) for place in line.split()}
    assert asked == {"hub-1", "hub-2", "couchdb-1", "couchdb-2", "couchdb-3"} & set(compose["services"])


def test_the_script_that_joins_the_nodes_is_sound_bash() -> None:
    subprocess.run(["bash", "-n", str(DEPLOY / "cluster" / "join_nodes")], check=True)
