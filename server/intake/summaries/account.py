"""That an income was accounted for; how much it came to only those see who may."""

from __future__ import annotations

from server.intake.summaries.filled import Filled, Summary


def summary(filled: Filled) -> Summary:
    """The kind of account with its period; facts: both, where an account was made.

    notable: an account, at which a reviewer looks himself.
    """
    period_end = filled.answer("period_end")
    parts = [filled.label("visit_result")]
    if filled.says("visit_result", "absent"):
        parts.append(filled.label("absent_reason"))
    if period_end:
        kind = filled.label("account_type")
        parts = [f"{kind}核算", f"{filled.answer('period_start')} 至 {period_end}"]
    line = " · ".join(filter(None, parts))
    told = {
        name: filled.answer(name)
        for name in ("visit_result", "account_type", "period_end")
        if filled.answer(name)
    }
    return Summary(
        line[:200], {"kind": "account", **told, "notable": bool(period_end), "line": line}
    )
