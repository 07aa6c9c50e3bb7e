"""Work that would hold up the loop runs in a real thread: hashing, database writes, compression.

Under gevent (the serving process) the calling greenlet waits while others go on. Elsewhere (command line, tests)
there is no loop to hold up, and the work simply runs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Generic, ParamSpec, TypeVar, cast

from gevent import get_hub, monkey
from gevent.threadpool import ThreadPool

P = ParamSpec("P")
T = TypeVar("T")


def is_serving() -> bool:
    """Whether this process has a loop that must not be held up."""
    return bool(monkey.is_module_patched("threading"))


@dataclass
class Outcome(Generic[T]):
    """What a function in a thread returned or raised, carried back as a value.

    gevent prints whatever leaves a pool's thread as an exception, expected or not, with its words; the log is ours.
    """

    returned: T | None = None
    raised: BaseException | None = None

    def settle(self) -> T:
        if self.raised is not None:
            raise self.raised
        return cast(T, self.returned)


def attempt(function: Callable[[], T]) -> Outcome[T]:
    """Call a function and keep what comes of it."""
    try:
        return Outcome(returned=function())
    except BaseException as error:  # noqa: BLE001 - raised again in the greenlet that waits for it
        return Outcome(raised=error)


def offload(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function off the loop and wait for what it returns or raises."""
    if not is_serving():
        return function(*args, **kwargs)
    outcome: Outcome[T] = get_hub().threadpool.apply(attempt, (partial(function, *args, **kwargs),))
    return outcome.settle()


class OneAtATime:
    """Runs functions one after another off the loop: one writer, so that nothing waits inside the database."""

    def __init__(self) -> None:
        self._pool = ThreadPool(1) if is_serving() else None
        self._lock = threading.RLock()

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function when those before it are done, and wait for what it returns or raises."""
        if self._pool is not None:
            outcome: Outcome[T] = self._pool.apply(attempt, (partial(function, *args, **kwargs),))
            return outcome.settle()
        with self._lock:
            return function(*args, **kwargs)
