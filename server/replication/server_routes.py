"""What is asked of the server as a whole: welcome, `_session`, `_all_dbs`, `_uuids`, `_up`, `_active_tasks`."""

from __future__ import annotations

import secrets

from flask import Response, request

from server.errors import WireError
from server.hub import Hub
from server.replication import gate
from server.replication.exchange import answer, body_object, by_method, options
from server.replication.mailboxes import visible_databases
from server.settings import VERSION

# What replicators are written against; some look for the version of CouchDB.
SPOKEN_VERSION = "3.5.0"
SESSION_BODY_BYTES = 64 * 1024


def welcome(hub: Hub) -> Response:
    """GET /db/: the uuid feeds replication ids, so it stays the same until a restore."""

    def get() -> Response:
        vendor = {"name": "Greenlane", "version": VERSION}
        card = {"couchdb": "Welcome", "version": SPOKEN_VERSION, "uuid": hub.store.uuid, "vendor": vendor}
        return answer({**card, "features": []})

    return by_method({"GET": get})


def of(name: str, hub: Hub) -> Response:
    """An address below /db/ that begins with an underscore."""
    match name:
        case "_session":
            return session(hub)
        case "_all_dbs":
            return by_method({"GET": lambda: answer(_database_names(hub))})
        case "_up":
            return by_method({"GET": lambda: answer({"status": "ok"})})
        case "_uuids":
            return by_method({"GET": _uuids})
        case "_active_tasks":
            return by_method({"GET": lambda: answer([])})
    raise WireError(404, "not_found", f"{name[:40]} is not spoken here; docs/replication.md lists what is")


def _database_names(hub: Hub) -> list[str]:
    session = gate.authenticate(hub, request, "scratch" if hub.settings.conformance else "")
    return visible_databases(hub.store, session)


def _uuids() -> Response:
    count = min(options().number("count", 1) or 0, 1000)
    return answer({"uuids": [secrets.token_hex(16) for _ in range(count)]})


def session(hub: Hub) -> Response:
    """`_session`: who am I, signing in with a form (the replicator's cookie), signing out."""
    return by_method({"GET": lambda: _whoami(hub), "POST": lambda: _sign_in(hub), "DELETE": _sign_out})


def _whoami(hub: Hub) -> Response:
    is_named = request.authorization is not None or gate.SESSION_COOKIE in request.cookies
    found = gate.authenticate(hub, request) if is_named else None
    info = {"authentication_handlers": ["cookie", "default"]}
    return answer({"ok": True, "userCtx": gate.user_context(found), "info": info})


def _sign_in(hub: Hub) -> Response:
    is_json = request.mimetype == "application/json"
    given = body_object(SESSION_BODY_BYTES) if is_json else request.form.to_dict()
    name, password = given.get("name") or given.get("username"), given.get("password")
    if not isinstance(name, str) or not isinstance(password, str):
        raise WireError(400, "bad_request", "send name and password")
    granted = hub.accounts.sign_in(name, password, "CouchDB replicator", address=request.remote_addr or "")
    response = answer({"ok": True, "name": name, "roles": [granted["staff"]["role"]]})
    # Without an age CouchDB's replicator signs in again every nine minutes, and each time as another device.
    response.set_cookie(
        gate.SESSION_COOKIE,
        granted["token"],
        max_age=hub.settings.session_hours * 3600,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
        path="/",
    )
    return response


def _sign_out() -> Response:
    response = answer({"ok": True})
    response.delete_cookie(gate.SESSION_COOKIE, path="/")
    return response
