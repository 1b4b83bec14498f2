"""What the desk calls an entity: 本户, a person's name, or its register and what tells it apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from server.registers import values
from server.registers.models import Entity
from server.review.wording import Wording
from server.submissions.models import Write

#: Register -> the properties of which the first that is known tells one entity from its like.
TOLD_BY: Mapping[str, Sequence[str]] = {
    "problems": ("description", "problem_type", "need_type"),
    "health_cases": ("person",),
    "houses": ("house_name",),
    "renovations": ("house",),
    "cases": ("clue_date",),
    "measures": ("measure_item", "measure_group"),
    "plans": ("plan_year",),
    "incomes": ("period_end",),
    "contact_cards": ("person",),
    "exit_checks": ("checked_on",),
}
#: What others are told by, and therefore named first.
POINTED_TO = frozenset({"persons", "houses"})
LONGEST = 16


def title_of(
    wording: Wording, register: str, entity: Entity | None, writes: Sequence[Write] = ()
) -> str:
    """What to call an entity, by what `writes` say of it before what is known."""
    known = values.properties(entity.live) if entity is not None else {}
    return named(wording, register, known | _written(writes))


def named(wording: Wording, register: str, known: Mapping[str, str]) -> str:
    """What to call an entity of which `known` is known."""
    if register == "households":
        return "本户"
    found = wording.dictionary.registers.get(register)
    label = found.label if found else "其他"
    told = _told(wording, register, known)
    if register == "persons":
        return told or label
    return f"{label}：{told}" if told else label


def knowing(wording: Wording, entities: Iterable[Entity]) -> Wording:
    """The same wording, in which the ids of some entities read as what they are called."""
    known = [one for one in entities if one.known and one.register != "households"]
    pointed = [one for one in known if one.register in POINTED_TO]
    for some in (pointed, [one for one in known if one.register not in POINTED_TO]):
        called = {one.id: title_of(wording, one.register, one) for one in some}
        wording = Wording(wording.dictionary, wording.view, wording.names | called)
    return wording


def _told(wording: Wording, register: str, known: Mapping[str, str]) -> str:
    for name in ("person_name",) if register == "persons" else TOLD_BY.get(register, ()):
        prop = wording.dictionary.property(register, name)
        said = wording.say(prop, known.get(name)) if prop else ""
        if said:
            return said if len(said) <= LONGEST else f"{said[:LONGEST]}…"
    return ""


def _written(writes: Sequence[Write]) -> dict[str, str]:
    said: dict[str, str] = {}
    for write in writes:
        if isinstance(write.value, Mapping):
            said |= {name: str(text) for name, text in write.value.items() if text}
        elif write.value:
            said[write.unit] = str(write.value)
    return said
