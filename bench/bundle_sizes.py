"""How much the phone downloads: gzip sizes of the built app's entry and its chunks.

    python bench/bundle_sizes.py

The entry is what index.html loads before anything is on the screen: the entry script with every chunk that it
imports statically, and their styles. Everything else comes later or on demand.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from conditions import ROOT, print_result

DIST = ROOT / "pwa" / "dist"


def gzip_bytes(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), compresslevel=9))


def static_closure(manifest: dict[str, Any], key: str) -> list[str]:
    """The manifest keys that are loaded together with this one, itself first."""
    found: list[str] = []
    waiting = [key]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.append(each)
            waiting += manifest[each].get("imports", [])
    return found


def measure(dist: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((dist / ".vite" / "manifest.json").read_text())
    entry = next(key for key, chunk in manifest.items() if chunk.get("isEntry"))
    loaded = static_closure(manifest, entry)
    scripts = {manifest[key]["file"]: gzip_bytes(dist / manifest[key]["file"]) for key in loaded}
    styles = {name: gzip_bytes(dist / name) for key in loaded for name in manifest[key].get("css", [])}
    later = {
        chunk["file"]: gzip_bytes(dist / chunk["file"])
        for key, chunk in manifest.items()
        if key not in loaded and chunk["file"].endswith(".js")
    }
    worker = dist / "service_worker.js"
    return {
        "entry_script_gzip_bytes": sum(scripts.values()),
        "entry_scripts": scripts,
        "entry_style_gzip_bytes": sum(styles.values()),
        "later_script_gzip_bytes": sum(later.values()),
        "later_scripts": dict(sorted(later.items(), key=lambda item: -item[1])),
        "service_worker_gzip_bytes": gzip_bytes(worker) if worker.exists() else None,
        "everything_gzip_bytes": sum(
            gzip_bytes(f) for f in dist.rglob("*") if f.is_file() and ".vite" not in f.parts and f.suffix != ".map"
        ),
    }


if __name__ == "__main__":
    print_result("bundle_sizes", measure(DIST))
