"""The documents that are tables and forms: one module a subject, one maker a section."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from server.household_file.content.blocks import Paper
from server.household_file.content.catalogue import Section
from server.household_file.content.papers import (
    cards,
    clearing,
    health,
    helping,
    housing,
    income,
    materials,
    monitoring,
    secured,
)
from server.household_file.content.papers.known import Known

Maker = Callable[[Known, Section], Sequence[Paper]]

#: What a section of the catalogue is filled by; the others have pages of their own.
MAKERS: Mapping[str, Maker] = {
    "identity": materials.identity,
    "identification": materials.identification,
    "causes": helping.causes,
    "helpers": helping.helpers,
    "plan": helping.plan,
    "measures": helping.measures,
    "incomes": income.incomes,
    "eight": health.eight,
    "houses": housing.houses,
    "renovations": housing.renovations,
    "education": helping.education,
    "cards": cards.cards,
    "secured": secured.secured,
    "exits": clearing.exits,
    "clues": monitoring.clues,
    "verifications": monitoring.verifications,
    "applications": monitoring.applications,
    "monitored": monitoring.monitored,
    "approvals": clearing.approvals,
    "case_measures": helping.case_measures,
    "follow_ups": monitoring.follow_ups,
    "clearings": clearing.clearings,
}


def papers_of(known: Known, sections: Sequence[Section]) -> tuple[Paper, ...]:
    """All documents that makers make of a household, in the order of the sections."""
    return tuple(
        paper
        for section in sections
        if section.source in MAKERS
        for paper in MAKERS[section.source](known, section)
    )
