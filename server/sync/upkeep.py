"""What the feed needs from time to time though nobody asks: files made anew, a day begun."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from server import clock, jobs
from server.accounts import queries as accounts
from server.changes import queries as changes
from server.changes.models import Snapshot
from server.changes.queries import Changed
from server.config import current
from server.database import reading, transaction
from server.forms import queries as forms
from server.intake import again
from server.jobs import queries as job_table
from server.jobs.queue import Progress
from server.policy import values as policy
from server.sync.first_sync import Unit, look
from server.sync.snapshot import make_town, make_village

#: A village that did not change for so long has come to rest; but no file lags for longer than LAG.
REST = timedelta(minutes=10)
LAG = timedelta(hours=6)
#: So long it is said what went away; a phone that was silent for longer begins anew.
SAID = timedelta(days=90)
KIND = "snapshots-renewed"


@jobs.regularly
def renew_snapshots() -> None:
    """Have the files of villages that have come to rest made anew, in the background."""
    now = clock.now()
    with reading() as session:
        changed = changes.changed_snapshots(session, current().county)
    moving = [(snapshot, newest) for snapshot, newest in changed if snapshot.newest != newest]
    due: dict[str, list[str]] = defaultdict(list)
    for snapshot, newest in changed:
        if now - snapshot.made_at >= LAG or (snapshot.newest == newest and _rests(snapshot, now)):
            due[snapshot.view].append(snapshot.area)
    if not moving and not due:
        return
    enqueued = []
    with transaction() as session:
        for snapshot, newest in moving:
            changes.note_newest(session, snapshot, newest, now)
        for view, areas in due.items():
            params: dict[str, object] = {"view": view, "areas": sorted(areas)}
            if not job_table.waiting(session, KIND, params):
                enqueued.append(jobs.enqueue(session, KIND, params))
    for job in enqueued:
        jobs.wake(job)


def _rests(snapshot: Snapshot, now: datetime) -> bool:
    return snapshot.newest_at is not None and now - snapshot.newest_at >= REST


@jobs.handles(KIND)
def renew(params: Mapping[str, Any], progress: Progress) -> dict[str, object]:
    """The job that makes some villages' files anew, then those of the towns they lie in."""
    view = params["view"]
    with reading() as session:
        places = accounts.areas_on(session, clock.today())
        changed = changes.changed_snapshots(session, current().county)
    lagging = {snapshot.area for snapshot, _ in changed if snapshot.view == view}
    areas = [area for area in params["areas"] if area in lagging]
    for done, area in enumerate(areas, 1):
        make_village(area, view)
        progress(done, len(areas))
    towns: dict[str, list[str]] = defaultdict(list)
    for place in places:
        if place.level == "village" and place.parent:
            towns[place.parent].append(place.code)
    for town, villages in towns.items():
        unit = Unit(town, tuple(villages))
        if set(villages) & set(areas):
            shelf = look(view, [unit])
            if town in shelf.files and not shelf.lacks(unit):
                make_town(town, view, shelf.parts(unit))
    return {"message": f"{len(areas)} 个村的下载包已更新"}


@jobs.regularly
def begin_day() -> None:
    """Once a day: tell phones which forms and policy hold from today, forget what went long ago.

    Where a deadline passed, or policy that began moves one, households are derived anew.
    """
    county, today = current().county, clock.today()
    with reading() as session:
        if changes.day_began(session, county, today):
            return
    with transaction() as session:
        before = changes.begin_day(session, county, today)
        if before == today:
            return
        changes.forget_gone(session, county, today - SAID)
        changed = []
        keys: set[str] = set()
        if before is not None:
            changed = [Changed("form", one, county) for one in forms.begun(session, before, today)]
            begun = policy.begun(session, before, today)
            keys = set(begun)
            changed += [Changed("policy", key, county) for key in policy.for_phones(begun)]
        job = again.order(session, keys, today)
        changes.append(session, county, changed)
    if job:
        jobs.wake(job)
