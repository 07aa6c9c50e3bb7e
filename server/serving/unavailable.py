"""The 503 of the listeners' own WSGI apps, in the hub's one wire shape, with the time to come again."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from server.errors import RETRY_AFTER_SECONDS


def unavailable(start_response: Callable[..., Any], told: dict[str, Any]) -> bytes:
    """Begin the answer; returns its body."""
    body = json.dumps(told).encode()
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("Retry-After", str(RETRY_AFTER_SECONDS)),
    ]
    start_response("503 Service Unavailable", headers)
    return body
