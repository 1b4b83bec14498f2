"""A form on its way from Excel to the phones: read, judged, kept, published, withdrawn."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from server.forms import definition as definitions
from server.forms import queries
from server.forms.bundle import unpack
from server.forms.compare import breaks
from server.forms.compile import CompiledForm, FormRefused, compile_form
from server.forms.models import FormUpload, FormVersion, Mode
from server.forms.open_lists import taken_otherwise
from server.forms.publish import Source, add_version, is_published
from server.forms.publishable import reasons_against
from server.forms.sheets import plain_workbook, read_sheets

#: So long an upload is kept that nobody published.
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ReadForm:
    """An XLSForm that compiles."""

    source: Source
    compiled: CompiledForm


@dataclass(frozen=True, slots=True)
class UnreadForm:
    """A file that does not compile, and why."""

    source: Source
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Order:
    """How a version is published: by whom, from which day, over what is answered already or not."""

    mode: Mode
    valid_from: date
    person_id: str | None


def read_form(source: Source) -> ReadForm:
    """Read and compile a file, which takes up to a second. Raises FormRefused."""
    bundle = unpack(source.content)
    workbook = plain_workbook(read_sheets(bundle.form))
    return ReadForm(source, compile_form(workbook, bundle.hashes))


def read(source: Source) -> ReadForm | UnreadForm:
    """The same, with a refusal as a value."""
    try:
        return read_form(source)
    except FormRefused as refused:
        return UnreadForm(source, list(dict.fromkeys(refused.reasons)))


def reasons(session: Session, form: ReadForm, today: date) -> list[str]:
    """Why a form cannot be published over the version in force; empty when nothing hinders."""
    definition = form.compiled.definition
    dictionary = queries.dictionary_in_force(session)
    found = [
        *reasons_against(form.compiled, dictionary),
        *_version_taken(session, form.compiled, today),
        *taken_otherwise(session, definition),
    ]
    earlier = queries.version_in_force(session, definition.form_id, today)
    if earlier is not None:
        before = definitions.from_json(earlier.definition)
        found += breaks(before, definition, dictionary, form.compiled.rows)
    return list(dict.fromkeys(found))


def _version_taken(session: Session, compiled: CompiledForm, today: date) -> Iterator[str]:
    definition = compiled.definition
    versions = [row.version for row in queries.versions_of(session, definition.form_id)]
    newest = max(versions, default="")
    if definition.version in versions:
        try:
            is_published(session, compiled)
        except FormRefused as refused:
            yield from refused.reasons
        else:
            yield f"{definition.version} 版已经发布过，内容一样，不用再发布"
    elif definition.version < newest:
        yield (
            f"settings 表：version 要比已经发布的 {newest} 大，如 {_next_version(newest, today)}"
        )


def _next_version(newest: str, today: date) -> str:
    first = f"{today:%Y%m%d}01"
    return first if newest < first or not newest.isdecimal() else str(int(newest) + 1)


def keep(
    session: Session, form: ReadForm | UnreadForm, person_id: str, now: datetime, today: date
) -> FormUpload:
    """Keep a file with what was found of it, and throw away those of long ago."""
    queries.forget_uploads(session, now - KEPT)
    row = FormUpload(
        id=str(uuid.uuid4()),
        name=form.source.name[:120],
        content=form.source.content,
        uploaded_by=person_id,
        uploaded_at=now,
    )
    if isinstance(form, UnreadForm):
        row.reasons = form.reasons
    else:
        definition = form.compiled.definition
        row.reasons = reasons(session, form, today)
        row.form_id, row.version = definition.form_id[:60], definition.version[:40]
        row.definition, row.xform = definitions.to_json(definition), form.compiled.xform
    session.add(row)
    session.flush()
    return row


def publish_form(
    session: Session, form: ReadForm, order: Order, now: datetime, today: date
) -> FormVersion:
    """Publish a form over the version in force. Raises FormRefused with the reasons.

    Judged once more: another version may have come since somebody looked.
    """
    if order.valid_from < today:
        raise FormRefused(["开始使用的日期已经过去，请选今天或以后的日期"])
    if found := reasons(session, form, today):
        raise FormRefused(found)
    form_id = form.compiled.definition.form_id
    earlier = queries.version_in_force(session, form_id, today)
    return add_version(
        session,
        form.compiled,
        form.source,
        now=now,
        valid_from=order.valid_from,
        person_id=order.person_id,
        supplements=earlier if order.mode == "supplement" else None,
    )


def withdraw(row: FormVersion, now: datetime) -> None:
    """Let no new record begin with a version; its drafts are still taken."""
    row.withdrawn_at = row.withdrawn_at or now


def restore(row: FormVersion) -> None:
    """Undo a withdrawal."""
    row.withdrawn_at = None
