"""What the sync endpoints take and give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, post_load, validate

from server.submissions.incoming import NamedFile

UUID = validate.Regexp(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
SHA256 = validate.Regexp(r"^[0-9a-f]{64}$")

#: Submissions in one push, and characters in one instance.
MOST = 50
LONGEST_XML = 500_000


@dataclass(frozen=True, slots=True)
class Pushed:
    """One submission as the phone sent it."""

    instance_id: str
    form_id: str
    form_version: str
    xml: str
    recorded_at: datetime
    shown: dict[str, Any]
    confirmed: list[str]
    attachments: list[NamedFile]
    deprecated_id: str | None


@dataclass(frozen=True, slots=True)
class Push:
    """One push."""

    sent_at: datetime
    submissions: list[Pushed]


class AttachmentSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    name = fields.String(required=True, validate=validate.Length(1, 120))
    sha256 = fields.String(required=True, validate=SHA256)
    size = fields.Integer(required=True, validate=validate.Range(1, 32 * 1024 * 1024))
    media_type = fields.String(required=True, validate=validate.Length(1, 60))

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> NamedFile:
        return NamedFile(**data)


class PushedSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    instance_id = fields.String(required=True, validate=UUID)
    form_id = fields.String(
        required=True,
        validate=[validate.Length(1, 60), validate.Regexp(r"^(?!office-)")],
    )
    form_version = fields.String(required=True, validate=validate.Length(1, 40))
    xml = fields.String(required=True, validate=validate.Length(1, LONGEST_XML))
    recorded_at = fields.AwareDateTime(required=True)
    shown = fields.Dict(keys=fields.String(), load_default=dict)
    confirmed = fields.List(fields.String(), load_default=list)
    attachments = fields.List(fields.Nested(AttachmentSchema), load_default=list)
    deprecated_id = fields.String(load_default=None, allow_none=True, validate=UUID)

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> Pushed:
        return Pushed(**data)


class PushSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    device = fields.String()
    sent_at = fields.AwareDateTime(required=True)
    submissions = fields.List(
        fields.Nested(PushedSchema), required=True, validate=validate.Length(max=MOST)
    )

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> Push:
        return Push(sent_at=data["sent_at"], submissions=data["submissions"])


class OutcomeSchema(Schema):
    instance_id = fields.String()
    outcome = fields.String(
        validate=validate.OneOf(["stored", "already_stored", "mismatch", "quarantined", "retry"])
    )
    number = fields.Integer()
    detail = fields.String(allow_none=True)


class PushedAnswerSchema(Schema):
    outcomes = fields.List(fields.Nested(OutcomeSchema))
    number = fields.Integer()
    clock_error_s = fields.Integer()


class PullArgumentsSchema(Schema):
    cursor = fields.String(load_default="")
    limit = fields.Integer(load_default=500, validate=validate.Range(1, 2000))


class PullSchema(Schema):
    cursor = fields.String()
    epoch = fields.String()
    more = fields.Boolean()
    changes = fields.List(fields.Dict())


class KnownArgumentsSchema(Schema):
    instance_ids = fields.List(
        fields.String(validate=UUID), required=True, validate=validate.Length(max=2000)
    )


class KnownSchema(Schema):
    missing = fields.List(fields.String())


class SnapshotSchema(Schema):
    area = fields.String()
    name = fields.String()
    households = fields.Integer()
    bytes = fields.Integer()
    sha256 = fields.String()


class SnapshotsSchema(Schema):
    epoch = fields.String()
    cursor = fields.String()
    snapshots = fields.List(fields.Nested(SnapshotSchema))
