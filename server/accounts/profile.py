"""What a phone learns about itself: person, roles, areas, policy."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from server import clock
from server.accounts.actor import actor
from server.accounts.carry_key import carry_key
from server.accounts.models import Device
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
        "county": county,
        "policy": values.for_phones(values.in_force(session, day)),
        "carry_key": carry_key(current().instance).for_phones(),
        "server_time": now.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
