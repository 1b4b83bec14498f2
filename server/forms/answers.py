"""An instance in words: what was asked and what was answered, for the review and for paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from server.forms.canonical import canonical, is_of_kind
from server.forms.definition import Definition, Question, SaveTo
from server.forms.instance import read_instance

PICKS_PERSON = frozenset({"member"})
COMPONENT = frozenset({"met-who"})


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer in words.

    path: with the row, `/data/problems[2]/problem_type`; remarks name it. question: without rows.
    group: label of the group or repeat. row: number of the row in a repeat, from 1.
    value: as it stands in the XML. save_to: what it is saved to; masking goes by it.
    """

    path: str
    question: str
    name: str
    type: str
    group: str
    row: int | None
    label: str
    text: str
    value: str
    save_to: SaveTo | None


def answers(
    xml: str | bytes, definition: Definition, people: Mapping[str, str] | None = None
) -> tuple[Answer, ...]:
    """Every answer that was given, in the form's order, in Chinese words.

    people: names of persons by id, for questions that pick one.
    Calculated values and what the phone filled in without a label stay out. Raises BadInstance.
    """
    root = read_instance(xml).root
    found: list[Answer] = []
    done: set[str] = set()
    for question in definition.questions:
        if question.repeat is None:
            found.extend(_answer(root, question, definition, people or {}, None))
        elif question.repeat not in done:
            done.add(question.repeat)
            found.extend(_rows(root, question.repeat, definition, people or {}))
    return tuple(found)


def _rows(
    root: etree._Element, repeat: str, definition: Definition, people: Mapping[str, str]
) -> list[Answer]:
    questions = [q for q in definition.questions if q.repeat == repeat]
    rows = root.findall(repeat.removeprefix("/data/"))
    return [
        answer
        for number, row in enumerate(rows, 1)
        for question in questions
        for answer in _answer(row, question, definition, people, number)
    ]


def _answer(
    element: etree._Element,
    question: Question,
    definition: Definition,
    people: Mapping[str, str],
    row: int | None,
) -> list[Answer]:
    base = question.repeat or "/data"
    below = question.path.removeprefix(f"{base}/")
    value = (element.findtext(below) or "").strip()
    if not value or not _is_told(question):
        return []
    group = definition.groups_by_path.get(question.group or "")
    return [
        Answer(
            path=question.path if row is None else f"{base}[{row}]/{below}",
            question=question.path,
            name=question.name,
            type=question.type,
            group=group.label if group else "",
            row=row,
            label=question.label,
            text=_text(value, question, definition, people),
            value=value,
            save_to=question.save_to,
        )
    ]


def _is_told(question: Question) -> bool:
    unasked = question.type in {"calculate", "note", "start", "end"}
    return bool(question.label) and not unasked and question.appearance not in COMPONENT


def _text(value: str, question: Question, definition: Definition, people: Mapping[str, str]) -> str:
    if question.appearance in PICKS_PERSON:
        return people.get(value, "（已不在名单里）")
    if question.list:
        codes = value.split() if question.type == "select_multiple" else [value]
        return "、".join(definition.choice_label(question.list, code) for code in codes)
    if question.type == "date" and is_of_kind(value, "date"):
        year, month, day = value.split("-")
        return f"{int(year)}年{int(month)}月{int(day)}日"
    return canonical(value, question.type)
