"""Who the head of a household is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from server.registers import queries as registers
from server.registers import values
from server.registers.models import Entity

HEAD = "02"
GONE = "removed"


def present(people: Sequence[Entity]) -> list[Entity]:
    """The members that live in a household now."""
    return [p for p in people if values.text(p.live, "member_status") != GONE]


def head_of(session: Session, facts: Mapping[str, str], inside: Sequence[Entity]) -> Entity | None:
    """The head: who the household says it is, else who says so of himself.

    facts: of the household. inside: its present members.
    """
    named = facts.get("head", "")
    chosen = next((p for p in inside if p.id == named), None)
    if chosen is None and named:  # perhaps joined with another since
        whole = registers.entity(session, named)
        chosen = next((p for p in inside if whole and p.id == whole.component), None)
    return chosen or next((p for p in inside if values.text(p.live, "relation") == HEAD), None)
