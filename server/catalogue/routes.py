"""The catalogue over HTTP: what there is, and the evaluation of a score. Neither touches a patient."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Flask, request

from server.catalogue.evaluate_score import evaluate_score
from server.catalogue.load import Catalogue
from server.errors import WireError
from server.hub import Hub


def register(app: Flask, hub: Hub) -> None:
    """Mount `GET /api/catalogue` and `POST /api/scores/<id>`."""
    catalogue: Catalogue = hub.catalogue

    @app.get("/api/catalogue")
    def catalogue_index() -> dict[str, Any]:
        """Ids, versions and hashes of all definitions, and those withheld or replaced by the site."""
        return index_of(catalogue)

    @app.post("/api/scores/<score_id>")
    def evaluate(score_id: str) -> dict[str, Any]:
        """Evaluate a score. The body is the answers; every clinical outcome is a 200 with its status."""
        definition = catalogue.scores.get(score_id)
        if definition is None:
            raise WireError(404, "not_found", f"there is no score {score_id!r}; GET /api/catalogue lists them")
        return evaluate_score(definition, read_object(request.get_data()))


def read_object(body: bytes) -> dict[str, Any]:
    """The answers, or a 400 that says what to send."""
    try:
        answers = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise WireError(400, "bad_request", f"the body is not JSON: {error}") from error
    if not isinstance(answers, dict):
        raise WireError(400, "bad_request", 'send the answers as one JSON object, like {"eye": 4}')
    return answers


def index_of(catalogue: Catalogue) -> dict[str, Any]:
    """Every folder's entries as `{id, version, hash, signed_off}`, in the order of their ids."""
    folders = {
        folder: [
            {
                "id": id_,
                "version": entry["version"],
                "hash": catalogue.hashes[folder][id_],
                "signed_off": catalogue.signed_off(folder, id_),
            }
            for id_, entry in sorted(entries.items())
        ]
        for folder, entries in catalogue.entries.items()
    }
    return {**folders, "withheld": catalogue.withheld, "overridden": catalogue.overridden}
