"""Joining what was recorded twice, telling apart what is two, with what the reviewer saw."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from server import clock
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.changes.queries import numbered_last
from server.forms.dictionary import Property
from server.forms.queries import dictionary_in_force
from server.intake.office import Distinction, OfficeContent, OfficeEntity, office_submission
from server.merge import is_blank
from server.problems import DecisionRefused, NotFound, StateMovedOn
from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity
from server.registers.reading import merge_value
from server.review.compare import heads_of, marks_of, members_of, seen_of, units_of, value_of
from server.review.settle import settle
from server.review.submit import submit
from server.review.wording import Wording
from server.submissions.incoming import Incoming

Pick = Literal["first", "second", "both"]
Pair = tuple[str, str]
#: Units that point to another entity; which ones are one after the joining is known to us.
POINTING = ("head", "household")


def two(session: Session, actor: Actor, one: str, other: str) -> tuple[Entity, Entity]:
    """Two known entities of the actor's villages, by id.

    Raises NotFound, or StateMovedOn when they are one by now.
    """
    first, second = sorted((one, other))
    found = registers.entities(session, (first, second))
    if len(found) < 2 or any(entity.area not in actor.villages for entity in found.values()):
        raise NotFound("没有这两户（人），或者有一边不在您管的村里。")
    if found[first].register != found[second].register:
        raise NotFound
    if found[first].component == found[second].component:
        raise StateMovedOn("这两边已经合并过了。")
    if not all(entity.known for entity in found.values()):
        raise StateMovedOn("有一边已经不在名单里了，请看现在的情况。")
    return found[first], found[second]


def join(
    session: Session,
    actor: Actor,
    pair: Pair,
    picks: Mapping[str, Pick],
    persons: Collection[Pair],
    seen: str,
    reason: str,
    now: datetime,
) -> str:
    """Make two one, with those of their members that are in both; returns the submission's id.

    picks: unit -> whose value holds. persons: of households, the pairs that become one person.
    seen: `compare.seen_of` what the reviewer saw. Raises StateMovedOn when it has moved on,
    DecisionRefused without a reason.
    """
    both = _locked(session, actor, pair, seen, reason)
    same = {one.id: both[0].id for one in both}
    same |= {name: min(some) for some in persons for name in some}
    one = _submission(session, actor, both, picks, same, (reason, ""), now)
    with numbered_last(session):
        for some in sorted(persons):
            people = two(session, actor, *some)
            said = (reason, one.instance_id)
            submit(session, actor, _submission(session, actor, people, {}, same, said, now), now)
        submit(session, actor, one, now)
        if both[0].register == "persons":
            _one_head(session, actor, both[0], now)
    accounts.audit(
        session,
        now,
        actor.person_id,
        "join",
        both[0].id,
        reason=reason.strip(),
        detail={"with": both[1].id, "units": sorted(picks), "persons": len(persons)},
    )
    return one.instance_id


def tell_apart(
    session: Session, actor: Actor, pair: Pair, seen: str, reason: str, now: datetime
) -> str:
    """Decide that two are two, whatever they have in common now; returns the submission's id."""
    first, second = _locked(session, actor, pair, seen, reason)
    people = [members_of(session, entity) for entity in (first, second)]
    content = OfficeContent(
        "distinct",
        clock.local(now).date(),
        distinct=Distinction(
            (first.id, second.id), tuple(sorted(marks_of(session, first, second, people)))
        ),
        reason=reason.strip(),
    )
    one = office_submission(content, person_id=actor.person_id, now=now)
    submit(session, actor, one, now)
    accounts.audit(
        session,
        now,
        actor.person_id,
        "told-apart",
        first.id,
        reason=reason.strip(),
        detail={"from": second.id},
    )
    return one.instance_id


def _locked(
    session: Session, actor: Actor, pair: Pair, seen: str, reason: str
) -> tuple[Entity, Entity]:
    members = {one.id for name in pair for one in registers.members(session, name)}
    registers.lock_existing(session, members.union(pair))  # all at once, as intake does
    first, second = two(session, actor, *pair)
    people = [members_of(session, entity) for entity in (first, second)]
    if seen_of((first, second), people) != seen:
        raise StateMovedOn
    if not reason.strip():
        raise DecisionRefused("请写明依据，比如：电话问了本人。")
    return first, second


