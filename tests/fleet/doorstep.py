"""Filling a form as the phone's form engine does: everything known is filled in already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

Value = str | dict[str, str]
Units = dict[str, Value]

#: The questions of a visit that people answer here.
VISIT = ("food_ok", "clothes_ok", "housing_ok")
#: Units of several properties, with those that the forms bind.
PARTS = {"helper": ("helper_name", "helper_phone"), "member_status": ("member_status",)}
#: The multiple choices of the forms.
SETS = {"households": ("fuel",), "persons": ("health_status",)}
#: What counts only once the office has approved it.
ON_APPROVAL = frozenset(
    {"village_code", "head", "household_type", "household", "member_status", "id_number"}
)
#: Questions of the form that are spelt otherwise than the property.
QUESTION = {"person_name": "name"}


@dataclass
class View:
    """One household or person as a phone shows it; sets as units `property/choice`."""

    id: str
    register: str
    units: dict[str, Value] = field(default_factory=dict)
    heads: dict[str, list[str]] = field(default_factory=dict)
    fresh: bool = False

    def shown(self) -> dict[str, Any]:
        """What goes into a draft, frozen (protocol: push)."""
        heads = sorted({head for some in self.heads.values() for head in some})
        values: dict[str, Any] = {
            unit: [value, [heads.index(head) for head in self.heads.get(unit, ())]]
            for unit, value in self.units.items()
        }
        return {
            "heads": heads,
            "values": values | {name: ["", []] for name in SETS[self.register]},
        }

    def text(self, name: str) -> str:
        """One property's text; a multiple choice's ticks joined by blanks."""
        for unit, value in self.units.items():
            if unit == name and isinstance(value, str):
                return value
            if isinstance(value, dict) and name in value:
                return value[name]
        ticked = [
            unit.partition("/")[2]
            for unit, value in self.units.items()
            if unit.startswith(f"{name}/") and value == "1"
        ]
        return " ".join(sorted(ticked))


@dataclass
class Form:
    """One filled form: for the household and each person the answers, by property."""

    form_id: str
    version: str
    household: str
    known: bool
    event_date: str
    answers: dict[str, str]
    people: dict[str, dict[str, str]] = field(default_factory=dict)
    new_people: frozenset[str] = frozenset()

    def xml(self, instance_id: str, corrects: str | None) -> str:
        """The instance as it is sent."""
        meta = f"<instanceID>uuid:{instance_id}</instanceID>"
        meta += f"<deprecatedID>uuid:{corrects}</deprecatedID>" if corrects else ""
        return (
            f'<data xmlns="http://www.w3.org/2002/xforms" id="{self.form_id}"'
            f' version="{self.version}"><hh_uuid>{self.household}</hh_uuid>'
            f"{'<hh_known>1</hh_known>' if self.known and self.form_id == 'doorstep' else ''}"
            f"{self._body()}<meta>{meta}</meta></data>"
        )

    def _body(self) -> str:
        if self.form_id == "visit":
            checks = _elements({k: v for k, v in self.answers.items() if k in VISIT})
            return (
                f"<g_when><event_date>{self.event_date}</event_date></g_when>"
                "<g_met><visit_result>met_person</visit_result></g_met>"
                f"<g_check>{checks}</g_check>"
            )
        rows = "".join(
            f"<members><person_id>{person}</person_id>"
            f"{'' if person in self.new_people else '<person_known>1</person_known>'}"
            f"{_elements(said)}<household>{self.household}</household></members>"
            for person, said in self.people.items()
        )
        return f"<event_date>{self.event_date}</event_date>{_elements(self.answers)}{rows}"

    def units(self) -> dict[str, dict[str, Value]]:
        """What the form says of each entity, by unit; blanks left out, ticks as they are."""
        found = {self.household: _units("households", self.answers)}
        if self.form_id == "visit":
            return found
        for person, said in self.people.items():
            found[person] = _units("persons", {**said, "household": self.household})
        return found


def _units(register: str, said: Mapping[str, str]) -> Units:
    units: Units = {}
    whole = {part: unit for unit, parts in PARTS.items() for part in parts}
    for name, text in said.items():
        if name in SETS[register]:
            units |= {f"{name}/{choice}": "1" for choice in text.split()}
        elif name in whole and text:
            known = units.setdefault(whole[name], {})
            assert isinstance(known, dict)
            known[name] = text
        elif text:
            units[name] = text
    return units


def _elements(answers: Mapping[str, str]) -> str:
    named = {QUESTION.get(name, name): text for name, text in answers.items()}
    return "".join(f"<{name}>{escape(text)}</{name}>" for name, text in named.items() if text)
