"""The words of choices as policy has them: choices that a county added, and the terms of an era.

`list.<name>`: code -> word of the choices that are offered beside those of the forms from a day
on. `term.<name>`: code -> what a choice is called from a day on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from server.policy.models import PolicyValue

LIST, TERM = "list.", "term."
Pairs = tuple[tuple[str, str], ...]
_READ = "policy.vocabulary"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What policy says of the choices of lists, on a day; the fields are pairs, to be compared.

    added: every choice that was ever added, those too that are offered no more or were withdrawn:
    records may hold them. offered: those of the day. terms: the words of the day.
    """

    added: tuple[tuple[str, Pairs], ...] = ()
    offered: tuple[tuple[str, Pairs], ...] = ()
    terms: tuple[tuple[str, Pairs], ...] = ()

    def spoken(self, name: str, pairs: Pairs) -> Pairs:
        """A list with all that was ever added to it, in the words of the day."""
        return self._in_terms(name, (*pairs, *_beside(pairs, self.added, name)))

    def on_offer(self, name: str, pairs: Pairs) -> Pairs:
        """A list with what is added to it on the day, in the words of the day."""
        return self._in_terms(name, (*pairs, *_beside(pairs, self.offered, name)))

    def speaks_of(self, name: str) -> bool:
        """Whether a list is otherwise than the form or the dictionary has it."""
        return any(name == one for one, _ in (*self.added, *self.terms))

    def _in_terms(self, name: str, pairs: Pairs) -> Pairs:
        terms = dict(dict(self.terms).get(name, ()))
        return tuple((code, terms.get(code, label)) for code, label in pairs)


def _beside(pairs: Pairs, some: tuple[tuple[str, Pairs], ...], name: str) -> Pairs:
    known = {code for code, _ in pairs}
    return tuple(pair for pair in dict(some).get(name, ()) if pair[0] not in known)


def vocabulary(session: Session, day: date) -> Vocabulary:
    """The vocabulary of a day; read once in a session."""
    if _READ not in session.info:
        session.info[_READ] = session.execute(_ENTRIES).all()
    added: dict[str, dict[str, str]] = {}
    current: dict[str, dict[str, str]] = {}
    for key, value, valid_from, withdrawn_at in session.info[_READ]:
        words = _words(value)
        if key.startswith(LIST):
            added.setdefault(key.removeprefix(LIST), {}).update(words)
        if withdrawn_at is None and valid_from <= day:
            current[key] = words
    return Vocabulary(_pairs(added), _beginning(current, LIST), _beginning(current, TERM))


def forget(session: Session) -> None:
    """Read anew what was changed in this session."""
    session.info.pop(_READ, None)


_ENTRIES = (
    select(PolicyValue.key, PolicyValue.value, PolicyValue.valid_from, PolicyValue.withdrawn_at)
    .where(
        or_(PolicyValue.key.startswith(LIST), PolicyValue.key.startswith(TERM)),
        PolicyValue.area == "",
    )
    .order_by(PolicyValue.key, PolicyValue.valid_from, PolicyValue.entry)
)


def _words(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {str(code): str(word) for code, word in value.items()}


def _beginning(
    current: Mapping[str, Mapping[str, str]], head: str
) -> tuple[tuple[str, Pairs], ...]:
    return _pairs(
        {key.removeprefix(head): said for key, said in current.items() if key.startswith(head)}
    )


def _pairs(lists: Mapping[str, Mapping[str, str]]) -> tuple[tuple[str, Pairs], ...]:
    return tuple((name, tuple(words.items())) for name, words in lists.items())