def _submission(
    session: Session,
    actor: Actor,
    pair: tuple[Entity, Entity],
    picks: Mapping[str, Pick],
    same: Mapping[str, str],
    said: tuple[str, str],
    now: datetime,
) -> Incoming:
    """The submission that joins two, carrying the chosen values and the heads that were seen.

    same: id -> id of what is one together with these two. said: reason and source.
    """
    wording = Wording(dictionary_in_force(session), actor.view)
    chosen: dict[str, str] = {}
    shown = _Shown()
    for unit in units_of(wording, pair[0].register):
        value = _chosen(unit, pair, picks, same)
        if value is None:
            continue
        shown.add(unit, pair, value)
        chosen |= value if isinstance(value, dict) else {unit[0].name: str(value)}
    entity = OfficeEntity(pair[0].register, pair[0].id, chosen)
    content = OfficeContent(
        "join",
        clock.local(now).date(),
        entities=(entity,) if chosen else (),
        join=(pair[0].id, pair[1].id),
        reason=said[0].strip(),
        source=said[1],
    )
    return office_submission(
        content, person_id=actor.person_id, now=now, shown={pair[0].id: shown.entry()}
    )


def _chosen(
    unit: Sequence[Property],
    pair: tuple[Entity, Entity],
    picks: Mapping[str, Pick],
    same: Mapping[str, str],
) -> object:
    """The value that holds of a unit; None where nobody has to choose."""
    mine, his = (value_of(entity.live, unit) for entity in pair)
    if is_blank(merge_value(mine)) or is_blank(merge_value(his)) or mine == his:
        return None
    name = unit[0].unit
    if name in POINTING and str(mine) in same and str(his) in same:
        return same[str(mine)] if same[str(mine)] == same[str(his)] else None
    pick = picks.get(name)
    if pick == "both" and unit[0].rule == "set":
        return " ".join(sorted({*str(mine).split(), *str(his).split()}))
    return {"first": mine, "second": his}.get(pick or "")


def _one_head(session: Session, actor: Actor, person: Entity, now: datetime) -> None:
    """Settle who the head is, when all that people named are one person by now."""
    home = registers.entity(session, person.household_id or "")
    claims = values.disputed(home.live).get("head") if home is not None else None
    if home is None or not claims:
        return
    heads = values.heads(home.live)
    named = registers.entities(session, {str(claim["value"]) for claim in claims})
    if {one.component for one in named.values()} == {person.id}:
        seen = {"head": [heads[claim["head"]] for claim in claims]}
        reason = "几处填的户主已合并成一个人"
        settle(session, actor, home.id, {"head": person.id}, seen, reason, now)


class _Shown:
    """What the reviewer saw of the chosen units: the values of both, with all their heads."""

    def __init__(self) -> None:
        self.heads: list[str] = []
        self.values: dict[str, object] = {}

    def add(self, unit: Sequence[Property], pair: tuple[Entity, Entity], value: object) -> None:
        """Note one unit; of a multiple choice every choice that either of them knows."""
        if unit[0].rule != "set":
            seen = [head for entity in pair for head in heads_of(entity.live, unit)]
            self.values[unit[0].unit] = [value, self._indexes(seen)]
            return
        self.values[unit[0].name] = ["", []]
        ticked = str(value).split()
        known: dict[str, list[str]] = {}
        for entity in pair:
            heads = values.heads(entity.live)
            for name, (_, indexes) in values.units(entity.live).items():
                if name.startswith(f"{unit[0].name}/"):
                    known.setdefault(name, []).extend(heads[index] for index in indexes)
        for name, some in known.items():
            holds = "1" if name.partition("/")[2] in ticked else "0"
            self.values[name] = [holds, self._indexes(some)]

    def entry(self) -> dict[str, object]:
        """As a submission carries it."""
        return {"heads": self.heads, "values": self.values}

    def _indexes(self, seen: Sequence[str]) -> list[int]:
        self.heads += [head for head in dict.fromkeys(seen) if head not in self.heads]
        return sorted({self.heads.index(head) for head in seen})
