"""GET /metrics for Prometheus: requests by route and status, their duration, connected devices. No patient data."""

from __future__ import annotations

import time

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from server.hub import Hub


def register(app: Flask, hub: Hub) -> None:
    """Count requests, and serve the counts."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    requests = Counter("greenlane_requests", "Requests answered", ["method", "endpoint", "status"], registry=registry)
    seconds = Histogram("greenlane_request_seconds", "Time to the answer's head", ["endpoint"], registry=registry)
    commits = Counter("greenlane_commits", "Commits that gave a database new sequences", registry=registry)
    sockets = Gauge("greenlane_live_connections", "Devices connected to /live", registry=registry)
    sockets.set_function(lambda: hub.live.connected)
    hub.store.on_commit(lambda databases: commits.inc())

    @app.before_request
    def start_clock() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        # The endpoint, not the path: a path holds encounter ids, and each would become a series of its own.
        endpoint = request.endpoint or "none"
        requests.labels(request.method, endpoint, response.status_code).inc()
        if "started" in g:
            seconds.labels(endpoint).observe(time.perf_counter() - g.started)
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
