"""The catalogue over HTTP, on a bare app with the hub's own error handling."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server import errors
from server.catalogue import Catalogue, routes

SHELF = Path(__file__).parents[3] / "static/catalogue"


@pytest.fixture
def client() -> FlaskClient:
    app = Flask(__name__)
    errors.register_error_handlers(app)
    routes.register(app, SimpleNamespace(catalogue=Catalogue.load(SHELF)))  # type: ignore[arg-type]
    return app.test_client()


def test_a_complete_score_is_answered_with_its_total(client: FlaskClient) -> None:
    answer = client.post("/api/scores/gcs", json={"eye": 4, "verbal": 5, "motor": 6})
    assert answer.status_code == 200
    assert answer.json == {
        "status": "complete",
        "total": 15,
        "band": "mild",
        "item_points": {"eye": 4, "verbal": 5, "motor": 6},
    }


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ('{"eye": 4, "verbal": 5, "motor": null}', "incomplete"),
        ('{"eye": 4, "verbal": 5, "motor": "NT"}', "not_computable"),
        ('{"eye": 4, "verbal": 5, "motor": 6.0}', "invalid"),
        ('{"eye": 4, "verbal": 5, "motor": true}', "invalid"),
        ('{"eye": 4, "verbal": 5, "motor": {"6": 6}}', "invalid"),
        ("{}", "incomplete"),
    ],
)
def test_every_clinical_outcome_is_a_200_without_a_total(client: FlaskClient, body: str, status: str) -> None:
    answer = client.post("/api/scores/gcs", data=body, content_type="application/json")
    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["status"], answer.json["total"], answer.json["band"]) == (status, None, None)


def test_every_public_vector_is_answered_exactly_over_http(client: FlaskClient) -> None:
    asked = 0
    for path in sorted((SHELF.parents[1] / "tests/vectors/scores").glob("*.json")):
        file = json.loads(path.read_text("utf-8"))
        for vector in file["vectors"]:
            answer = client.post(f"/api/scores/{file['score']}", data=json.dumps(vector["inputs"]))
            assert answer.status_code == 200, vector["id"]
            found, expected = json.loads(answer.get_data()), vector["expected"]
            for result in (found, expected):
                if "triggered" in result:
                    result["triggered"] = sorted(result["triggered"])
            assert found == expected, vector["id"]
            asked += 1
    assert asked > 800


def test_an_unknown_score_is_not_found_in_the_wire_shape(client: FlaskClient) -> None:
    answer = client.post("/api/scores/apgar", json={})
    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["error"] == "not_found"
    assert "GET /api/catalogue" in answer.json["reason"]


@pytest.mark.parametrize("body", ["", "[]", "3", "null", '"eye"', "{", '{"eye": 1e400}', '{"eye": NaN}', "\xff"])
def test_a_body_that_is_no_object_is_a_bad_request(client: FlaskClient, body: str) -> None:
    answer = client.post("/api/scores/gcs", data=body.encode("latin-1"), content_type="application/json")
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["error"] == "bad_request"


def test_the_index_lists_every_definition_with_its_hash_and_who_signed_it(client: FlaskClient) -> None:
    index = client.get("/api/catalogue").json
    assert index is not None
    assert len(index["scores"]) == 30
    assert set(index["scores"][0]) == {"id", "version", "hash", "signed_off"}
    assert index["withheld"] == []
    assert index["overridden"] == []
