"""The filled forms about a household that stand, as events in their order."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from server import clock
from server.followup.known import Event
from server.followup.together import Standing
from server.registers.chains import counting
from server.registers.reading import versions


def events_of(rows: Iterable[Any]) -> list[Event]:
    """The events of one household, oldest first: of each record the version that counts.

    rows: as `queries.records_of` gives them, newest first. What is dated later than it arrived is
    taken to be of the day on which it arrived.
    """
    rows = list(rows)
    counted = _counted(rows)
    events = [
        Event(
            instance_id=row.instance_id,
            record=row.root_id,
            form_id=row.form_id,
            kind=str(row.summary.get("kind", "")),
            on=min(row.event_date, clock.local(row.received_at).date()),
            state=row.state,
            recorder=row.person_id or "",
            facts=row.summary,
        )
        for row in reversed(rows)
        if row.instance_id in counted and row.event_date
    ]
    return sorted(events, key=lambda event: event.on)


def standing_visits(events: Iterable[Event]) -> list[Standing]:
    """The visits among some events, newest first."""
    visits = [
        Standing(
            instance_id=event.instance_id,
            record=event.record,
            on=event.on,
            result=str(event.facts.get("visit_result", "")),
            recorder=event.recorder,
        )
        for event in events
        if event.kind == "visit"
    ]
    return visits[::-1]


def _counted(rows: Collection[Any]) -> Collection[str]:
    if not any(row.deprecated_id for row in rows):
        return {row.instance_id for row in rows if row.state != "rejected"}
    return counting(
        versions([(row.instance_id, row.deprecated_id, row.state, row.source) for row in rows])
    )
