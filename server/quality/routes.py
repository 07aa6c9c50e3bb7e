"""GET /api/quality/<pathway>: the indicators of a pathway over many encounters. Names no patient."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, request

from server.clock import to_iso
from server.encounters import access, paging
from server.errors import WireError
from server.hub import Hub
from server.quality.rules import interval_indicators, interval_statistics

USUAL_DAYS = 30


def register(app: Flask, hub: Hub) -> None:
    """Mount the route."""

    @app.get("/api/quality/<pathway>")
    def quality(pathway: str) -> dict[str, Any]:
        """Median, 90th percentile and share within target of a pathway's indicators; the last 30 days unless asked."""
        session = hub.accounts.authenticate(request)
        if pathway not in hub.catalogue.entries["pathways"]:
            raise WireError(404, "not_found", f"there is no pathway {pathway[:40]!r}; GET /api/catalogue lists them")
        site = request.args.get("site", "").strip() or None
        if site is None:
            access.require_role(session, "quality", "admin")
        else:
            access.require_place(session, f"site_{site}")
        paging.read_bounds(request.args)
        to_at = paging.read_time(request.args, "to", ends_day=True) or hub.clock.now()
        from_at = paging.read_time(request.args, "from") or to_at - timedelta(days=USUAL_DAYS)
        indicators = interval_indicators(hub.catalogue.entries["indicators"].values(), pathway)
        encounters = hub.readmodel.count_encounters(pathway, site, from_at, to_at)
        ids = [indicator["id"] for indicator in indicators]
        minutes = hub.readmodel.interval_minutes(ids, pathway, site, from_at, to_at)
        return {
            "pathway": pathway,
            "site": site,
            "from": to_iso(from_at),
            "to": to_iso(to_at),
            "encounters": encounters,
            "indicators": [
                interval_statistics(indicator, minutes[indicator["id"]], encounters) for indicator in indicators
            ],
        }
