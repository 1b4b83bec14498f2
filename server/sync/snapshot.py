"""Making the compressed first-sync file of a village, or of a whole town."""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
import time
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from server import clock
from server.changes import queries as changes
from server.changes.models import Snapshot
from server.config import current
from server.database import reading, transaction
from server.sync.rows import rows_of

#: A file stays so long after a newer one took its place, for those who are fetching it.
KEPT_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Part:
    """A village's file as a part of its town's: up to `number` nothing is missing in it."""

    snapshot: Snapshot
    number: int


def make_village(area: str, view: str, asked_at: int | None = None) -> Snapshot | None:
    """Make one village's file; None while somebody else makes it.

    Rows and number come from one reading, so that nothing lies between the file and a pull.
    asked_at: the county's number when the file was found missing; one made since then will do.
    """
    with _alone(area, view) as mine:
        if not mine:
            return None
        with reading() as session:
            counter = changes.counter(session, current().county)
            since = changes.snapshot(session, view, area)
            if since and asked_at is not None and _serves(since, counter.epoch, asked_at):
                return since
            found = changes.in_area(session, current().county, area)
            rows = [row for row in rows_of(session, found, view) if not row["gone"]]
        body = {"area": area, "epoch": counter.epoch, "number": counter.last, "rows": rows}
        return _keep(
            json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
            Snapshot(
                area=area,
                view=view,
                epoch=counter.epoch,
                number=counter.last,
                households=sum(row["kind"] == "households" for row in rows),
                made_of=made_of([area]),
            ),
        )


def _serves(made: Snapshot, epoch: str, asked_at: int) -> bool:
    return made.epoch == epoch and made.number >= asked_at and path_of(made).exists()


def make_town(area: str, view: str, parts: Sequence[Part]) -> Snapshot | None:
    """Make a town's file of its villages' files; None while somebody else makes it.

    Raises FileNotFoundError when one of these has just been taken away.
    """
    with _alone(area, view) as mine:
        if not mine:
            return None
        number, epoch = min(part.number for part in parts), parts[0].snapshot.epoch
        head = json.dumps({"area": area, "epoch": epoch, "number": number}, ensure_ascii=False)
        texts = [gzip.decompress(path_of(part.snapshot).read_bytes()) for part in parts]
        body = head[:-1].encode() + b',"villages":[' + b",".join(texts) + b"]}"
        return _keep(
            body,
            Snapshot(
                area=area,
                view=view,
                epoch=epoch,
                number=number,
                households=sum(part.snapshot.households for part in parts),
                made_of=made_of([part.snapshot.area for part in parts]),
            ),
        )


def made_of(areas: Collection[str]) -> str:
    """A short hash of the villages in a file."""
    return hashlib.sha256("|".join(sorted(areas)).encode()).hexdigest()[:16]


def path_of(snapshot: Snapshot) -> Path:
    """Where a snapshot's file lies."""
    return kept_path(snapshot.area, snapshot.view, snapshot.sha256)


def kept_path(area: str, view: str, sha256: str) -> Path:
    """Where a file of an area with this hash lies, if it is still kept."""
    return current().snapshots / f"{area}-{view}-{sha256[:16]}.json.gz"


def _keep(body: bytes, made: Snapshot) -> Snapshot:
    """Write a file and name it; it is whole on the disk before it is named."""
    packed = gzip.compress(body, 9, mtime=0)
    made.bytes = len(packed)
    made.sha256 = hashlib.sha256(packed).hexdigest()
    made.made_at = clock.now()
    made.newest, made.newest_at = made.number, None
    _write(path_of(made), packed)
    with transaction() as session:
        old = changes.snapshot(session, made.view, made.area)
        session.merge(made)
    if old is not None and path_of(old).exists():
        path_of(old).touch()  # it is kept from now on, however old it is
    _clear(made)
    return made


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{uuid.uuid4().hex}.new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _clear(made: Snapshot) -> None:
    """Take away the files of the same area that were replaced long ago, or never finished."""
    for path in current().snapshots.glob(f"{made.area}-{made.view}-*.json*"):
        if path != path_of(made) and path.stat().st_mtime < time.time() - KEPT_S:
            path.unlink(missing_ok=True)


@contextmanager
def _alone(area: str, view: str) -> Iterator[bool]:
    """Whether no other process or thread makes this file now; the lock dies with its holder."""
    folder = current().snapshots
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{area}-{view}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
