"""The addresses under /db/. Thin: a path is taken apart, and a handler of the database or the document is called."""

from __future__ import annotations

from flask import Flask, Response, request

from server.errors import WireError, answer_error
from server.hub import Hub
from server.replication import server_routes
from server.replication.database_routes import DatabaseRoutes
from server.replication.document_routes import DocumentRoutes
from server.replication.exchange import raw_segments
from server.replication.mailboxes import ensure_roster_mailboxes
from server.replication.rules import ROSTER
from server.replication.upload_routes import UploadRoutes
from sync.errors import SyncError

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "COPY"]


def register(app: Flask, hub: Hub) -> None:
    """Open /db/, and make the mailboxes of everybody on the roster."""
    ensure_roster_mailboxes(hub.store)
    hub.store.on_commit(_RosterWatch(hub))
    databases, documents, uploads = DatabaseRoutes(hub), DocumentRoutes(hub), UploadRoutes(hub)
    app.register_error_handler(SyncError, answer_sync_error)

    app.after_request(say_close)

    @app.route("/db/", methods=METHODS, provide_automatic_options=False)
    def database_server() -> Response:
        return server_routes.welcome(hub)

    @app.route("/_session", methods=["GET", "POST", "DELETE"], endpoint="couchdb_session")
    def couchdb_session() -> Response:
        return server_routes.session(hub)

    @app.route("/db/<path:path>", methods=METHODS, provide_automatic_options=False)
    def below_database(path: str) -> Response:
        return dispatch(hub, databases, documents, uploads)


def dispatch(hub: Hub, databases: DatabaseRoutes, documents: DocumentRoutes, uploads: UploadRoutes) -> Response:
    """Find the handler of a path below /db/."""
    segments = raw_segments()
    if not segments:
        return server_routes.welcome(hub)
    name, rest = segments[0], segments[1:]
    if name.startswith("_"):
        return server_routes.of(name, hub)
    if not rest:
        return databases.whole(name)
    if rest[0].startswith(("_design/", "_local/")):  # some clients escape this slash
        rest = [*rest[0].split("/", 1), *rest[1:]]
    first = rest[0]
    if first in ("_local", "_design"):
        if len(rest) == 1:
            raise WireError(404, "not_found", f"a name must follow {first}/")
        if first == "_local" and len(rest) > 2:
            raise WireError(400, "bad_request", "_local documents do not accept attachments.")
        if first == "_local":
            return documents.local(name, f"_local/{rest[1]}")
        return documents.one(name, f"_design/{rest[1]}", rest[2:])
    if first == "_uploads":
        return uploads.one(name, rest[1:])
    if first.startswith("_"):
        return databases.special(name, first)
    return documents.one(name, first, rest[1:])


def say_close(response: Response) -> Response:
    """Tell a client that asked for the connection's end that it ends.

    pywsgi closes without saying so, and PouchDB under Node then sends its next request into a closed connection.
    """
    if request.headers.get("Connection", "").lower() == "close":
        response.headers["Connection"] = "close"
    return response


def answer_sync_error(error: SyncError) -> Response:
    return answer_error(error.status, error.error, error.reason)


class _RosterWatch:
    """Makes the mailboxes of a unit or site that was just added to the roster."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def __call__(self, databases: frozenset[str]) -> None:
        if ROSTER in databases:
            ensure_roster_mailboxes(self._hub.store)
