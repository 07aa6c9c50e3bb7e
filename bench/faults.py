"""The fault campaign: whatever is acknowledged stays, and everything comes where it belongs, nowhere else.

    python bench/faults.py --seed 1 --kills 200 --cuts 1000

A real hub under the load of six devices in Python that speak the protocol as the app does (four phones of two
ambulances, two hospitals' tablets; two versions of the app), and of the app's own courier in Chromium. The hub is
killed with SIGKILL at random moments, also while it closes and releases; lines are cut and stall at random bytes;
batches come twice and in any order; ledgers and stores of devices are lost; the disk gets full; tokens expire; days
and a month pass while a phone lies in a drawer; patients are diverted; cases are closed, released and reopened. Prints
the counts as JSON; exit code 1 when anything was lost, altered, missing somewhere or somewhere where it should not be.
`--sabotage` breaks the hub first, in one of several ways, to show that such a fault does not stay hidden.

The seed decides what every device writes, how its lines break and when the hub dies; which of two requests the hub
takes first is the machine's. SIGKILL spares the system's page cache: a power cut is left to SQLite's synchronous=FULL.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from conditions import ROOT, print_result

sys.path.insert(0, str(ROOT))

# isort: split
# (conditions has made the modules of tests/journeys importable)
from devices import CHROMIUM
from fault_campaign.broken_hub import SABOTAGES
from fault_campaign.campaign import Campaign
from fault_campaign.plan import Plan

# A whole campaign that never came to one of these has shown nothing about it.
FULL_KILLS = 100
MUST_HAPPEN = ("diverted", "released", "reopened after release", "late documents", "closed as stale", "ledgers lost")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--cuts", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=120, help="end after this time, whatever is left of the plan")
    parser.add_argument(
        "--sabotage", choices=sorted(SABOTAGES), help="break the hub this way: the campaign must find it"
    )
    parser.add_argument("--no-app", action="store_true", help="without the device that is the app itself, in Chromium")
    given = parser.parse_args()
    has_app = not given.no_app and Path(CHROMIUM).exists() and (ROOT / "pwa" / "node_modules").exists()
    if not has_app:
        print("SKIPPED: the app as a device; it needs Chromium and pwa/node_modules", file=sys.stderr)
    plan = Plan(given.seed, given.kills, given.cuts, longest_minutes=given.minutes, has_app=has_app)
    if given.sabotage is not None:
        plan = replace(plan, sabotage=given.sabotage, settle_seconds=8, fills=0, has_app=False)
    with tempfile.TemporaryDirectory() as name:
        campaign = Campaign(Path(name), plan, lambda text: print(text, file=sys.stderr, flush=True))
        if not campaign.disk.is_mounted:
            print(f"SKIPPED: the full disk ({campaign.disk.reason}); run as root to have it", file=sys.stderr)
        try:
            result = campaign.run()
        finally:
            campaign.close()
    print_result("faults", result)
    untried = [what for what in MUST_HAPPEN if not result["counts"].get(what)] if given.kills >= FULL_KILLS else []
    if result["kills"] < given.kills or result["cuts"] < given.cuts or untried:
        print(f"the plan was not fulfilled in the time given {untried or ''}", file=sys.stderr)
        return 1
    return 1 if result["faults"] else 0


if __name__ == "__main__":
    sys.exit(main())
