"""What phones send to sign in, and what they get to know about themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, post_load, validate


@dataclass(frozen=True, slots=True)
class SignIn:
    """A user name and password, typed on a phone of this name."""

    username: str
    password: str
    device_name: str


class SignInSchema(Schema):
    """The body of `POST /devices`."""

    class Meta:
        unknown = EXCLUDE

    username = fields.Str(required=True, validate=validate.Length(1, 40))
    password = fields.Str(required=True, validate=validate.Length(1, 200))
    device_name = fields.Str(load_default="", validate=validate.Length(max=200))

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> SignIn:
        """Nothing untyped passes the view."""
        return SignIn(data["username"].strip(), data["password"], data["device_name"])


class DeviceSchema(Schema):
    """A phone."""

    id = fields.Str(required=True)
    name = fields.Str(required=True)


class PersonSchema(Schema):
    """Who signed in."""

    id = fields.Str(required=True)
    name = fields.Str(required=True)
    username = fields.Str(required=True)


class RoleSchema(Schema):
    """A role in an area."""

    role = fields.Str(required=True)
    area = fields.Str(required=True)


class AreaSchema(Schema):
    """A town or village of the caller."""

    code = fields.Str(required=True)
    name = fields.Str(required=True)
    level = fields.Str(required=True)
    parent = fields.Str(required=True, allow_none=True)


class CarryKeySchema(Schema):
    """The server's public key for carry files."""

    id = fields.Str(required=True)
    public = fields.Str(required=True)


class ColleagueSchema(Schema):
    """Somebody else who visits an area."""

    id = fields.Str(required=True)
    name = fields.Str(required=True)
    area = fields.Str(required=True)


class ProfileSchema(Schema):
    """What a phone knows about itself and the person who holds it."""

    device = fields.Nested(DeviceSchema, required=True)
    person = fields.Nested(PersonSchema, required=True)
    roles = fields.List(fields.Nested(RoleSchema), required=True)
    view = fields.Str(required=True)
    areas = fields.List(fields.Nested(AreaSchema), required=True)
    team = fields.List(fields.Nested(ColleagueSchema), required=True)
    forms = fields.List(fields.Str(), required=True, allow_none=True)
    county = fields.Str(required=True)
    policy = fields.Dict(keys=fields.Str(), required=True)
    policy_dated = fields.Dict(keys=fields.Str(), required=True)
    carry_key = fields.Nested(CarryKeySchema, required=True)
    server_time = fields.Str(required=True)


class SignedInSchema(ProfileSchema):
    """The same with the token, which is told only this once."""

    token = fields.Str(required=True)
