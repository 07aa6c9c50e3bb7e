"""Shapes of the badges' requests, checked at the border and shown in the API description."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields, validate

from server.badges.rules import LONGEST_VALID_DAYS, METHODS, USUAL_VALID_DAYS

MOST_ATTEMPTS = 200


class WireSchema(Schema):
    """A request's body; fields that this version does not know are passed over."""

    class Meta:
        unknown = EXCLUDE


class IssueSchema(WireSchema):
    staff = fields.String(required=True, validate=validate.Length(1, 64))
    label = fields.String(load_default="", validate=validate.Length(0, 40))
    valid_days = fields.Integer(load_default=USUAL_VALID_DAYS, validate=validate.Range(1, LONGEST_VALID_DAYS))


class RevokeSchema(WireSchema):
    why = fields.String(required=True, validate=validate.Length(1, 200))


class AttemptSchema(WireSchema):
    """One refused badge that a device kept until the hub took it."""

    id = fields.String(required=True, validate=validate.Length(1, 64))
    at = fields.AwareDateTime(required=True, format="iso")
    reason = fields.String(required=True, validate=validate.Length(1, 40))
    method = fields.String(required=True, validate=validate.OneOf(METHODS))
    place = fields.String(load_default="", validate=validate.Length(0, 40))
    badge = fields.String(load_default=None, allow_none=True, validate=validate.Length(0, 40))
    claimed_staff = fields.String(load_default=None, allow_none=True, validate=validate.Length(0, 64))


class AttemptsSchema(WireSchema):
    attempts = fields.List(fields.Nested(AttemptSchema), required=True, validate=validate.Length(1, MOST_ATTEMPTS))
