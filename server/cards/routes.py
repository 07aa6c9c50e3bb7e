"""POST /api/cards/read: the fields of an identity card, for a person to confirm. The picture is not kept.

GET /api/cards/models: the files with which phones read cards by themselves.
"""

from __future__ import annotations

import atexit
from typing import Any

import structlog
from flask import Flask, Response, request, send_file

from server.cards.phone_models import phone_models
from server.cards.reader import CardReader, ReaderBusy, ReaderUnavailable
from server.cards.second_reader import SecondReader
from server.errors import WireError
from server.hub import Hub
from server.offload import offload

log = structlog.get_logger("greenlane.cards")

# The reader is started by the first round, and looked after by the later ones.
ROUND_SECONDS = 5.0
# GREENLANE_OCR=off: a hub too small for any engine, or one that shall not spend memory on it.
OFF = "off"


def register(app: Flask, hub: Hub) -> None:
    """Mount the route; the serving process keeps a reader warm."""
    reader = CardReader(hub.settings.ocr)
    is_off = hub.settings.ocr.strip().lower() == OFF
    app.extensions["greenlane.cards"] = reader
    atexit.register(reader.close)

    @app.post("/api/cards/read")
    def read_card() -> dict[str, Any]:
        """Read the photo of a card (multipart, field `image`): its side, its fields, and what could not be read."""
        hub.accounts.authenticate(request)
        # A photo of 50 MP is larger than a text body may be.
        request.max_content_length = hub.settings.media_body_limit_bytes
        picture = uploaded_picture()
        if is_off:
            raise WireError(
                503, "service_unavailable", "this hub does not read cards (GREENLANE_OCR=off); type the card"
            )
        try:
            answer = reader.read(picture)
        except ReaderBusy as error:
            raise WireError(503, "service_unavailable", str(error)) from error
        except ReaderUnavailable as error:
            raise WireError(503, "service_unavailable", str(error)) from error
        if "error" in answer:
            raise WireError(422, "card_unreadable", answer["error"])
        if "fault" in answer:
            raise WireError(500, "internal_server_error", answer["fault"])
        return answer

    @app.get("/api/cards/models")
    def list_models() -> dict[str, Any]:
        """What a phone needs to read cards offline: name, size, SHA-256 and address of each file."""
        models = offload(phone_models)
        if not models:
            # Not 503: that is what proxies say for a hub which does not answer.
            raise WireError(404, "not_found", "this hub has no models for phones; run make setup on it, and try again")
        return {
            "models": [
                {"name": m.name, "bytes": m.size, "sha256": m.sha256, "url": f"/api/cards/models/{m.sha256}"}
                for m in models
            ]
        }

    # Without a session: the models are public, and a phone may be set up before anybody signs in on it.
    @app.get("/api/cards/models/<sha256>")
    def send_model(sha256: str) -> Response:
        """One model, in pieces where asked (Range), so that a cut connection costs one piece."""
        for model in offload(phone_models):
            if model.sha256 == sha256:
                return send_file(model.path, "application/octet-stream", conditional=True, etag=sha256)
        raise WireError(404, "not_found", "no such model; ask /api/cards/models for the present ones")

    def look_after_reader() -> None:
        # An engine that this machine lacks is said once and on the status page, not tried every five seconds.
        if not reader.problem:
            reader.keep_ready()
        if reader.problem:
            hub.degraded["cards"] = reader.problem

    def read_again(picture: bytes) -> dict[str, Any] | None:
        # Those who stand before a screen come first.
        if reader.problem or reader.is_busy:
            return None
        try:
            return reader.read(picture)
        except (ReaderBusy, ReaderUnavailable) as error:
            log.warning("second_reading_waits", reason=str(error))
            return None

    if not is_off:
        hub.every(ROUND_SECONDS, "cards", look_after_reader)
        second_reader = SecondReader(hub.store, hub.delivery, hub.clock, read_again)
        hub.every(ROUND_SECONDS, "second-readings", second_reader.run)


def uploaded_picture() -> bytes:
    """The file of the form, or a 400 that says how to send one."""
    upload = request.files.get("image")
    if upload is None:
        raise WireError(400, "bad_request", "send the photo as multipart/form-data, in a file field named image")
    return upload.read()
