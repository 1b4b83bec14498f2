"""What a year's plan of help says."""

from __future__ import annotations

from server.intake.summaries.filled import Filled, Summary


def summary(filled: Filled) -> Summary:
    """Which year, how many measures, whether somebody of the household was met."""
    count = filled.rows.get("measures", 0) if filled.answer("measure_status") else 0
    parts = (
        f"{filled.answer('plan_year')}年计划",
        f"措施 {count} 项" if count else "",
        filled.label("visit_result") if filled.says("visit_result", "absent", "refused") else "",
    )
    line = " · ".join(filter(None, parts))
    facts: dict[str, object] = {"kind": "plan", "plan_id": filled.answer("plan_id"), "line": line}
    return Summary(line[:200], facts)
