"""Compare a file's households with what is known: new, changed or unchanged, cell by cell."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from server.roster.fields import BY_KEY, FIELDS
from server.roster.households import Household
from server.roster.identity import entity_id
from server.roster.match import Content, Known, entities_of

State = Literal["new", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that differs; note: what happens when somebody recorded something else meanwhile."""

    row: int
    entity_id: str
    who: str
    property: str
    label: str
    before: str
    after: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """One household of the file and what importing it would do.

    writes: whether a submission is needed: also an unchanged household is recorded once, so that
      a later import knows what this source said.
    absent: names of persons whom an earlier import brought and this file does not mention.
    removed: (row, name) of persons who left since, as was recorded, but still stand in the file.
    strangers: nobody of the file is among those whom the register knows in the household.
    confirmed: "entity id/unit" that is said anew although this source said the same before.
    """

    household: Household
    entity_id: str
    state: State
    entities: tuple[Content, ...]
    changes: tuple[Change, ...]
    writes: bool
    absent: tuple[str, ...]
    removed: tuple[tuple[int, str], ...]
    confirmed: tuple[str, ...]
    strangers: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What importing would do; refused: row → why, for what only the register could tell."""

    planned: tuple[Planned, ...]
    refused: Mapping[int, list[str]]


def plan(households: Sequence[Household], known: Known, secret: str, source: str) -> Plan:
    """Every household compared; pure, so that preview and import cannot differ.

    secret, source: from which entity ids are derived where the register knows none.
    """
    planned: list[Planned] = []
    refused: dict[int, list[str]] = {}
    taken: set[str] = set()
    for household in households:
        one = _planned(household, entities_of(household, known, secret, source, taken), known)
        moved_on = _moved_on(household, one.entities, known, taken)
        taken.add(one.entity_id)
        if moved_on:
            refused |= {row: [moved_on] for row in household.rows}
            continue
        foreign = {
            content.row: content for content in one.entities if content.entity_id in known.outside
        }
        if foreign:
            refused |= {row: [_elsewhere(row, foreign)] for row in household.rows}
        else:
            planned.append(one)
    return Plan(tuple(planned), refused)


def _moved_on(
    household: Household,
    entities: Sequence[Content],
    known: Known,
    taken: Collection[str],
) -> str:
    """Why what an exported file names is no longer there as it was."""
    if not household.id:
        return ""
    ids = [content.entity_id for content in entities]
    if len(set(ids)) < len(ids) or entities[0].entity_id in taken:
        return "导出以后，表里的两户或两人已经并成一个。请重新导出再改。"
    there = {known.goes_by(one.id) for one in household.persons if one.id} | {ids[0]}
    return (
        ""
        if there <= known.current.keys()
        else "导出以后，这一户或户里的人被撤回了。请重新导出再改。"
    )


def _elsewhere(row: int, foreign: Mapping[int, Content]) -> str:
    if row not in foreign:
        listed = "、".join(str(number) for number in foreign)
        return f"同一户第 {listed} 行有问题，整户暂不导入，以免只进半户。"
    what = "户编号" if foreign[row].register == "households" else "证号"
    return f"这个{what}已经登记在您管的村以外。请先由县里办理迁移，或核实{what}。"


def _planned(household: Household, entities: tuple[Content, ...], known: Known) -> Planned:
    whole = entities[0]
    differing = [found for content in entities for found in _differing(content, known)]
    changes = tuple(
        _named(change, household, entities, known)
        for change in differing
        if change.before != change.after
    )
    is_new = whole.entity_id not in known.current
    state: State = "new" if is_new else "changed" if changes else "unchanged"
    return Planned(
        household=household,
        entity_id=whole.entity_id,
        state=state,
        entities=entities,
        changes=() if is_new else changes,
        writes=bool(differing),
        absent=_absent(whole.entity_id, entities, known),
        removed=tuple(
            (content.row, content.name)
            for content in entities
            if _left(content, known) and not _moved(content, known)
        ),
        confirmed=tuple(
            f"{content.entity_id}/member_status" for content in entities if _moved(content, known)
        ),
        strangers=not household.id and _strangers(whole.entity_id, entities, known),
    )


def _strangers(household_id: str, entities: Sequence[Content], known: Known) -> bool:
    members = {member.id for member in known.members.get(household_id, ())}
    return bool(members) and members.isdisjoint(content.entity_id for content in entities)


def _left(content: Content, known: Known) -> bool:
    return known.current.get(content.entity_id, {}).get("member_status") == "removed"


def _moved(content: Content, known: Known) -> bool:
    """Whether the file puts a person into another household than it did: then he lives there."""
    before = known.previous.get(content.entity_id, {}).get("household")
    if before is None:
        return False
    return known.goes_by(before) != content.properties.get("household")


def _named(
    change: Change, household: Household, entities: Sequence[Content], known: Known
) -> Change:
    """A change of head or household told by names and numbers instead of ids."""
    if change.property == "head":
        names = {content.entity_id: content.name for content in entities}
        before = known.current.get(change.before, {}).get("person_name", "")
        return replace(change, before=before, after=names.get(change.after, ""))
    if change.property == "household":
        before = known.current.get(change.before, {}).get("household_no", "")
        return replace(change, before=before, after=household.household_no)
    return change


def _differing(content: Content, known: Known) -> Iterator[Change]:
    """The cells that differ from the previous import.

    Equal `before` and `after`: the register says so already, but this source did not yet.
    """
    previous = known.previous.get(content.entity_id, {})
    current = known.current.get(content.entity_id, {})
    for name, value in content.properties.items():
        said, now = previous.get(name), current.get(name, "")
        if name in _IDS:
            said, now = said and known.goes_by(said), known.goes_by(now)
        again = name == "member_status" and _moved(content, known) and _left(content, known)
        if said is not None and _same(name, said, value) and not again:
            continue
        if _same(name, now, value):
            now = value
        yield Change(
            row=content.row,
            entity_id=content.entity_id,
            who="户" if content.register == "households" else content.name,
            property=name,
            label=_label(name),
            before=now,
            after=value,
            note=_note(name, said, now, value, known.since),
        )


def _note(name: str, said: str | None, now: str, value: str, since: str) -> str:
    if not now or now == value or (said is not None and _same(name, said, now)):
        return ""
    who = "已有的记录不同" if said is None else f"{since}以后有人改过"
    return f"{who}，导入后不会盖掉，两种说法由镇里核定"


_MANY = {meaning.target for meaning in FIELDS if meaning.kind == "many"}
_IDS = {"household", "head"}
_LABELS = {"household": "所在户", "head": "户主", "member_status": "在户状态"}
_BY_TARGET = {meaning.target: meaning for meaning in BY_KEY.values()}


def _same(name: str, one: str, other: str) -> bool:
    if name in _MANY:
        return set(one.split()) == set(other.split())
    return one == other


def _label(name: str) -> str:
    meaning = _BY_TARGET.get(name)
    return meaning.label if meaning else _LABELS.get(name, name)


def _absent(household_id: str, entities: Sequence[Content], known: Known) -> tuple[str, ...]:
    """Persons whom an earlier import brought into the household and this file does not mention."""
    named = {content.entity_id for content in entities}
    return tuple(
        member.name
        for member in known.members.get(household_id, ())
        if member.from_roster and member.id not in named
    )


def instance_id(
    secret: str, source: str, planned: Planned, shown: Mapping[str, object], as_of: str
) -> str:
    """The submission's name, from all that it says: the same one when begun again after a kill."""
    said = [[content.entity_id, content.properties] for content in planned.entities]
    whole = json.dumps([said, shown, as_of], ensure_ascii=False, sort_keys=True)
    return entity_id(secret, source, "submission", planned.entity_id, whole)
