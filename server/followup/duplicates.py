"""Households and people that are perhaps recorded twice (design §4, rule 8).

Two people are alike who have one ID number, or one name and birth date in one village; two
households, whose heads are alike or that have one number. Each pair is a task of its own, the
same from whichever of the two households it is seen. While two households are one task, what
their members have in common is no task besides: it is offered with the households.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from server.followup.head import head_of, present
from server.followup.tasks import Needed
from server.registers import queries as registers
from server.registers import values
from server.registers.likeness import marks
from server.registers.models import Entity

KIND = "duplicate"
WORDS = {
    "id_number": "同一个身份证号登记了两次",
    "persons": "同名同生日，可能是同一个人",
    "head": "户主像是同一个人，可能登记了两户",
    "households": "户编号一样，可能登记了两户",
}

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Alike:
    """Two entities with what they have in common; the one with the smaller id first."""

    pair: Pair
    marks: frozenset[str]

    @property
    def subject(self) -> str:
        """By which its task goes."""
        return subject_of(*self.pair)


def pair(one: Entity, other: Entity) -> Pair:
    """The ids of two entities, in order."""
    return (one.id, other.id) if one.id < other.id else (other.id, one.id)


def subject_of(one: str, other: str) -> str:
    """By which the task about two entities goes: a digest, for the feed's ids are short."""
    first, second = sorted((one, other))
    return hashlib.sha256(f"{first} {second}".encode()).hexdigest()[:32]


def duplicates(
    session: Session, home: Entity, people: Sequence[Entity], head: Entity | None
) -> tuple[list[Needed], set[str]]:
    """The tasks about a household and its people that are needed, and all that may exist.

    The second are the subjects of everything alike, and of the households in which it lives, also
    where their heads are alike no longer: a task among them that is not needed is over.
    """
    own = [home, *people]
    hashes = {one.id_hash for one in own if one.id_hash}
    likenesses = {one.likeness for one in own if one.likeness}
    ids = registers.alike(session, hashes, likenesses) if hashes or likenesses else set()
    if ids <= {one.id for one in own} and not _twice(people):
        return [], set()
    return _tasks(session, home, people, head, list(registers.entities(session, ids).values()))


def _twice(people: Iterable[Entity]) -> bool:
    """Whether two members of one household are alike."""
    keys = [key for one in people for key in (one.id_hash, one.likeness) if key]
    return len(keys) != len(set(keys))


def _tasks(
    session: Session,
    home: Entity,
    people: Sequence[Entity],
    head: Entity | None,
    found: Sequence[Entity],
) -> tuple[list[Needed], set[str]]:
    persons = _pairs(people, found)
    homes = _homes(session, home, found)
    houses = _houses(session, home, head, persons, homes)
    told_apart = _told_apart(session, {one for some in (*persons, *houses) for one in some.pair})
    open_houses = [one for one in houses if _open(one, told_apart)]
    together = {one.pair for one in open_houses}
    by_id = {one.id: one for one in (*found, *people, *homes.values())}
    needed = [_needed(one, by_id[one.pair[0]], by_id) for one in open_houses]
    for one in persons:
        first, second = (by_id[name] for name in one.pair)
        apart = first.household_id != second.household_id
        lived = sorted((first.household_id or "", second.household_id or ""))
        if _open(one, told_apart) and not (apart and tuple(lived) in together):
            place = homes.get(first.household_id or "") or homes.get(second.household_id or "")
            needed += [_needed(one, place or home, by_id)]
    beside = {subject_of(home.id, name) for name in homes if name != home.id}
    return needed, {one.subject for one in (*persons, *houses)} | beside


def _pairs(people: Iterable[Entity], found: Iterable[Entity]) -> list[Alike]:
    """The people of a household with those who are like them."""
    pairs = {
        pair(one, other): marks(one, other)
        for one in people
        for other in found
        if other.register == one.register and other.id != one.id
    }
    return [Alike(both, common) for both, common in sorted(pairs.items()) if common]


def _homes(session: Session, home: Entity, found: Iterable[Entity]) -> dict[str, Entity]:
    """The households concerned, by id."""
    ids = {one.id if one.register == "households" else one.household_id or "" for one in found}
    known = registers.entities(session, ids - {home.id, ""})
    return {home.id: home} | {name: one for name, one in known.items() if one.known}


def _houses(
    session: Session,
    home: Entity,
    head: Entity | None,
    persons: Iterable[Alike],
    homes: Mapping[str, Entity],
) -> list[Alike]:
    """The households that are like this one, by their number or by their head."""
    like_head = {name: one for one in persons if head and head.id in one.pair for name in one.pair}
    houses = []
    for other in (one for one in homes.values() if one.id != home.id):
        common = set(marks(home, other))
        if like_head:
            inside = present(registers.members(session, other.id))
            his = head_of(session, values.properties(other.live), inside)
            if his is not None and his.id in like_head:
                common |= {f"head {mark}" for mark in like_head[his.id].marks}
        if common:
            houses.append(Alike(pair(home, other), frozenset(common)))
    return sorted(houses, key=lambda one: one.pair)


def _told_apart(session: Session, ids: Collection[str]) -> dict[Pair, set[str]]:
    """What the office knew two to have in common when it told them apart."""
    known: dict[Pair, set[str]] = {}
    for first, second, alike in registers.distinctions(session, ids) if ids else ():
        known.setdefault((min(first, second), max(first, second)), set()).update(alike)
    return known


def _open(one: Alike, told_apart: Mapping[Pair, Collection[str]]) -> bool:
    return bool(one.marks.difference(told_apart.get(one.pair, ())))


def _needed(one: Alike, home: Entity, by_id: Mapping[str, Entity]) -> Needed:
    first = by_id[one.pair[0]]
    kinds = sorted({mark.partition(" ")[0] for mark in one.marks})
    why = next(WORDS[kind] for kind in WORDS if kind in kinds)
    house = first.register == "households"
    name = (
        str(home.derived.get("head_name") or "一户")
        if house
        else values.text(first.live, "person_name") or "家庭成员"
    )
    detail: dict[str, object] = {
        "entities": list(one.pair),
        "register": first.register,
        "alike": kinds,
    }
    return Needed(KIND, one.subject, home, f"{name}：{why}", detail)
