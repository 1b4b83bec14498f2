"""What the form endpoints take and give."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

#: Form versions of which a phone says how many drafts it holds.
MOST_DRAFTS = 20
MOST_OF_ONE = 100_000
#: Of a form's id and of its version; nothing that a database could not keep.
PLAIN = r"^[\w.-]{1,%d}\Z"


class FormsArgumentsSchema(Schema):
    have = fields.String(load_default="")


class FormSchema(Schema):
    form_id = fields.String()
    version = fields.String()
    title = fields.String()
    sha256 = fields.String()


class ListedFormSchema(FormSchema):
    current = fields.Boolean()


class FormsSchema(Schema):
    forms = fields.List(fields.Nested(ListedFormSchema))


class FormVersionSchema(FormSchema):
    mode = fields.String()
    supplements = fields.String(allow_none=True)
    new_questions = fields.List(fields.String())
    xform = fields.String()
    definition = fields.Dict()


class DictionarySchema(Schema):
    version = fields.Integer()
    registers = fields.Dict()
    lists = fields.Dict()


class DraftsOfVersionSchema(Schema):
    form_id = fields.String(required=True, validate=validate.Regexp(PLAIN % 60))
    version = fields.String(required=True, validate=validate.Regexp(PLAIN % 40))
    count = fields.Integer(required=True, strict=True, validate=validate.Range(1, MOST_OF_ONE))


class DraftsSchema(Schema):
    drafts = fields.List(
        fields.Nested(DraftsOfVersionSchema),
        required=True,
        validate=validate.Length(max=MOST_DRAFTS),
    )
