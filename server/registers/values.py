"""Reading the property values out of an entity's stored state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

State = Mapping[str, object]


def units(state: State) -> Mapping[str, tuple[object, list[int]]]:
    """Unit -> (value, indexes of its heads)."""
    return cast("Mapping[str, tuple[object, list[int]]]", state.get("units") or {})


def heads(state: State) -> list[str]:
    """The submissions that the state came from."""
    return cast("list[str]", state.get("heads") or [])


def disputed(state: State) -> Mapping[str, list[Mapping[str, Any]]]:
    """Unit -> the values that contradict each other."""
    return cast("Mapping[str, list[Mapping[str, Any]]]", state.get("disputed") or {})


def properties(state: State) -> dict[str, str]:
    """Property -> text; the choices of a set joined by blanks, as a form writes them."""
    found: dict[str, str] = {}
    chosen: dict[str, list[str]] = {}
    for unit, (value, _) in units(state).items():
        name, _, choice = unit.partition("/")
        if choice:
            chosen.setdefault(name, [])
            if value == "1":
                chosen[name].append(choice)
        elif isinstance(value, dict):
            found |= {key: str(text) for key, text in value.items()}
        else:
            found[name] = str(value)
    return found | {name: " ".join(sorted(choices)) for name, choices in chosen.items()}


def text(state: State, name: str) -> str:
    """One property's text; blank when nothing is known."""
    return properties(state).get(name, "")
