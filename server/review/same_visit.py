"""Two people's records of one household and day: one visit, or two (repairs 14)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from server import clock
from server.accounts import queries as accounts
from server.accounts.actor import Actor
from server.followup.derive import visits_standing
from server.forms.instance import BadInstance, read_instance
from server.intake.decisions import after_earlier
from server.intake.office import OfficeContent, VisitVerdict, office_submission
from server.problems import DecisionRefused, NotFound, StateMovedOn
from server.registers import queries as registers
from server.review import queries
from server.review.record import Section, told
from server.review.submit import submit
from server.submissions.models import Submission

_BETWEEN = re.compile(r"[、，,；;\s]+")


@dataclass(frozen=True, slots=True)
class Told:
    """One question with the answer of each record."""

    label: str
    texts: tuple[str, ...]
    same: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """One of the records; `names` those of the others whom it says to have come along."""

    submission: Submission
    record: str
    by: str
    device: str
    companions: str
    names: tuple[str, ...]
    photo: str


@dataclass(frozen=True, slots=True)
class Day:
    """The records of one household and day; `seen` names this state.

    likely: whether one of them names the other's author as a companion.
    """

    household_id: str
    on: date
    area: str
    head_name: str
    records: tuple[Recorded, ...]
    rows: tuple[Told, ...]
    likely: bool
    seen: str

    @property
    def fuller(self) -> str:
        """The record that names who came along, else the one that arrived first."""
        found = next((one for one in self.records if one.companions), self.records[0])
        return found.record

    @property
    def different(self) -> list[Told]:
        """The questions that were answered differently."""
        return [row for row in self.rows if not row.same]

    @property
    def equal(self) -> list[Told]:
        """The questions that were answered alike."""
        return [row for row in self.rows if row.same]


def day_of(session: Session, actor: Actor, subject: str) -> Day:
    """The records that a task is about. Raises NotFound outside the actor's villages."""
    household_id, _, text = subject.partition(":")
    home = registers.entity(session, household_id)
    try:
        on = date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if home is None or home.area not in actor.villages:
        raise NotFound("没有这一条，或者不在您管的村里。")
    standing = [one for one in visits_standing(session, home.component) if one.on == on]
    authors = queries.authors(session, [one.instance_id for one in standing])
    standing.sort(key=lambda one: (authors[one.instance_id][0].received_at, one.record))
    files = queries.files_of(session, [one.instance_id for one in standing])
    people = {authors[one.instance_id][1] for one in standing}
    records = tuple(
        _recorded(
            authors[one.instance_id],
            one.record,
            people,
            [f.name for f in files.get(one.instance_id, ()) if not f.name.startswith("signature")],
        )
        for one in standing
    )
    return Day(
        household_id=home.component,
        on=on,
        area=home.area,
        head_name=str(home.derived.get("head_name") or ""),
        records=records,
        rows=tuple(aligned([told(session, actor, one.submission)[1] for one in records])),
        likely=any(one.names for one in records),
        seen=_seen(records),
    )


def judge(
    session: Session,
    actor: Actor,
    subject: str,
    same: bool,
    kept: str,
    seen: str,
    reason: str,
    now: datetime,
) -> str:
    """Decide whether the records of a day are one visit; returns the submission's id.

    kept: of records that are one visit, the one that stands for it in the file. Raises
    StateMovedOn when other records have come since, DecisionRefused when `kept` is missing.
    """
    household_id = subject.partition(":")[0]
    registers.lock_existing(session, [household_id])
    found = day_of(session, actor, subject)
    records = tuple(one.record for one in found.records)
    if found.seen != seen or len(records) < 2:
        raise StateMovedOn
    if same and kept not in records:
        raise DecisionRefused("请选一份存档用的记录。")
    verdict = VisitVerdict(records, same=same, kept=kept if same else "")
    content = OfficeContent(
        "visits", clock.local(now).date(), visits=verdict, reason=reason.strip()
    )
    one = office_submission(content, person_id=actor.person_id, now=now)
    submit(session, actor, one, after_earlier(session, one.form_id, {household_id}, now))
    action = "visits.same" if same else "visits.apart"
    accounts.audit(session, now, actor.person_id, action, subject, reason=reason.strip())
    return one.instance_id


def aligned(told_of: Sequence[Sequence[Section]]) -> list[Told]:
    """The answers of several records, question by question, in the order of the first."""
    answers = [
        {_label(section, one.label): one.text for section in sections for one in section.answers}
        for sections in told_of
    ]
    labels = dict.fromkeys(label for some in answers for label in some)
    rows = []
    for label in labels:
        texts = tuple(some.get(label, "") for some in answers)
        if any(texts):
            rows.append(Told(label, texts, len(set(texts)) == 1))
    return rows


def _label(section: Section, label: str) -> str:
    return f"{section.title}：{label}" if section.title[-1:].isdecimal() else label


def _recorded(
    author: queries.Authored, record: str, people: set[str], photos: Sequence[str]
) -> Recorded:
    submission, by, device = author
    companions = _companions(submission.xml)
    named = set(_BETWEEN.split(companions))
    return Recorded(
        submission=submission,
        record=record,
        by=by,
        device=device,
        companions=companions,
        names=tuple(sorted(named & (people - {by}))),
        photo=photos[0] if photos else "",
    )


def _companions(xml: str) -> str:
    try:
        root = read_instance(xml).root
    except BadInstance:
        return ""
    return next((el.text or "" for el in root.iter() if str(el.tag) == "co_recorders"), "")


def _seen(records: Sequence[Recorded]) -> str:
    text = " ".join(one.submission.instance_id for one in records)
    return hashlib.sha256(text.encode()).hexdigest()[:20]
