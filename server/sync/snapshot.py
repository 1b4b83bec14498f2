"""Ready, compressed first-sync files of villages, made off the request."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from server import clock, jobs
from server.accounts.actor import Actor
from server.changes import queries as changes
from server.changes.models import Counter, Snapshot
from server.config import current
from server.database import reading, transaction
from server.jobs.queue import Progress
from server.sync.rows import rows_of

#: A snapshot that is older than so many changes of its county is made anew.
STALE_AFTER = 2_000


def ready(actor: Actor) -> list[Snapshot]:
    """The snapshots of the caller's villages; those that are missing are made now.

    Stale ones are served, since the pull catches up, and made anew in the background.
    """
    with reading() as session:
        counter = changes.counter(session, current().county)
        found = {s.area: s for s in changes.snapshots(session, actor.view, actor.villages)}
    usable = {
        area: s for area, s in found.items() if s.epoch == counter.epoch and path_of(s).exists()
    }
    for area in sorted(actor.villages - usable.keys()):
        usable[area] = make(area, actor.view)
    stale = [a for a, s in usable.items() if counter.last - s.number > STALE_AFTER]
    if stale:
        _make_later(stale, actor.view)
    return [usable[area] for area in sorted(usable)]


def make(area: str, view: str) -> Snapshot:
    """Write one village's file and note it; the file is whole before it is named."""
    with reading() as session:
        counter = changes.counter(session, current().county)
        found = changes.in_area(session, current().county, area)
        rows = [row for row in rows_of(session, found, view) if not row["gone"]]
    households = sum(row["kind"] == "households" for row in rows)
    body = {"area": area, "epoch": counter.epoch, "number": counter.last, "rows": rows}
    packed = gzip.compress(
        json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), 9, mtime=0
    )
    made = Snapshot(
        area=area,
        view=view,
        epoch=counter.epoch,
        number=counter.last,
        households=households,
        bytes=len(packed),
        sha256=hashlib.sha256(packed).hexdigest(),
        made_at=clock.now(),
    )
    _write(path_of(made), packed)
    with transaction() as session:
        _note(session, made, counter)
    return made


def path_of(snapshot: Snapshot) -> Path:
    """Where a snapshot's file lies."""
    return current().snapshots / f"{snapshot.area}-{snapshot.view}-{snapshot.sha256[:16]}.json.gz"


def _note(session: Session, made: Snapshot, counter: Counter) -> None:
    """Name the newest file; the one before it stays until the next, for those who fetch it now."""
    changes.lock_counter(session, counter.county)
    kept = {path_of(made)}
    old = changes.snapshot(session, made.view, made.area)
    if old is not None:
        kept.add(path_of(old))
    if old is None or (old.epoch, old.number) != (made.epoch, made.number):
        session.merge(made)
    for path in current().snapshots.glob(f"{made.area}-{made.view}-*.json.gz"):
        if path not in kept:
            path.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{uuid.uuid4().hex}.new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _make_later(areas: list[str], view: str) -> None:
    params: dict[str, object] = {"areas": areas, "view": view}
    with transaction() as session:
        job = jobs.enqueue(session, "snapshots", params)
    jobs.wake(job)


@jobs.handles("snapshots")
def make_all(params: Mapping[str, Any], progress: Progress) -> dict[str, object]:
    """The job that makes several villages' files."""
    areas = list(params["areas"])
    for done, area in enumerate(areas, 1):
        make(area, params["view"])
        progress(done, len(areas))
    return {"message": f"{len(areas)} 个村的下载包已更新"}
