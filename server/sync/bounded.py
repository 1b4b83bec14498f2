"""What of the feed is for somebody who has only some households of a village."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import cast

from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.changes.models import Change
from server.changes.queries import FOR_ALL
from server.followup import queries as followup
from server.registers import queries as registers
from server.submissions import queries as submissions


def own(session: Session, actor: Actor, changes: Sequence[Change]) -> set[tuple[str, str]]:
    """Which of some changes the actor may see, as (kind, id).

    actor: with the present names of his households (`registers.reach`).
    """
    homes = _homes(session, changes)
    return {
        (one.kind, one.id)
        for one in changes
        if one.kind in FOR_ALL or actor.reaches(one.area, homes.get((one.kind, one.id)))
    }


def _homes(session: Session, changes: Sequence[Change]) -> dict[tuple[str, str], str | None]:
    """The household that each of some changes is about, where it is about one."""
    ids: dict[str, list[str]] = defaultdict(list)
    for one in changes:
        ids[one.kind].append(one.id)
    found: dict[tuple[str, str], str | None] = {}
    for kind, some in ids.items():
        if kind in FOR_ALL:
            continue
        if kind == "review":
            homes = submissions.households(session, some)
        elif kind == "task":
            pairs = [cast("tuple[str, str]", tuple(name.split(":", 1))) for name in some]
            tasks = followup.tasks_with_ids(session, pairs)
            homes = {name: task.household_id for name, task in tasks.items()}
        else:
            homes = dict(registers.homes(session, some))
        found |= {(kind, name): home for name, home in homes.items()}
    return found
