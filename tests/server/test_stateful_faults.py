"""A short fault campaign: a real hub is killed, cut off and filled up under five devices, and nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif("GREENLANE_LONG" not in os.environ, reason="a fault campaign takes minutes: GREENLANE_LONG=1")
def test_a_hub_that_is_killed_and_cut_off_loses_nothing_and_misplaces_nothing() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "faults.py"), "--seed", "7", "--kills", "6", "--cuts", "20"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    result = json.loads(done.stdout)
    assert result["acknowledged"] > 50
    assert result["acknowledged and lost"] == result["written and lost"] == 0
    assert result["faults"] == []
