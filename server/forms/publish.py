"""Publishing form versions and the data dictionary into the database."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from server.changes import queries as changes
from server.config import ROOT
from server.forms import definition as definitions
from server.forms import dictionary as dictionaries
from server.forms import queries
from server.forms.compare import new_questions
from server.forms.compile import CompiledForm, FormRefused, compile_form
from server.forms.definition import Definition
from server.forms.dictionary import Dictionary
from server.forms.models import DictionaryVersion, FormVersion
from server.forms.publishable import reasons_against

FORMS = ROOT / "forms"


def publish(
    session: Session,
    source: Path,
    *,
    now: datetime,
    valid_from: date,
    person_id: str | None = None,
) -> FormVersion | None:
    """Publish the form of a file; None when this very version is published already.

    Raises FormRefused with the reasons, also when another content has the same version.
    """
    compiled = compile_form(source)
    if is_published(session, compiled):
        return None
    if refused := reasons_against(compiled, queries.dictionary_in_force(session)):
        raise FormRefused(list(refused))
    return add_version(
        session,
        compiled,
        Source(source.name, source.read_bytes()),
        now=now,
        valid_from=valid_from,
        person_id=person_id,
    )


def is_published(session: Session, compiled: CompiledForm) -> bool:
    """Whether this very version is published; FormRefused when it is, with another content."""
    found = queries.form_version(session, compiled.definition.form_id, compiled.definition.version)
    if found is not None and found.sha256 != _sha256(compiled):
        raise FormRefused(
            [
                "这个版本号已经发布过，内容不一样；"
                f"请把 settings 表里的 version 从 {found.version} 换成新的（年月日加两位序号）"
            ]
        )
    return found is not None


@dataclass(frozen=True, slots=True)
class Source:
    """The file that a version was compiled from."""

    name: str
    content: bytes


def add_version(
    session: Session,
    compiled: CompiledForm,
    source: Source,
    *,
    now: datetime,
    valid_from: date,
    person_id: str | None,
    supplements: FormVersion | None = None,
) -> FormVersion:
    """Add a version that nothing speaks against.

    supplements: the version whose records are asked once more what is new.
    """
    definition = compiled.definition
    row = FormVersion(
        form_id=definition.form_id,
        version=definition.version,
        title=definition.title,
        xform=compiled.xform,
        definition=definitions.to_json(definition),
        sha256=_sha256(compiled),
        source=source.content,
        source_name=source.name,
        published_at=now,
        published_by=person_id,
        valid_from=valid_from,
        mode="supplement" if supplements else "onwards",
        supplements=supplements.version if supplements else None,
        new_questions=_asked_anew(supplements, definition),
    )
    session.add(row)
    session.flush()
    return row


def _asked_anew(supplements: FormVersion | None, definition: Definition) -> list[str]:
    if supplements is None:
        return []
    return new_questions(definitions.from_json(supplements.definition), definition)


def _sha256(compiled: CompiledForm) -> str:
    """Of the XForm, and of its files where it has any."""
    content = [compiled.xform, *(f"{name} {sha}" for name, sha in _files(compiled))]
    return hashlib.sha256("\n".join(content).encode()).hexdigest()


def _files(compiled: CompiledForm) -> list[tuple[str, str]]:
    return sorted(compiled.definition.files.items())


def seed(session: Session, now: datetime, folder: Path = FORMS) -> list[tuple[str, str]]:
    """Publish the dictionary and the forms of a folder that the database lacks.

    Returns (form id, version) of what was published. A dictionary that the county has changed is
    left alone.
    """
    published = []
    if queries.newest_dictionary(session) is None:
        _add_dictionary(session, dictionaries.read_toml(folder / "registers.toml"), now)
    for source in sorted(folder.glob("*.md")):
        if source.stem == "README":
            continue
        row = publish(session, source, now=now, valid_from=date(2020, 1, 1))
        published += [(row.form_id, row.version)] if row else []
    return published


def renew_dictionary(session: Session, now: datetime, folder: Path = FORMS) -> bool:
    """Publish a folder's dictionary over an older one; returns whether it was newer.

    Newer is a greater `version`: a county that changed its own gives it a greater one too, and
    keeps it. The registers have to be rebuilt with it. What a view may see can be other by it, so
    phones take everything anew. Raises FormRefused where a published form
    saves to something that it no longer has.
    """
    newest = queries.newest_dictionary(session)
    found = dictionaries.read_toml(folder / "registers.toml")
    if newest is None or found.version <= queries.dictionary_in_force(session).version:
        return False
    if refused := sorted(_orphans(session, found)):
        raise FormRefused(refused)
    _add_dictionary(session, found, now, newest.number + 1)
    changes.begin_epoch(session)
    return True


def _orphans(session: Session, dictionary: Dictionary) -> set[str]:
    return {
        f"{form.form_id} {form.version}：新的数据字典里没有 {place.register}.{place.property}"
        for form in queries.all_definitions(session)
        for question in form.questions
        if (place := question.save_to) and not dictionary.property(place.register, place.property)
    }


def _add_dictionary(
    session: Session, dictionary: Dictionary, now: datetime, number: int = 1
) -> None:
    content = dictionaries.to_json(dictionary)
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    session.add(
        DictionaryVersion(
            number=number,
            content=content,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            created_at=now,
        )
    )
    session.flush()
