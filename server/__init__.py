"""The hub: create_app puts its rooms together. Each room registers its own routes; none knows another's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from server.settings import Settings

ROOMS = (
    "server.accounts.routes",
    "server.catalogue.routes",
    "server.replication.routes",
    "server.encounters.routes",
    "server.board.routes",
    "server.quality.routes",
    "server.audit.routes",
    "server.cards.routes",
    "server.badges.routes",
    "server.patients.follow",
    "server.integrations.follow",
    "server.wristbands.routes",
)


def create_app(settings: Settings | None = None, *, store: Any = None, catalogue: Any = None) -> Flask:
    """Open the hub of an instance and build its app.

    `store` and `catalogue` take the place of the instance's own (tests). Raises SettingsProblem,
    StartupProblem or StoreDamaged when the instance cannot be opened; each is one line with the remedy.
    """
    # Imported here, so that a pure module of a room (server.encounters.fold) can be read without the whole hub.
    from server.assemble import build_app
    from server.settings import Settings

    return build_app(settings or Settings.from_environment(), ROOMS, store, catalogue)
