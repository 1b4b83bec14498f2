"""What grade a house was given and by what, or why there is none."""

from __future__ import annotations

from server.intake.summaries.filled import Filled, Summary

DANGEROUS = ("C", "D")
#: Answers that parts and lists read as they are.
TOLD = (
    *("house_id", "s_main", "grade", "grade_calc", "counts", "looked", "professional"),
    *("visit_result", "site_danger", "occupied", "evacuated", "household_agrees", "target_type"),
    *("action", "grade_reason", "purpose", "stage", "stage_photo", "moved_in", "photo_front"),
)


def summary(filled: Filled) -> Summary:
    """The grade with the part it comes from; a renovation's photo; or that nobody was there.

    facts: TOLD where answered; `parts`, the grade of each part by its question; `notable`.
    """
    told = {name: filled.answer(name) for name in TOLD if filled.answer(name)}
    parts = _parts(filled)
    line = " · ".join(filter(None, _words(filled, parts)))
    facts: dict[str, object] = {
        "kind": "assessment",
        **told,
        "parts": parts,
        "notable": _is_notable(filled),
        "line": line,
    }
    return Summary(line[:200], facts, urgent=_is_urgent(filled))


def _parts(filled: Filled) -> dict[str, str]:
    return {
        question.name: filled.answer(question.name)
        for question in filled.definition.questions
        if (question.list or "").startswith("grade_") and filled.answer(question.name)
    }


def _words(filled: Filled, parts: dict[str, str]) -> list[str]:
    if filled.says("purpose", "photos"):
        moved = "已搬进去住" if filled.says("moved_in", "yes") else ""
        return ["改造照片", filled.label("stage"), moved]
    if filled.says("looked", "none"):
        reason = filled.label("absent_reason") if filled.says("visit_result", "absent") else ""
        return [filled.label("visit_result"), reason, "没看成房"]
    grade = filled.answer("grade")
    if not grade:
        return ["三层及以上，请专业鉴定"] if filled.says("professional", "yes") else ["没评出等级"]
    first = "鉴定" if filled.says("counts", "yes") else "初评"
    lived_in = filled.says("occupied", "yes") and not filled.says("evacuated", "yes")
    return [
        f"{first} {grade} 级",
        _because(filled, parts),
        "住着人" if grade in DANGEROUS and lived_in else "",
        filled.label("action"),
    ]


def _because(filled: Filled, parts: dict[str, str]) -> str:
    calculated = filled.answer("grade_calc")
    if filled.answer("grade") != calculated:
        return f"按构件算是 {calculated} 级，改过" if calculated else ""
    if filled.says("site_danger", "danger"):
        return "场地危险"
    worst = [name for name, grade in parts.items() if grade.upper() == calculated]
    labels = {question.name: question.label for question in filled.definition.questions}
    return "、".join(labels[name] for name in worst) if calculated in DANGEROUS else ""


def _is_notable(filled: Filled) -> bool:
    """A grade that will count, that is dangerous or was changed: a reviewer looks at it himself."""
    return (
        filled.says("counts", "yes")
        or filled.says("grade", *DANGEROUS)
        or filled.says("professional", "yes")
        or filled.answer("grade_reason") != ""
    )


def _is_urgent(filled: Filled) -> bool:
    """Somebody lives in a house that is about to fall (roles and workflow 4)."""
    lived_in = filled.says("occupied", "yes") and not filled.says("evacuated", "yes")
    return filled.says("grade", "D") and lived_in
