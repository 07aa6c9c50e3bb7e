"""Opens the hub's parts in their order and builds the Flask app around them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

import apsw
from flask import Flask, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from server import errors
from server.accounts.accounts import Accounts
from server.accounts.roster import Roster
from server.accounts.secrets_file import SecretsProblem, load_secrets
from server.audit.audit_log import AuditLog
from server.badges.badges import Badges
from server.catalogue import Catalogue
from server.clock import Clock
from server.hub import Hub
from server.live import Live
from server.logs import configure_logging
from server.offload import is_serving, offload
from server.readmodel import ReadModel
from server.replication import lifecycle
from server.replication.delivery import Delivery
from server.replication.turn import Turn
from server.settings import PROJECT_FOLDER, Settings
from server.web import api_docs, app_files, compression, health, metrics, security_headers
from server.web.json_provider import OrjsonProvider
from server.web.packed_bodies import ApiRequest
from sync.sqlite_store import open_store as open_sqlite_store


class StartupProblem(Exception):
    """The instance cannot be opened; the text is one line with the remedy."""


def build_app(settings: Settings, rooms: Iterable[str], store: Any = None, catalogue: Any = None) -> Flask:
    """Open everything, let the rooms register, and start what follows the change feed."""
    configure_logging()
    prepare_instance(settings)
    app = new_app(settings)
    hub = open_hub(app, settings, store, catalogue)
    app.extensions["greenlane"] = hub
    hub.live.open(app, hub.accounts)
    register_shared(app, hub)
    for room in rooms:
        import_module(room).register(app, hub)
    api_docs.register(app, hub.api)
    app_files.register(app, hub)
    connect_parts(hub)
    return app


def prepare_instance(settings: Settings) -> None:
    """Make the instance's folder, closed to other users; raises StartupProblem when it cannot be written."""
    try:
        settings.instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = settings.instance / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise StartupProblem(
            f"the instance folder {settings.instance} cannot be written ({error.strerror}); "
            "make it writable for this user, or set GREENLANE_INSTANCE to another folder"
        ) from error


def new_app(settings: Settings) -> Flask:
    """An empty app with the shared manners."""
    app = Flask("server", template_folder=str(PROJECT_FOLDER / "templates"), static_folder=None)
    app.request_class = ApiRequest
    app.json = OrjsonProvider(app)
    app.url_map.strict_slashes = False
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def open_hub(app: Flask, settings: Settings, store: Any = None, catalogue: Any = None) -> Hub:
    """Open the parts; a file that cannot be used raises StartupProblem with its name and the remedy."""
    clock = Clock()
    # First: it may be another machine's that is not there yet, and then nothing else has been opened.
    store = store or open_store(settings)
    try:
        secrets_path = settings.instance / "secrets.json"
        secrets = load_secrets(secrets_path)
    except SecretsProblem as problem:
        raise StartupProblem(str(problem)) from problem
    accounts_path = settings.instance / "accounts.sqlite"
    try:
        accounts = Accounts(accounts_path, settings, clock, secrets["token_key"])
        badges = Badges(accounts, secrets_path)
    except apsw.Error as error:
        raise StartupProblem(database_remedy(str(accounts_path), error)) from error
    hub = Hub(settings, clock, api_docs.open_api(app), accounts, store, Live(settings.message_queue), badges)
    hub.catalogue = catalogue or Catalogue.load(settings.catalogue_folder, settings.instance / "catalogue")
    open_rooms(hub)
    return hub


def open_store(settings: Settings) -> Any:
    """The store that the settings name."""
    if settings.store:
        # Loaded only where it is wanted: one machine needs neither requests nor pycouchdb.
        from sync.couchdb_store import open_store as open_couchdb_store

        return open_couchdb_store(settings.store, watch=is_serving())
    path = settings.instance / "store.sqlite"
    try:
        return open_sqlite_store(path, offload=offload)
    except apsw.Error as error:
        raise StartupProblem(database_remedy(str(path), error)) from error


def open_rooms(hub: Hub) -> None:
    """Open the parts that belong to rooms."""
    if hub.settings.upstream:
        hub.degraded["upstream"] = (
            "GREENLANE_UPSTREAM is set, but this version does not chain hubs; nothing is passed on"
        )
    hub.delivery = Delivery(hub.store, hub.clock)
    turn = Turn(hub.store, "lifecycle")

    def lifecycle_round() -> None:
        # A file has one hub. Waiting for the turn of the one that was killed would keep back every release for minutes.
        if not hub.settings.store or turn.take():
            lifecycle.run(hub.store, hub.delivery, hub.clock.now())

    hub.every(lifecycle.ROUND_SECONDS, "lifecycle", lifecycle_round)
    try:
        hub.readmodel = ReadModel(hub.settings.read_model_url, hub.store, hub.catalogue, hub.clock, hub.badges.check)
    except SQLAlchemyError as error:
        where = hub.settings.database or str(hub.settings.instance / "readmodel.sqlite")
        remedy = "check GREENLANE_DATABASE" if hub.settings.database else "move the file away, it is made anew"
        raise StartupProblem(f"the read model {where} cannot be opened ({first_line(error)}); {remedy}") from error
    audit_path = hub.settings.instance / "audit.sqlite"
    try:
        hub.audit = AuditLog(audit_path, hub.clock)
    except apsw.Error as error:
        raise StartupProblem(database_remedy(str(audit_path), error)) from error


def first_line(error: Exception) -> str:
    """The gist of an error whose text has many lines."""
    return str(error).split("\n", 1)[0]


def register_shared(app: Flask, hub: Hub) -> None:
    """What every route shares: errors, limits, headers, counts, health."""
    errors.register_error_handlers(app)
    security_headers.register(app)
    compression.register(app)
    metrics.register(app, hub)
    health.register(app, hub)

    @app.before_request
    def limit_body() -> None:
        is_media = request.path.startswith("/db/") and request.path.split("/")[2].endswith("-media")
        settings = hub.settings
        request.max_content_length = settings.media_body_limit_bytes if is_media else settings.text_body_limit_bytes


def connect_parts(hub: Hub) -> None:
    """Let changes flow: accounts -> roster, commits -> nudges, the read model -> boards."""
    roster = Roster(
        hub.accounts.store, hub.store, hub.settings, hub.catalogue.site_document(), hub.badges.roster_documents
    )
    hub.accounts.store.on_change = lambda: void(roster.sync())
    hub.roster = roster
    roster.sync()
    # The command line writes accounts.sqlite beside a serving hub; devices hear of it within seconds.
    hub.every(3.0, "roster", roster.sync_if_changed)
    hub.store.on_commit(hub.live.nudge)
    hub.readmodel.start()


def void(_value: object) -> None:
    """Drop a value where a callback must return nothing."""


def database_remedy(path: str, error: apsw.Error) -> str:
    """One line that says what is wrong with a database file and what to do."""
    if isinstance(error, apsw.BusyError | apsw.LockedError):
        return f"{path} is locked by another program; stop it (is a second hub running?), then start again"
    if isinstance(error, apsw.NotADBError | apsw.CorruptError):
        return f"{path} is damaged ({error}); move it away and restore a backup: flask --app wsgi restore FILE"
    if isinstance(error, apsw.FullError):
        return f"the disk of {path} is full; make room, then start again"
    return f"{path} cannot be opened ({error}); check its owner and its folder, then start again"
