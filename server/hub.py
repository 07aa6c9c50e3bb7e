"""The hub's shared parts, opened once and handed to every room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from server.clock import Clock
from server.settings import Settings

if TYPE_CHECKING:
    from flask_smorest import Api

    from server.accounts.accounts import Accounts
    from server.accounts.roster import Roster
    from server.badges.badges import Badges
    from server.live import Live


@dataclass(frozen=True)
class Job:
    """A function that the serving process calls again and again, each time `seconds` after the last one ended."""

    name: str
    seconds: float
    run: Callable[[], object]


@dataclass
class Hub:
    """What a room may use. Available as `app.extensions["greenlane"]`."""

    settings: Settings
    clock: Clock
    api: Api
    accounts: Accounts
    store: Any
    live: Live
    badges: Badges
    catalogue: Any = None
    delivery: Any = None
    readmodel: Any = None
    audit: Any = None
    roster: Roster | None = None
    relations: Any = None
    integrations: Any = None
    # Work that comes round, run by the serving process only.
    jobs: list[Job] = field(default_factory=list)
    # Name -> reason, of parts that run with something missing; /healthz lists them.
    degraded: dict[str, str] = field(default_factory=dict)

    def every(self, seconds: float, name: str, run: Callable[[], object]) -> None:
        """Have a job called again and again while the hub serves; a failure is logged and the job comes round."""
        self.jobs.append(Job(name, seconds, run))

    def close(self) -> None:
        """Close the files, the store last, since the others may still write to it."""
        if self.readmodel is not None:
            self.readmodel.stop()
        for part in (self.readmodel, self.integrations, self.audit, self.accounts.database, self.store):
            if hasattr(part, "close"):
                part.close()
