"""What the submissions of one transaction share."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server import clock
from server.accounts.actor import Actor
from server.changes.queries import Changed
from server.followup.derive import Moment
from server.forms.dictionary import Dictionary
from server.forms.queries import dictionary_in_force
from server.policy.values import in_force
from server.registers import queries as registers
from server.registers.models import Entity


class CameInBetween(IntegrityError):
    """Another transaction made known what was looked for in vain: place the record anew."""

    def __init__(self) -> None:
        super().__init__(None, None, LookupError("an entity became known in between"))


@dataclass(slots=True)
class Batch:
    """Policy, dictionary and locked entities of a transaction, and what it has touched so far.

    actor: whose submission is taken in now and whose areas bound what it may touch; None for the
    office's own commands.
    vouched: whether the office answers for what is taken in.
    locked: entities that were there before the batch, held until the commit.
    looked: ids that were looked for and that no entity had.
    awaited: ids that corrections name as their first version.
    checked: what was stored and is checked already.
    """

    dictionary: Dictionary
    at: Moment
    actor: Actor | None = None
    vouched: bool = False
    locked: dict[str, Entity] = field(default_factory=dict)
    looked: set[str] = field(default_factory=set)
    awaited: set[str] = field(default_factory=set)
    changed: list[Changed] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    checked: set[str] = field(default_factory=set)

    def hold(self, session: Session, ids: Collection[str]) -> None:
        """Lock those of some entities that exist; call it once, before anything is written."""
        self.locked |= registers.lock_existing(session, ids)
        self.looked |= set(ids) - self.locked.keys()

    def knows(self, entity_id: str) -> bool:
        """Whether an entity was known before the batch."""
        held = self.locked.get(entity_id)
        return held is not None and held.known

    def entities(self, session: Session, ids: Collection[str]) -> dict[str, Entity]:
        """Some entities by id, as far as they exist."""
        held = {name: self.locked[name] for name in ids if name in self.locked}
        missing = set(ids) - held.keys() - self.looked
        found = registers.entities(session, missing) if missing else {}
        self.looked |= missing - found.keys()
        return held | found

    def lock(self, session: Session, named: Iterable[tuple[str, str]]) -> dict[str, Entity]:
        """Some entities by id, made where they are missing, locked.

        named: (register, entity id).
        Raises CameInBetween.
        """
        wanted = set(named)
        held = {name: self.locked[name] for _, name in wanted if name in self.locked}
        missing = [pair for pair in wanted if pair[1] not in held]
        found = registers.lock(session, missing) if missing else {}
        if any(found[name].known for name in self.looked & found.keys()):
            raise CameInBetween
        self.looked -= found.keys()
        return held | found


def begin(session: Session, now: datetime, actor: Actor | None = None) -> Batch:
    """What holds for every submission of a transaction."""
    today = clock.local(now).date()
    return Batch(
        dictionary=dictionary_in_force(session),
        at=Moment(now=now, today=today, policy=in_force(session, today)),
        actor=actor,
    )
