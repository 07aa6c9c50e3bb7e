"""Starts the hub with its clock set forward: `JOURNEY_HUB_SHIFT_SECONDS` seconds later than this machine's.

A day passes in a journey without waiting for it. Only the time of day moves; timers run on. With
`JOURNEY_LIFECYCLE_SECONDS` the hub looks for what it must close and release that often, instead of every five minutes.
"""

# ruff: noqa: E402 - gevent must come before everything, as in wsgi.py
from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import os
import runpy
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def shift_clock(seconds: float) -> None:
    """Set the hub's clock, and the one that token libraries read, forward; call before anything else is imported."""
    sys.path.insert(0, str(ROOT))
    from server import clock

    real_now, real_now_ms, real_time = clock.now, clock.now_ms, time.time

    def now() -> datetime:
        return real_now() + timedelta(seconds=seconds)

    clock.now = now
    clock.now_ms = lambda: real_now_ms() + round(seconds * 1000)
    time.time = lambda: real_time() + seconds


def hurry_lifecycle(seconds: float) -> None:
    """Set how often the hub's rounds of closing and releasing come; call after the clock was shifted."""
    from server.replication import lifecycle

    lifecycle.ROUND_SECONDS = seconds


if __name__ == "__main__":
    shift_clock(float(os.environ["JOURNEY_HUB_SHIFT_SECONDS"]))
    if hurried := os.environ.get("JOURNEY_LIFECYCLE_SECONDS"):
        hurry_lifecycle(float(hurried))
    sys.argv = [str(ROOT / "wsgi.py")]
    runpy.run_path(sys.argv[0], run_name="__main__")
