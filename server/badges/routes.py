"""/api/badges: issuing, listing, printing and revoking for administrators; refused attempts from every device."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request
from flask_smorest import Blueprint

from server.accounts.rules import Session
from server.badges import schemas
from server.badges.badges import badge_row
from server.badges.card import card_svg
from server.badges.rules import Badge
from server.clock import to_iso
from server.encounters.access import require_role
from server.encounters.names import names_of
from server.errors import WireError
from server.hub import Hub


def register(app: Flask, hub: Hub) -> None:
    """Mount the routes."""
    hub.api.register_blueprint(badges_blueprint(hub))
    hub.api.register_blueprint(attempts_blueprint(hub))


def require_admin(hub: Hub) -> Session:
    session: Session = hub.accounts.authenticate(request)
    if session.staff.role != "admin":
        raise WireError(403, "forbidden", "only an administrator may do this")
    return session


def find_badge(hub: Hub, badge_id: str) -> Badge:
    badge = hub.badges.store.badge(badge_id)
    if badge is None:
        raise WireError(404, "not_found", f"no badge has the id {badge_id}; GET /api/badges lists them")
    return badge


def with_token(hub: Hub, badge: Badge) -> dict[str, Any]:
    return {**badge_row(badge), "token": hub.badges.token_of(badge), "card": picture_of(hub, badge)}


def picture_of(hub: Hub, badge: Badge) -> str:
    known = hub.accounts.store.credential(badge.staff)
    assert known is not None, "a badge's staff is never removed"
    names = {site.id: site.name_zh for site in hub.accounts.store.sites()}
    names |= {unit.id: unit.name for unit in hub.accounts.store.units()}
    places = [names.get(place, place) for place in (*known.staff.sites, *known.staff.units)]
    return card_svg(badge, known.staff, hub.badges.token_of(badge), places, hub.settings.hub_name)


def badges_blueprint(hub: Hub) -> Blueprint:
    """Routes for administrators."""
    blueprint = Blueprint("badges", __name__, url_prefix="/api/badges", description="Badges of staff")

    @blueprint.route("", methods=["POST"])
    @blueprint.arguments(schemas.IssueSchema)
    def issue(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Issue a badge; `token` is what is written onto the tag, `card` is the picture to print."""
        session = require_admin(hub)
        badge = hub.badges.issue(body["staff"], body["label"], body["valid_days"], session.staff.id)
        return with_token(hub, badge), 201

    @blueprint.route("", methods=["GET"])
    def list_badges() -> dict[str, Any]:
        """Every badge, or those of ?staff=, newest first; without tokens."""
        require_admin(hub)
        badges = hub.badges.store.badges(request.args.get("staff") or None)
        return {"badges": [badge_row(one) for one in badges], "names": names_of(hub, (one.staff for one in badges))}

    @blueprint.route("/<badge_id>", methods=["GET"])
    def one_badge(badge_id: str) -> dict[str, Any]:
        """One badge with its token and card, to write the tag or print again."""
        require_admin(hub)
        return with_token(hub, find_badge(hub, badge_id))

    @blueprint.route("/<badge_id>/revoke", methods=["POST"])
    @blueprint.arguments(schemas.RevokeSchema)
    def revoke(body: dict[str, Any], badge_id: str) -> dict[str, Any]:
        """Revoke a badge. Devices refuse it as soon as they have pulled the roster."""
        session = require_admin(hub)
        find_badge(hub, badge_id)
        return badge_row(hub.badges.revoke(badge_id, body["why"], session.staff.id))

    @blueprint.route("/<badge_id>/card.svg", methods=["GET"])
    def card(badge_id: str) -> Response:
        """The card to print: name, role, QR code, in the size of a bank card."""
        require_admin(hub)
        return Response(picture_of(hub, find_badge(hub, badge_id)), mimetype="image/svg+xml")

    return blueprint


def attempts_blueprint(hub: Hub) -> Blueprint:
    """Refused badges: devices hand them in, administrators and quality officers read them."""
    blueprint = Blueprint("badge_attempts", __name__, url_prefix="/api/badge-attempts", description="Refused badges")

    @blueprint.route("", methods=["POST"])
    @blueprint.arguments(schemas.AttemptsSchema)
    def take(body: dict[str, Any]) -> dict[str, Any]:
        """Take refused badges into the access log; `taken` names those that the device may forget.

        A session that has run out may hand them in as well: what happened on the device has a way out.
        """
        session = hub.accounts.authenticate(request, allow_expired=True)
        attempts = [{**one, "at": to_iso(one["at"])} for one in body["attempts"]]
        hub.audit.record_badge_attempts(session, attempts)
        return {"taken": [one["id"] for one in attempts]}

    @blueprint.route("", methods=["GET"])
    def attempts() -> dict[str, Any]:
        """Refused badges, the last to arrive first. Roles quality and admin."""
        require_role(hub.accounts.authenticate(request), "quality", "admin")
        found = hub.audit.badge_attempts()
        named = [one[name] for one in found for name in ("staff", "claimed_staff")]
        return {"attempts": found, "names": names_of(hub, named)}

    return blueprint
