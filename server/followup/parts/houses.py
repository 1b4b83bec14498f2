"""Houses and their renovation: from a dangerous grade to moving in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from server.followup.house_states import (
    DANGEROUS,
    house_state,
    missing,
    renovation_state,
)
from server.followup.known import Derived, Event, Known, Part
from server.followup.tasks import Needed
from server.registers import values
from server.registers.models import Entity

TASKS: frozenset[str] = frozenset({"house_assess", "renovation"})
READS: frozenset[str] = frozenset({"housing_ok", "house_grade"})

URGENT_DAYS = 2


def part(known: Known) -> Part:
    """What is to be said of a household's houses.

    Of a house: state (`house_states.house_state`); of a renovation: state, missing; of the
    household: house_state, that of the house it mainly lives in.
    """
    houses = [house for house in known.all("houses") if house.known]
    renovations = _renovations(known)
    entities: dict[str, Derived] = {one.id: _step(one) for one in renovations.values()}
    for house in houses:
        entities[house.id] = {"state": _state(house, renovations)}
    main = _main(houses)
    home: Derived = {"house_state": _state(main, renovations)} if main else {}
    return Part(home, entities, [*_assessments(known, main), *_dangers(known, renovations)])


def _renovations(known: Known) -> Mapping[str, Entity]:
    """The renovations of a household, by house."""
    return {values.text(one.live, "house"): one for one in known.all("renovations") if one.known}


def _state(house: Entity, renovations: Mapping[str, Entity]) -> str:
    renovation = renovations.get(house.id)
    return house_state(
        values.properties(house.approved),
        values.properties(house.live),
        renovation_state(values.properties(renovation.live)) if renovation else None,
    )


def _step(renovation: Entity) -> Derived:
    facts = values.properties(renovation.live)
    wanted = missing(facts)
    return {
        "state": renovation_state(facts),
        **({"missing": " ".join(wanted)} if wanted else {}),
    }


def _main(houses: Sequence[Entity]) -> Entity | None:
    """The house that a household mainly lives in."""
    mainly = [one for one in houses if values.text(one.live, "is_main_dwelling") == "yes"]
    return min(mainly or houses, key=lambda house: house.id, default=None)


def _assessments(known: Known, main: Entity | None) -> Iterator[Needed]:
    """Houses that somebody who may grade has to look at: a clue, or a worry told on a visit."""
    newest: dict[str, Event] = {}
    for event in known.events:
        if event.kind == "assessment" and event.facts.get("looked") in {"inside", "outside"}:
            newest[str(event.facts.get("house_id", ""))] = event
    settled = {house.id: values.properties(house.approved) for house in known.all("houses")}
    for house_id, event in newest.items():
        why = _doubt(event)
        if why and not _answers(settled.get(house_id, {}), event):
            yield _assess(known, house_id, why, event.on, event.facts)
    worry = _worry(known)
    seen = newest.get(main.id) if main else None
    if worry and (seen is None or seen.on < worry.on):
        grade = values.text(main.approved, "house_grade") if main else ""
        if grade not in DANGEROUS:
            yield _assess(
                known, main.id if main else known.home.id, "走访说住房要鉴定", worry.on, {}
            )


def _doubt(event: Event) -> str:
    """Why a record of a house leaves its grade open; blank where it does not."""
    grade = str(event.facts.get("grade", ""))
    if event.facts.get("counts") == "yes":
        return ""
    if not grade:
        return "三层及以上" if event.facts.get("professional") == "yes" else ""
    return f"初评 {grade} 级" if grade in DANGEROUS else ""


def _answers(settled: Mapping[str, str], clue: Event) -> bool:
    """Whether a settled grade says as much as a clue: it came after it, or is no better."""
    grade, clued = settled.get("house_grade", ""), str(clue.facts.get("grade", ""))
    return bool(grade) and (
        settled.get("assessed_on", "") >= clue.on.isoformat() or (clued != "" and grade >= clued)
    )


def _worry(known: Known) -> Event | None:
    """The visit that says so, where the household's housing is said to be unsafe."""
    unit = values.units(known.home.live).get("housing_ok")
    if unit is None or unit[0] not in {"needs_assessment", "dangerous"}:
        return None
    heads = values.heads(known.home.live)
    said = {heads[index] for index in unit[1]}
    told = [one for one in known.events if one.kind == "visit" and one.instance_id in said]
    return told[-1] if told else None


def _assess(known: Known, house_id: str, why: str, on: date, facts: Mapping[str, object]) -> Needed:
    urgent = facts.get("grade") == "D" and facts.get("occupied") == "yes"
    return Needed(
        "house_assess",
        house_id,
        known.home,
        f"{_name(known)}：{why}，请安排鉴定",
        {"on": on.isoformat()},
        due_on=_urgently(known, on) if urgent and facts.get("evacuated") != "yes" else None,
    )


def _dangers(known: Known, renovations: Mapping[str, Entity]) -> Iterator[Needed]:
    """Houses whose grade is settled as C or D, as long as somebody lives in them or they wait."""
    for house in known.all("houses"):
        settled, live = values.properties(house.approved), values.properties(house.live)
        grade = settled.get("house_grade", "")
        state = _state(house, renovations)
        if grade not in DANGEROUS or state == "closed":
            continue
        renovation = renovations.get(house.id)
        detail: dict[str, object] = {"grade": grade}
        if renovation:
            detail["step"] = renovation_state(values.properties(renovation.live))
        if state == "dangerous":
            due = _urgently(known, _day(settled, known.today)) if grade == "D" else None
            what = "请先让人搬出来" if grade == "D" else "请安排修缮"
            title = f"{_name(known)}：{grade} 级危房还住着人，{what}"
            yield Needed("renovation", house.id, known.home, title, detail, due_on=due)
        elif renovation or live.get("household_agrees") == "yes":
            what = "改造还没办完" if renovation else "愿意改造，等列入计划"
            title = f"{_name(known)}：{grade} 级危房，{what}"
            yield Needed("renovation", house.id, known.home, title, detail)


def _urgently(known: Known, since: date) -> date:
    return since + timedelta(days=known.number("house.urgent_days", URGENT_DAYS))


def _day(settled: Mapping[str, str], otherwise: date) -> date:
    said = settled.get("assessed_on", "")
    return date.fromisoformat(said) if said else otherwise


def _name(known: Known) -> str:
    return str(known.home.derived.get("head_name") or "户主没登记")
