"""POST /api/wristbands/join: the record of who wears a band. POST /api/wristbands/labels: bands and labels to print."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Flask, Response, request
from flask_smorest import Blueprint
from marshmallow import fields, validate

from server.accounts.schemas import WireSchema
from server.errors import WireError
from server.hub import Hub
from server.offload import offload
from server.wristbands.code import make_code, read_code
from server.wristbands.joining import Joining
from server.wristbands.labels import LAYOUTS, NoChineseFont, labels_pdf

MOST_LABELS = 240


class JoinSchema(WireSchema):
    code = fields.String(
        required=True, validate=validate.Length(1, 200), metadata={"description": "as scanned or typed"}
    )
    mailbox = fields.String(
        load_default=None, allow_none=True, metadata={"description": "which of yours shall have the record"}
    )


class LabelsSchema(WireSchema):
    layout = fields.String(required=True, validate=validate.OneOf(list(LAYOUTS)))
    codes = fields.List(
        fields.String(),
        load_default=None,
        allow_none=True,
        metadata={"description": "codes to print; without them new ones are made"},
    )
    count = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, MOST_LABELS),
        metadata={"description": "how many new codes"},
    )
    text = fields.String(
        load_default="",
        validate=validate.Length(0, 24),
        metadata={"description": "a word for people beside the code, such as a temporary name"},
    )


def register(app: Flask, hub: Hub) -> None:
    """Mount the routes."""
    blueprint = Blueprint("wristbands", __name__, url_prefix="/api/wristbands", description="Wristbands")
    joining = Joining(hub)

    @blueprint.route("/join", methods=["POST"])
    @blueprint.arguments(JoinSchema)
    def join(body: dict[str, Any]) -> dict[str, Any]:
        """Join the record of the patient who wears this wristband: the whole history comes into your mailbox."""
        session = hub.accounts.authenticate(request)
        return joining.join(session, body["code"], body["mailbox"])

    @blueprint.route("/labels", methods=["POST"])
    @blueprint.arguments(LabelsSchema)
    def labels(body: dict[str, Any]) -> Response:
        """A PDF of wristbands or labels: of these codes, or of new ones for stock. No name stands in a code."""
        hub.accounts.authenticate(request)
        codes = wanted_codes(body)
        try:
            pdf = offload(labels_pdf, body["layout"], codes, body["text"].strip())
        except NoChineseFont:
            raise WireError(
                422, "no_font", "this hub has no font with Chinese (fonts-noto-cjk); print from the app's own page"
            ) from None
        response = Response(pdf, mimetype="application/pdf")
        response.headers["Content-Disposition"] = 'attachment; filename="wristbands.pdf"'
        return response

    hub.api.register_blueprint(blueprint)


def wanted_codes(body: dict[str, Any]) -> list[str]:
    """The codes to print, each right; or as many new ones."""
    given = body["codes"]
    if (given is None) == (body["count"] is None):
        raise WireError(400, "bad_request", "say either codes (to print these) or count (to make new ones)")
    if given is None:
        return [make_code(secrets.choice) for _ in range(body["count"])]
    if not 1 <= len(given) <= MOST_LABELS:
        raise WireError(400, "bad_request", f"1 to {MOST_LABELS} codes at once")
    codes = [read_code(text).code for text in given]
    wrong = next((text for text, code in zip(given, codes, strict=True) if code is None), None)
    if wrong is not None:
        raise WireError(400, "bad_request", f"{wrong[:40]!r} is no wristband's code; its check is wrong")
    return [code for code in codes if code is not None]
