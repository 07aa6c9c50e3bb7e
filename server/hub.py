"""The hub's shared parts, opened once and handed to every room."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from server.clock import Clock
from server.settings import Settings

if TYPE_CHECKING:
    from flask_smorest import Api

    from server.accounts.accounts import Accounts
    from server.accounts.roster import Roster
    from server.live import Live


@dataclass
class Hub:
    """What a room may use. Available as `app.extensions["greenlane"]`."""

    settings: Settings
    clock: Clock
    api: Api
    accounts: Accounts
    store: Any
    live: Live
    catalogue: Any = None
    delivery: Any = None
    readmodel: Any = None
    audit: Any = None
    roster: Roster | None = None
    # Name -> reason, of parts that run with something missing; /healthz lists them.
    degraded: dict[str, str] = field(default_factory=dict)
