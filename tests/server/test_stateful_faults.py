"""A short fault campaign: a real hub is killed, cut off and filled up under seven devices, and nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.fault_campaign.broken_hub import SABOTAGES

ROOT = Path(__file__).resolve().parents[2]


NEEDS_TIME = pytest.mark.skipif(
    "GREENLANE_LONG" not in os.environ, reason="a fault campaign takes minutes: GREENLANE_LONG=1"
)


def campaign(*given: str) -> tuple[int, dict[str, Any], str]:
    """Run one; its exit code, its result and what it said."""
    command = [sys.executable, str(ROOT / "bench" / "faults.py"), *given]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr[-4000:]
    return done.returncode, json.loads(done.stdout), done.stderr[-4000:]


@NEEDS_TIME
def test_a_hub_that_is_killed_and_cut_off_loses_nothing_and_misplaces_nothing() -> None:
    code, result, said = campaign("--seed", "7", "--kills", "6", "--cuts", "20")
    assert code == 0, said
    assert result["acknowledged"] > 50
    assert result["acknowledged and lost"] == result["written and lost"] == 0
    assert result["faults"] == []


@NEEDS_TIME
@pytest.mark.parametrize("sabotage", SABOTAGES)
def test_a_hub_that_is_broken_on_purpose_is_found_out(sabotage: str) -> None:
    code, result, _said = campaign("--seed", "3", "--kills", "6", "--cuts", "10", "--sabotage", sabotage)
    assert code == 1
    words = SABOTAGES[sabotage][1]
    assert any(words in fault for fault in result["faults"]), result["faults"]
