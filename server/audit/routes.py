"""GET /api/audit: who read a patient, for those who answer for privacy."""

from __future__ import annotations

from typing import Any

from flask import Flask, request

from server.encounters.access import require_role
from server.encounters.names import names_of
from server.encounters.rules import parse_document_id
from server.errors import WireError
from server.hub import Hub


def register(app: Flask, hub: Hub) -> None:
    """Mount the route."""

    @app.get("/api/audit")
    def audit() -> dict[str, Any]:
        """Who read an encounter (?encounter=), newest first. Roles quality and admin."""
        session = hub.accounts.authenticate(request)
        require_role(session, "quality", "admin")
        encounter = request.args.get("encounter", "")
        if parse_document_id(f"encounter:{encounter}:note:{encounter}") is None:
            raise WireError(400, "bad_request", "name the encounter: /api/audit?encounter=<ulid>")
        reads = hub.audit.reads_of(encounter)
        return {"encounter": encounter, "reads": reads, "names": names_of(hub, (read["staff"] for read in reads))}
