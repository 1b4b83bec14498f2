"""A filled form as summaries read it, and what they say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from server.forms.definition import Definition


@dataclass(frozen=True, slots=True)
class Summary:
    """`line` in Chinese words; `facts` as codes; `urgent` when somebody must act today.

    facts always say `kind`, the kind of the form; parts read them as `Event.facts`.
    """

    line: str
    facts: dict[str, object]
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled form: question name -> its first answer, group or repeat -> how many there are.

    every: all answers of a name, where repeats give it several.
    """

    definition: Definition
    every: Mapping[str, tuple[str, ...]]
    rows: Mapping[str, int]

    def answer(self, name: str) -> str:
        """The first answer to a question, blank where there is none."""
        return self.every.get(name, ("",))[0]

    def says(self, name: str, *codes: str) -> bool:
        """Whether the first answer to a question is one of some codes."""
        return self.answer(name) in codes

    def label(self, name: str, *, question: bool = False) -> str:
        """The words of the first answer, with those of the question if wanted."""
        value = self.answer(name)
        found = next((q for q in self.definition.questions if q.name == name), None)
        if found is None or not value:
            return ""
        word = self.definition.choice_label(found.list, value) if found.list else value
        return f"{found.label}：{word}" if question else word


def read_filled(root: etree._Element, definition: Definition) -> Filled:
    """What is filled in; root: as `read_instance` gives it."""
    every: dict[str, tuple[str, ...]] = {}
    rows: dict[str, int] = {}
    for element in root.iter():
        name = str(element.tag)
        text = (element.text or "").strip()
        if len(element) == 0 and text:
            every[name] = (*every.get(name, ()), text)
        elif len(element):
            rows[name] = rows.get(name, 0) + 1
    return Filled(definition, every, rows)


def plain(filled: Filled, **facts: object) -> Summary:
    """The title of the form, and some facts."""
    definition = filled.definition
    return Summary(definition.title, {"kind": definition.kind, **facts})
