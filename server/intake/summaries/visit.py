"""What a visit found."""

from __future__ import annotations

from collections.abc import Mapping

from server.intake.summaries.filled import Filled, Summary

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


def summary(filled: Filled) -> Summary:
    """Whom was met, what changed, how many problems; urgent problems and dangerous houses."""
    result = filled.answer("visit_result")
    parts = [filled.label("visit_result")]
    if result == "absent":
        parts.append(filled.label("absent_reason"))
    changed = [name for name, codes in TROUBLE.items() if filled.says(name, *codes)]
    problems, needs = _told(filled)
    solved = filled.every.get("problem_result", ()).count("solved")
    parts += [filled.label(name, question=True) for name in changed[:2]]
    parts += [f"发现 {problems} 个问题"] if problems else []
    parts += [f"{needs} 项诉求"] if needs else []
    parts += [f"解决 {solved} 件"] if solved else []
    told = changed or problems or needs or solved
    if result not in ("absent", "refused") and not told:
        parts.append("均无变化")
    line = " · ".join(filter(None, parts))
    facts: dict[str, object] = {
        "kind": "visit",
        "visit_result": result,
        "visit_type": filled.answer("visit_type"),
        "together": filled.answer("co_recorders"),
        "notable": bool(
            problems or solved or any(filled.says(n, *codes) for n, codes in NOTABLE.items())
        ),
        "risk_clue": filled.answer("risk_clue"),
        "line": line,
    }
    urgent = "urgent" in filled.every.get("problem_urgency", ()) or any(
        filled.says(name, *codes) for name, codes in URGENT.items()
    )
    return Summary(line[:200], facts, urgent)


def _told(filled: Filled) -> tuple[int, int]:
    """How many problems and needs are new; until 2026112201 each had rows of their own."""
    kinds = filled.every.get("entry_kind", ())
    if kinds:
        return kinds.count("problem"), kinds.count("need")
    if "entry_kind" in {question.name for question in filled.definition.questions}:
        return 0, 0
    return filled.rows.get("problems", 0), filled.rows.get("needs", 0)
