"""What a phone learns about itself: person, roles, areas, policy."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from server import clock
from server.accounts import queries
from server.accounts.actor import Actor, actor
from server.accounts.carry_key import carry_key
from server.accounts.models import Device
from server.accounts.roles import VISITING
from server.config import current
from server.policy import values


def profile(session: Session, device: Device, county: str, now: datetime) -> dict[str, object]:
    """The answer of `GET /devices/me` (docs/protocol.md), for the day of `now`.

    Areas are the towns and villages that the person's roles reach, and the towns of those villages.
    """
    day = clock.local(now).date()
    holder = actor(session, device.person_id, day, device.id)
    return {
        "device": {"id": device.id, "name": device.name},
        "person": {
            "id": holder.person_id,
            "name": holder.name,
            "username": holder.username,
        },
        "roles": [{"role": role, "area": area} for role, area in holder.roles],
        "view": holder.view,
        "areas": [
            {"code": place.code, "name": place.name, "level": place.level, "parent": place.parent}
            for place in holder.places
            if place.level != "county"
        ],
        "team": _team(session, holder, day),
        "forms": None if holder.forms is None else sorted(holder.forms),
        "county": county,
        "policy": values.for_phones(values.in_force(session, day)),
        "policy_dated": values.plain(values.changing(values.dated(session, day), day)),
        "carry_key": carry_key(current().instance).for_phones(),
        "server_time": now.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }


def _team(session: Session, holder: Actor, day: date) -> list[dict[str, str]]:
    """Whom a companion can be picked from: who else visits these villages, or all of their town."""
    areas = {place.code for place in holder.places if place.level != "county"}
    return [
        {"id": person_id, "name": name, "area": area}
        for person_id, name, area in queries.holders(session, areas, VISITING, day)
        if person_id != holder.person_id
    ]
