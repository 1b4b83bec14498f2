"""Who sees which class of property, and how: the one place for views and masking.

Source: roles and workflow 3.1 and 7; a view is what `accounts.roles` gives a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from server.forms.dictionary import Dictionary, Property, Register
from server.registers import values

Sight = Literal["full", "masked", "none"]

#: view -> class -> how. What is not named is `none`.
SIGHT: Mapping[str, Mapping[str, Sight]] = {
    "county": {
        "plain": "full",
        "id_number": "full",
        "health": "full",
        "income": "full",
        "account": "masked",
        "minor": "full",
    },
    "town": {
        "plain": "full",
        "id_number": "full",
        "health": "full",
        "income": "full",
        "account": "masked",
        "minor": "full",
    },
    # The team records health answers itself and must not be asked twice; see decisions/0006.
    "team": {
        "plain": "full",
        "id_number": "masked",
        "health": "full",
        "income": "full",
        "minor": "full",
    },
    # Illness is kept as one: there is no class of it that could be shown alone; see decisions/0021.
    "helper": {"plain": "full", "id_number": "masked", "income": "full", "minor": "full"},
    "doctor": {"plain": "full", "health": "full", "minor": "full"},
    "inspector": {"plain": "full", "id_number": "masked", "minor": "masked"},
    "grid": {"plain": "full"},
    "none": {},
}


#: Derived facts that tell of a class of properties, by the beginning of their name.
DERIVED: Mapping[str, str] = {"hb_": "health", "income_": "income", "per_capita": "income"}

#: The properties that say whose something is.
WHOSE = frozenset({"household", "person"})

#: Facts of records (`intake.summaries`) that tell of a class of properties.
FACTS: Mapping[str, str] = {"last_per_capita": "income"}


def derived_for_phone(derived: Mapping[str, object], view: str) -> dict[str, object]:
    """What was derived of an entity, without what the view may not see of what it follows from."""
    seen = SIGHT.get(view, {})
    hidden = tuple(start for start, class_ in DERIVED.items() if seen.get(class_) != "full")
    return {
        name: value
        for name, value in derived.items()
        if value is not None and not name.startswith(hidden)
    }


def facts_for_phone(facts: Mapping[str, object], view: str) -> dict[str, object]:
    """What a record says in facts, without those of a class that the view does not see."""
    return {
        name: said
        for name, said in facts.items()
        if name not in FACTS or sees_class(view, FACTS[name])
    }


def sees_register(view: str, register: Register) -> bool:
    """Whether a view may know that something of a register is there.

    Where all it says but whose it is belongs to one class, that it is there tells of that class:
    who has a case of the eight ones is ill.
    """
    classes = {one.class_ for one in register.properties.values() if one.name not in WHOSE}
    return len(classes) > 1 or all(sees_class(view, one) for one in classes)


def sees_class(view: str, class_: str) -> bool:
    """Whether a view sees all of a class of properties."""
    return SIGHT.get(view, {}).get(class_) == "full"


def sight(view: str, prop: Property) -> Sight:
    """How a view sees a property at the desk."""
    return SIGHT.get(view, {}).get(prop.class_, "none")


def phone_sight(view: str, prop: Property) -> Sight:
    """How a property goes to a phone of a view: also bounded by the dictionary."""
    if prop.phone == "never":
        return "none"
    seen = sight(view, prop)
    return "masked" if seen == "full" and prop.phone == "last4" else seen


def sees_findings(view: str) -> bool:
    """Whether a view may read in one line what a visit found, health and income included."""
    seen = SIGHT.get(view, {})
    return seen.get("health") == seen.get("income") == "full"


def sees_health(view: str) -> bool:
    """Whether a view may see who is ill, and of what."""
    return SIGHT.get(view, {}).get("health") == "full"


def masked_id(number: str) -> str:
    """An ID number for lists: first six and last four."""
    return f"{number[:6]}********{number[-4:]}" if len(number) >= 15 else last4(number)


def masked_phone(number: str) -> str:
    """A telephone number with its middle hidden."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 11 else number


def last4(text: str) -> str:
    """The last four characters."""
    return text[-4:]


def _sights(view: str, register: Register) -> Mapping[str, Sight]:
    """How each unit of a register goes to phones of a view: in full only if all of it may."""
    known = _known_sights.get((view, id(register)))
    if known is None or known[0] is not register:
        known = (
            register,
            {
                unit: _together({phone_sight(view, prop) for prop in properties})
                for unit, properties in register.units.items()
            },
        )
        _known_sights[view, id(register)] = known
    return known[1]


#: Computed once for a register of a dictionary, of which a process knows few.
_known_sights: dict[tuple[str, int], tuple[Register, Mapping[str, Sight]]] = {}


def _together(sights: set[Sight]) -> Sight:
    if sights == {"full"}:
        return "full"
    return "masked" if "masked" in sights else "none"


def for_phone(
    state: Mapping[str, object], register: str, view: str, dictionary: Dictionary
) -> dict[str, object]:
    """The part of an entity's live state that goes to a phone: heads, units, disputed, masked."""
    sights = _sights(view, dictionary.registers[register])
    units: dict[str, object] = {}
    masked: dict[str, str] = {}
    for unit, (value, indexes) in values.units(state).items():
        seen = sights.get(unit.partition("/")[0], "none")
        if seen == "full":
            units[unit] = [value, indexes]
        elif seen == "masked" and isinstance(value, str):
            masked[unit] = last4(value)
    disputed = {u: v for u, v in values.disputed(state).items() if u in units}
    return {"heads": values.heads(state), "units": units, "disputed": disputed, "masked": masked}
