"""The server's own check of an instance against its form version."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from server.forms.canonical import canonical, is_of_kind
from server.forms.closures import Unsupported
from server.forms.compute import FORM_DATA, Computed, Field
from server.forms.definition import Definition
from server.forms.instance import Instance, read_instance
from server.forms.quick import QuickComputed, QuickField

Kind = Literal[
    "form", "unknown", "relevant", "type", "choice", "required", "constraint", "calculation",
    "attachment",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with an instance.

    path: of the question, with the row where it is in a repeat: `/data/members[2]/name`.
    message: in Chinese, for the reviewer. expected: what the server computed, for `calculation`.
    """

    path: str
    kind: Kind
    message: str
    expected: str | None = None


def check(
    xml: str | bytes,
    definition: Definition,
    *,
    filled_on: date,
    attachments: Collection[str] | None = None,
) -> tuple[Finding, ...]:
    """Everything in an instance that its form version does not allow, in the form's order.

    filled_on: the day on which the form was filled; `today()` means it.
    attachments: names of the files that came with it; None: do not ask.
    Raises BadInstance when it cannot be read at all. Finding nothing wrong is usual; what is found
    is shown to the reviewer and rejects nothing.
    """
    return check_instance(
        read_instance(xml), definition, filled_on=filled_on, attachments=attachments
    )


def check_instance(
    instance: Instance,
    definition: Definition,
    *,
    filled_on: date,
    attachments: Collection[str] | None = None,
) -> tuple[Finding, ...]:
    """The same for an instance that was read already."""
    try:
        return findings_of(
            instance, QuickComputed(instance.root, definition, filled_on), attachments
        )
    except Unsupported:
        return findings_of(instance, Computed(instance, definition, filled_on), attachments)


def findings_of(
    instance: Instance,
    computed: Computed | QuickComputed,
    attachments: Collection[str] | None,
) -> tuple[Finding, ...]:
    """What is wrong with an instance that was computed, one way or the other."""
    findings = [*_envelope(instance, computed.definition), *_unknown(computed)]
    for field in computed.fields:
        findings.extend(_field(field, computed, attachments))
    return tuple(findings)


def _envelope(instance: Instance, definition: Definition) -> Iterator[Finding]:
    if instance.form_id != definition.form_id or instance.version != definition.version:
        yield Finding("/data", "form", f"不是“{definition.title}”这一版的表")


def _unknown(computed: Computed | QuickComputed) -> Iterator[Finding]:
    for path in computed.unknown:
        yield Finding(path, "unknown", "表里没有这一项")


def _field(field: Any, computed: Any, attachments: Collection[str] | None) -> Iterator[Finding]:
    question = field.question
    label = question.label or question.name
    if question.type in FORM_DATA:
        return
    if not field.relevant:
        if field.given:
            yield Finding(field.path, "relevant", f"{label}：按别的回答，这一项不该填")
        return
    if question.calculation:
        yield from _calculation(field, label)
        return
    if not field.given:
        if computed.is_required(field):
            yield Finding(field.path, "required", question.required_message or f"{label}：没填")
        return
    yield from _value(field, label, computed.definition)
    if attachments is not None and question.type == "image" and field.given not in attachments:
        yield Finding(field.path, "attachment", f"{label}：照片还没到")
    if computed.breaks(field):
        message = question.constraint_message or "填得不对"
        yield Finding(field.path, "constraint", f"{label}：{message}")


def _calculation(field: Field | QuickField, label: str) -> Iterator[Finding]:
    if canonical(field.given, "decimal") != canonical(field.value, "decimal"):
        message = f"{label}：手机上算的是“{field.given}”，镇里算的是“{field.value}”"
        yield Finding(field.path, "calculation", message, field.value)


def _value(field: Field | QuickField, label: str, definition: Definition) -> Iterator[Finding]:
    question = field.question
    if not is_of_kind(field.given, question.type):
        yield Finding(field.path, "type", f"{label}：“{field.given}”的写法不对")
    if question.list is None:
        return
    codes = definition.codes.get(question.list, frozenset())
    chosen = field.given.split() if question.type == "select_multiple" else [field.given]
    for code in chosen:
        if code not in codes:
            yield Finding(field.path, "choice", f"{label}：没有“{code}”这个选项")
