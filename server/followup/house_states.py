"""Where a house and its renovation stand, by what the registers say of them (pure).

Source: forms.md 5. A house leaves the ledger (销号) only after it was found 合格 and lived in.
"""

from __future__ import annotations

from collections.abc import Mapping

Facts = Mapping[str, str]

#: The steps of the ledger, in their order.
STEPS = ("listed", "planned", "started", "finished", "accepted", "paid", "closed")
DANGEROUS = frozenset({"C", "D"})
SAFE = frozenset({"A", "B"})
#: The work is over and was found good.
DONE = frozenset({"accepted", "paid"})


def renovation_state(facts: Facts) -> str:
    """The step of the ledger that a renovation has reached: one of STEPS.

    A step is reached where it and those before it are told; whoever tells of a later one first
    sees by `missing` what is left out.
    """
    reached = "listed"
    for step in STEPS[1:]:
        if not _is_reached(step, facts):
            break
        reached = step
    return reached


def missing(facts: Facts) -> tuple[str, ...]:
    """The properties that the next step still wants; empty at the end."""
    state = renovation_state(facts)
    if state == "closed":
        return ()
    following = STEPS[STEPS.index(state) + 1]
    return tuple(name for name in WANTED[following] if not _told(name, facts))


#: What each step wants.
WANTED: Mapping[str, tuple[str, ...]] = {
    "planned": ("plan_year", "method"),
    "started": ("start_date",),
    "finished": ("finish_date",),
    "accepted": ("acceptance_date", "acceptance_result"),
    "paid": ("subsidy_paid_date",),
    "closed": ("moved_in",),
}


def _is_reached(step: str, facts: Facts) -> bool:
    return all(_told(name, facts) for name in WANTED[step])


def _told(name: str, facts: Facts) -> bool:
    said = facts.get(name, "")
    if name == "acceptance_result":
        return said == "pass"
    if name == "moved_in":
        return said == "yes"
    return bool(said)


def is_lived_in(house: Facts) -> bool:
    """Whether somebody lives in a house, as far as is known."""
    return house.get("occupied") != "no" and house.get("evacuated") != "yes"


def house_state(approved: Facts, live: Facts, renovation: str | None) -> str:
    """What is to be said of a house.

    approved, live: what is settled of it, and what was last seen. renovation: its step in the
    ledger. Of a grade only what was approved counts; `to_assess` where there is none. A dangerous
    house in which people live is that before anything else, until it was found good.
    """
    grade = approved.get("house_grade", "")
    if renovation == "closed":
        return "closed"
    if grade not in DANGEROUS:
        return "safe" if grade in SAFE else "to_assess"
    if renovation in DONE:
        return "accepted"
    if is_lived_in(live):
        return "dangerous"
    return "renovating" if renovation in STEPS[1:] else "left"
