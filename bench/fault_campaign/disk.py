"""A small disk of its own for the hub, that can be filled: a tmpfs, where this program may mount one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


class SmallDisk:
    """A tmpfs at `folder`. `is_mounted` is false, with the reason, where it could not be had."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "greenlane-faults", str(folder)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            self.reason = "" if done.returncode == 0 else done.stderr.strip() or f"mount ended with {done.returncode}"
        except OSError as error:
            self.reason = str(error)
        self.is_mounted = not self.reason

    def fill(self) -> int:
        """Take what is left; returns how many bytes."""
        taken = 0
        with (self.folder / "filler").open("wb", buffering=0) as filler:
            try:
                while True:
                    taken += filler.write(b"\0" * 65536)
            except OSError:
                pass  # full is what was wanted
        return taken

    def free(self) -> None:
        (self.folder / "filler").unlink(missing_ok=True)

    def room(self) -> int:
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize

    def close(self) -> None:
        if self.is_mounted:
            subprocess.run(["umount", "-l", str(self.folder)], check=False)
            self.is_mounted = False
