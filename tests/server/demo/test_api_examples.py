"""docs/api.md shows real answers: each example is asked of the demo county, and its keys are compared.

`GREENLANE_WRITE_EXAMPLES=1` writes the answers into the page instead, shortened.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from server.demo import ensure_demo
from server.hub import Hub

PAGE = Path(__file__).parents[3] / "docs" / "api.md"
EXAMPLE = re.compile(r"<!-- example: (\S+) (\S+) (\S+)(?: ([^\n]+?))? (\d{3}) -->\n```json\n(.*?)\n```", re.DOTALL)
LONGEST_TEXT = 72
IS_WRITING = bool(os.environ.get("GREENLANE_WRITE_EXAMPLES"))


@dataclass
class County:
    client: FlaskClient
    credentials: dict[str, str]
    names: dict[str, str]
    tokens: dict[str, str]

    def token(self, username: str) -> str:
        if username not in self.tokens:
            self.tokens[username] = self.client.post("/api/session", json=self.sign_in_body(username)).get_json()[
                "token"
            ]
        return self.tokens[username]

    def sign_in_body(self, username: str) -> dict[str, str]:
        return {"username": username, "password": self.credentials[username], "device_name": "Tablet 3"}

    def ask(self, who: str, method: str, path: str, body: str | None) -> Any:
        for name, value in self.names.items():
            path = path.replace("{" + name + "}", value)
        headers = {} if who == "-" else {"Authorization": f"Bearer {self.token(who)}"}
        payload = None if body is None else self.sign_in_body(body[1:]) if body[0] == "@" else json.loads(body)
        return self.client.open(path, method=method, headers=headers, json=payload)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    from server import create_app
    from server.settings import Settings

    instance = tmp_path_factory.mktemp("examples")
    app = create_app(Settings(instance=instance, demo=True, bind="127.0.0.1", app_folder=instance / "dist"))
    hub: Hub = app.extensions["greenlane"]
    credentials = ensure_demo(hub)
    stroke = next(s["encounter"] for s in hub.readmodel.board("county") if (s["patient"] or {}).get("name") == "赵示一")
    header = next(d["_id"] for d in hub.readmodel.documents(stroke) if d["kind"] == "encounter")
    return County(app.test_client(), credentials, {"stroke": stroke, "stroke_header": header}, {})


def shorten(value: Any, key: str = "") -> Any:
    """The answer as the page shows it: short texts, one element of a list."""
    if isinstance(value, dict):
        return {name: shorten(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        is_plain = all(not isinstance(inner, dict | list) for inner in value)
        return [shorten(inner) for inner in (value[:2] if is_plain else value[:1])]
    if isinstance(value, str):
        value = value.replace("http://localhost", "https://hub.example")
        return value[:16] + "…" if key == "token" else value if len(value) <= LONGEST_TEXT else value[:60] + "…"
    return value


def pretty(value: Any, indent: int = 0) -> str:
    """JSON with one line for each small object, so that a page of it can be read."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or len(flat) + indent <= 112:
        return flat
    pad = " " * (indent + 1)
    if isinstance(value, list):
        inner = [pad + pretty(one, indent + 1) for one in value]
    else:
        inner = [
            f"{pad}{json.dumps(name, ensure_ascii=False)}: {pretty(one, indent + 1)}" for name, one in value.items()
        ]
    opening, closing = ("[", "]") if isinstance(value, list) else ("{", "}")
    return opening + "\n" + ",\n".join(inner) + "\n" + " " * indent + closing


def is_entry(value: Any) -> bool:
    return isinstance(value, dict) and "corrects" in value


def name_entries(value: Any, seen: list[bool]) -> Any:
    """Every ENTRY after the first as that word: docs/record.md says what it is."""
    if is_entry(value):
        if seen:
            return "ENTRY"
        seen.append(True)
    if isinstance(value, dict):
        return {name: name_entries(inner, seen) for name, inner in value.items()}
    return [name_entries(inner, seen) for inner in value] if isinstance(value, list) else value


def assert_same_shape(shown: Any, found: Any, where: str) -> None:
    """Objects have the same keys, and lists that show something are not empty."""
    if shown == "ENTRY":
        assert is_entry(found), where
    elif isinstance(shown, dict) or isinstance(found, dict):
        assert isinstance(shown, dict) and isinstance(found, dict), where
        assert sorted(shown) == sorted(found), where
        for key, value in shown.items():
            assert_same_shape(value, found[key], f"{where}.{key}")
    elif isinstance(shown, list) or isinstance(found, list):
        assert isinstance(shown, list) and isinstance(found, list), where
        assert bool(shown) == bool(found), where
        if shown:
            assert_same_shape(shown[0], found[0], f"{where}[0]")


def test_every_example_of_the_page_is_what_the_hub_answers(county: County) -> None:
    page = PAGE.read_text("utf-8")
    examples = EXAMPLE.findall(page)
    assert len(examples) >= 17
    answers = []
    for who, method, path, body, status, shown in examples:
        answer = county.ask(who, method, path, body or None)
        assert answer.status_code == int(status), f"{method} {path}: {answer.get_data(as_text=True)[:300]}"
        answers.append(answer.get_json())
        if not IS_WRITING:
            assert_same_shape(json.loads(shown), answers[-1], f"{method} {path}")
    if IS_WRITING:
        left = iter(answers)

        def fill(match: re.Match[str]) -> str:
            head = match[0].partition("```json\n")[0]
            return f"{head}```json\n{pretty(name_entries(shorten(next(left)), []))}\n```"

        PAGE.write_text(EXAMPLE.sub(fill, page), "utf-8")


def test_every_route_of_the_hub_stands_on_the_page(county: County) -> None:
    page = PAGE.read_text("utf-8")
    for rule in county.client.application.url_map.iter_rules():
        if rule.rule.startswith(("/api/encounters", "/api/board", "/api/quality", "/api/audit", "/api/session")):
            assert re.sub(r"<[^>]+>.*", "", rule.rule).rstrip("/") in page, rule.rule
