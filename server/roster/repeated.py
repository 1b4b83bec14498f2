"""What an exported file said when it was imported before is not said once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from server.roster import queries
from server.roster.known import Said
from server.roster.plan import Planned, instance_id


def not_again(
    session: Session,
    planned: Sequence[Planned],
    said: Said,
    secret: str,
    source: str,
    as_of: date,
) -> list[Planned]:
    """The households, unchanged where this very file has been imported and not withdrawn.

    Any other file is compared with the import before it, and so says nothing twice by itself.
    """
    names = {
        one.entity_id: instance_id(
            secret,
            source,
            one,
            said.shown(content.entity_id for content in one.entities),
            as_of.isoformat(),
        )
        for one in planned
        if one.household.id and one.writes
    }
    done = queries.in_force(session, names.values())
    return [
        replace(one, state="unchanged", changes=(), writes=False)
        if names.get(one.entity_id) in done
        else one
        for one in planned
    ]
