"""POST /api/cards/read with the real reader in its own process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from server.hub import Hub
from tests.conftest import bearer
from tests.ocr.card_generator import make_photo

Post = Callable[[bytes], TestResponse]


@pytest.fixture
def post(app: Flask, client: FlaskClient, staffed: Hub, sign_in: Callable[..., dict[str, Any]]) -> Iterator[Post]:
    headers = bearer(sign_in("paramedic"))
    yield lambda data: client.post("/api/cards/read", data={"image": (BytesIO(data), "card.jpg")}, headers=headers)
    app.extensions["greenlane.cards"].close()


def test_a_card_is_read_over_http(post: Post) -> None:
    photo = make_photo(1003, "clean")
    answer = post(photo.as_jpeg())
    card = answer.get_json()
    assert answer.status_code == 200, card
    assert (card["side"], card["problems"]) == ("front", [])
    assert {name: field["value"] for name, field in card["fields"].items() if field} == photo.card.fields


def test_what_is_no_picture_is_refused_with_a_way_out(post: Post) -> None:
    answer = post(b"not a picture")
    assert answer.status_code == 422
    assert answer.get_json()["error"] == "card_unreadable"
    assert "choose the photo of the card" in answer.get_json()["reason"]


def test_a_photo_larger_than_a_text_body_is_taken(post: Post, staffed: Hub) -> None:
    answer = post(b"x" * (staffed.settings.text_body_limit_bytes + 1000))
    assert answer.status_code == 422


def test_a_hub_that_is_told_not_to_read_says_so_and_starts_nothing(make_app: Callable[..., Flask]) -> None:
    app = make_app(ocr="off")
    hub: Hub = app.extensions["greenlane"]
    assert "cards" not in [job.name for job in hub.jobs]
    assert app.extensions["greenlane.cards"].process_id is None


def test_strangers_are_refused_before_anything_is_read(client: FlaskClient) -> None:
    answer = client.post("/api/cards/read", data={"image": (BytesIO(b"x"), "card.jpg")})
    assert (answer.status_code, answer.get_json()["error"]) == (401, "unauthorized")


def test_a_request_without_a_photo_says_how_to_send_one(
    client: FlaskClient, staffed: Hub, sign_in: Callable[..., dict[str, Any]]
) -> None:
    answer = client.post("/api/cards/read", headers=bearer(sign_in("nurse")))
    assert answer.status_code == 400
    assert "named image" in answer.get_json()["reason"]


def test_phones_get_the_models_in_pieces_with_their_hashes(client: FlaskClient) -> None:
    models = {model["name"]: model for model in client.get("/api/cards/models").get_json()["models"]}
    assert set(models) == {"detection", "reading"}
    for model in models.values():
        first = client.get(model["url"], headers={"Range": "bytes=0-999999"})
        rest = client.get(model["url"], headers={"Range": f"bytes=1000000-{model['bytes'] - 1}"})
        assert (first.status_code, rest.status_code) == (206, 206)
        assert hashlib.sha256(first.data + rest.data).hexdigest() == model["sha256"]


def test_a_model_that_the_hub_does_not_have_is_not_found(client: FlaskClient) -> None:
    answer = client.get("/api/cards/models/" + "0" * 64)
    assert (answer.status_code, answer.get_json()["error"]) == (404, "not_found")


def test_a_hub_without_the_models_says_how_to_get_them(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.cards.routes.phone_models", lambda: ())
    answer = client.get("/api/cards/models")
    assert answer.status_code == 404
    assert "make setup" in answer.get_json()["reason"]
