"""The eight ones: who needs them, how far they are, what is to be renewed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from server.followup.eight import Item, is_complete, items_of, needs_them
from server.followup.head import present
from server.followup.known import Derived, Known, Part
from server.followup.tasks import Needed
from server.registers import values
from server.registers.models import Entity

TASKS: frozenset[str] = frozenset({"health_renewal", "welfare_stop"})
READS: frozenset[str] = frozenset({"household_type", "welfare"})

#: What a person may have received that ends with his death: property and its word.
BENEFITS = (("dibao_member", "低保"), ("tekun_member", "特困供养"), ("pension_insured", "养老金"))


def part(known: Known) -> Part:
    """What the eight ones of a household's people come to.

    Of a person: hb_needed, hb_done, hb_na, hb_complete (yes, no), hb_renew_on; of the household
    the sums hb_people, hb_full (who has all), hb_done, hb_na, and hb_due, the day from which
    something is to be done again. All are counted as recorded: who reads compares the days.
    """
    eights = dict(_eights(known))
    people = {person.id: person for person in known.people}
    persons = {person_id: _person(items, known.policy) for person_id, items in eights.items()}
    renewals = [
        _renewal(known.home, people[person_id], day)
        for person_id, items in eights.items()
        if (day := renew_on(items))
    ]
    return Part(_household(persons), persons, [*renewals, *_deaths(known)])


def renew_on(items: tuple[Item, ...]) -> date | None:
    """The day from which the first of the eight has to be done once more."""
    return min((item.again_on for item in items if item.again_on), default=None)


def _eights(known: Known) -> Iterator[tuple[str, tuple[Item, ...]]]:
    """The eight of everybody who lives here and needs them, or for whom a case was begun."""
    home_type = values.text(known.home.live, "household_type")
    cases = {
        facts["person"]: facts
        for case in known.all("health_cases")
        if case.known and (facts := values.properties(case.live)).get("person")
    }
    for person in present(known.people):
        facts = values.properties(person.live)
        case = cases.get(person.id)
        if case is not None or needs_them(facts, home_type, known.policy):
            yield person.id, items_of(case or {}, facts.get("birth_date", ""), known.policy)


def _person(items: tuple[Item, ...], policy: Mapping[str, object]) -> Derived:
    again = renew_on(items)
    return {
        "hb_needed": 1,
        "hb_done": sum(item.status == "done" for item in items),
        "hb_na": sum(item.status == "na" for item in items),
        "hb_complete": "yes" if is_complete(items, policy) else "no",
        **({"hb_renew_on": again.isoformat()} if again else {}),
    }


def _household(persons: Mapping[str, Derived]) -> Derived:
    if not persons:
        return {}
    days = [str(one["hb_renew_on"]) for one in persons.values() if "hb_renew_on" in one]
    return {
        "hb_people": len(persons),
        "hb_full": sum(one["hb_complete"] == "yes" for one in persons.values()),
        "hb_done": sum(int(one["hb_done"]) for one in persons.values()),
        "hb_na": sum(int(one["hb_na"]) for one in persons.values()),
        **({"hb_due": min(days)} if days else {}),
    }


def _renewal(home: Entity, person: Entity, day: date) -> Needed:
    name = values.text(person.live, "person_name") or "未取名"
    title = f"{name}：该再做一次健康查体"
    detail: dict[str, object] = {"class": "health"}
    return Needed("health_renewal", person.id, home, title, detail, due_on=day)


def _deaths(known: Known) -> Iterator[Needed]:
    """Whatever the dead received has to be stopped (repairs 2)."""
    for person in known.people:
        facts = values.properties(person.live)
        if (facts.get("member_status"), facts.get("change_reason")) != ("removed", "death"):
            continue
        name = facts.get("person_name") or "未取名"
        received = "、".join(word for prop, word in BENEFITS if facts.get(prop) == "yes")
        title = f"{name}去世：请核查{received or '低保、养老金等'}停发"
        detail: dict[str, object] = {"on": facts.get("change_date", "")}
        yield Needed("welfare_stop", person.id, known.home, title, detail)
