"""Which role may do what, and which named view of the registers it gets.

Source: the roles table of the domain documents (roles and workflow, 3 and 3.1).
"""

from __future__ import annotations

from collections.abc import Iterable

#: role -> (view, rights)
ROLES: dict[str, tuple[str, frozenset[str]]] = {
    "first_secretary": ("team", frozenset({"sync"})),
    "team_member": ("team", frozenset({"sync"})),
    "village_committee": ("team", frozenset({"sync"})),
    "grid_worker": ("grid", frozenset({"sync"})),
    "helper": ("helper", frozenset({"sync"})),
    "village_doctor": ("doctor", frozenset({"sync"})),
    "assessor": ("grid", frozenset({"sync"})),
    "town_reviewer": (
        "town",
        frozenset({"desk", "households", "review", "roster", "print", "tasks", "carry"}),
    ),
    "town_approver": (
        "town",
        frozenset({"desk", "households", "review", "roster", "print", "tasks", "carry"}),
    ),
    "county_admin": (
        "county",
        frozenset(
            {
                "desk",
                "households",
                "review",
                "roster",
                "print",
                "tasks",
                "accounts",
                "forms",
                "policy",
                "audit",
                "carry",
            }
        ),
    ),
    "inspector": ("inspector", frozenset({"desk", "households"})),
    "sysadmin": ("none", frozenset({"desk", "accounts", "carry"})),
    "auditor": ("none", frozenset({"desk", "audit"})),
}

#: From the most to the least that a view may see; a person with several roles gets the first.
#: A helper's comes last: whoever else reaches whole villages is not shown more of them by it.
VIEWS = ("county", "town", "team", "doctor", "inspector", "grid", "helper", "none")

#: Roles that reach only the households that they were assigned, not the villages of their area.
BY_HOUSEHOLD = frozenset({"helper"})

#: Roles that record with some forms only; the other roles that record do so with all of them.
FORMS = {
    "helper": frozenset({"visit", "left_behind_card", "help_plan"}),
    "village_doctor": frozenset({"health_eight"}),
}

#: Who goes to the villages with a phone.
VISITING = frozenset(role for role, (_, rights) in ROLES.items() if "sync" in rights)

RIGHTS = frozenset().union(*(rights for _, rights in ROLES.values()))


def rights_of(roles: Iterable[str]) -> frozenset[str]:
    """All that these roles together may do."""
    return frozenset().union(*(ROLES[role][1] for role in roles if role in ROLES))


def view_of(roles: Iterable[str]) -> str:
    """The widest of these roles' views; `none` without a role."""
    held = {ROLES[role][0] for role in roles if role in ROLES}
    return next((view for view in VIEWS if view in held), "none")


def forms_of(roles: Iterable[str]) -> frozenset[str] | None:
    """The forms that these roles together record with; None for all."""
    recording = [role for role in roles if role in VISITING]
    if not recording or any(role not in FORMS for role in recording):
        return None
    return frozenset().union(*(FORMS[role] for role in recording))
