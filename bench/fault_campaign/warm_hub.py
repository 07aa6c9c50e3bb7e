"""A hub that is started in a fraction of the time: from a process that has loaded all modules, and done nothing else.

Loading takes two thirds of a start's processor time, and a campaign starts the hub two hundred times. That process
(nursery.py) forks for each start; what it forks runs the same program, and dies by the same SIGKILL, as one from the
command line.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from hub_process import HubProcess

ROOT = Path(__file__).resolve().parents[2]


class WarmProcess:
    """A forked hub, as far as HubProcess needs it to look like a subprocess."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._handle = os.pidfd_open(pid)

    def poll(self) -> int | None:
        return self.returncode if self.returncode is not None else self._look(0)

    def _look(self, seconds: float | None) -> int | None:
        if select.select([self._handle], [], [], seconds)[0]:
            self.returncode = -1  # how it ended its parent knows; that it has is enough
            os.close(self._handle)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.poll() is None and self._look(timeout) is None:
            raise subprocess.TimeoutExpired("hub", timeout or 0)
        return -1

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            signal.pidfd_send_signal(self._handle, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


class WarmHub(HubProcess):
    """A hub of the campaign. With a `program` of its own (one that is broken on purpose) it starts cold."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.start_seconds = 600.0
        self._nursery: subprocess.Popen[bytes] | None = None

    def _launch(self, program: Path, env: dict[str, str]) -> Any:
        if self.program is not None:
            return super()._launch(program, env)
        if self._nursery is None or self._nursery.poll() is not None:
            command = [sys.executable, str(Path(__file__).with_name("nursery.py")), str(self.log_path)]
            path = os.pathsep.join([str(ROOT), str(ROOT / "tests" / "journeys"), str(ROOT / "bench")])
            self._nursery = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        assert self._nursery.stdin is not None and self._nursery.stdout is not None
        self._nursery.stdin.write(json.dumps(env).encode() + b"\n")
        self._nursery.stdin.flush()
        return WarmProcess(int(self._nursery.stdout.readline()))

    def close(self) -> None:
        """End the process that forks, when the hub has ended."""
        if self._nursery is not None and self._nursery.stdin is not None:
            self._nursery.stdin.close()
            self._nursery.wait(timeout=30)
