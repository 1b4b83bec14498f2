"""A batch of scanned files: handed in, read page by page in the background, and filed."""

from __future__ import annotations

import io
import os
import shutil
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any

from sqlalchemy.orm import Session

from server import clock, jobs
from server.accounts.actor import Actor, at_desk
from server.attachments.keep import keep
from server.attachments.models import ScanBatch
from server.attachments.models import ScannedPage as Row
from server.attachments.part import storing
from server.config import current
from server.database import reading, transaction
from server.household_file.returned import queries
from server.household_file.returned.filing import Found, areas_of, file_page, find
from server.household_file.returned.opening import Opened, Unopened, count, pages
from server.household_file.returned.reading import Read, read
from server.intake.office import derived_id
from server.intake.paper import ScannedPage
from server.jobs import handles
from server.jobs.queue import Asked, Progress
from server.problems import DecisionRefused, NotFound

KIND = "scans"
LOST = "原来的文件不在了，没有读完的页请重新扫描。"
#: A file's name as it is shown.
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Target:
    """What all pages of a batch are, where they carry no code: copies of a material."""

    household_id: str
    section: str
    material: str


def folder_of(batch_id: str) -> Path:
    """Where the files of a batch lie until they were read."""
    return current().uploads / "scans" / batch_id


def put_down(files: Iterable[IO[bytes]], batch_id: str) -> None:
    """Write the files of a batch, synced, before anything is noted. Raises StorageFull."""
    folder = folder_of(batch_id)
    try:
        with storing():
            folder.mkdir(parents=True, mode=0o700)
            for number, body in enumerate(files):
                with (folder / str(number)).open("wb") as file:
                    shutil.copyfileobj(body, file, 1024 * 1024)
                    file.flush()
                    os.fsync(file.fileno())
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def begin(
    session: Session,
    actor: Actor,
    batch_id: str,
    names: Iterable[str],
    scanned_on: date,
    target: Target | None = None,
) -> str:
    """Note a batch whose files were put down; returns the job that reads it, to be woken."""
    files: list[dict[str, object]] = [
        {"name": name[-LONGEST_NAME:], "pages": 0, "fault": ""} for name in names
    ]
    title = str(files[0]["name"]) + (f" 等 {len(files)} 个文件" if len(files) > 1 else "")
    params: dict[str, object] = {"batch": batch_id}
    job_id = jobs.enqueue(session, KIND, params, title=title[:120], created_by=actor.person_id)
    session.add(
        ScanBatch(
            id=batch_id,
            area=areas_of(actor)[0],
            files=files,
            scanned_on=scanned_on,
            household_id=target.household_id if target else None,
            section=target.section if target else "",
            material=target.material if target else "",
            created_by=actor.person_id,
            created_at=clock.now(),
            job_id=job_id,
        )
    )
    session.flush()
    return job_id


def discard(batch_id: str) -> None:
    """Remove the files of a batch; the pages that were read stay."""
    shutil.rmtree(folder_of(batch_id), ignore_errors=True)


@handles(KIND)
def read_batch(params: Mapping[str, Any], progress: Progress) -> dict[str, object]:
    """Read every page that was not read yet, keep it, and file it where its code says.

    A page is done with its own transaction: a killed worker, a full disk or a pause cost nothing
    that was read before, and the next run begins behind it.
    """
    batch_id = str(params["batch"])
    try:
        _Run(batch_id, progress).all()
    except Asked as asked:
        if asked.wish == "cancel":
            discard(batch_id)
        raise
    discard(batch_id)
    with reading() as session:
        numbers = queries.numbers(session, [batch_id]).get(batch_id, {})
    return {"message": in_words(numbers)}


def in_words(numbers: Mapping[str, int]) -> str:
    """What became of the pages of a batch."""
    words = {"filed": "已归档", "waiting": "等您指定", "blank": "空白", "broken": "打不开"}
    told = [f"{word} {numbers[name]}" for name, word in words.items() if numbers.get(name)]
    return f"共 {sum(numbers.values())} 页：{'，'.join(told)}。" if told else "没有读到一页。"


class _Run:
    """One run over the files of a batch."""

    def __init__(self, batch_id: str, progress: Progress) -> None:
        self.folder, self.progress = folder_of(batch_id), progress
        with reading() as session:
            batch = queries.batch(session, batch_id)
            assert batch is not None  # noqa: S101  the job was begun with it
            self.batch = batch
            self.done = queries.done(session, batch_id)
            self.actor = at_desk(session, batch.created_by, clock.today())
        self.files = [dict(one) for one in batch.files]

    def all(self) -> None:
        """Read what is left."""
        for number in range(len(self.files)):
            self._count(number)
        self._note()
        self.total = sum(int(str(one["pages"])) for one in self.files)
        self.progress(len(self.done), self.total, "正在读")
        for number in range(len(self.files)):
            if not self.files[number]["fault"]:
                self._file(number)

    def _count(self, number: int) -> None:
        file = self.files[number]
        path = self.folder / str(number)
        if not path.is_file():
            file["fault"] = LOST
            return
        try:
            file["pages"], file["fault"] = count(path), ""
        except Unopened as fault:
            file["fault"] = fault.detail

    def _note(self) -> None:
        with transaction() as session:
            batch = queries.batch(session, self.batch.id)
            if batch is not None and batch.files != self.files:
                batch.files = self.files

    def _file(self, number: int) -> None:
        before = len([one for one in self.done if one[0] == number])
        try:
            for opened in pages(self.folder / str(number), after=before):
                self._page(number, opened)
                self.done.add((number, opened.number))
                self.progress(len(self.done), self.total, str(self.files[number]["name"]))
        except Unopened as fault:
            self.files[number]["fault"] = fault.detail
            self._note()

    def _page(self, number: int, opened: Opened) -> None:
        if (number, opened.number) in self.done:
            return
        settings = current()
        row = Row(
            id=derived_id("scan", self.batch.id, str(number), str(opened.number)),
            batch_id=self.batch.id,
            file=number,
            number=opened.number,
            sha256="",
            size=0,
            state="broken",
            code="",
            hint=opened.fault,
        )
        seen = read(opened.image) if opened.image else None
        if seen:
            whole = keep(io.BytesIO(seen.content), settings.uploads, settings.files, clock.now())
            row.sha256, row.size = whole.sha256, whole.size
        try:
            with transaction() as session:
                if seen:
                    self._place(session, row, seen)
                session.add(row)
        except (DecisionRefused, NotFound) as problem:
            row.state, row.hint, row.instance_id = "waiting", problem.detail, None
            with transaction() as session:
                session.add(row)

    def _place(self, session: Session, row: Row, seen: Read) -> None:
        """File a page, or note why it waits."""
        row.code = seen.code.text() if seen.code else ""
        if seen.blank:
            row.state = "blank"
            return
        found = self._found(session, seen)
        row.state, row.hint, row.household_id = "waiting", found.hint, found.household_id
        if found.page:
            file_page(
                session,
                self.actor,
                row,
                found.page,
                on=self.batch.scanned_on,
                now=clock.now(),
                instance_id=derived_id("filed", row.id),
            )

    def _found(self, session: Session, seen: Read) -> Found:
        batch = self.batch
        if seen.code is None and batch.household_id:
            page = ScannedPage(
                household_id=batch.household_id,
                section=batch.section,
                title=batch.material,
                material=batch.material,
            )
            return Found(page, batch.household_id)
        return find(session, self.actor, seen.code, current().printed)


def new_id() -> str:
    """The name of a new batch."""
    return str(uuid.uuid4())
