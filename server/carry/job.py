"""Importing an uploaded carry file in the background, and where it lies meanwhile."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy.orm import Session

from server import clock, jobs
from server.attachments.part import storing
from server.carry.take_in import take_in
from server.config import current
from server.jobs.queue import Progress
from server.problems import CarryUnreadable

KIND = "carry-import"
#: How long a file waits for somebody to agree to it.
KEPT = timedelta(days=30)


def keep_upload(content: IO[bytes]) -> str:
    """Keep an uploaded carry file until it is imported; returns its name. Raises StorageFull."""
    folder = current().uploads
    folder.mkdir(parents=True, exist_ok=True)
    _forget_old(folder)
    name = uuid.uuid4().hex
    path = path_of(name)
    with storing():
        path.touch(mode=0o600)
        with path.open("wb") as file:
            shutil.copyfileobj(content, file, 1024 * 1024)
    return name


def path_of(name: str) -> Path:
    """Where an uploaded carry file lies."""
    return current().uploads / f"carry-{name}.yihu"


def start(session: Session, name: str, *, person_id: str, accept: bool = False) -> str:
    """Queue an import; wake the job after the commit."""
    return jobs.enqueue(
        session,
        KIND,
        {"file": name, "by": person_id, "accept": accept},
        title="导入手机导出文件",
        created_by=person_id,
    )


@jobs.handles(KIND)
def run(params: Mapping[str, Any], progress: Progress) -> dict[str, object]:
    """The job; a file that was imported whole, or is none, is removed."""
    path = path_of(str(params["file"]))
    if not path.exists():
        raise CarryUnreadable("这个文件已经处理过，或者放了太久。请重新选文件。")
    last = 0

    def tell(done: int, total: int, message: str) -> None:
        nonlocal last
        if done - last > total // 50 or done == total:
            last = done
            progress(done, total, message)

    try:
        report = take_in(
            path, by=params.get("by"), accept=bool(params.get("accept")), progress=tell
        )
    except CarryUnreadable:
        path.unlink()
        raise
    if not report.asks:
        path.unlink()
    return report.as_json()


def _forget_old(folder: Path) -> None:
    oldest = (clock.now() - KEPT).timestamp()
    for path in folder.glob("carry-*.yihu"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
