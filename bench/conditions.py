"""Say under which conditions a figure was measured, and summarise a handful of runs."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "journeys"))  # the programs drive the same hub, relay and devices


def conditions() -> dict[str, Any]:
    """Machine, load and versions, as far as they explain a figure."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": [round(x, 2) for x in os.getloadavg()],
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "system": platform.platform(terse=True),
        "python": platform.python_version(),
        "chromium": _first_line(["/usr/bin/chromium", "--version"]),
        "commit": _first_line(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]),
    }


def summary(values: Sequence[float], digits: int = 3) -> dict[str, Any]:
    """Median, 95th percentile (nearest rank) and extremes."""
    ordered = sorted(values)
    rank = max(0, -(-95 * len(ordered) // 100) - 1)
    return {
        "runs": len(ordered),
        "median": round(statistics.median(ordered), digits),
        "p95": round(ordered[rank], digits),
        "min": round(ordered[0], digits),
        "max": round(ordered[-1], digits),
    }


def print_result(name: str, result: dict[str, Any]) -> None:
    print(json.dumps({"bench": name, "conditions": conditions(), **result}, ensure_ascii=False, indent=2))


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def _first_line(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip().splitlines()[0] if done.stdout.strip() else "unknown"
