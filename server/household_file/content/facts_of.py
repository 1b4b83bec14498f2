"""From an entity's two readings to facts in words: what is approved, pending, disputed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from server.forms.dictionary import Dictionary, Property
from server.household_file import words
from server.household_file.content.facts import Claim, Fact
from server.registers import values

State = Mapping[str, object]

#: A list with more choices is printed as text, not as boxes.
MOST_BOXES = 3


@dataclass(frozen=True, slots=True)
class Author:
    """Who made a submission, and the day it is about."""

    name: str
    on: str


Authors = Callable[[str], Author]


@dataclass(frozen=True, slots=True)
class Readings:
    """What is known of one entity, everything counted (`live`) and only what is approved."""

    live: State
    approved: State

    def heads(self) -> set[str]:
        """The submissions that either reading rests on."""
        return {*values.heads(self.live), *values.heads(self.approved)}


def facts_of(
    readings: Readings, register: str, dictionary: Dictionary, authors: Authors
) -> dict[str, Fact]:
    """Every property of a register as the paper prints it, by name.

    An approved value is printed plain, with what was reported since as pending; a value that was
    never approved is printed as not reviewed.
    """
    return {
        prop.name: _fact(prop, readings, dictionary, authors)
        for prop in dictionary.registers[register].properties.values()
    }


def _fact(prop: Property, readings: Readings, dictionary: Dictionary, authors: Authors) -> Fact:
    live, approved = _raw(readings.live, prop), _raw(readings.approved, prop)
    raw = live if approved is None else approved
    pending: tuple[Claim, ...] = ()
    disputed = _disputed(prop, readings.live, dictionary, authors)
    if approved is not None and live is not None and live != approved and not disputed:
        newest = author_of(readings, prop.unit, authors)
        pending = (Claim(say(prop, live, dictionary), newest.name, newest.on),)
    return Fact(
        text=say(prop, raw or "", dictionary),
        options=_options(prop, raw or "", dictionary),
        reviewed=approved is not None or not raw,
        disputed=disputed,
        pending=pending,
    )


def say(prop: Property, raw: str, dictionary: Dictionary) -> str:
    """A value in words: choices by label, account numbers masked, money with its decimals."""
    if prop.list is not None:
        return "、".join(words.wide(dictionary.label(prop.list, code)) for code in raw.split())
    if prop.class_ == "account" and raw.isdigit():
        return words.masked(raw)
    if prop.class_ == "income" and raw:
        return words.money(raw)
    return raw


def _options(prop: Property, raw: str, dictionary: Dictionary) -> tuple[tuple[str, bool], ...]:
    choices = dictionary.lists.get(prop.list or "", ())
    if prop.type != "select_one" or not 0 < len(choices) <= MOST_BOXES:
        return ()
    return tuple((label, code == raw) for code, label in choices)


def _raw(state: State, prop: Property) -> str | None:
    """A property's value in a reading; the chosen codes of a set; None when nothing was written."""
    units = values.units(state)
    if prop.rule == "set":
        known = {unit: value for unit, (value, _) in units.items() if _is_choice(unit, prop)}
        chosen = (unit.partition("/")[2] for unit, value in known.items() if value == "1")
        return " ".join(sorted(chosen)) if known else None
    if prop.unit not in units:
        return None
    value = units[prop.unit][0]
    return str(value.get(prop.name, "")) if isinstance(value, dict) else str(value)


def _is_choice(unit: str, prop: Property) -> bool:
    return unit.startswith(f"{prop.unit}/")


def author_of(readings: Readings, unit: str, authors: Authors) -> Author:
    """Who said last what holds of a unit or of a set's choices; nobody where nothing is said."""
    heads = values.heads(readings.live)
    said = [
        authors(heads[index])
        for name, (_, indexes) in values.units(readings.live).items()
        if name.partition("/")[0] == unit
        for index in indexes
    ]
    return max(said, key=lambda author: (author.on, author.name), default=Author("", ""))


def _disputed(
    prop: Property, state: State, dictionary: Dictionary, authors: Authors
) -> tuple[Claim, ...]:
    heads = values.heads(state)
    claims: list[Claim] = []
    for unit, said in values.disputed(state).items():
        if prop.rule == "set" and _is_choice(unit, prop):
            claims += _choice_claims(prop, unit, said, heads, dictionary, authors)
        elif unit == prop.unit:
            raws = [_of_property(entry["value"], prop) for entry in said]
            if len(set(raws)) > 1:
                claims += [
                    Claim(
                        say(prop, raw, dictionary),
                        authors(heads[entry["head"]]).name,
                        str(entry["on"]),
                    )
                    for raw, entry in zip(raws, said, strict=True)
                ]
    return tuple(claims)


def _choice_claims(
    prop: Property,
    unit: str,
    said: Sequence[Mapping[str, object]],
    heads: Sequence[str],
    dictionary: Dictionary,
    authors: Authors,
) -> list[Claim]:
    label = dictionary.label(prop.list or "", unit.partition("/")[2])
    return [
        Claim(
            f"{'有' if entry['value'] == '1' else '没有'}“{label}”",
            authors(heads[int(str(entry["head"]))]).name,
            str(entry["on"]),
        )
        for entry in said
    ]


def _of_property(value: object, prop: Property) -> str:
    return str(value.get(prop.name, "")) if isinstance(value, dict) else str(value)
