"""How many a rule of what somebody may be entitled to would mark, before it is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from server.followup.entitlements import fitting
from server.followup.known import Known
from server.registers import queries as registers
from server.registers.models import Entity


def would_mark(
    session: Session, villages: Collection[str], rule: object, today: date
) -> tuple[int, int]:
    """Of how many households, and how many people or households, a rule would ask on a day."""
    of: dict[str, dict[str, list[Entity]]] = defaultdict(lambda: defaultdict(list))
    for register in ("persons", "measures", "health_cases"):
        for one in registers.known_in(session, register, villages):
            of[one.household_id or ""][register].append(one)
    homes = subjects = 0
    for home in registers.known_in(session, "households", villages):
        own = of.get(home.id, {})
        known = Known(home, own.get("persons", ()), own, (), {"rule.tried": rule}, today)
        found = len(list(fitting(known)))
        homes, subjects = homes + bool(found), subjects + found
    return homes, subjects
