"""The built app that the hub serves: built again when a source is newer than the build."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

from hub_process import ROOT

PWA = ROOT / "pwa"
DIST = PWA / "dist"
SOURCES = ("src", "public", "index.html", "package.json", "vite.config.ts", "tsconfig.json")


def newest_source_at() -> float:
    """When the youngest file that goes into the build was last changed."""
    newest = 0.0
    for root in [*(PWA / name for name in SOURCES), ROOT / "static" / "catalogue"]:
        files = [root] if root.is_file() else [f for f in root.rglob("*") if f.is_file()]
        newest = max([newest, *(f.stat().st_mtime for f in files if not f.name.endswith(".test.ts"))])
    return newest


def is_current() -> bool:
    index = DIST / "index.html"
    return index.exists() and index.stat().st_mtime >= newest_source_at()


def copy_build(target: Path) -> Path:
    """Build the app if needed and copy it to `target`; two test runs never build at once."""
    with (PWA / "node_modules" / ".build-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_current():
            env = os.environ | {"PATH": f"{ROOT / '.venv' / 'node'}{os.pathsep}{os.environ['PATH']}"}
            done = subprocess.run(
                ["npm", "run", "build"], cwd=PWA, env=env, capture_output=True, text=True, check=False
            )
            if done.returncode != 0:
                raise RuntimeError(f"the app does not build:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        shutil.copytree(DIST, target)
    return target
