"""Which step of a monitoring case was taken, and what came of it."""

from __future__ import annotations

from server.intake.summaries.filled import Filled, Summary

#: Answers that `followup.case_states` and lists read as they are.
TOLD = (
    *("case_id", "case_step", "case_phase", "visit_result", "verify_conclusion", "clue_urgency"),
    *("category_proposed", "authorized", "attendees", "votes_for", "objection"),
    *("objection_settled", "stable_months", "risk_gone", "no_new_risk", "risk_trend"),
    *("v_edu", "v_medical", "v_housing", "v_water", "last_per_capita", "monitoring_line"),
)
#: Of each step, the answers that a line tells.
LINE = {
    "clue": ("clue_risks", "clue_desc"),
    "verify": ("verify_conclusion", "category_proposed"),
    "apply": ("apply_way",),
    "follow": ("risk_trend", "follow_note"),
    "clear": ("clear_reason", "clear_note"),
    "supplement": ("supplement_note",),
}


def summary(filled: Filled) -> Summary:
    """The step with what matters of it; facts: TOLD where answered, and `notable`."""
    told = {name: filled.answer(name) for name in TOLD if filled.answer(name)}
    line = " · ".join(filter(None, _words(filled)))
    looked = filled.says("case_step", "verify", "clear")
    facts: dict[str, object] = {
        "kind": "case_event",
        **told,
        "notable": looked and not filled.says("visit_result", "absent", "refused"),
        "line": line[:200],
    }
    return Summary(line[:200], facts, urgent=filled.says("clue_urgency", "urgent"))


def _words(filled: Filled) -> list[str]:
    step = filled.answer("case_step")
    name = filled.label("case_step")
    title = f"风险消除：{name}" if filled.says("case_phase", "clear") and step != "clear" else name
    if filled.says("visit_result", "absent", "refused"):
        return [title, filled.label("visit_result")]
    return [title, *(filled.label(one) for one in LINE.get(step, ())), *_counted(filled, step)]


def _counted(filled: Filled, step: str) -> list[str]:
    if step == "apply" and filled.says("authorized", "no"):
        return ["不同意授权"]
    if step == "appraise":
        return [f"到会 {filled.answer('attendees')} 人，同意 {filled.answer('votes_for')} 人"]
    if step == "notice_ended":
        return ["有异议" if filled.says("objection", "yes") else "无异议"]
    if step == "plan":
        return [f"{filled.rows.get('measures', 0)} 项措施"]
    return []
