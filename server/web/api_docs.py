"""GET /api/openapi.json and GET /api/docs: the description of the REST routes, and a page made from it.

Rooms may describe a route with flask-smorest, or write it plainly; a plain route under /api appears with the first
sentence of its docstring, so that the description is never silent about an address that exists.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Flask, render_template
from flask_smorest import Api
from marshmallow import Schema, fields

from server.settings import VERSION

PARAMETER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")


class WireErrorSchema(Schema):
    """Every error."""

    error = fields.String(required=True)
    reason = fields.String(required=True, metadata={"description": "what to do next"})
    problems = fields.Raw(metadata={"description": "what does not fit, by field"})


class WireApi(Api):
    """flask-smorest without its own shape of errors: server/errors.py answers them all."""

    ERROR_SCHEMA = WireErrorSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to server/errors.py."""


def open_api(app: Flask) -> WireApi:
    """Make the API that rooms register their blueprints with."""
    app.config.update(API_TITLE="Greenlane hub", API_VERSION=VERSION, OPENAPI_VERSION="3.0.3", OPENAPI_URL_PREFIX=None)
    api = WireApi(app)
    scheme = {"type": "http", "scheme": "bearer"}
    api.spec.components.security_scheme("bearer", scheme)
    api.spec.components.security_scheme("basic", {"type": "http", "scheme": "basic"})
    return api


def register(app: Flask, api: WireApi) -> None:
    """Mount the description and its page."""

    @app.get("/api/openapi.json")
    def openapi() -> dict[str, Any]:
        """This description, as OpenAPI 3."""
        return describe(app, api)

    @app.get("/api/docs")
    def docs() -> str:
        """This description, as a page."""
        return render_template("api_docs.html", spec=describe(app, api))


def describe(app: Flask, api: WireApi) -> dict[str, Any]:
    """The whole description, with the plain routes beside the described ones."""
    spec: dict[str, Any] = api.spec.to_dict()
    spec["security"] = [{"bearer": []}, {"basic": []}]
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(("/api", "/healthz", "/metrics")):
            continue
        path = spec["paths"].setdefault(PARAMETER.sub(r"{\1}", rule.rule), {})
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            path.setdefault(method.lower(), plain_operation(app, rule.endpoint, sorted(rule.arguments)))
    spec["paths"] = dict(sorted(spec["paths"].items()))
    return spec


def plain_operation(app: Flask, endpoint: str, arguments: list[str]) -> dict[str, Any]:
    """An operation known by its docstring alone."""
    text = (app.view_functions[endpoint].__doc__ or "").strip()
    parameters = [{"in": "path", "name": name, "required": True, "schema": {"type": "string"}} for name in arguments]
    return {
        "summary": text.split("\n")[0],
        "parameters": parameters,
        "responses": {
            "200": {"description": "OK"},
            "default": ERROR_REFERENCE,
        },
    }


ERROR_REFERENCE = {"$ref": "#/components/responses/DEFAULT_ERROR"}
