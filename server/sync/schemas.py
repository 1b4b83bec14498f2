"""What the sync endpoints take and give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, pre_load, validate

from server.clock import CHINA
from server.problems import RequestTooLarge
from server.submissions.incoming import NamedFile
from server.sync.malformed import UUID, Each, Malformed
from server.sync.plain import plain

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
    submissions: list[Pushed | Malformed]


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


class Moment(fields.AwareDateTime):
    """A moment of this century; one without a zone is meant as China's time."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=CHINA, validate=self._plausible, **kwargs)

    @staticmethod
    def _plausible(value: datetime) -> None:
        if not 2000 <= value.year < 2100:
            raise ValidationError("not a moment of this century")


class HeadIndexes(fields.List[int]):
    """The second part of what was shown of a unit."""

    def __init__(self) -> None:
        super().__init__(fields.Integer(strict=True, validate=validate.Range(0)))


class ShownSchema(Schema):
    """What was shown of one entity; see the protocol."""

    class Meta:
        unknown = EXCLUDE

    heads = fields.List(fields.String(), load_default=list)
    values = fields.Dict(
        keys=fields.String(),
        values=fields.Tuple((fields.Raw(allow_none=True), HeadIndexes())),
        load_default=dict,
    )

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        """As JSON has it."""
        return {**data, "values": {unit: list(said) for unit, said in data["values"].items()}}


class PushedSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    instance_id = fields.String(required=True, validate=UUID)
    form_id = fields.String(required=True, validate=validate.Length(1, 60))
    form_version = fields.String(required=True, validate=validate.Length(1, 40))
    xml = fields.String(required=True, validate=validate.Length(1, LONGEST_XML))
    recorded_at = Moment(required=True)
    shown = fields.Dict(keys=fields.String(), values=fields.Nested(ShownSchema), load_default=dict)
    confirmed = fields.List(fields.String(), load_default=list)
    attachments = fields.List(fields.Nested(AttachmentSchema), load_default=list)
    deprecated_id = fields.String(load_default=None, allow_none=True, validate=UUID)

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> Pushed:
        return Pushed(**data)


def _plain(item: Any) -> Pushed | None:
    found = plain(item, LONGEST_XML)
    return Pushed(**found) if found is not None else None


class PushSchema(Schema):
    class Meta:
        unknown = EXCLUDE

    device = fields.String()
    sent_at = Moment(required=True)
    submissions = Each(fields.Nested(PushedSchema), plain=_plain, required=True)

    @pre_load
    def count(self, data: Any, **_: object) -> Any:
        """Refuse too many at once before looking at any."""
        sent = data.get("submissions") if isinstance(data, dict) else None
        if isinstance(sent, list) and len(sent) > MOST:
            raise RequestTooLarge(f"一次最多上传 {MOST} 条，请分开提交。", most=MOST)
        return data

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


class MissingFileSchema(Schema):
    instance_id = fields.String()
    name = fields.String()


class KnownSchema(Schema):
    epoch = fields.String()
    missing = fields.List(fields.String())
    missing_files = fields.List(fields.Nested(MissingFileSchema))


class StoredSchema(Schema):
    """A submission as its author pushed it."""

    instance_id = fields.String()
    form_id = fields.String()
    form_version = fields.String()
    xml = fields.String()
    recorded_at = fields.String()
    shown = fields.Dict(keys=fields.String())
    confirmed = fields.List(fields.String())
    attachments = fields.List(fields.Nested(AttachmentSchema))
    deprecated_id = fields.String(allow_none=True)


class SnapshotSchema(Schema):
    area = fields.String()
    level = fields.String(validate=validate.OneOf(["village", "town"]))
    name = fields.String()
    households = fields.Integer()
    bytes = fields.Integer()
    sha256 = fields.String()


class SnapshotsSchema(Schema):
    epoch = fields.String()
    cursor = fields.String()
    snapshots = fields.List(fields.Nested(SnapshotSchema))
    preparing = fields.List(fields.String())
    retry_after = fields.Integer(allow_none=True)


class SnapshotFileSchema(Schema):
    """One village's file; its rows are those of a pull. A town's has `villages` of this shape."""

    area = fields.String()
    epoch = fields.String()
    number = fields.Integer()
    rows = fields.List(fields.Dict())
