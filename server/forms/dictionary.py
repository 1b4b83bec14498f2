"""The data dictionary: what each register's properties are, declared once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from server.forms.canonical import canonical

Rule = Literal["latest", "review", "set"]
Applies = Literal["received", "approved"]
FieldClass = Literal["plain", "id_number", "health", "income", "account", "minor"]
OnPhone = Literal["full", "last4", "never"]


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a register; `forms/registers.toml` explains the words.

    class_: who may see it; `class` in JSON and TOML.
    """

    name: str
    label: str
    type: str
    rule: Rule
    unit: str
    list: str | None = None
    applies: Applies = "received"
    class_: FieldClass = "plain"
    phone: OnPhone = "full"
    exclusive: tuple[str, ...] = ()
    maximum: int | None = None

    def canonical(self, value: str) -> str:
        """The one spelling of a value of this property."""
        return canonical(value, self.type)


@dataclass(frozen=True)
class Register:
    """One register: households, persons."""

    name: str
    label: str
    properties: Mapping[str, Property]

    @cached_property
    def units(self) -> Mapping[str, tuple[Property, ...]]:
        """The properties of each unit, in the dictionary's order."""
        units: dict[str, tuple[Property, ...]] = {}
        for prop in self.properties.values():
            units[prop.unit] = (*units.get(prop.unit, ()), prop)
        return units


@dataclass(frozen=True)
class Dictionary:
    """One version of the data dictionary.

    open: the lists, of the dictionary or of forms only, to which a county may add choices by
    policy, with what they are called.
    """

    version: int
    registers: Mapping[str, Register]
    lists: Mapping[str, tuple[tuple[str, str], ...]]
    open: Mapping[str, str] = field(default_factory=dict)

    def property(self, register: str, name: str) -> Property | None:
        """A property, or None if the register does not have it."""
        found = self.registers.get(register)
        return found.properties.get(name) if found else None

    def label(self, list_name: str, code: str) -> str:
        """The words of a choice; the code itself where the list does not have it."""
        return dict(self.lists.get(list_name, ())).get(code, code)

    def code(self, list_name: str, label: str) -> str | None:
        """The code of a choice from its words."""
        return next((c for c, words in self.lists.get(list_name, ()) if words == label), None)


def read_toml(path: Path) -> Dictionary:
    """The dictionary that a TOML file seeds. Raises ValueError where it contradicts itself."""
    with path.open("rb") as file:
        data = tomllib.load(file)
    registers = {
        name: {
            "label": register["label"],
            "properties": [_split_type(prop) for prop in register["properties"]],
        }
        for name, register in data["registers"].items()
    }
    return from_json({**data, "registers": registers})


def from_json(data: Mapping[str, Any]) -> Dictionary:
    """The dictionary that `to_json` wrote. Raises ValueError where it contradicts itself."""
    dictionary = Dictionary(
        version=data["version"],
        registers={
            name: Register(
                name,
                register["label"],
                {prop["name"]: _property(prop) for prop in register["properties"]},
            )
            for name, register in data["registers"].items()
        },
        lists={
            name: tuple((code, label) for code, label in pairs)
            for name, pairs in data["lists"].items()
        },
        open=data.get("open", {}),
    )
    if faults := list(_faults(dictionary)):
        raise ValueError("；".join(faults))
    return dictionary


def to_json(dictionary: Dictionary) -> dict[str, Any]:
    """The dictionary as plain JSON values, as phones get it."""
    return {
        "version": dictionary.version,
        "registers": {
            name: {
                "label": register.label,
                "properties": [_property_json(p) for p in register.properties.values()],
            }
            for name, register in dictionary.registers.items()
        },
        "lists": {name: [list(pair) for pair in pairs] for name, pairs in dictionary.lists.items()},
        "open": dict(dictionary.open),
    }


def _split_type(prop: Mapping[str, Any]) -> dict[str, Any]:
    kind, _, list_name = prop["type"].partition(" ")
    return {**prop, "type": kind, "list": list_name or None}


def _property(data: Mapping[str, Any]) -> Property:
    values = {"unit": data["name"], **data}
    values["class_"] = values.pop("class", "plain")
    values["exclusive"] = tuple(values.get("exclusive", ()))
    return Property(**values)


def _property_json(prop: Property) -> dict[str, Any]:
    values = asdict(prop)
    values["class"] = values.pop("class_")
    values["exclusive"] = list(prop.exclusive)
    return values


def _faults(dictionary: Dictionary) -> Iterable[str]:
    for register in dictionary.registers.values():
        for prop in register.properties.values():
            if prop.list is not None and prop.list not in dictionary.lists:
                yield f"{register.name}.{prop.name}：没有选项表 {prop.list}"
            if prop.type.startswith("select_") != (prop.list is not None):
                yield f"{register.name}.{prop.name}：类型 {prop.type} 和选项表对不上"
            if (prop.rule == "set") != (prop.type == "select_multiple"):
                yield f"{register.name}.{prop.name}：多选才能按 set 合并，多选也只能按 set 合并"
        for name, members in register.units.items():
            ways = {(p.rule, p.applies, p.phone) for p in members}
            if len(ways) > 1 or (len(members) > 1 and members[0].rule == "set"):
                yield f"{register.name}：同一单元 {name} 的各项规则不一致"
