"""The server's own check of an instance against its form version."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from server.forms.canonical import canonical
from server.forms.compute import Computed, Field
from server.forms.definition import METADATA, Definition
from server.forms.instance import Instance, read_instance
from server.forms.supported import FILES
from server.forms.xpath_values import CHINA

Kind = Literal[
    "form", "unknown", "relevant", "type", "choice", "required", "constraint", "calculation",
    "attachment", "rows", "policy",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with an instance.

    path: of the question, with the row where it is in a repeat: `/data/members[2]/name`.
    message: in Chinese, for the reviewer. expected: what the server computed, for `calculation`, or
      what policy says.
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

    filled_on: the day on which the form was filled, better the moment; `today()` and `now()` mean
      it. attachments: names of the files that came with it; None: do not ask.
    Raises BadInstance when it cannot be read at all. Finding nothing wrong is usual; what is found
    is shown to the reviewer and rejects nothing.
    """
    instance = read_instance(xml)
    return findings_of(instance, computed(instance, definition, filled_on), attachments)


def computed(instance: Instance, definition: Definition, filled_on: date) -> Computed:
    """An instance worked out anew as of the day or moment on which it was filled."""
    if not isinstance(filled_on, datetime):
        filled_on = datetime.combine(filled_on, time.max, CHINA)
    return Computed(instance.root, definition, filled_on)


def findings_of(
    instance: Instance, computed: Computed, attachments: Collection[str] | None
) -> tuple[Finding, ...]:
    """What is wrong with an instance that was computed."""
    findings = [*_envelope(instance, computed.definition), *_unknown(computed)]
    for field in computed.fields:
        findings.extend(_field(field, computed, attachments))
    for path, rows, wanted in computed.miscounted():
        findings.append(Finding(path, "rows", f"应该有 {wanted} 行，表里有 {rows} 行"))
    return tuple(findings)


def _envelope(instance: Instance, definition: Definition) -> Iterator[Finding]:
    if instance.form_id != definition.form_id or instance.version != definition.version:
        yield Finding("/data", "form", f"不是“{definition.title}”这一版的表")


def _unknown(computed: Computed) -> Iterator[Finding]:
    for path in computed.unknown:
        yield Finding(path, "unknown", "表里没有这一项")


def _field(
    field: Field, computed: Computed, attachments: Collection[str] | None
) -> Iterator[Finding]:
    question = field.question
    label = question.label or question.name
    if question.type in METADATA:
        return
    if not field.relevant:
        if field.given:
            yield Finding(field.path, "relevant", f"{label}：按别的回答，这一项不该填")
        return
    if question.calculation:
        yield from _calculation(field, label)
    elif field.given:
        yield from _value(field, label, computed)
        if attachments is not None and question.type in FILES and field.given not in attachments:
            yield Finding(field.path, "attachment", f"{label}：{FILES[question.type]}还没到")
    if field.value and computed.breaks(field):
        message = question.constraint_message or "填得不对"
        yield Finding(field.path, "constraint", f"{label}：{message}")
    elif not field.value and not field.given and computed.is_required(field):
        yield Finding(field.path, "required", question.required_message or f"{label}：没填")


def _calculation(field: Field, label: str) -> Iterator[Finding]:
    if canonical(field.given, "decimal") != canonical(field.value, "decimal"):
        message = f"{label}：手机上算的是“{field.given}”，镇里算的是“{field.value}”"
        yield Finding(field.path, "calculation", message, field.value)


def _value(field: Field, label: str, computed: Computed) -> Iterator[Finding]:
    question = field.question
    if question.list or question.rows:
        yield from _choices(field, label, computed)
    elif canonical(field.value, question.type) != canonical(field.given, question.type):
        yield Finding(field.path, "type", f"{label}：“{field.given}”的写法不对")


def _choices(field: Field, label: str, computed: Computed) -> Iterator[Finding]:
    kind = field.question.type
    given = [field.given] if kind == "select_one" else field.given.split()
    codes = computed.choices(field)
    for code in given:
        if code not in codes:
            yield Finding(field.path, "choice", f"{label}：没有“{code}”这个选项")
    if kind == "rank" and not set(codes) <= set(given):
        yield Finding(field.path, "choice", f"{label}：没有排完")
