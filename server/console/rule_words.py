"""Rules of what somebody may be entitled to, as a clerk fills them in: fields, no codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from server.forms.dictionary import Dictionary
from server.policy.rules import ABOUT, FACTS, HEADS, OFF, OPS, Comparison, rule_of

#: Fact -> code -> word; facts that are numbers have none.
Names = Mapping[str, Mapping[str, str]]
#: So many lines the editor has for each half of a rule.
LINES = 4
#: The lists of facts that are no property of a person.
_LISTS = {
    "household_type": "household_type",
    "welfare": "welfare",
    "measures": "measure_item",
    "hb6_status": "hb_status",
}
_PARTED = str.maketrans("，,；;", "、、、、")


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison in the editor."""

    fact: str = ""
    op: str = ""
    values: str = ""


@dataclass(frozen=True, slots=True)
class Fields:
    """A rule in the editor."""

    title: str
    about: str
    when: Sequence[Line]
    unless: Sequence[Line]
    since: str
    off: bool


def names_of(dictionary: Dictionary) -> Names:
    """What the codes of each fact are called."""
    found = {}
    for fact in FACTS:
        prop = dictionary.property("persons", fact)
        name = _LISTS.get(fact) or (prop.list if prop else None)
        if name:
            found[fact] = dict(dictionary.lists.get(name, ()))
    return found


def say_in_words(value: object, names: Names) -> str:
    """A rule in one sentence."""
    rule = rule_of(value)
    if rule is None:
        return OFF if isinstance(value, dict) else "没有填"
    said = f"{rule.title}（{ABOUT[rule.about]}）：" + "，".join(
        _said(one, names) for one in rule.when
    )
    if rule.unless:
        said += "；除非" + "，或者".join(_said(one, names) for one in rule.unless)
    return said + (f"；从 {rule.since.isoformat()} 起算" if rule.since else "")


def fields_of(value: object, names: Names) -> Fields:
    """A rule as the editor begins with it."""
    rule = rule_of(value)
    if rule is None:
        off = isinstance(value, dict)
        return Fields("", "person", _padded(()), _padded(()), "", off)
    return Fields(
        rule.title,
        rule.about,
        _padded([_line(one, names) for one in rule.when]),
        _padded([_line(one, names) for one in rule.unless]),
        rule.since.isoformat() if rule.since else "",
        off=False,
    )


def given_fields(given: MultiDict[str, str]) -> Fields:
    """What somebody filled into the editor."""
    return Fields(
        given.get("title", "").strip(),
        given.get("about", ""),
        _given_lines(given, "when"),
        _given_lines(given, "unless"),
        given.get("since", ""),
        off=bool(given.get("off")),
    )


def typed_of(fields: Fields, names: Names) -> str:
    """The lines that `policy.rules` reads; raises ValueError in words."""
    if fields.off:
        return OFF
    lines = [f"{HEADS['title']} {fields.title}", f"{HEADS['about']} {ABOUT.get(fields.about, '')}"]
    for head, some in (("when", fields.when), ("unless", fields.unless)):
        for one in some:
            if one.fact and one.values.strip():
                codes = " ".join(_codes(one, names))
                lines.append(f"{HEADS[head]} {FACTS[one.fact][0]} {OPS.get(one.op, '')} {codes}")
            elif one.fact or one.values.strip():
                word = FACTS[one.fact][0] if one.fact in FACTS else one.values
                raise ValueError(f"“{word}”那一行没有填全。")
    if fields.since:
        lines.append(f"{HEADS['since']} {fields.since}")
    return "\n".join(lines)


def _said(comparison: Comparison, names: Names) -> str:
    line = _line(comparison, names)
    return f"{FACTS[line.fact][0]}{OPS[line.op]}{line.values}"


def _line(comparison: Comparison, names: Names) -> Line:
    fact, op, *codes = comparison
    return Line(fact, op, "、".join(names.get(fact, {}).get(code, code) for code in codes))


def _padded(lines: Sequence[Line]) -> list[Line]:
    return [*lines, *(Line() for _ in range(max(1, LINES - len(lines))))]


def _given_lines(given: MultiDict[str, str], half: str) -> list[Line]:
    columns = (given.getlist(f"{half}_{name}") for name in ("fact", "op", "values"))
    return [Line(*row) for row in zip(*columns, strict=False) if row[0] in ("", *FACTS)]


def _codes(line: Line, names: Names) -> list[str]:
    known = names.get(line.fact)
    words = [one for one in map(str.strip, line.values.translate(_PARTED).split("、")) if one]
    if known is None:
        return words
    by_word = {word: code for code, word in known.items()}
    for word in words:
        if word not in by_word and word not in known:
            raise ValueError(
                f"{FACTS[line.fact][0]}没有“{word}”，可以写：{'、'.join(known.values())}。"
            )
    return [by_word.get(word, word) for word in words]
