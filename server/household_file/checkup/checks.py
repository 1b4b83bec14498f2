"""All checks of one household; to add a subject, add a module with `check` and name it here."""

from __future__ import annotations

from types import ModuleType

from server.household_file.checkup import (
    amounts,
    cards,
    helpers,
    lost,
    marks,
    months,
    pictures,
    printed,
    register,
    signatures,
    sums,
    yearly,
)
from server.household_file.checkup.findings import Finding
from server.household_file.checkup.subject import Subject

CHECKS: tuple[ModuleType, ...] = (
    *(marks, register, amounts, cards, sums, helpers, months),
    *(yearly, signatures, pictures, printed, lost),
)


def findings_of(subject: Subject) -> list[Finding]:
    """Everything that is found of a household, in the order of the checks."""
    return [finding for module in CHECKS for finding in module.check(subject)]
