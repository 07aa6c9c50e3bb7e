"""The accounts over HTTP: sessions, and what an administrator changes of staff, sites, units and devices."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from flask_smorest import Blueprint

from server import clock
from server.accounts import schemas, session_routes
from server.accounts.rules import Session
from server.accounts.store import AccountProblem, Device, Site, Unit
from server.errors import WireError, wire_response
from server.hub import Hub


def register(app: Flask, hub: Hub) -> None:
    """Mount sessions and the roster."""
    session_routes.register(app, hub)
    app.register_error_handler(AccountProblem, answer_account_problem)
    hub.api.register_blueprint(roster_blueprint(hub))


def answer_account_problem(problem: AccountProblem) -> Any:
    return wire_response(400, "bad_request", str(problem))


def require_admin(hub: Hub) -> Session:
    """The session of an administrator; raises 403 for others."""
    session: Session = hub.accounts.authenticate(request)
    if session.staff.role != "admin":
        raise WireError(403, "forbidden", "only an administrator may do this")
    return session


def roster_blueprint(hub: Hub) -> Blueprint:
    """Routes of the roster; the changes are for administrators."""
    blueprint = Blueprint("roster", __name__, url_prefix="/api", description="Staff, hospitals, ambulances, devices")
    accounts = hub.accounts

    @blueprint.route("/roster", methods=["GET"])
    def roster() -> dict[str, Any]:
        """Everybody and every place that this hub knows."""
        accounts.authenticate(request)
        return {
            "staff": [{**staff.public(), "active": staff.active} for staff in accounts.store.all_staff()],
            "sites": [site_row(site) for site in accounts.store.sites()],
            "units": [unit_row(unit) for unit in accounts.store.units()],
        }

    @blueprint.route("/staff", methods=["POST"])
    @blueprint.arguments(schemas.StaffSchema)
    def add_staff(body: dict[str, Any]) -> tuple[dict[str, Any], int]:
        """Add a member of staff."""
        require_admin(hub)
        return accounts.add_staff(**body).public(), 201

    @blueprint.route("/staff/<staff_id>", methods=["PATCH"])
    @blueprint.arguments(schemas.StaffChangeSchema)
    def change_staff(body: dict[str, Any], staff_id: str) -> dict[str, Any]:
        """Change a member of staff: name, role, places, active, password."""
        require_admin(hub)
        password = body.pop("password", None)
        if password is not None:
            accounts.change_password(staff_id, password)
        staff = accounts.store.change_staff(staff_id, **body)
        return {**staff.public(), "active": staff.active}

    @blueprint.route("/sites/<site_id>", methods=["PUT"])
    @blueprint.arguments(schemas.SiteSchema)
    def put_site(body: dict[str, Any], site_id: str) -> dict[str, Any]:
        """Add or change a hospital."""
        require_admin(hub)
        return site_row(accounts.store.put_site(site_id, **body))

    @blueprint.route("/units/<unit_id>", methods=["PUT"])
    @blueprint.arguments(schemas.UnitSchema)
    def put_unit(body: dict[str, Any], unit_id: str) -> dict[str, Any]:
        """Add or change an ambulance."""
        require_admin(hub)
        return unit_row(accounts.store.put_unit(unit_id, **body))

    @blueprint.route("/devices", methods=["GET"])
    def devices() -> dict[str, Any]:
        """Every device that somebody has signed in on."""
        require_admin(hub)
        return {"devices": [device_row(device) for device in accounts.devices.devices()]}

    @blueprint.route("/devices/<device_id>", methods=["PATCH"])
    @blueprint.arguments(schemas.DeviceChangeSchema)
    def change_device(body: dict[str, Any], device_id: str) -> dict[str, Any]:
        """Revoke a device that was lost, or let it in again."""
        require_admin(hub)
        return device_row(accounts.devices.set_revoked(device_id, body["revoked"]))

    return blueprint


def site_row(site: Site) -> dict[str, Any]:
    name = {"zh": site.name_zh, "en": site.name_en}
    return {"id": site.id, "name": name, "phone": site.phone, "departments": list(site.departments)}


def unit_row(unit: Unit) -> dict[str, Any]:
    return {"id": unit.id, "name": unit.name, "phone": unit.phone}


def device_row(device: Device) -> dict[str, Any]:
    seen_at, registered_at = (iso_of_ms(ms) for ms in (device.seen_ms, device.registered_ms))
    return {
        "id": device.id,
        "name": device.name,
        "has_key": device.public_key is not None,
        "registered_at": registered_at,
        "seen_at": seen_at,
        "revoked": device.revoked,
    }


def iso_of_ms(instant_ms: int) -> str:
    return clock.to_iso(clock.from_ms(instant_ms))
