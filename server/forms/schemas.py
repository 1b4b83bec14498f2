"""What the form endpoints give."""

from __future__ import annotations

from marshmallow import Schema, fields


class FormsArgumentsSchema(Schema):
    have = fields.String(load_default="")


class FormSchema(Schema):
    form_id = fields.String()
    version = fields.String()
    title = fields.String()
    sha256 = fields.String()


class FormsSchema(Schema):
    forms = fields.List(fields.Nested(FormSchema))


class FormVersionSchema(FormSchema):
    xform = fields.String()
    definition = fields.Dict()


class DictionarySchema(Schema):
    version = fields.Integer()
    registers = fields.Dict()
    lists = fields.Dict()
