"""What an exit check concluded."""

from __future__ import annotations

from server.intake.summaries.filled import Filled, Summary

#: Answers that parts and lists read as they are.
TOLD = ("exit_id", "check_kind", "visit_result", "standard_ok", "household_agrees", "conclusion")


def summary(filled: Filled) -> Summary:
    """What was checked, whether the standard is met and the household agrees.

    notable: a conclusion, at which a reviewer looks himself.
    """
    told = {name: filled.answer(name) for name in TOLD if filled.answer(name)}
    line = " · ".join(filter(None, _words(filled)))
    facts = {"kind": "check", **told, "notable": "conclusion" in told, "line": line}
    return Summary(line[:200], facts)


def _words(filled: Filled) -> list[str]:
    kind = f"{filled.label('check_kind')}核查"
    if filled.says("visit_result", "absent", "refused"):
        return [kind, filled.label("visit_result")]
    return [kind, filled.label("conclusion"), _agreed(filled)]


def _agreed(filled: Filled) -> str:
    word = filled.label("household_agrees")
    return word if filled.says("household_agrees", "absent") else f"户主{word}"
