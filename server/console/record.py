"""One record to look at without deciding: history, for inspectors too."""

from __future__ import annotations

from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from server.accounts.actor import Actor
from server.accounts.rights import current_actor, needs
from server.console.blueprint import blueprint
from server.console.page import page, village_names
from server.database import reading
from server.forms.queries import dictionary_in_force
from server.problems import NotFound
from server.review import queries
from server.review.record import Record
from server.review.record import record as read_record


@blueprint.get("/records/<instance_id>")
@needs("households")
def record(instance_id: str) -> Response:
    """The record with everything the queue shows of it, but no actions."""
    with reading() as session:
        found, context = look(session, current_actor(), instance_id)
    return page("record.html", "households", record=found, **context)


def look(session: Session, actor: Actor, instance_id: str) -> tuple[Record, dict[str, Any]]:
    """A record and what its pane needs besides. Raises NotFound."""
    found = read_record(session, actor, instance_id)
    if found is None:
        raise NotFound("没有这条记录，或者不在您管的村里。")
    household_type = found.household.household_type if found.household else ""
    types = dict(dictionary_in_force(session).lists.get("household_type", ()))
    return found, {
        "village_names": village_names(actor),
        "titles": queries.form_titles(session),
        "household_type": types.get(household_type, household_type),
        "deciding": False,
        "can_undo": False,
        "position": None,
        "problem": None,
        "kept": {},
    }
