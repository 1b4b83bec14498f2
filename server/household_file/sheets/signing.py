"""Where a sheet is signed: as the catalogue of the file has it for the same document."""

from __future__ import annotations

from server.household_file.content.catalogue import Plan, Section, chosen, shipped
from server.household_file.content.gather import Basis


def section_of(basis: Basis, source: str) -> tuple[Plan, Section]:
    """The section that a source fills, in the county's words, and how signatures are printed.

    A section that the county left out of its files, or that is not of this household's type, is as
    we ship it.
    """
    plan = chosen(basis.policy, ("registered", "monitored", "clued"))
    section = plan.section(source) or next(one for one in shipped() if one.source == source)
    return Plan((section,), signing=plan.signing), section
