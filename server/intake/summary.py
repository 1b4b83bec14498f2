"""One line that says what a record is, for lists on phone and desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from server.forms.definition import Definition


@dataclass(frozen=True, slots=True)
class Summary:
    """`line` in Chinese words; `facts` as codes; `urgent` when somebody must act today."""

    line: str
    facts: dict[str, object]
    urgent: bool


#: Answers whose value makes a record say more than that nothing changed.
TROUBLE: Mapping[str, tuple[str, ...]] = {
    "food_ok": ("no",),
    "clothes_ok": ("no",),
    "edu_ok": ("problem",),
    "medical_ok": ("problem",),
    "housing_ok": ("needs_assessment", "dangerous"),
    "water_ok": ("problem",),
    "risk_clue": ("yes", "unsure"),
    "expense_shock": ("yes",),
    "member_changed": ("yes",),
    "income_change": ("up", "down"),
}
#: Answers that a reviewer must look at himself; such a visit is not approved in passing.
NOTABLE: Mapping[str, tuple[str, ...]] = {
    name: TROUBLE[name]
    for name in (
        "food_ok",
        "clothes_ok",
        "edu_ok",
        "medical_ok",
        "housing_ok",
        "water_ok",
        "risk_clue",
        "member_changed",
    )
}
URGENT: Mapping[str, tuple[str, ...]] = {"housing_ok": ("dangerous",)}


def summarise(root: etree._Element, definition: Definition) -> Summary:
    """What a filled form says, in one line and a few codes; root: as `read_instance` gives it."""
    answers: dict[str, str] = {}
    repeats: dict[str, int] = {}
    urgent = False
    for element in root.iter():
        name = str(element.tag)
        text = (element.text or "").strip()
        if len(element) == 0 and text:
            answers.setdefault(name, text)
            urgent |= name == "problem_urgency" and text == "urgent"
        elif len(element):
            repeats[name] = repeats.get(name, 0) + 1
    urgent |= any(answers.get(name) in values for name, values in URGENT.items())
    if definition.kind == "visit":
        return _visit(answers, repeats, definition, urgent)
    return Summary(definition.title, {"kind": definition.kind}, urgent)


def _visit(
    answers: Mapping[str, str], repeats: Mapping[str, int], definition: Definition, urgent: bool
) -> Summary:
    result = answers.get("visit_result", "")
    parts = [_label(definition, "visit_result", result)]
    if result == "absent":
        parts.append(_label(definition, "absent_reason", answers.get("absent_reason", "")))
    changed = [name for name, values in TROUBLE.items() if answers.get(name) in values]
    problems, needs = repeats.get("problems", 0), repeats.get("needs", 0)
    parts += [_label(definition, name, answers[name], question=True) for name in changed[:2]]
    parts += [f"发现 {problems} 个问题"] if problems else []
    parts += [f"{needs} 项诉求"] if needs else []
    if result not in ("absent", "refused") and not changed and not problems and not needs:
        parts.append("均无变化")
    facts: dict[str, object] = {
        "kind": "visit",
        "visit_result": result,
        "visit_type": answers.get("visit_type", ""),
        "together": answers.get("co_recorders", ""),
        "notable": bool(problems or any(answers.get(n) in v for n, v in NOTABLE.items())),
        "line": " · ".join(filter(None, parts)),
    }
    return Summary(str(facts["line"])[:200], facts, urgent)


def _label(
    definition: Definition,
    name: str,
    value: str,
    *,
    question: bool = False,
) -> str:
    found = next((q for q in definition.questions if q.name == name), None)
    if found is None or not value:
        return ""
    word = definition.choice_label(found.list, value) if found.list else value
    return f"{found.label}：{word}" if question else word
