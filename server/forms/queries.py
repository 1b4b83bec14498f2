"""All SQL of form versions and the data dictionary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session, defer

from server import clock
from server.accounts.models import Device
from server.forms import definition as definitions
from server.forms import dictionary as dictionaries
from server.forms.definition import Definition
from server.forms.dictionary import Dictionary
from server.forms.models import DictionaryVersion, FormDrafts, FormUpload, FormVersion
from server.forms.spoken import spoken_definition, spoken_dictionary
from server.policy.vocabulary import Vocabulary, vocabulary


def form_version(session: Session, form_id: str, version: str) -> FormVersion | None:
    """One published version of a form, whether or not it is in force."""
    return session.get(FormVersion, (form_id, version))


def versions_of(session: Session, form_id: str) -> Sequence[FormVersion]:
    """All versions of a form, newest first."""
    return session.scalars(
        select(FormVersion)
        .where(FormVersion.form_id == form_id)
        .order_by(FormVersion.valid_from.desc(), FormVersion.published_at.desc())
    ).all()


def in_force(session: Session, day: date) -> Sequence[FormVersion]:
    """The version of every form that is to be filled in on a day, by form id."""
    rows = session.scalars(
        select(FormVersion)
        .where(FormVersion.valid_from <= day, FormVersion.withdrawn_at.is_(None))
        .order_by(FormVersion.form_id, FormVersion.valid_from, FormVersion.published_at)
    )
    return list({row.form_id: row for row in rows}.values())


def version_in_force(
    session: Session, form_id: str, day: date, *, without: str = ""
) -> FormVersion | None:
    """The version of a form that is to be filled in on a day; without: one that shall not count."""
    return session.scalar(
        select(FormVersion)
        .where(
            FormVersion.form_id == form_id,
            FormVersion.version != without,
            FormVersion.valid_from <= day,
            FormVersion.withdrawn_at.is_(None),
        )
        .order_by(FormVersion.valid_from.desc(), FormVersion.published_at.desc())
        .limit(1)
    )


def all_versions(session: Session) -> Sequence[FormVersion]:
    """All versions of all forms, by form id, newest first; what is large is read when looked at."""
    return session.scalars(
        select(FormVersion)
        .options(defer(FormVersion.source), defer(FormVersion.xform), defer(FormVersion.definition))
        .order_by(
            FormVersion.form_id, FormVersion.valid_from.desc(), FormVersion.published_at.desc()
        )
    ).all()


def upload(session: Session, upload_id: str) -> FormUpload | None:
    """An uploaded form; None when there is none, or it was thrown away."""
    return session.get(FormUpload, upload_id)


def forget_uploads(session: Session, before: datetime) -> None:
    """Throw away what was uploaded before a moment; what was published of it stays."""
    session.execute(delete(FormUpload).where(FormUpload.uploaded_at < before))


def replace_drafts(
    session: Session, device_id: str, counts: Mapping[tuple[str, str], int], at: datetime
) -> None:
    """Keep how many drafts a phone holds of each (form id, version), instead of what it said."""
    session.execute(delete(FormDrafts).where(FormDrafts.device_id == device_id))
    if counts:
        session.execute(
            insert(FormDrafts),
            [
                {
                    "device_id": device_id,
                    "form_id": form_id,
                    "version": version,
                    "drafts": count,
                    "at": at,
                }
                for (form_id, version), count in counts.items()
            ],
        )


def drafts(session: Session) -> dict[tuple[str, str], int]:
    """Drafts by (form id, version) on all phones that are signed in, as they last said."""
    rows = session.execute(
        select(FormDrafts.form_id, FormDrafts.version, func.sum(FormDrafts.drafts))
        .join(Device, Device.id == FormDrafts.device_id)
        .where(Device.revoked_at.is_(None))
        .group_by(FormDrafts.form_id, FormDrafts.version)
    )
    return {(form_id, version): int(count) for form_id, version, count in rows}


def begun(session: Session, after: date, until: date) -> Sequence[str]:
    """The forms of which a version came into force after one day, until another."""
    return session.scalars(
        select(FormVersion.form_id)
        .where(
            FormVersion.valid_from > after,
            FormVersion.valid_from <= until,
            FormVersion.withdrawn_at.is_(None),
        )
        .distinct()
        .order_by(FormVersion.form_id)
    ).all()


def definition_of(
    session: Session, form_id: str, version: str, day: date | None = None
) -> Definition | None:
    """The definition of a published form version; None when there is no such version.

    With the choices that the county added, in the words of a day (today, unless said otherwise).
    """
    found = _as_published(session, form_id, version)
    if found is None:
        return None
    words = vocabulary(session, day or clock.today())
    if not any(words.speaks_of(name) for name in found.lists):
        return found
    key = (_bind_key(session), form_id, version, words)
    if key not in _spoken_definitions:
        if len(_spoken_definitions) >= MOST_KEPT:
            _spoken_definitions.clear()
        _spoken_definitions[key] = spoken_definition(found, words)
    return _spoken_definitions[key]


def _as_published(session: Session, form_id: str, version: str) -> Definition | None:
    cached = _definitions.get((form_id, version))
    if cached is not None and cached[0] == _bind_key(session):
        return cached[1]
    row = form_version(session, form_id, version)
    if row is None:
        return None
    found = definitions.from_json(row.definition)
    _definitions[(form_id, version)] = (_bind_key(session), found)
    return found


def all_definitions(session: Session) -> list[Definition]:
    """The definitions of all form versions ever published."""
    rows = session.scalars(select(FormVersion.definition))
    return [definitions.from_json(row) for row in rows]


_definitions: dict[tuple[str, str], tuple[str, Definition]] = {}
_spoken_definitions: dict[tuple[str, str, str, Vocabulary], Definition] = {}
MOST_KEPT = 128


def forget() -> None:
    """Forget what was read: another database lies there now."""
    _definitions.clear()
    _spoken_definitions.clear()
    _lately.clear()


def _bind_key(session: Session) -> str:
    """Which database a cached value came from."""
    return session.get_bind().engine.url.render_as_string()


def dictionary_in_force(session: Session, day: date | None = None) -> Dictionary:
    """The newest data dictionary. Raises LookupError when none was ever published.

    With the choices that the county added, in the words of a day (today, unless said otherwise).
    """
    newest = session.execute(_NEWEST_DICTIONARY).first()
    if newest is None:
        raise LookupError("no data dictionary: run `yihu db upgrade`")
    words = vocabulary(session, day or clock.today())
    found = _dictionary(session, newest.number, newest.sha256, words)
    if day is None:
        _lately[_bind_key(session)] = found
    return found


def dictionary_lately(session: Session) -> Dictionary:
    """The data dictionary in force when it was last asked for, for what is looked at twice."""
    return _lately.get(_bind_key(session)) or dictionary_in_force(session)


def newest_dictionary(session: Session) -> DictionaryVersion | None:
    """The row of the newest data dictionary."""
    return session.scalar(
        select(DictionaryVersion).order_by(DictionaryVersion.number.desc()).limit(1)
    )


_NEWEST_DICTIONARY = (
    select(DictionaryVersion.number, DictionaryVersion.sha256)
    .order_by(DictionaryVersion.number.desc())
    .limit(1)
)


def _dictionary(session: Session, number: int, sha256: str, words: Vocabulary) -> Dictionary:
    key = (sha256, words)
    if key not in _dictionaries:
        if len(_dictionaries) >= MOST_KEPT:
            _dictionaries.clear()
        content = session.get_one(DictionaryVersion, number).content
        _dictionaries[key] = spoken_dictionary(dictionaries.from_json(content), words)
    return _dictionaries[key]


_dictionaries: dict[tuple[str, Vocabulary], Dictionary] = {}
#: By database.
_lately: dict[str, Dictionary] = {}
