"""How values of the registers read at the desk: labels, choices, dates, and what is masked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from server.forms.dictionary import Dictionary, Property
from server.registers.visibility import last4, masked_id, masked_phone, sight

HIDDEN = "不显示"
_ID = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9Xx])")
_MOBILE = re.compile(r"1[0-9]{10}")
#: Properties whose value is the id or code of something that has a name.
_NAMED = {
    **dict.fromkeys(("head", "person"), "（不在名单里的人）"),
    "household": "别的户",
    **dict.fromkeys(("house", "case", "previous", "income"), "已登记的"),
    "village_code": "",
}
#: Properties that are for the computer: ids of records, and the kinds of a form's rows.
UNSAID = frozenset({"decided_upon", "row_kinds"})


class Wording:
    """The data dictionary as one view reads it at the desk.

    The desk masks numbers of people for everybody (desk principle 8); the whole ID number is
    asked for one by one, with a reason.
    """

    def __init__(
        self, dictionary: Dictionary, view: str, names: Mapping[str, str] | None = None
    ) -> None:
        """names: of the people, households and villages that values may point to."""
        self.dictionary = dictionary
        self.view = view
        self.names = dict(names or {})

    def properties(self, register: str) -> Sequence[Property]:
        """The properties of a register in the order of the dictionary."""
        found = self.dictionary.registers.get(register)
        return list(found.properties.values()) if found else []

    def of_unit(self, register: str, unit: str) -> Sequence[Property]:
        """The properties that merge as one unit; one made up when the dictionary has none."""
        base = unit.partition("/")[0]
        found = self.dictionary.registers.get(register)
        declared = found.units.get(base) if found else None
        return declared or [Property(base, base, "text", "review", base)]

    def label(self, register: str, unit: str) -> str:
        """The Chinese name of a unit."""
        return "、".join(dict.fromkeys(prop.label for prop in self.of_unit(register, unit)))

    def choices(self, prop: Property) -> dict[str, str]:
        """Code -> label of a property's choice list, in order."""
        return dict(self.dictionary.lists.get(prop.list or "", ()))

    def say(self, prop: Property, value: object) -> str:
        """One property's value in words, masked as this view may see it; "" for a blank."""
        text = "" if value is None else str(value)
        if not text:
            return ""
        seen = sight(self.view, prop)
        if seen == "none":
            return HIDDEN
        if seen == "masked" and prop.class_ == "minor":
            return text[:1] + "某"
        if prop.name in _NAMED:
            return self.names.get(text) or _NAMED[prop.name] or text
        if prop.type.startswith("select_"):
            labels = self.choices(prop)
            return "、".join(labels.get(code, code) for code in text.split())
        if prop.type == "date":
            return say_date(text)
        if prop.type == "geopoint":
            return say_place(text)
        return masked(prop, text)

    def say_unit(self, register: str, unit: str, value: object) -> str:
        """A unit's value in words: its properties' values side by side."""
        found = self.of_unit(register, unit)
        if "/" in unit:
            choice = self.say(found[0], unit.partition("/")[2])
            return f"有“{choice}”" if value == "1" else f"没有“{choice}”"
        if isinstance(value, Mapping):
            said = [self.say(prop, value.get(prop.name)) for prop in found]
            return "，".join(part for part in said if part)
        return self.say(found[0], value)


def masked(prop: Property, text: str) -> str:
    """A text with numbers of people masked: first and last digits only."""
    if prop.class_ == "id_number":
        return masked_id(text)
    if prop.class_ == "account":
        return f"****{last4(text)}"
    if _MOBILE.fullmatch(text):
        return masked_phone(text)
    return without_ids(text)


def without_ids(text: str) -> str:
    """A free text in which every ID number is masked."""
    return _ID.sub(lambda match: masked_id(match[0]), text)


def say_date(text: str) -> str:
    """A date of the data as people say it, with its year."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.year}年{day.month}月{day.day}日"


def say_place(text: str) -> str:
    """A position as latitude and longitude to five decimals."""
    parts = text.split()
    try:
        return f"北纬 {float(parts[0]):.5f}，东经 {float(parts[1]):.5f}"
    except (IndexError, ValueError):
        return text


def told_apart(texts: Sequence[str], whole: Sequence[str]) -> list[str]:
    """Masked texts that differ to the eye: where masks hide the difference, it is shown.

    texts: as masked. whole: the same without masks; only the places where they differ are used.
    """
    same = len(set(texts)) < len(set(whole))
    if not same or len({len(text) for text in (*texts, *whole)}) != 1:
        return list(texts)
    differing = [len({text[n] for text in whole}) > 1 for n in range(len(whole[0]))]
    return [
        "".join(w if differs else t for t, w, differs in zip(text, full, differing, strict=True))
        for text, full in zip(texts, whole, strict=True)
    ]
