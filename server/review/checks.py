"""要核对: records that were set aside or came twice, looked at and dealt with by the office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from server import clock
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.changes.queries import numbered_last
from server.followup.models import Task
from server.intake.office import OfficeContent, office_submission
from server.intake.readmit import readmit
from server.problems import DecisionRefused, NotFound, StateMovedOn
from server.review import queries
from server.review.decide import decide
from server.review.queue import seen_of
from server.review.record import Section, told
from server.review.same_visit import Told, aligned
from server.review.second import take_second
from server.review.submit import submit
from server.submissions.models import Submission

#: Tasks about records and households that the office closes; what is recorded twice is elsewhere.
KINDS = ("quarantine", "mismatch", "fork", "absent", "welfare_stop", "register_odd", "dropout")

#: Also what a rule of policy asks to be looked at; it has a list of its own.
CLOSABLE = (*KINDS, "unclaimed")


@dataclass(frozen=True, slots=True)
class Version:
    """One of the contents of a record, with who sent it and where it stands."""

    submission: Submission
    by: str
    state: str
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One task with the record it is about.

    rows: the answers side by side where there are several contents: the two of a mismatch, or
      the corrections of one version.
    """

    task: Task
    submission: Submission | None
    title: str
    author: str
    device: str
    sections: tuple[Section, ...]
    rows: tuple[Told, ...] = ()
    versions: tuple[Version, ...] = ()
    closing: str = ""


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
    closing = queries.closing_of(session, kind, subject, areas_of(actor)) or ""
    submission = queries.submission(session, subject)
    if submission is None:
        return Check(task, None, "", "", "", (), closing=closing)
    _, author, device = queries.authors(session, [subject])[subject]
    title, sections = told(session, actor, submission)
    versions = tuple(_rivals(session, submission)) if kind == "fork" else ()
    contents = [told(session, actor, one.submission)[1] for one in versions]
    if kind == "mismatch" and (body := queries.second_content(session, subject)):
        contents = [sections, told(session, actor, submission, str(body["xml"]))[1]]
    return Check(
        task=task,
        submission=submission,
        title=title,
        author=author,
        device=device,
        sections=sections,
        rows=tuple(aligned(contents)) if len(contents) > 1 else (),
        versions=versions,
        closing=closing,
    )


def admit(session: Session, actor: Actor, instance_id: str, now: datetime) -> str:
    """Merge a record that was set aside, the actor answering for it; its fate in Chinese.

    Raises DecisionRefused with the present reason when it still cannot be merged.
    """
    _open_task(session, actor, "quarantine", instance_id)
    outcome = readmit(session, instance_id, now, vouching=actor)
    if outcome.fate == "quarantined":
        raise DecisionRefused(outcome.detail)
    accounts.audit(session, now, actor.person_id, "record.admitted", instance_id)
    return "已并进户档，现在在审核里。"


def take(session: Session, actor: Actor, instance_id: str, now: datetime) -> str:
    """Take in the second content of a record instead of the first; what was done, in Chinese."""
    _open_task(session, actor, "mismatch", instance_id)
    with numbered_last(session):
        take_second(session, actor, instance_id, now)
        close(session, actor, "mismatch", instance_id, "改用后到的那份", now)
    return "后到的那份已接在原来那条后面，现在在审核里；作废它，先到的就又算数。"


def choose(
    session: Session,
    actor: Actor,
    subject: str,
    kept: str,
    seen: Mapping[str, str],
    reason: str,
    now: datetime,
) -> str:
    """Of several corrections of one version let one stand: the others are rejected.

    seen: correction -> `queue.seen_of` what the reviewer saw. Raises StateMovedOn when others
    have come or their states have moved on.
    """
    _open_task(session, actor, "fork", subject)
    submission = queries.submission(session, subject)
    rivals = list(_rivals(session, submission)) if submission else []
    if {one.submission.instance_id: one.seen for one in rivals} != dict(seen):
        raise StateMovedOn
    if kept not in seen:
        raise DecisionRefused("请选一份以它为准。")
    said = reason.strip() or "同一条改了两份，以另一份为准"
    with numbered_last(session):
        for one in rivals:
            name = one.submission.instance_id
            if name != kept and one.state not in ("", "rejected"):
                decide(session, actor, name, "reject", [(None, said)], one.seen, now)
    return "已选定一份，另一份作废，记录留着；在“审核 · 已审”里可以撤销。"


def close(
    session: Session, actor: Actor, kind: str, subject: str, reason: str, now: datetime
) -> None:
    """Say that somebody looked and left it as it is, as a submission that can be withdrawn.

    Raises DecisionRefused without a reason and for a fork, StateMovedOn when it is closed already.
    """
    _open_task(session, actor, kind, subject)
    if kind == "fork":  # two corrections cannot both stand
        raise DecisionRefused("请选一份以它为准，另一份作废。")
    if not reason.strip():
        raise DecisionRefused("请写一句为什么不用处理。")
    content = OfficeContent(
        "check", clock.local(now).date(), check=(kind, subject), reason=reason.strip()
    )
    submit(session, actor, office_submission(content, person_id=actor.person_id, now=now), now)
    accounts.audit(
        session, now, actor.person_id, f"check.{kind}.closed", subject, reason=reason.strip()
    )


def _open_task(session: Session, actor: Actor, kind: str, subject: str) -> Task:
    task = _task(session, actor, kind, subject)
    if task.state != "open":
        raise StateMovedOn("这一条已经有人处理过了，请看现在的情况。")
    return task


def _task(session: Session, actor: Actor, kind: str, subject: str) -> Task:
    task = queries.task(session, kind, subject)
    if task is None or kind not in CLOSABLE or task.area not in areas_of(actor):
        raise NotFound("没有这一条，或者不归您管。")
    return task


def _rivals(session: Session, submission: Submission) -> Iterable[Version]:
    """The corrections of one version, in the order of arrival."""
    for one, by, state in queries.corrections_of(session, submission.instance_id):
        if one.deprecated_id == submission.instance_id:
            yield Version(one, by, state.state if state else "", seen_of(state) if state else "")
