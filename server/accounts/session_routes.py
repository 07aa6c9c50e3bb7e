"""POST, GET and DELETE /api/session, and its renewal."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from flask.views import MethodView
from flask_smorest import Blueprint

from server.accounts.rules import Session, lane_of
from server.accounts.schemas import RenewSchema, SignInSchema
from server.accounts.tokens import key_problem, only_public
from server.errors import WireError
from server.hub import Hub


def register(app: Flask, hub: Hub) -> None:
    """Mount the session routes."""
    blueprint = Blueprint("session", __name__, url_prefix="/api/session", description="Signing in")

    @blueprint.route("")
    class SessionView(MethodView):
        @blueprint.arguments(SignInSchema)
        def post(self, body: dict[str, Any]) -> dict[str, Any]:
            """Sign in with a name and a password; answers with a Bearer token and the mailboxes it opens."""
            key = body["device_key"]
            if key is not None:
                if problem := key_problem(key):
                    raise WireError(400, "bad_request", problem)
                key = only_public(key)
            address = request.remote_addr or ""
            granted = hub.accounts.sign_in(
                body["username"], body["password"], body["device_name"], address, body["device_id"], key
            )
            return granted_answer(hub, granted)

        def get(self) -> dict[str, Any]:
            """Who am I: the staff, the device and the mailboxes of this token."""
            session: Session = hub.accounts.authenticate(request)
            return {
                "staff": session.staff.public(),
                "device": {"id": session.device} if session.device else None,
                "databases": database_list(hub, session.databases),
                "hub": hub_card(hub),
            }

        def delete(self) -> dict[str, Any]:
            """Sign out: the token opens nothing any more. Work not yet delivered stays on the device."""
            hub.accounts.sign_out(bearer_token())
            return {"ok": True}

    @blueprint.route("/renew", methods=["POST"])
    @blueprint.arguments(RenewSchema)
    def renew(body: dict[str, Any]) -> dict[str, Any]:
        """Renew a token without a password, by the signature of the device's key."""
        return granted_answer(hub, hub.accounts.renew(body["token"], body["signed_at"], body["signature"]))

    hub.api.register_blueprint(blueprint)


def bearer_token() -> str:
    """The request's Bearer token; raises 401 without one."""
    authorization = request.authorization
    if authorization is None or authorization.type != "bearer" or not authorization.token:
        raise WireError(401, "unauthorized", "send the token as Bearer")
    return authorization.token


def granted_answer(hub: Hub, granted: dict[str, Any]) -> dict[str, Any]:
    """What the accounts granted, with the mailboxes as a list of addresses."""
    return {**granted, "databases": database_list(hub, granted["databases"]), "hub": hub_card(hub)}


def hub_card(hub: Hub) -> dict[str, Any]:
    return {"uuid": hub.store.uuid, "name": hub.settings.hub_name, "demo": hub.settings.demo}


def database_list(hub: Hub, databases: dict[str, str]) -> list[dict[str, str]]:
    """The mailboxes by name, address, lane and access. Who may read all gets those of known places."""
    named = {name: access for name, access in databases.items() if not name.endswith("*")}
    if "*" in databases:
        places = [f"site_{site.id}" for site in hub.accounts.store.sites()]
        places += [f"unit_{unit.id}" for unit in hub.accounts.store.units()]
        for place in places:
            named.setdefault(place, databases["*"])
            named.setdefault(f"{place}-media", databases["*"])
    root = request.host_url.rstrip("/")
    return [
        {"name": name, "url": f"{root}/db/{name}", "lane": lane_of(name), "access": access}
        for name, access in named.items()
    ]
