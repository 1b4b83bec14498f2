"""Looking at what arrived before the database is written to: the work that needs no lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from server.forms.dictionary import Dictionary
from server.intake.check import check_now
from server.intake.examine import UNKNOWN, Examined, examine
from server.submissions.incoming import Incoming


@dataclass(frozen=True, slots=True)
class Looked:
    """What some submissions say, in their order, as one dictionary reads it."""

    dictionary: Dictionary
    examined: tuple[Examined, ...]


def look(session: Session, incoming: Sequence[Incoming], dictionary: Dictionary) -> Looked:
    """Read and check submissions; `session` may be one that only reads."""
    for one in incoming:
        _ = one.content_hash  # computed now, kept
    return Looked(dictionary, tuple(look_at(session, one, dictionary) for one in incoming))


def look_again(session: Session, incoming: Sequence[Incoming], looked: Looked) -> Looked:
    """Read within the transaction what no form was found for: it may be published since."""
    read = (
        look_at(session, one, looked.dictionary)
        if examined.quarantine and examined.quarantine.code == UNKNOWN
        else examined
        for one, examined in zip(incoming, looked.examined, strict=True)
    )
    return replace(looked, examined=tuple(read))


def look_at(session: Session, one: Incoming, dictionary: Dictionary) -> Examined:
    """Read one submission, and check it where that is quick."""
    examined = examine(session, one, dictionary)
    return replace(examined, findings=check_now(session, one, examined))
