"""要核对: records that were set aside or came twice, looked at and dealt with by the office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.changes import queries as changes
from server.config import current
from server.followup.models import Task
from server.intake.batch import begin
from server.intake.readmit import readmit
from server.intake.tell import untell
from server.problems import DecisionRefused, NotFound
from server.review import queries
from server.review.record import Section, told
from server.submissions.models import Submission

#: Tasks about records, not about values.
KINDS = ("quarantine", "mismatch", "fork", "duplicate", "duplicate_visit")
#: Those that somebody closes by having looked; the others close when their cause is gone.
CLOSED_BY_LOOKING = frozenset({"mismatch", "fork", "quarantine", "duplicate_visit"})


@dataclass(frozen=True, slots=True)
class Check:
    """One task with the record it is about; for a mismatch with the second content too."""

    task: Task
    submission: Submission | None
    title: str
    author: str
    device: str
    sections: tuple[Section, ...]
    second: tuple[Section, ...] = ()
    versions: tuple[tuple[Submission, str, str], ...] = ()


def areas_of(actor: Actor) -> frozenset[str]:
    """Where tasks lie that concern an actor: villages and the areas of the roles themselves."""
    return actor.villages | {area for _, area in actor.roles}


def open_checks(session: Session, actor: Actor) -> list[Task]:
    """The open checks of an actor's areas, newest first."""
    found = queries.open_tasks(session, areas_of(actor))
    return [task for task in found if task.kind in KINDS]


def check(session: Session, actor: Actor, kind: str, subject: str) -> Check:
    """One open or closed check. Raises NotFound outside the actor's areas."""
    task = _task(session, actor, kind, subject)
    submission = queries.submission(session, subject)
    if submission is None:
        return Check(task, None, "", "", "", ())
    _, author, device = queries.authors(session, [subject])[subject]
    title, sections = told(session, actor, submission)
    return Check(
        task=task,
        submission=submission,
        title=title,
        author=author,
        device=device,
        sections=sections,
        second=_second(session, actor, submission) if kind == "mismatch" else (),
        versions=tuple(_versions(session, submission)) if kind == "fork" else (),
    )


def admit(session: Session, actor: Actor, instance_id: str, now: datetime) -> str:
    """Merge a record that was set aside, the actor answering for it; its fate in Chinese.

    Raises DecisionRefused with the present reason when it still cannot be merged.
    """
    _task(session, actor, "quarantine", instance_id)
    outcome = readmit(session, instance_id, now, vouching=actor)
    if outcome.fate == "quarantined":
        raise DecisionRefused(outcome.detail)
    accounts.audit(session, now, actor.person_id, "record.admitted", instance_id)
    return "已并进户档，现在在审核里。"


def close(
    session: Session, actor: Actor, kind: str, subject: str, reason: str, now: datetime
) -> None:
    """Note that somebody looked and left it as it is. Raises DecisionRefused without a reason."""
    _task(session, actor, kind, subject)
    if kind not in CLOSED_BY_LOOKING:
        raise DecisionRefused("这一条要改好以后才会自己消失。")
    if not reason.strip():
        raise DecisionRefused("请写一句为什么不用处理。")
    batch = begin(session, now, actor)
    untell(session, batch, kind, subject, by=actor.person_id)
    accounts.audit(
        session, now, actor.person_id, f"check.{kind}.closed", subject, reason=reason.strip()
    )
    changes.append(session, current().county, batch.changed)


def _task(session: Session, actor: Actor, kind: str, subject: str) -> Task:
    task = queries.task(session, kind, subject)
    if task is None or kind not in KINDS or task.area not in areas_of(actor):
        raise NotFound("没有这一条，或者不归您管。")
    return task


def _second(session: Session, actor: Actor, submission: Submission) -> tuple[Section, ...]:
    body = queries.second_content(session, submission.instance_id)
    return told(session, actor, submission, str(body["xml"]))[1] if body else ()


def _versions(session: Session, submission: Submission) -> Sequence[tuple[Submission, str, str]]:
    """The corrections of the same version, with their authors and states."""
    return queries.corrections_of(session, submission.instance_id)
