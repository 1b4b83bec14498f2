"""The published forms that other clients can run."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from server import clock
from server.forms import definition as definitions
from server.forms import queries as forms
from server.forms.models import FormVersion
from server.forms.spoken import spoken_xform
from server.openrosa.variant import CannotRun, Variant, variant_of
from server.policy.vocabulary import Vocabulary, vocabulary

log = logging.getLogger(__name__)
MOST_KEPT = 64

_made: dict[tuple[str, int, Vocabulary], Variant | None] = {}


@dataclass(frozen=True, slots=True)
class Offered:
    """A form version for other clients."""

    form_id: str
    version: str
    title: str
    variant: Variant


def in_force(session: Session, day: date) -> list[Offered]:
    """The forms to be filled in on a day; those that only our phone can run are left out."""
    found = (_offer(session, row) for row in forms.in_force(session, day))
    return [one for one in found if one is not None]


def version_of(session: Session, form_id: str, version: str) -> Offered | None:
    """One form version, in force or not; None where there is none that such a client can run."""
    row = forms.form_version(session, form_id, version)
    return _offer(session, row) if row is not None else None


def _offer(session: Session, row: FormVersion) -> Offered | None:
    dictionary = forms.dictionary_in_force(session)
    words = vocabulary(session, clock.today())
    key = (row.sha256, dictionary.version, words)
    if key not in _made:
        if len(_made) >= MOST_KEPT:
            _made.clear()
        try:
            definition = definitions.from_json(row.definition)
            xform = spoken_xform(row.xform, definition, words)
            _made[key] = variant_of(xform, definition, dictionary)
        except CannotRun as error:
            log.info("form left out: %s", error, extra={"form_id": row.form_id})
            _made[key] = None
    variant = _made[key]
    return Offered(row.form_id, row.version, row.title, variant) if variant else None
