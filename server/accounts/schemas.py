"""Shapes of the accounts' requests, checked at the border and shown in the API description."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields, validate

from server.accounts.rules import ROLES


class WireSchema(Schema):
    """A request's body; fields that this version does not know are passed over."""

    class Meta:
        unknown = EXCLUDE


class SignInSchema(WireSchema):
    username = fields.String(required=True, validate=validate.Length(1, 100))
    password = fields.String(required=True, validate=validate.Length(1, 1000))
    device_name = fields.String(load_default="", validate=validate.Length(0, 200))
    device_id = fields.String(load_default=None, allow_none=True)
    device_key = fields.Dict(
        load_default=None, allow_none=True, metadata={"description": "public JWK of an ECDSA key on P-256"}
    )


class RenewSchema(WireSchema):
    token = fields.String(required=True, metadata={"description": "the last token; it may have expired"})
    signed_at = fields.String(required=True, metadata={"description": "the hub's time, ISO 8601"})
    signature = fields.String(
        required=True, metadata={"description": "ECDSA over '<device id>\\n<signed_at>', base64url of r||s"}
    )


class StaffSchema(WireSchema):
    username = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    password = fields.String(required=True)
    sites = fields.List(fields.String(), load_default=list)
    units = fields.List(fields.String(), load_default=list)


class StaffChangeSchema(WireSchema):
    name = fields.String()
    role = fields.String(validate=validate.OneOf(ROLES))
    active = fields.Boolean()
    sites = fields.List(fields.String())
    units = fields.List(fields.String())
    password = fields.String()


class SiteSchema(WireSchema):
    name_zh = fields.String(required=True)
    name_en = fields.String(load_default="")
    phone = fields.String(load_default="")
    departments = fields.List(fields.Raw(), load_default=list)


class UnitSchema(WireSchema):
    name = fields.String(required=True)
    phone = fields.String(load_default="")


class DeviceChangeSchema(WireSchema):
    revoked = fields.Boolean(required=True)
