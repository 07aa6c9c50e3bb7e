"""GET /api/board/<site>: who is coming, who is there, who has just left. Boards hear over /live when to ask again."""

from __future__ import annotations

from typing import Any

from flask import Flask, request

from server.board.rules import board_order
from server.clock import to_iso
from server.encounters import access
from server.encounters.names import names_of, staff_in
from server.errors import WireError
from server.hub import Hub


def register(app: Flask, hub: Hub) -> None:
    """Mount the route, and let changes reach the boards that show them."""

    @app.get("/api/board/<site>")
    def board(site: str) -> dict[str, Any]:
        """The board of a site, ordered: coming (next first), arrived, finished (newest first)."""
        session = hub.accounts.authenticate(request)
        access.require_place(session, f"site_{site}")
        if hub.store.get("roster", f"site:{site}") is None:
            raise WireError(404, "not_found", f"there is no site {site[:40]!r}; the roster lists all sites")
        shown = board_order(hub.readmodel.board(site))
        hub.audit.record_reads(session, [summary["encounter"] for summary in shown], "board")
        return {
            "site": site,
            "at": to_iso(hub.clock.now()),
            "encounters": shown,
            "names": names_of(hub, staff_in(shown)),
        }

    def tell_boards(_encounter: str, _summary: dict[str, Any], sites: frozenset[str], _unit: str | None) -> None:
        for site in sites:
            hub.live.board(site)

    hub.readmodel.on_change(tell_boards)
