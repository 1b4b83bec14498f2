"""Taking in a carry file: submissions as a push, files as finished uploads, each told apart."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from server import clock, jobs
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.accounts.actor import actor as actor_of
from server.accounts.carry_key import carry_key
from server.attachments import store
from server.attachments.keep import keep
from server.attachments.tus import LARGEST
from server.carry.opening import DAMAGED_AT_ONCE, Broken, Frame, open_carry
from server.carry.report import Line, Report
from server.carry.sender import Sender, sender_of
from server.config import current
from server.database import reading, transaction
from server.intake.receive import receive
from server.problems import AttachmentNotImage, CarryUnreadable, RequestTooLarge
from server.submissions.incoming import Incoming
from server.sync.push import incoming_of
from server.sync.schemas import PushSchema

Progress = Callable[[int, int, str], None]

#: Submissions a transaction, as in a push; and no more bytes of them than a push may have.
PART = 50
PART_BYTES = 5 * 1024 * 1024


def take_in(
    path: Path, *, by: str | None, accept: bool = False, progress: Progress | None = None
) -> Report:
    """Import the carry file at `path`; importing it again changes nothing.

    by: who imports it, for the audit trail. accept: take in what a doubtful phone wrote too; then
    it is set aside until somebody vouches for each record. Needs the application's context.
    Raises CarryUnreadable when it is no carry file for this server, or nobody can tell from whom.
    """
    told = progress or (lambda _done, _total, _message: None)
    size = path.stat().st_size
    with path.open("rb") as file:
        frames = open_carry(file, carry_key(current().instance))
        first = next(frames, None)
        opening = first.said() if isinstance(first, Frame) and first.kind == "M" else None
        if opening is None:
            raise CarryUnreadable(DAMAGED_AT_ONCE)
        with reading() as session:
            sender = sender_of(session, opening)
        importing = _Importing(sender, _report(sender, opening), by)
        if sender.doubt and not accept:
            importing.report.asks = True
        else:
            for frame in frames:
                importing.take(frame)
                told(file.tell(), size, "正在导入")
            importing.finish()
    _audit(importing.report, sender, by)
    return importing.report


def _report(sender: Sender, opening: Mapping[str, Any]) -> Report:
    many = tuple(n if isinstance(n := opening.get(k), int) else 0 for k in ("submissions", "files"))
    return Report(
        person=sender.person,
        device=sender.device,
        made_at=str(opening.get("made_at", ""))[:40],
        doubt=sender.doubt,
        announced=(many[0], many[1]),
    )


def _audit(report: Report, sender: Sender, by: str | None) -> None:
    with transaction() as session:
        accounts.audit(
            session,
            clock.now(),
            by,
            "carry.refused" if report.asks else "carry.imported",
            sender.device_id or "unknown",
            detail={
                "person": sender.person_id,
                "doubt": report.doubt,
                "records": len(report.records),
                "files": len(report.files),
                "whole": report.whole,
            },
        )


class _Importing:
    """An import under way: what waits for the next transaction, and the file that comes."""

    def __init__(self, sender: Sender, report: Report, by: str | None) -> None:
        self.sender = sender
        self.report = report
        self.by = by
        self.waiting: list[Mapping[str, Any]] = []
        self.bytes = 0
        self.file: _File | None = None

    def take(self, frame: Frame | Broken) -> None:
        """Take in one frame."""
        if isinstance(frame, Broken):
            self._broken(frame)
        elif frame.kind == "B":
            if self.file is not None:
                self.file.add(frame.content)
        else:
            self._end_file()
            self._said(frame)

    def finish(self) -> None:
        """Take in what still waits."""
        self._end_file()
        self._store()

    def _broken(self, frame: Broken) -> None:
        self.report.broken += not frame.end
        if self.file is not None:
            self.file.damaged = True

    def _said(self, frame: Frame) -> None:
        said = frame.said()
        if said is None:
            self.report.broken += 1
        elif frame.kind == "S":
            if self.bytes + len(frame.content) > PART_BYTES or len(self.waiting) == PART:
                self._store()
            self.waiting.append(said)
            self.bytes += len(frame.content)
        elif frame.kind == "A":
            self.file = _File(said)
        elif frame.kind == "E":
            self.report.ended = True

    def _end_file(self) -> None:
        if self.file is not None:
            with self.file as file:
                self.report.files.append(file.keep())
            self.file = None

    def _store(self) -> None:
        """Store and merge what waits, in one transaction, as the person on that phone would."""
        waiting, self.waiting, self.bytes = self.waiting, [], 0
        readable = [one for one in (self._read(said) for said in waiting) if one is not None]
        if not readable:
            return
        with transaction() as session:
            now = clock.now()
            actor = self._actor(session, now)
            incoming = [self._incoming(one, actor, now) for one in readable]
            received = receive(session, incoming, actor, now)
        if received.job:
            jobs.wake(received.job)
        for one, outcome in zip(incoming, received.outcomes, strict=True):
            self.report.records.append(
                Line(
                    one.form_id,
                    one.recorded_at.isoformat(),
                    outcome.fate,
                    outcome.detail or "",
                )
            )

    def _read(self, said: Mapping[str, Any]) -> Any:
        """One submission as the push reads it; None, with a line, for what has no name even."""
        try:
            return PushSchema().load(
                {"sent_at": clock.now().isoformat(), "submissions": [dict(said)]}
            )
        except (ValidationError, RecursionError):
            self.report.records.append(Line("", "", "unreadable"))
            return None

    def _actor(self, session: Session, now: datetime) -> Actor:
        """Whose areas bound the records.

        What is unproven and names no village that we know is looked at by who brought it.
        """
        sender, day = self.sender, clock.local(now).date()
        if sender.proven and sender.person_id:
            return actor_of(session, sender.person_id, day, sender.device_id)
        brought = actor_of(session, self.by, day) if self.by else NOBODY
        return NOBODY if brought.everywhere else brought

    def _incoming(self, pushed: Any, actor: Actor, now: datetime) -> Incoming:
        (one,) = incoming_of(pushed, actor, now)
        return replace(
            one,
            source="carry",
            person_id=self.sender.person_id,
            device_id=self.sender.device_id,
            clock_error_s=self.sender.clock_error_s,
            unproven=not self.sender.proven,
        )


#: Whoever has no village of his own: what he brings that names none is for the county.
NOBODY = Actor(
    person_id="",
    username="",
    name="",
    roles=(),
    rights=frozenset(),
    view="none",
    villages=frozenset(),
    places=(),
)


class _File:
    """A file that comes in pieces, on the disk meanwhile."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        self.name = str(said.get("name", ""))[:120]
        self.sha256 = str(said.get("sha256", ""))
        self.damaged = False
        self.size = 0
        self._digest = hashlib.sha256()
        self._bytes: IO[bytes] = TemporaryFile(dir=current().instance)  # noqa: SIM115  closed by the block that keeps it

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_: object) -> None:
        self._bytes.close()

    def add(self, content: bytes) -> None:
        """The next bytes; a file that is larger than any upload may be is not kept."""
        self.size += len(content)
        if self.size > LARGEST:
            self.damaged = True
        if not self.damaged:
            self._digest.update(content)
            self._bytes.write(content)

    def keep(self) -> Line:
        """Keep it like a finished upload, if it is what its phone announced, and an image."""
        if self.damaged or self._digest.hexdigest() != self.sha256:
            return Line(self.name, "", "damaged", "照片在文件里坏了，还在手机里。")
        settings = current()
        if store.path_of(settings.files, self.sha256).exists():
            return Line(self.name, "", "known")
        self._bytes.seek(0)
        try:
            keep(self._bytes, settings.uploads, settings.files, clock.now())
        except (AttachmentNotImage, RequestTooLarge) as problem:
            return Line(self.name, "", "damaged", problem.detail)
        return Line(self.name, "", "kept")
