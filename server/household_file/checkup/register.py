"""What the register says of the household: what cannot all be true, and who has no number."""

from __future__ import annotations

from collections.abc import Iterator

from server.followup.contradictions import contradictions
from server.followup.parts.register import AREA
from server.household_file.checkup.findings import Finding
from server.household_file.checkup.subject import Subject

#: What the check of helpers tells with its days.
ELSEWHERE = frozenset({"helper"})


def check(subject: Subject) -> Iterator[Finding]:
    """Contradictions, and people without an ID number and without a reason."""
    said = subject.policy.get("house.relocated_area")
    area = float(said) if isinstance(said, int | float) else AREA
    for odd in contradictions(subject.home, subject.today, area):
        subject_of_task = f"{odd.rule}:{odd.about or subject.id}"
        if odd.rule not in ELSEWHERE and subject_of_task not in subject.settled:
            yield Finding(
                "contradiction",
                f"{odd.rule}:{odd.about}",
                subject.title("members"),
                f"{odd.text}。核实后更正，没有错的在“要核对”里说明。",
                "odd",
                subject_of_task,
            )
    for one in subject.home.people:
        if not one.facts.get("id_number") and not one.facts.get("id_missing_reason"):
            yield Finding(
                "no_id",
                one.id,
                subject.title("members"),
                f"{one.name}没有身份证号，也没有写无证原因。补上其中一样。",
                "members",
                subject.id,
            )
