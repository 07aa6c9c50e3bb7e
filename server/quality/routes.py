"""GET /api/quality/<pathway>: the indicators of a pathway over many encounters. Names no patient."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, request

from server.clock import to_iso
from server.encounters import access, paging
from server.errors import WireError
from server.hub import Hub
from server.quality.rules import INCIDENT_ENCOUNTERS, INCIDENTS, indicators_of, keys_of, statistics

USUAL_DAYS = 30


def register(app: Flask, hub: Hub) -> None:
    """Mount the route."""

    @app.get("/api/quality/<pathway>")
    def quality(pathway: str) -> dict[str, Any]:
        """Median, 90th percentile, share within target and the clocks' doubts; the last 30 days unless asked."""
        session = hub.accounts.authenticate(request)
        if pathway not in (*hub.catalogue.pathways, INCIDENTS):
            raise WireError(404, "not_found", f"there is no pathway {pathway[:40]!r}; GET /api/catalogue lists them")
        site = request.args.get("site", "").strip() or None
        if site is None:
            access.require_role(session, "quality", "admin")
        else:
            access.require_place(session, f"site_{site}")
        paging.read_bounds(request.args)
        to_at = paging.read_time(request.args, "to", ends_day=True) or hub.clock.now()
        from_at = paging.read_time(request.args, "from") or to_at - timedelta(days=USUAL_DAYS)
        indicators = indicators_of(hub.catalogue.indicators.values(), pathway)
        span = (site, from_at, to_at)
        # Incidents cut through pathways; their encounters are counted by a value of their own.
        scope = None if pathway == INCIDENTS else pathway
        keys = [keys_of(indicator) for indicator in indicators]
        values = hub.readmodel.interval_minutes([key for usual, _ in keys for key in usual], scope, *span)
        rare = [key for _, few in keys for key in few]
        values |= hub.readmodel.rare_values([*rare, INCIDENT_ENCOUNTERS], scope, *span)
        encounters = len(values[INCIDENT_ENCOUNTERS]) if scope is None else hub.readmodel.count_encounters(scope, *span)
        return {
            "pathway": pathway,
            "site": site,
            "from": to_iso(from_at),
            "to": to_iso(to_at),
            "encounters": encounters,
            "indicators": [statistics(indicator, values, encounters) for indicator in indicators],
        }
