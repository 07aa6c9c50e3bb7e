"""The process that has loaded the hub's modules and forks a hub for each line that comes; warm_hub.py asks it."""

# ruff: noqa: E402 - gevent must come before everything, as in wsgi.py
from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import json
import os
import signal
import sys
from importlib import import_module

PARTS = ("server.serving", "server.assemble", "server.demo", "sync.sqlite_store")


def become_hub(env: dict[str, str], log_path: str) -> None:
    """In the fork: the output, the environment and the clock of a hub; then the hub itself."""
    import later_hub

    monkey.get_original("signal", "signal")(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(log_path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for stream in (0, 1, 2):
        os.dup2(os.open(os.devnull, os.O_RDONLY) if stream == 0 else log, stream)
    os.environ.clear()
    os.environ.update(env)
    later_hub.shift_clock(float(env["JOURNEY_HUB_SHIFT_SECONDS"]))
    later_hub.hurry_lifecycle(float(env["JOURNEY_LIFECYCLE_SECONDS"]))
    from server.serving import serve

    os._exit(serve())


def fork_on_demand(log_path: str) -> None:
    """Load everything, then fork once for each line that comes."""
    # Nobody waits for the forks here: their end is seen by who asked for them.
    monkey.get_original("signal", "signal")(signal.SIGCHLD, signal.SIG_IGN)
    load_modules()
    # gevent's own fork would start its loop, of which a fork gets a copy that hears nothing.
    fork = monkey.get_original("os", "fork")
    for line in sys.stdin:
        pid = fork()
        if pid == 0:
            become_hub(json.loads(line), log_path)
        print(pid, flush=True)


def load_modules() -> None:
    from server import ROOMS

    for name in (*PARTS, *ROOMS):
        import_module(name)


if __name__ == "__main__":
    fork_on_demand(sys.argv[1])
