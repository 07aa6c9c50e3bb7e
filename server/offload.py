"""Work that would hold up the loop runs in a real thread: hashing, database writes, compression.

Under gevent (the serving process) the calling greenlet waits while others go on. Elsewhere (command line, tests)
there is no loop to hold up, and the work simply runs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from gevent import get_hub, monkey
from gevent.threadpool import ThreadPool

P = ParamSpec("P")
T = TypeVar("T")


def is_serving() -> bool:
    """Whether this process has a loop that must not be held up."""
    return bool(monkey.is_module_patched("threading"))


def offload(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function off the loop and wait for what it returns or raises."""
    if not is_serving():
        return function(*args, **kwargs)
    result: Any = get_hub().threadpool.apply(function, args, kwargs)
    return result


class OneAtATime:
    """Runs functions one after another off the loop: one writer, so that nothing waits inside the database."""

    def __init__(self) -> None:
        self._pool = ThreadPool(1) if is_serving() else None
        self._lock = threading.RLock()

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function when those before it are done, and wait for what it returns or raises."""
        if self._pool is not None:
            result: Any = self._pool.apply(function, args, kwargs)
            return result
        with self._lock:
            return function(*args, **kwargs)
