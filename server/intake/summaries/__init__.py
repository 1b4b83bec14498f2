"""One line that says what a record is, for lists on phone and desk, and its facts as codes.

Each kind of form (`settings.kind`) has a module with `summary(Filled) -> Summary`; of other kinds
the title is said. Facts may hold what the line says, but nothing that only some may see: whoever
sees the record sees them. What they tell of income stands in `registers.visibility.FACTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lxml import etree

from server.forms.definition import Definition
from server.intake.summaries import (
    account,
    assessment,
    card,
    case_event,
    check,
    health,
    plan,
    visit,
)
from server.intake.summaries.filled import Filled, Summary, plain, read_filled

BY_KIND: Mapping[str, Callable[[Filled], Summary]] = {
    "visit": visit.summary,
    "health": health.summary,
    "assessment": assessment.summary,
    "case_event": case_event.summary,
    "account": account.summary,
    "card": card.summary,
    "check": check.summary,
    "plan": plan.summary,
}


def summarise(root: etree._Element, definition: Definition) -> Summary:
    """What a filled form says; root: as `read_instance` gives it."""
    return BY_KIND.get(definition.kind, plain)(read_filled(root, definition))
